"""Forecasts without a network, the yardstick of every error: repeat-last, seasonal-naive, closed-form ridge."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from core.aside import whole
from core.config import WindowConfig
from core.data.dataset import Dataset
from core.data.windows import Windows, make_windows
from core.scores import Scores
from core.vocabulary import Split
from core.workspace import Room, room

BASELINES = ("ridge", "seasonal_naive", "repeat_last")
PENALTIES = (1e1, 1e2, 1e3, 3e3, 1e4, 3e4, 1e5)
_VERSION = 2  # of the formulas below; kept results of another version are not read
CHUNK = 512  # windows at a time: bounds memory

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
    period = min(period, x.shape[1])
    return x[:, -period:][:, np.arange(horizon) % period]


def season_rows(dataset: Dataset) -> int:
    """Return the rows of the season that the calendar names; 1 (repeat-last) where it names none."""
    return dataset.step.season or 1


def fit_ridge(dataset: Dataset, window: WindowConfig) -> Ridge:
    """Solve the normal equations on all train windows; the penalty with the least validation MSE wins.

    One eigendecomposition of the Gram matrix [lookback, lookback] serves every penalty.
    """
    gram = np.zeros((window.lookback, window.lookback))
    moment = np.zeros((window.lookback, window.horizon))
    for x, y in _centred(make_windows(dataset, window, Split.TRAIN)):
        gram += x.T @ x
        moment += x.T @ y
    values, vectors = linalg.eigh(gram, overwrite_a=True, check_finite=False)
    projected = vectors.T @ moment
    candidates = [
        Ridge((vectors @ (projected / (np.maximum(values, 0) + penalty)[:, None])).astype(np.float32), penalty)
        for penalty in PENALTIES
    ]
    validation = make_windows(dataset, window, Split.VALIDATION)
    thinned = max(1, len(validation) // 4000)  # enough to rank penalties
    scores = [0.0] * len(candidates)
    for x, y in _centred(validation, step=thinned):
        for number, ridge in enumerate(candidates):
            scores[number] += float(np.square(x @ ridge.weights - y).sum(dtype=np.float64))
    return candidates[int(np.argmin(scores))]


def _centred(windows: Windows, step: int = 1):  # type: ignore[no-untyped-def]
    """Yield x [window x variable, lookback] and y [.., horizon] less the mean of x, a chunk at a time."""
    for start in range(0, len(windows), CHUNK):
        x = windows.x[start : start + CHUNK : step].transpose(0, 2, 1)
        y = windows.y[start : start + CHUNK : step].transpose(0, 2, 1)
        level = x.mean(axis=2, keepdims=True)
        yield (x - level).reshape(-1, x.shape[2]), (y - level).reshape(-1, y.shape[2])


def forecasts(dataset: Dataset, window: WindowConfig, x: Array) -> dict[str, Array]:
    """Return every baseline's forecast [window, horizon, variable] of standardised x [window, lookback, variable]."""
    return {
        "ridge": load_ridge(dataset, window).forecast(x),
        "seasonal_naive": seasonal_naive(x, window.horizon, season_rows(dataset)),
        "repeat_last": repeat_last(x, window.horizon),
    }


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
    scores = {name: Scores(*windows.y.shape[1:]) for name in BASELINES}
    for start in range(0, len(windows), CHUNK):
        y = windows.y[start : start + CHUNK]
        for name, forecast in forecasts(dataset, window, windows.x[start : start + CHUNK]).items():
            scores[name].add(forecast - y)
    errors = {name: found.metrics(dataset.variables) for name, found in scores.items()}
    partial = path.with_suffix(f".{os.getpid()}.partial")  # workers side by side may find it missing at once
    partial.write_text(json.dumps(errors))
    partial.replace(path)
    return errors


def _read_errors(path: Path) -> dict[str, dict[str, Any]]:
    return {name: dict(errors) for name, errors in json.loads(path.read_text(encoding="utf-8")).items()}


def _cache(dataset: Dataset, window: WindowConfig, suffix: str) -> Path:
    name = f"{dataset.fingerprint}-{window.lookback}-{window.horizon}-{_VERSION}.{suffix}"
    return room(Room.BASELINES) / name
