"""Which calendar cycle the rows of a data set can show, and where in it a stamp lies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.spans import as_message, length_of
from core.data.step import DAY, WEEK
from core.text.message import Message
from core.text.words import mark

Stamps = pd.DatetimeIndex | NDArray[np.datetime64]

QUARTER = 92 * DAY  # the longest quarter of a year
YEAR = 365 * DAY
_WEEKDAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))
_MONTHS = (
    *(mark("Jan"), mark("Feb"), mark("Mar"), mark("Apr"), mark("May"), mark("Jun")),
    *(mark("Jul"), mark("Aug"), mark("Sep"), mark("Oct"), mark("Nov"), mark("Dec")),
)
_DAY_NANOSECONDS = 86_400 * 10**9
MOST_SLOTS = 288  # of a day: five minutes; finer rows share a slot


class CycleKind(StrEnum):
    """Calendar cycles, from the shortest; NONE where rows are too far apart or too few."""

    TIME_OF_DAY = mark("time of day")
    DAY_OF_WEEK = mark("day of week")
    MONTH = mark("month")
    NONE = "none"


@dataclass(frozen=True)
class Cycle:
    """A calendar cycle cut into slots.

    Attributes
    ----------
    kind : CycleKind
    labels : tuple of str
        One for each slot, in order: "13:00", "Mon", "Jan".
    reason : Message or None
        Why time of day does not apply, and what is used instead; None where it applies.
    starts : tuple of int
        Seconds after midnight at which the slots of a day begin, where they are not even: trading or office hours.
    """

    kind: CycleKind
    labels: tuple[str, ...]
    reason: Message | None = None
    starts: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """Number of slots."""
        return len(self.labels)


def cycle_of(dataset: Dataset) -> Cycle:
    """Return the shortest calendar cycle that the rows resolve and that they run through at least twice."""
    span = dataset.frame.index[-1] - dataset.frame.index[0] + dataset.step.length
    step = as_message(dataset.step.distance)
    length = dataset.step.length
    if length < DAY:
        if span >= 2 * DAY:
            if dataset.step.clock:
                return _kept_hours(dataset.step.clock)
            return Cycle(CycleKind.TIME_OF_DAY, _clock(_day_slots(dataset.steps_per_day)))
        return _no_cycle(Message("cycle.short", span=length_of(span)))
    if length < WEEK and span >= 2 * WEEK:
        return Cycle(CycleKind.DAY_OF_WEEK, _WEEKDAYS, Message("cycle.day_of_week", step=step))
    if length <= QUARTER and span >= 2 * YEAR:
        return Cycle(CycleKind.MONTH, _MONTHS, Message("cycle.month", step=step))
    return _no_cycle(Message("cycle.none_twice", step=step, span=length_of(span)))


def _no_cycle(reason: Message) -> Cycle:
    return Cycle(CycleKind.NONE, ("all",), reason)


def _kept_hours(clock: tuple[int, ...]) -> Cycle:
    """Return the cycle of the times of a day that occur: one slot a row where they are few, else an hour."""
    starts = clock if len(clock) <= MOST_SLOTS else tuple(sorted({time // 3600 * 3600 for time in clock}))
    labels = tuple(f"{time // 3600:02d}:{time % 3600 // 60:02d}" for time in starts)
    return Cycle(CycleKind.TIME_OF_DAY, labels, starts=starts)


def _day_slots(steps_per_day: int | None) -> int:
    """Return the slots of a day: one a row where they are few and divide the day, else hours."""
    if steps_per_day is None:
        return 24
    if steps_per_day <= MOST_SLOTS:
        return steps_per_day
    return MOST_SLOTS if steps_per_day % MOST_SLOTS == 0 else 24


def _clock(slots: int) -> tuple[str, ...]:
    starts = pd.date_range("2000-01-01", periods=slots, freq=DAY / slots)
    return tuple(starts.strftime("%H:%M"))


def time_of_day(stamps: Stamps) -> NDArray[np.float64]:
    """Return the part of the day gone by, in [0, 1): midnight is 0, noon .5.

    >>> time_of_day(pd.DatetimeIndex(["2013-01-01 06:00", "2013-01-01 12:00"])).tolist()
    [0.25, 0.5]
    """
    index = pd.DatetimeIndex(stamps)
    return np.asarray((index - index.normalize()) / DAY, dtype=np.float64)


def slots(stamps: Stamps, cycle: Cycle) -> NDArray[np.int64]:
    """Return the slot of each stamp, 0 to `cycle.count` - 1."""
    index = pd.DatetimeIndex(stamps)
    match cycle.kind:
        case CycleKind.TIME_OF_DAY:
            passed = (index - index.normalize()).to_numpy("timedelta64[ns]").astype(np.int64)
            if cycle.starts:
                return np.searchsorted(np.asarray(cycle.starts) * 10**9, passed, side="right").astype(np.int64) - 1
            return passed * cycle.count // _DAY_NANOSECONDS  # integers: a stamp on an edge never falls before it
        case CycleKind.DAY_OF_WEEK:
            return index.day_of_week.to_numpy(np.int64)
        case CycleKind.MONTH:
            return index.month.to_numpy(np.int64) - 1
        case CycleKind.NONE:
            return np.zeros(len(index), dtype=np.int64)
        case _:
            assert_never(cycle.kind)
