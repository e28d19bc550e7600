"""How a path's state changes from one origin to the next, whether both change together, and how fast they respond."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.analysis.dependence import is_constant
from core.analysis.estimate import NAN, Estimate, Floats, mean_interval, undefined
from core.analysis.resample import bootstrap, sign_flip_p
from core.text.message import Message

Mask = NDArray[np.bool_]


def follows(origins: ArrayLike, stamps: ArrayLike) -> Mask:
    """Return whether each origin comes one row and one regular time step after the one before, [origin].

    The first never does; neither does the first after a break in the time stamps.

    >>> follows([5, 6, 8], np.array(["2020-01-01", "2020-01-02", "2020-01-04"], "datetime64[D]")).tolist()
    [False, True, False]
    """
    rows = np.asarray(origins, dtype=np.int64)
    time = np.asarray(stamps).astype("datetime64[ns]").astype(np.int64)
    next_row = np.diff(rows) == 1
    waits = np.diff(time)
    if not next_row.any():
        return np.zeros(len(rows), dtype=np.bool_)
    values, counts = np.unique(waits[next_row], return_counts=True)
    regular = values[counts.argmax()]
    return np.concatenate([[False], next_row & (waits == regular)])


def change(layers: Iterable[ArrayLike], following: Mask) -> Floats:
    """Return the size of a state's step at each origin, [origin], in units of the state's own spread.

    change(i) = mean over layers of ||z(i) - z(i-1)|| / s, with s = sqrt(mean over i of ||z(i) - mean z||^2), so that
    layers and paths compare. Independent Gaussian states of many features have sqrt(2), of one feature 1.13.

    Parameters
    ----------
    layers : one state per layer, [origin, feature...]; read one at a time. A layer that never moves adds 0.
    following : from `follows`, [origin]; an origin that does not follow has NaN.
    """
    total = np.zeros(len(following))
    count = 0
    for layer in layers:
        state = np.asarray(layer, dtype=np.float64)
        state = state.reshape(len(state), -1)  # [origin, feature]
        count += 1
        if is_constant(state):
            continue
        spread = math.sqrt(float(np.square(state - state.mean(axis=0)).sum()) / len(state))
        total[1:] += np.linalg.norm(np.diff(state, axis=0), axis=1) / spread
    if count == 0:
        raise ValueError("there is no layer to take changes of; record at least one block.")
    return np.where(following, total / count, np.nan)


def ranks(values: ArrayLike) -> Floats:
    """Return ranks from 1, ties sharing their mean rank.

    >>> ranks([10.0, 30.0, 10.0]).tolist()
    [1.5, 3.0, 1.5]
    """
    _, index, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[index], dtype=np.float64)


def spearman(x: ArrayLike, y: ArrayLike, *, slot: ArrayLike | None = None) -> float:
    """Return Spearman's rank correlation of two series; NaN if one is constant.

    Parameters
    ----------
    x, y : [origin], without missing values.
    slot : step of the day of each origin, [origin]: when given, slot means of the ranks are removed first, so that a
        daily cycle which both series share no longer counts.

    >>> spearman([1.0, 2.0, 3.0], [1.0, 8.0, 27.0])
    1.0
    """
    return _correlation(_moments(*_paired_ranks(x, y, slot)).sum(axis=0))


def spearman_gain(
    mode: tuple[ArrayLike, ArrayLike],
    none: tuple[ArrayLike, ArrayLike],
    *,
    day: ArrayLike,
    generator: np.random.Generator,
    slot: ArrayLike | None = None,
    draws: int = 499,
) -> Estimate:
    """Return how much closer both paths change together in a mode than without any crossing.

    gain = Spearman(change of convolution, change of GRU) of the mode, minus the same of `none`; `n` counts origins.

    Parameters
    ----------
    mode, none : (change of the convolution path, change of the GRU path), [origin] each, of the same origins and
        seed; NaN marks origins without a change.
    day : calendar day of each origin, [origin]: the interval resamples whole days.
    generator : source of the resampling.
    slot : as in `spearman`.
    """
    series = [np.asarray(values, dtype=np.float64) for values in (*mode, *none)]
    kept = np.isfinite(series).all(axis=0)
    origins = int(kept.sum())
    if origins < 3:
        return undefined(Message("response.too_few_changes", n=origins), origins)
    of_slot = None if slot is None else np.asarray(slot)[kept]
    pairs = [_paired_ranks(series[i][kept], series[i + 1][kept], of_slot) for i in (0, 2)]
    moments = np.hstack([_moments(*pair) for pair in pairs])  # [origin, moment of mode | moment of none]
    index = np.unique(np.asarray(day)[kept], return_inverse=True)[1]
    days = np.zeros((index.max() + 1, moments.shape[1]))  # [day, moment]
    np.add.at(days, index, moments)

    def gain(rows: Floats) -> float:
        sums = rows.sum(axis=0)
        return _correlation(sums[:6]) - _correlation(sums[6:])

    value = gain(days)
    if math.isnan(value):
        return undefined(Message("response.still_path"), origins)
    interval = bootstrap(gain, days, generator=generator, draws=draws)
    return Estimate(value, interval.low, interval.high, n=origins, reason=interval.reason)


def half_rise(distance: ArrayLike) -> Floats:
    """Return the first time at which a response reaches half its maximum, interpolated, in steps, [event].

    It is NaN where nothing responds.

    Parameters
    ----------
    distance : ||perturbed state - base state|| after an intervention at step 0, [event, step].

    >>> half_rise([[0.0, 1.0, 4.0, 4.0]]).round(3).tolist()
    [1.333]
    """
    curves = np.atleast_2d(np.asarray(distance, dtype=np.float64))
    half = curves.max(axis=1) / 2
    reached = (curves >= half[:, None]).argmax(axis=1)
    events = np.arange(len(curves))
    before, after = curves[events, np.maximum(reached - 1, 0)], curves[events, reached]
    with np.errstate(invalid="ignore", divide="ignore"):
        times = np.where(reached == 0, 0.0, reached - 1 + (half - before) / (after - before))
    return np.where(half > 0, times, np.nan)


def intervention_lead(mode: ArrayLike, none: ArrayLike, *, generator: np.random.Generator | None = None) -> Estimate:
    """Return how much earlier a mode responds to the same interventions: t50 of none minus t50 of the mode.

    Parameters
    ----------
    mode, none : distances from the unperturbed state, [event, step], same events.
    generator : needed for the p-value beyond 12 events, see `sign_flip_p`; without it there is none.

    Returns
    -------
    Mean over events in steps with its t interval and sign-flip p-value; `n` counts events that both respond to.
    """
    sooner = half_rise(none) - half_rise(mode)
    found = mean_interval(sooner, of=Message("unit.event"))
    if generator is None or found.n < 2:
        return found
    return replace(found, p_value=sign_flip_p(sooner[np.isfinite(sooner)], generator=generator))


def _paired_ranks(x: ArrayLike, y: ArrayLike, slot: ArrayLike | None) -> tuple[Floats, Floats]:
    return _without_cycle(ranks(x), slot), _without_cycle(ranks(y), slot)


def _without_cycle(rank: Floats, slot: ArrayLike | None) -> Floats:
    """Remove the slot means, or the mean."""
    if slot is None:
        return rank - rank.mean()
    index = np.unique(np.asarray(slot), return_inverse=True)[1]
    return rank - (np.bincount(index, weights=rank) / np.bincount(index))[index]


def _moments(x: Floats, y: Floats) -> Floats:
    """Return what a correlation is made of, [origin, moment]: sums over any part of the origins give its own."""
    return np.column_stack([np.ones_like(x), x, y, x * x, y * y, x * y])


def _correlation(sums: Floats) -> float:
    """Return Pearson's correlation from summed moments; NaN where a variance vanishes."""
    n, x, y, xx, yy, xy = (float(value) for value in sums)
    variances = (xx - x * x / n, yy - y * y / n)
    if min(variances) <= 1e-9 * max(xx, yy, 1.0):
        return NAN
    return (xy - x * y / n) / math.sqrt(variances[0] * variances[1])
