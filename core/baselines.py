"""Forecasts without a network, the yardstick of every error: repeat-last, seasonal-naive, closed-form ridge."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from core.aside import whole
from core.config import WindowConfig
from core.data.dataset import Dataset
from core.data.windows import Windows, make_windows, origins_of, thinning, validation_stride
from core.scores import Scores
from core.vocabulary import Split
from core.workspace import Folder, subfolder

PENALTIES = (1e1, 1e2, 1e3, 3e3, 1e4, 3e4, 1e5)
_VERSION = 4  # of the formulas below; kept results of another version are not read
LEAST_SHARE = 0.5  # of whole horizons among the train windows, for ridge to be fitted on these alone
MOST_SERIES = 10_752  # at a time, windows times variables: bounds memory
MOST_FITTED = 1_000_000  # series of training windows: a map of some 70,000 weights needs no more

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Ridge:
    """One linear map from look-back to horizon, shared by all variables, on windows less their own mean.

    Attributes
    ----------
    weights : float32 [lookback, horizon]
    penalty : chosen on the validation windows.
    """

    weights: Array
    penalty: float

    def forecast(self, x: Array) -> Array:
        """Forecast [window, horizon, variable] from x [window, lookback, variable]."""
        level = x.mean(axis=1, keepdims=True)
        return np.asarray(np.einsum("wlv,lh->whv", x - level, self.weights, optimize=True) + level, np.float32)


def average_name(network: str = "network") -> str:
    """Return the name of the fixed average 0.5 ridge + 0.5 network, the forecast that people take away.

    >>> average_name()
    'average of ridge and network'
    """
    return f"average of ridge and {network}"


def repeat_last(x: Array, horizon: int) -> Array:
    """Return the last row of x [window, lookback, variable] for every step."""
    return np.repeat(x[:, -1:], horizon, axis=1)


def seasonal_naive(x: Array, horizon: int, period: int) -> Array:
    """Return the last whole period of x [window, lookback, variable], repeated over the horizon."""
    return x[:, -period:][:, np.arange(horizon) % period]


def naive_forecasts(dataset: Dataset, x: Array, horizon: int) -> dict[str, Array]:
    """Return the forecasts that need no fit, [window, horizon, variable], of x [window, lookback, variable].

    The seasonal one is left out where the calendar names no season, or the look-back does not hold a whole one.
    """
    last = {"repeat_last": repeat_last(x, horizon)}
    season = dataset.step.season
    if season is None or season > x.shape[1]:
        return last
    return {"seasonal_naive": seasonal_naive(x, horizon, season)} | last


def fit_ridge(dataset: Dataset, window: WindowConfig) -> Ridge:
    """Solve the normal equations on the train windows; the penalty with the least validation MSE wins.

    All windows count, unless they hold more than `MOST_FITTED` series: then as many, evenly spaced.

    One eigendecomposition of the Gram matrix [lookback, lookback] serves every penalty, because all steps of the
    horizon share it. So a window of a variable counts with its whole horizon or not at all: where any cell of it was
    missing it is left out. Where that would leave less than half of them (a cell is missing in nearly every horizon),
    all are used, filled cells too: a map learnt from few odd windows would be the worse yardstick.
    """
    gram = np.zeros((window.lookback, window.lookback))
    moment = np.zeros((window.lookback, window.horizon))
    train = make_windows(dataset, window, Split.TRAIN, stride=thinning(dataset, window, Split.TRAIN, MOST_FITTED))
    usable = _whole(train)
    for start, x, y in _centred(train):
        if usable is not None:
            chosen = usable[start : start + _chunk(train)].ravel()
            x, y = x[chosen], y[chosen]
        gram += x.T @ x
        moment += x.T @ y
    values, vectors = linalg.eigh(gram, overwrite_a=True, check_finite=False)
    projected = vectors.T @ moment
    candidates = [
        Ridge((vectors @ (projected / (np.maximum(values, 0) + penalty)[:, None])).astype(np.float32), penalty)
        for penalty in PENALTIES
    ]
    windows = len(origins_of(dataset.splits, window, Split.VALIDATION))
    thinned = max(1, windows // 4000, validation_stride(dataset, window))  # enough to rank penalties
    validation = make_windows(dataset, window, Split.VALIDATION, stride=thinned)
    scores = [0.0] * len(candidates)
    for start, x, y in _centred(validation):
        known = validation.known_at(slice(start, start + _chunk(validation)))
        for number, ridge in enumerate(candidates):
            error = x @ ridge.weights - y
            if known is not None:
                error = error[known.transpose(0, 2, 1).reshape(error.shape)]
            scores[number] += float(np.square(error).sum(dtype=np.float64))
    return candidates[int(np.argmin(scores))]


def _chunk(windows: Windows) -> int:
    """Return how many windows are worked on at a time."""
    return max(1, min(512, MOST_SERIES // windows.x.shape[2]))


def _whole(windows: Windows) -> NDArray[np.bool_] | None:
    """Return which horizons were measured without a gap, [window, variable]; None where all shall count."""
    if windows.known is None:
        return None
    whole: NDArray[np.bool_] = np.all(windows.known, axis=1)
    return whole if whole.mean() >= LEAST_SHARE else None


def _centred(windows: Windows) -> Iterator[tuple[int, Array, Array]]:
    """Yield start, x [window x variable, lookback] and y [.., horizon] less the mean of x, a chunk at a time."""
    chunk = _chunk(windows)
    for start in range(0, len(windows), chunk):
        x = windows.x[start : start + chunk].transpose(0, 2, 1)
        y = windows.y[start : start + chunk].transpose(0, 2, 1)
        level = x.mean(axis=2, keepdims=True)
        yield start, (x - level).reshape(-1, x.shape[2]), (y - level).reshape(-1, y.shape[2])


def forecasts(dataset: Dataset, window: WindowConfig, x: Array) -> dict[str, Array]:
    """Return every baseline's forecast [window, horizon, variable] of standardised x [window, lookback, variable]."""
    ridge = {"ridge": load_ridge(dataset, window).forecast(x)}
    return ridge | naive_forecasts(dataset, x, window.horizon)


def load_ridge(dataset: Dataset, window: WindowConfig) -> Ridge:
    """Return the fitted ridge, from the workspace when it is there."""
    path = _cache(dataset, window, "npz")
    kept = whole(path, _read_ridge)
    if kept is not None:
        return kept
    ridge = fit_ridge(dataset, window)
    partial = path.with_suffix(f".{os.getpid()}.partial.npz")
    np.savez(partial, weights=ridge.weights, penalty=ridge.penalty)
    partial.replace(path)
    return ridge


def _read_ridge(path: Path) -> Ridge:
    with np.load(path, allow_pickle=False) as stored:
        return Ridge(stored["weights"], float(stored["penalty"]))


def has_ridge(dataset: Dataset, window: WindowConfig) -> bool:
    """Tell whether `load_ridge` only has to read: a fit takes seconds."""
    return _cache(dataset, window, "npz").exists()


def baseline_errors(dataset: Dataset, window: WindowConfig) -> dict[str, dict[str, Any]]:
    """Return {name: metrics of core.scores.Scores} over every test window, standardised; kept in the workspace."""
    path = _cache(dataset, window, "json")
    kept = whole(path, _read_errors)
    if kept is not None:
        return kept
    windows = make_windows(dataset, window, Split.TEST)
    scores: dict[str, Scores] = {}
    chunk = _chunk(windows)
    for start in range(0, len(windows), chunk):
        part = windows.at(slice(start, start + chunk))
        for name, forecast in forecasts(dataset, window, part.x).items():
            scores.setdefault(name, Scores(*windows.y.shape[1:])).add(forecast - part.y, part.known)
    errors = {name: found.metrics(dataset.variables) for name, found in scores.items()}
    partial = path.with_suffix(f".{os.getpid()}.partial")  # workers side by side may find it missing at once
    partial.write_text(json.dumps(errors))
    partial.replace(path)
    return errors


def _read_errors(path: Path) -> dict[str, dict[str, Any]]:
    return {name: dict(errors) for name, errors in json.loads(path.read_text(encoding="utf-8")).items()}


def _cache(dataset: Dataset, window: WindowConfig, suffix: str) -> Path:
    name = f"{dataset.fingerprint}-{window.lookback}-{window.horizon}-{_VERSION}.{suffix}"
    return subfolder(Folder.BASELINES) / name
