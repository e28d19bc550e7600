"""Responses to the standard pulse, window by window: their mean over the calendar cycle and around abrupt changes.

Neighbouring windows respond alike, so intervals draw blocks of them together (circular, Politis and Romano 1992).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.analysis.clock import eta_squared
from core.analysis.estimate import Estimate, Floats, mean_interval, undefined
from core.analysis.events import REACH
from core.analysis.resample import block_bootstrap, block_places, exceedance_p, percentile_estimate
from core.text.message import Message

Integers = NDArray[np.int64]
WINDOW, EVENT = Message("unit.window"), Message("unit.event")  # what means are over
AROUND = 48  # rows looked at on either side of an abrupt change
LAGS: Integers = np.arange(-AROUND, AROUND + 1)
DRAWS = 499  # of an interval
NULL_DRAWS = 199  # p-values down to .005
_SINCE = (LAGS >= 0) & (LAGS < REACH)  # the rows that follow a change at once


def mean_over_all(values: ArrayLike, *, block: int, generator: np.random.Generator) -> Estimate:
    """Return the mean over all windows; NaN marks a window without a value.

    Parameters
    ----------
    values : one number a window, in time order, [window].
    block : neighbouring windows drawn together.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if not np.isfinite(numbers).any():
        return undefined(Message("estimate.no_value", of=WINDOW))
    found = block_bootstrap(_mean, numbers, block=block, generator=generator, draws=DRAWS)
    return found if found.defined else Estimate(_mean(numbers), n=found.n, reason=found.reason)


def mean_over_slots(
    values: ArrayLike, slots: Integers, count: int, *, block: int, generator: np.random.Generator
) -> list[Estimate]:
    """Return the mean over the windows of each slot of the calendar cycle, an estimate a slot.

    Parameters
    ----------
    values : one number a window, in time order, [window]; NaN marks a window without one.
    slots : slot of each window, from 0 to `count` - 1.
    block : neighbouring windows drawn together.

    Returns
    -------
    `n` counts the windows of a slot. Where two blocks do not fit there is a value without an interval, and why.
    """
    numbers = np.asarray(values, dtype=np.float64)
    known, windows = np.isfinite(numbers), len(numbers)
    numbers = np.where(known, numbers, 0.0)

    def means(times: NDArray[np.floating] | Integers) -> Floats:  # how often each window is drawn
        drawn = times * known
        with np.errstate(invalid="ignore", divide="ignore"):
            sums = np.bincount(slots, drawn * numbers, count)
            return np.asarray(sums / np.bincount(slots, drawn, count))

    found, of_slot = means(np.ones(windows)), np.bincount(slots[known], minlength=count)
    if not 1 <= block <= windows // 2:
        reason = Message("resample.blocks_do_not_fit", block=block, n=windows)
        return [Estimate(float(value), n=int(n), reason=reason) for value, n in zip(found, of_slot, strict=True)]
    draws = [means(np.bincount(block_places(windows, block, generator), minlength=windows)) for _ in range(DRAWS)]
    return [
        percentile_estimate(float(value), column, int(n)) if n else undefined(Message("estimate.no_value", of=WINDOW))
        for value, column, n in zip(found, np.stack(draws).T, of_slot, strict=True)
    ]


def slot_share(values: ArrayLike, slots: Integers, count: int, *, generator: np.random.Generator) -> Estimate:
    """Return which share of the variance within runs through the cycle the slots explain, adjusted for their number.

    What changes from one run through the cycle (a day, a week, a year) to the next is taken out first. The p-value
    holds the share against slots that are rotated, each run through the cycle by an amount of its own.

    Parameters
    ----------
    values, slots : of windows in time order, [window]; slots from 0 to `count` - 1.
    """
    numbers = np.asarray(values, dtype=np.float64)
    passes = np.cumsum(np.diff(slots, prepend=slots[0]) < 0)  # which run through the cycle a window lies in
    within = numbers - (np.bincount(passes, numbers) / np.bincount(passes))[passes]
    found = eta_squared(within, slots)
    if not found.defined:
        return found
    turns = generator.integers(count, size=(NULL_DRAWS, int(passes[-1]) + 1))
    rotated = [eta_squared(within, (slots + turn[passes]) % count).value for turn in turns]
    return Estimate(found.value, p_value=exceedance_p(found.value, rotated), n=found.n, reason=found.reason)


def around_places(values: ArrayLike, places: Integers) -> Floats:
    """Return the values around some places, [event, lag]; NaN beyond the first and the last window.

    >>> around_places([1.0, 2.0, 3.0], np.array([1]))[0, AROUND - 2 : AROUND + 3].tolist()
    [nan, 1.0, 2.0, 3.0, nan]
    """
    padded = np.pad(np.asarray(values, dtype=np.float64), AROUND, constant_values=np.nan)
    return np.asarray(padded[places[:, None] + AROUND + LAGS])


def mean_by_lag(values: ArrayLike, places: Integers) -> list[Estimate]:
    """Return the mean over abrupt changes at each lag, with its t interval over them; -48 to 48 rows.

    Parameters
    ----------
    values : one number a window, in time order, [window].
    places : of the abrupt changes on the axis of windows: the first window that reads the row of the change.
    """
    return [mean_interval(column, of=EVENT) for column in around_places(values, places).T]


def rise_after(values: ArrayLike, places: Integers) -> Floats:
    """Return by how many per cent values are larger in the 12 rows from each change on than around, [event]."""
    near = around_places(values, places)
    with np.errstate(invalid="ignore", divide="ignore"):
        since, else_ = _mean_rows(near[:, _SINCE]), _mean_rows(near[:, ~_SINCE])
        return np.asarray(100 * (since / else_ - 1))


def mean_after(values: ArrayLike, places: Integers) -> Floats:
    """Return the mean of the 12 rows from each change on, [event]."""
    return _mean_rows(around_places(values, places)[:, _SINCE])


def rise_anywhere(values: ArrayLike, events: int, *, generator: np.random.Generator) -> Estimate:
    """Return the mean and the central 95 % of `rise_after` at as many places drawn at random."""
    numbers = np.asarray(values, dtype=np.float64)
    draws = [
        np.nanmean(rise_after(numbers, generator.choice(len(numbers), events, replace=False)))
        for _ in range(NULL_DRAWS)
    ]
    low, high = np.quantile(draws, [0.025, 0.975])
    return Estimate(float(np.mean(draws)), float(low), float(high), n=events)


def _mean(values: Floats) -> float:
    return float(np.nanmean(values))


def _mean_rows(values: Floats) -> Floats:
    """Return the mean of the finite values of each row, NaN where there is none."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1))
