"""How far a forecast is off: bands by split conformal prediction, and how many of the test cells they hold.

Source: Papadopoulos et al. (2002), "Inductive confidence machines for regression"; Lei et al. (2018),
"Distribution-free predictive inference for regression", section 2.2. The guarantee there is for exchangeable errors.
Windows overlap and time goes on, so here it is a recipe, and the share of test cells inside is told beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.baselines import Ridge
from core.data.dataset import Dataset
from core.data.windows import Windows, make_windows
from core.model.forecaster import Forecaster
from core.train.checkpoint import Checkpoint
from core.train.evaluate import batches
from core.vocabulary import Split

LEVELS = (0.8, 0.95)
MOST_BYTES = 200_000_000  # of errors held at once; of more, evenly spaced windows are taken


@dataclass(frozen=True, eq=False)
class Bands:
    """Half-widths of bands around a forecast.

    Attributes
    ----------
    half : float64 [level, horizon step, variable]
        In standardised units, levels as LEVELS; nan where too few errors are known for the level.
    coverage : float64 [level]
        Share of the test cells with known truth that the bands hold; nan where none is known.
    windows : int
        Validation windows whose errors the bands come from.
    """

    half: NDArray[np.float64]
    coverage: NDArray[np.float64]
    windows: int


def conformal(errors: NDArray[np.floating], level: float) -> NDArray[np.float64]:
    """Return for each column the error that a new one exceeds at most as often as 1 - level says.

    Parameters
    ----------
    errors : absolute errors [window, ...], nan where the truth is not known.

    Returns
    -------
    float64 [...]: of n known errors the k-th smallest, k = ceil((n + 1) level); nan where k is above n.

    >>> conformal(np.arange(1.0, 100.0)[:, None], 0.95)
    array([95.])
    >>> conformal(np.ones((3, 1)), 0.95)
    array([nan])
    """
    known = np.isfinite(errors).sum(axis=0)
    rank = np.ceil((known + 1) * level - 1e-9).astype(int)  # 20 * 0.95 is 19, and a little more in binary
    place = np.minimum(np.maximum(rank, 1), len(errors)) - 1
    found = np.take_along_axis(np.sort(errors, axis=0), place[None], axis=0)[0]  # nan sorts last
    return np.where(rank <= known, found, np.nan).astype(np.float64)


def fit_bands(checkpoint: Checkpoint, dataset: Dataset, ridge: Ridge | None) -> Bands:
    """Return the bands of a model's forecasts, or of their average with ridge where one is given.

    Parameters
    ----------
    dataset : the data it was trained on: the bands come from its validation part, their coverage from its test part.

    Raises
    ------
    RecordError : the data are others than those it was trained on.
    """
    checkpoint.check_data(dataset)
    window = checkpoint.record.config.window
    validation, test = (make_windows(dataset, window, part) for part in (Split.VALIDATION, Split.TEST))
    every = math.ceil(len(validation) * validation.y[0].size * 4 / MOST_BYTES)
    chosen = validation.at(slice(None, None, every))
    errors = np.concatenate([*_errors(checkpoint.model, chosen, ridge)])
    half = np.stack([conformal(errors, level) for level in LEVELS])
    inside, known = np.zeros(len(LEVELS)), 0
    for part in _errors(checkpoint.model, test, ridge):
        known += int(np.isfinite(part).sum())
        inside += [(part <= of_level).sum() for of_level in half]
    with np.errstate(invalid="ignore"):  # nothing known: nan
        return Bands(half, np.asarray(inside / np.float64(known)), len(chosen))


@torch.inference_mode()
def _errors(model: Forecaster, windows: Windows, ridge: Ridge | None) -> Iterator[NDArray[np.float32]]:
    """Yield absolute errors of a batch of windows, standardised [window, horizon, variable]; nan without truth."""
    for part, x in batches(windows):
        forecast = model(x).forecast.numpy()
        if ridge is not None:
            forecast = 0.5 * (forecast + ridge.forecast(windows.x[part]))
        off, known = np.abs(forecast - windows.y[part]), windows.known_at(part)
        yield off if known is None else np.where(known, off, np.float32(np.nan))
