"""By how much a change inside a model raises its error, paired window by window.

Windows overlap and neighbouring errors are alike, so the interval is that of a circular block bootstrap: windows are
drawn in blocks of neighbours, the same ones for the model as it is and with the change.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.analysis.estimate import Estimate
from core.analysis.resample import block_places, percentile_estimate
from core.text.message import Message

DRAWS = 999


def span(horizon: int, steps_per_day: int | None) -> int:
    """Return for how many neighbouring windows numbers are alike: those that share target rows, a day at least.

    >>> span(24, 96), span(720, 24), span(6, None)
    (96, 720, 6)
    """
    return max(horizon, steps_per_day or 1)


def paired_changes(
    as_is: ArrayLike, changed: ArrayLike, *, block: int, generator: np.random.Generator, draws: int = DRAWS
) -> list[Estimate]:
    """Return by how many per cent the mean squared error changes, an estimate a column; above 0: it rises.

    Parameters
    ----------
    as_is, changed : squared errors of each window, summed over the cells that are known, [window, column] in time
        order.
    block : neighbouring windows drawn together.

    Returns
    -------
    `n` counts windows. Where two blocks do not fit there is a value without an interval, and the reason.

    Raises
    ------
    ValueError : the two have different shapes, or no window.

    >>> generator = np.random.default_rng(0)
    >>> (one,) = paired_changes(np.ones((40, 1)), np.full((40, 1), 1.5), block=4, generator=generator)
    >>> one.value, one.low, one.high
    (50.0, 50.0, 50.0)
    """
    before, after = np.asarray(as_is, dtype=np.float64), np.asarray(changed, dtype=np.float64)
    if before.shape != after.shape or before.ndim != 2 or not len(before):
        raise ValueError(
            f"errors as they are and changed have shapes {before.shape} and {after.shape}; give both as the same "
            "[window, column]."
        )
    count = len(before)
    values = _per_cent(before.sum(0), after.sum(0))
    if not 1 <= block <= count // 2:
        reason = Message("resample.blocks_do_not_fit", block=block, n=count)
        return [Estimate(float(value), n=count, reason=reason) for value in values]
    times = np.stack([np.bincount(block_places(count, block, generator), minlength=count) for _ in range(draws)])
    resampled = _per_cent(times @ before, times @ after)  # [draw, column]
    return [
        percentile_estimate(float(value), column, count) for value, column in zip(values, resampled.T, strict=True)
    ]


def beyond_sum(as_is: NDArray[np.float64], alone: ArrayLike, together: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return errors whose `paired_changes` say by how much more several changes do together than the sum of each.

    Parameters
    ----------
    as_is, together : [window, column].
    alone : with each of the changes, [change, window, column].
    """
    each = np.asarray(alone, dtype=np.float64)
    return np.asarray(together - (each - as_is).sum(0), dtype=np.float64)


def _per_cent(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing was measured in these windows: nan
        return np.asarray(100 * (after / before - 1), dtype=np.float64)
