"""Abrupt changes, the average response to them, and how it grows and comes earlier under a crossing.

A change is read against its surroundings: its logarithm minus the running median of one patch on either side, which
leaves neither a scale nor a slow level to choose. The convolution paths of a mode and of `none` choose the events
together; events chosen by one of them alone would favour the other's peak, or its own. A p-value swaps the responses
of mode and `none` event by event: if both responded alike, nobody would notice. Beside each measure stands the same
at as many places drawn at random: what both runs differ by anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from core.analysis.clock import Integers
from core.analysis.estimate import NAN, Estimate, Floats, mean_interval, undefined
from core.analysis.resample import bootstrap, exceedance_p
from core.text.message import Message

PATCH = 36  # rows of a token in the published form: surroundings on either side, and least distance of two events
REACH = 12  # steps looked at before and after an event
FEWEST = 24  # events below which an average says nothing
EVERY = 100  # origins for one event, where there are many
FARTHEST = 6  # largest lead looked for, in steps: half the reach, so that profiles still overlap

SHIFTS: Integers = np.arange(-REACH, REACH + 1)


@dataclass(frozen=True)
class Events:
    """Places on the axis of origins, in time order, [event]; `reason` says why there are too few."""

    places: Integers
    reason: Message | None = None

    def __len__(self) -> int:
        return len(self.places)


def contrast(change: ArrayLike, patch: int = PATCH) -> Floats:
    """Return by how much a change stands above its surroundings, [origin]: its log minus the log's running median.

    Parameters
    ----------
    change : changes of a path, [origin]; NaN where there is none. The result is NaN there, and where it is 0.
    patch : rows of the running median on either side: those of a token.

    >>> contrast([2.0, 2.0, 6.0, 2.0], 1).round(2).tolist()
    [0.0, 0.0, 1.1, -0.55]
    """
    values = np.asarray(change, dtype=np.float64)
    logs = np.log(values, out=np.full(values.shape, np.nan), where=values > 0)
    level = pd.Series(logs).rolling(2 * patch + 1, center=True, min_periods=1).median()
    return np.asarray(logs - level.to_numpy())


def wanted_events(origins: int) -> int:
    """Return how many events are taken of so many origins.

    >>> [wanted_events(count) for count in (1500, 2161, 2785, 10444, 11425)]
    [24, 24, 27, 104, 114]
    """
    return max(FEWEST, origins // EVERY)


def select_events(mode: ArrayLike, none: ArrayLike, *, patch: int = PATCH) -> Events:
    """Return the places at which the convolution paths of a mode and of `none` change most abruptly.

    The highest places of the mean of both contrasts that stand above their surroundings, taken from the highest
    down, at least a patch apart, with 12 whole rows on either side.

    Parameters
    ----------
    mode, none : contrasts of both convolution paths, [origin], of the same origins and seed.
    patch : rows of a token.
    """
    score = (np.asarray(mode, dtype=np.float64) + np.asarray(none, dtype=np.float64)) / 2
    finite = np.isfinite(score)
    candidates = np.flatnonzero(_inside(finite) & (np.where(finite, score, 0.0) > 0))
    if candidates.size == 0:
        return Events(candidates, Message("events.no_change"))
    highest = candidates[np.argsort(-score[candidates], kind="stable")]
    places = _spread_out(highest, patch, wanted_events(len(score)))
    if len(places) < FEWEST:
        return Events(places, Message("events.too_few", n=len(places), needed=FEWEST))
    return Events(places)


def _inside(finite: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether all steps within reach of an origin are there, [origin]."""
    width = len(SHIFTS)
    if len(finite) < width:
        return np.zeros_like(finite)
    whole = np.lib.stride_tricks.sliding_window_view(finite, width).all(axis=1)
    return np.pad(whole, REACH)


def _spread_out(order: Integers, gap: int, most: int) -> Integers:
    """Take at most `most` places in the given order, none nearer than the gap to one taken; return them sorted."""
    if order.size == 0:
        return order
    blocked = np.zeros(int(order.max()) + gap, dtype=np.bool_)
    taken: list[int] = []
    for place in order:
        if len(taken) == most:
            break
        if not blocked[place]:
            taken.append(place)
            blocked[max(0, place - gap + 1) : place + gap] = True
    return np.sort(np.array(taken, dtype=np.int64))


def around(series: ArrayLike, places: Integers) -> Floats:
    """Return the series around each place, [event, shift]."""
    return np.asarray(series, dtype=np.float64)[places[:, None] + SHIFTS]


@dataclass(frozen=True)
class EventProfile:
    """Average of a contrast around events: `mean` with its 95 % t interval, [shift]."""

    mean: Floats
    low: Floats
    high: Floats


def event_profile(series: ArrayLike, events: Events) -> EventProfile:
    """Return the event-averaged contrast of a path [origin]."""
    points = [mean_interval(column, of=Message("unit.event")) for column in around(series, events.places).T]
    return EventProfile(
        mean=np.array([point.value for point in points]),
        low=np.array([point.low for point in points]),
        high=np.array([point.high for point in points]),
    )


@dataclass(frozen=True)
class EventMeasure:
    """A measure at the events with its p-value, and the same at random places (mean, central 95 %)."""

    estimate: Estimate
    anywhere: Estimate


ProfileStatistic = Callable[[Floats], float]  # average contrasts of mode and none [2, shift] -> number


def amplification(profiles: Floats) -> float:
    """Return 100 [exp(max mode - max none) - 1]: by how many percent the mode's peak stands higher."""
    mode, none = profiles.max(axis=1)
    return float(100 * np.expm1(mode - none))


def lead(profiles: Floats) -> float:
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
    patch: int = PATCH,
    draws: int = 199,
) -> EventMeasure:
    """Return a statistic of the responses of a mode and of `none` to the same events.

    Parameters
    ----------
    statistic : `amplification` (percent) or `lead` (steps, above 0 when the mode is earlier).
    mode, none : contrasts of the GRU path, [origin], of the same origins and seed.
    events : from `select_events`.
    generator : source of the bootstrap over events (the interval), of the swaps (the two-sided p-value) and of the
        places.
    patch : least distance of places drawn at random.

    Returns
    -------
    `n` counts events; too few of them leave both undefined, with the reason.
    """
    pair = np.stack([np.asarray(mode, dtype=np.float64), np.asarray(none, dtype=np.float64)])  # [2, origin]
    if events.reason:
        return _missing(events, events.reason)
    windows = _around_pair(pair, events.places)  # [event, 2, shift]
    if not np.isfinite(windows).all():
        return _missing(events, Message("events.still_gru"))

    def at(some: Floats) -> float:
        return statistic(some.mean(axis=0))

    found = bootstrap(at, windows, generator=generator, draws=draws)
    if not found.defined:
        return _missing(events, Message("events.no_match", steps=FARTHEST))
    swaps = generator.integers(2, size=(draws, len(events))).astype(np.bool_)
    swapped = [at(np.where(swap[:, None, None], windows[:, ::-1], windows)) for swap in swaps]
    inside = np.flatnonzero(_inside(np.isfinite(pair.sum(axis=0))))
    drawn = (_spread_out(generator.permutation(inside), patch, len(events)) for _ in range(draws))
    elsewhere = np.array([at(_around_pair(pair, places)) for places in drawn])
    p_value = exceedance_p(abs(found.value), np.abs(swapped))
    estimate = Estimate(found.value, found.low, found.high, p_value, len(events))
    return EventMeasure(estimate, _anywhere(elsewhere, len(events)))


def _missing(events: Events, reason: Message) -> EventMeasure:
    estimate = undefined(reason, len(events))
    return EventMeasure(estimate, estimate)


def _around_pair(pair: Floats, places: Integers) -> Floats:
    """Return both series around each place, [event, 2, shift]."""
    return np.stack([around(series, places) for series in pair], axis=1)


def _anywhere(values: Floats, events: int) -> Estimate:
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return undefined(Message("events.no_value_at_random"), events)
    low, high = np.quantile(finite, [0.025, 0.975])
    return Estimate(float(finite.mean()), float(low), float(high), n=events)
