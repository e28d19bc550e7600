"""Abrupt changes, the average response to them, and how it grows and comes earlier under a crossing.

Events are chosen once, on the convolution path of mode `none`, and used for every mode of the same seed. A p-value
swaps the responses of mode and `none` event by event: if both responded alike, nobody would notice. Beside each
measure stands its placebo, the same computation on as many places drawn at random: what both runs differ by anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.analysis.clock import Integers
from core.analysis.estimate import NAN, Estimate, Floats, mean_interval, undefined
from core.analysis.resample import bootstrap, exceedance_p

SHARE = 0.05  # of the origins, the largest changes
GAP = 36  # least distance of two events: the rows of one patch
REACH = 12  # steps looked at before and after an event
FEWEST = 20  # events below which an average says nothing
FARTHEST = 6  # largest lead looked for, in steps: half the reach, so that profiles still overlap

SHIFTS: Integers = np.arange(-REACH, REACH + 1)


@dataclass(frozen=True)
class Events:
    """Places on the axis of origins, in time order, [event]; `reason` says why there are too few."""

    places: Integers
    reason: str = ""

    def __len__(self) -> int:
        return len(self.places)


def select_events(change: ArrayLike) -> Events:
    """Return the largest changes of a series, far enough apart, inside the series.

    The top 5 % by size are taken greedily from the largest down, at least 36 steps apart, with 12 unbroken steps on
    either side.

    Parameters
    ----------
    change
        Changes of the convolution path in mode `none`, [origin]; NaN where there is none.
    """
    series = np.asarray(change, dtype=np.float64)
    finite = np.isfinite(series)
    if not finite.any() or np.nanmax(series) <= 0:
        return Events(np.empty(0, dtype=np.int64), "The state never changes, so that there are no events.")
    large = finite & (series >= np.quantile(series[finite], 1 - SHARE))
    candidates = np.flatnonzero(large & _inside(finite))
    places = _spread_out(candidates[np.argsort(-series[candidates], kind="stable")])
    if len(places) < FEWEST:
        return Events(places, f"Only {len(places)} abrupt changes; an average needs {FEWEST}.")
    return Events(places)


def _inside(finite: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether all steps within reach of an origin are there, [origin]."""
    width = len(SHIFTS)
    if len(finite) < width:
        return np.zeros_like(finite)
    whole = np.lib.stride_tricks.sliding_window_view(finite, width).all(axis=1)
    return np.pad(whole, REACH)


def _spread_out(order: Integers, most: int | None = None) -> Integers:
    """Take at most `most` places in the given order, none nearer than the gap to one taken; return them sorted."""
    if order.size == 0:
        return order
    blocked = np.zeros(int(order.max()) + GAP, dtype=np.bool_)
    taken: list[int] = []
    for place in order:
        if len(taken) == most:
            break
        if not blocked[place]:
            taken.append(place)
            blocked[max(0, place - GAP + 1) : place + GAP] = True
    return np.sort(np.array(taken, dtype=np.int64))


def around(series: ArrayLike, places: Integers) -> Floats:
    """Return the series around each place, [event, shift]."""
    return np.asarray(series, dtype=np.float64)[places[:, None] + SHIFTS]


def baseline(series: ArrayLike, events: Events) -> float:
    """Return the median of a series farther than 12 steps from every event."""
    values = np.array(series, dtype=np.float64)
    values[(events.places[:, None] + SHIFTS).ravel()] = np.nan
    return float(np.nanmedian(values)) if np.isfinite(values).any() else NAN


@dataclass(frozen=True)
class EventProfile:
    """Average of a series around events: `mean` with its 95 % t interval, [shift], and the level off the events."""

    mean: Floats
    low: Floats
    high: Floats
    baseline: float
    n: int


def event_profile(series: ArrayLike, events: Events) -> EventProfile:
    """Return the event-averaged response of a series [origin]."""
    points = [mean_interval(column, of="event") for column in around(series, events.places).T]
    return EventProfile(
        mean=np.array([point.value for point in points]),
        low=np.array([point.low for point in points]),
        high=np.array([point.high for point in points]),
        baseline=baseline(series, events),
        n=len(events),
    )


@dataclass(frozen=True)
class EventMeasure:
    """A measure at the events with its p-value, and its placebo at random places (mean, central 95 %)."""

    estimate: Estimate
    placebo: Estimate


# (average profiles of mode and none [2, shift]; their levels off the events [2]) -> number
ProfileStatistic = Callable[[Floats, Floats], float]


def amplification(profiles: Floats, levels: Floats) -> float:
    """Return 100 [(max mode / level) / (max none / level) - 1]; without the levels a mere rescaling would count."""
    mode, none = profiles.max(axis=1) / levels
    return float(100 * (mode / none - 1))


def lead(profiles: Floats, levels: Floats | None = None) -> float:
    """Return by how many steps the first profile comes before the second; NaN beyond 6 steps.

    The shift of the largest correlation over the steps that both share, refined by a parabola through its neighbours.
    """
    mode, none = profiles
    length = len(mode)
    shifts = range(-FARTHEST, FARTHEST + 1)
    scores = [
        _correlation(mode[max(0, -s) : length - max(0, s)], none[max(0, s) : length - max(0, -s)]) for s in shifts
    ]
    best = int(np.argmax(scores))
    if best in (0, len(scores) - 1) or not np.isfinite(scores).all():
        return NAN
    before, top, after = scores[best - 1 : best + 2]
    bend = before - 2 * top + after
    return shifts[best] + ((before - after) / (2 * bend) if bend < 0 else 0.0)


def _correlation(x: Floats, y: Floats) -> float:
    x, y = x - x.mean(), y - y.mean()
    scale = np.sqrt((x @ x) * (y @ y))
    return float(x @ y / scale) if scale > 0 else NAN


def measure_events(
    statistic: ProfileStatistic,
    mode: ArrayLike,
    none: ArrayLike,
    events: Events,
    *,
    generator: np.random.Generator,
    draws: int = 199,
) -> EventMeasure:
    """Return a statistic of the responses of a mode and of `none` to the same events.

    Parameters
    ----------
    statistic
        `amplification` (percent) or `lead` (steps, above 0 when the mode is earlier).
    mode, none
        Changes of the GRU path, [origin], of the same origins and seed.
    events
        From `select_events`.
    generator
        Source of the bootstrap over events (the interval), of the swaps (the two-sided p-value) and of the placebo.

    Returns
    -------
    EventMeasure
        `n` counts events; too few of them leave both undefined, with the reason.
    """
    pair = np.stack([np.asarray(mode, dtype=np.float64), np.asarray(none, dtype=np.float64)])  # [2, origin]
    if events.reason:
        return _missing(events, events.reason)
    levels = np.array([baseline(series, events) for series in pair])
    if not (levels > 0).all():
        return _missing(events, "The GRU path does not move away from the events.")

    relative = pair / levels[:, None]  # levels of 1, so that mode and none can be swapped

    def at(windows: Floats) -> float:  # windows [event, 2, shift]
        return statistic(windows.mean(axis=0), np.ones(2))

    windows = _around_pair(relative, events.places)
    found = bootstrap(at, windows, generator=generator, draws=draws)
    if not found.defined:
        return _missing(events, f"The responses do not match within {FARTHEST} steps.")
    swaps = generator.integers(2, size=(draws, len(events))).astype(np.bool_)
    swapped = [at(np.where(swap[:, None, None], windows[:, ::-1], windows)) for swap in swaps]
    inside = np.flatnonzero(_inside(np.isfinite(relative).all(axis=0)))
    drawn = (_spread_out(generator.permutation(inside), len(events)) for _ in range(draws))
    placebo = np.array([at(_around_pair(relative, places)) for places in drawn])
    p_value = exceedance_p(abs(found.value), np.abs(swapped))
    estimate = Estimate(found.value, found.low, found.high, p_value, len(events))
    return EventMeasure(estimate, _placebo(placebo, len(events)))


def _missing(events: Events, reason: str) -> EventMeasure:
    estimate = undefined(reason, len(events))
    return EventMeasure(estimate, estimate)


def _around_pair(pair: Floats, places: Integers) -> Floats:
    """Return both series around each place, [event, 2, shift]."""
    return np.stack([around(series, places) for series in pair], axis=1)


def _placebo(null: Floats, events: int) -> Estimate:
    finite = null[np.isfinite(null)]
    if finite.size == 0:
        return undefined("No placebo draw has a value.", events)
    low, high = np.quantile(finite, [0.025, 0.975])
    return Estimate(float(finite.mean()), float(low), float(high), n=events)
