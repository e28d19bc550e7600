"""Forecast errors on standardised values, and their change from one mode to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.analysis.estimate import Estimate, Floats, mean_interval, undefined
from core.text.message import Message


def window_errors(forecast: ArrayLike, truth: ArrayLike, known: NDArray[np.bool_] | None = None) -> Floats:
    """Return the mean squared error of every window and variable, [window, variable].

    Parameters
    ----------
    forecast, truth : [window, step, variable].
    known : which cells of the truth were measured, the only ones that count; all of them where it is not given. The
        error of a window without any is NaN.
    """
    made, true = np.asarray(forecast), np.asarray(truth)
    if made.shape != true.shape or made.ndim != 3 or made.size == 0:
        raise ValueError(
            f"forecast and truth have shapes {made.shape} and {true.shape}; give both as the same "
            "[window, step, variable]."
        )
    squared = np.square(np.subtract(made, true, dtype=np.float64))
    if known is None:
        return squared.mean(axis=1)
    with np.errstate(invalid="ignore"):
        return np.where(known, squared, 0).sum(axis=1) / known.sum(axis=1)


@dataclass(frozen=True)
class LandmarkWindows:
    """Places on the axis of windows."""

    best: int
    median: int
    worst: int


def landmark_windows(errors: ArrayLike) -> LandmarkWindows:
    """Return the windows with the smallest, the (lower) median and the largest error, of errors [window].

    Windows without an error (NaN) are passed over, unless all are.

    >>> landmark_windows([3.0, 1.0, 2.0])
    LandmarkWindows(best=1, median=2, worst=0)
    """
    values = np.asarray(errors, dtype=np.float64)
    order = np.argsort(values, kind="stable")  # NaN last
    order = order[: np.isfinite(values).sum() or None]
    if order.size == 0:
        raise ValueError("there are no windows to choose from; evaluate at least one.")
    return LandmarkWindows(best=int(order[0]), median=int(order[(order.size - 1) // 2]), worst=int(order[-1]))


def delta_rmse(none: Mapping[int, float], mode: Mapping[int, float]) -> Estimate:
    """Return by how many percent a mode lowers the RMSE of `none`, paired by seed.

    The mean of (none - mode) / none * 100, above 0 when the mode is better, with its t interval; `n` counts seeds.

    Parameters
    ----------
    none, mode : RMSE by seed; seeds that only one of them has are left out.

    >>> delta_rmse({0: 1.0, 1: 2.0}, {0: 0.9, 1: 1.8}).value.__round__(6)
    10.0
    """
    changes = delta_rmse_by_seed(none, mode)
    if not changes:
        return undefined(Message("errors.no_seed_of_mode_and_none"))
    return mean_interval(list(changes.values()))


def delta_rmse_by_seed(none: Mapping[int, float], mode: Mapping[int, float]) -> dict[int, float]:
    """Return the percentages behind `delta_rmse`, by seed in order: their distribution."""
    return {seed: (none[seed] - mode[seed]) / none[seed] * 100 for seed in sorted(none.keys() & mode.keys())}


def rmse_increase(proposed: Mapping[int, float], weakened: Mapping[int, float]) -> Estimate:
    """Return by how many percent a weakened model (reference `ema` or `static`) has a larger RMSE, paired by seed.

    Parameters
    ----------
    proposed, weakened : RMSE by seed; seeds that only one of them has are left out.

    >>> round(rmse_increase({0: 1.0, 1: 2.0}, {0: 1.1, 1: 2.2}).value, 6)
    10.0
    """
    changes = [-change for change in delta_rmse_by_seed(proposed, weakened).values()]
    return mean_interval(changes) if changes else undefined(Message("errors.no_seed_of_both"))
