"""Columns of numbers beside dates that count hours, half hours, quarter hours ... of the day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from core.data.reading.times.clock import DAY, Clock
from core.data.reading.times.coverage import coverage, in_order, regularity
from core.text.message import Message

ENOUGH = 0.95
REGULAR = 0.4  # share of steps that are the usual one, from which a name is believed
_FILLS = 0.9  # coverage of the time axis from which its numbers are believed
_INTERVALS = {
    24: Message("clock.hours"),
    48: Message("clock.half_hours"),
    96: Message("clock.quarter_hours"),
    144: Message("clock.ten_minutes"),
    288: Message("clock.five_minutes"),
    1440: Message("clock.minutes"),
}
_NAMED = re.compile(
    r"(^|[\W_])(time|hours?|hrs?|hh|he|clock|uhrzeit|zeit|stunde|hora|heure|anfang|beginn?|start|from|von)([\W_]|$)"
    r"|시간|시각|^시$"
)
_OTHER_NAME = re.compile(
    r"(^|[\W_])(id|no|nr|code|store|shop|item|product|family|dept|site|station|sensor|meter|turbine|machine|unit"
    r"|plant|line|lane|region|zone|area|group|cluster|series)s?([\W_]|$)|번호|지점"
)


def is_named(name: str) -> bool:
    """Whether a column's name says that it holds a clock."""
    return _NAMED.search(name.strip().lower()) is not None


def from_numbers(name: str, cells: pd.Series, dates: pd.Series) -> Iterator[Clock]:
    """Yield the first reading of a column of numbers that goes on evenly over the dates."""
    values = cells.dropna()
    if len(values) < ENOUGH * len(cells) or values.min() < 0 or values.nunique() > 1_441:
        return
    named = is_named(name)
    for clock in _readings(name, cells, values, dates):
        stamps = clock.on(dates)
        if not _comes_evenly(stamps, dates):
            continue
        if named and regularity(stamps) >= REGULAR:
            yield clock
            return
        goes_on = in_order(stamps) >= ENOUGH and coverage(stamps) >= _FILLS
        if goes_on and not _OTHER_NAME.search(name.strip().lower()):
            yield clock
            return


def _comes_evenly(stamps: pd.Series, dates: pd.Series) -> bool:
    """Whether the times of a date come equally often: each once, or once in each of the series of that date."""
    often = stamps.groupby(stamps).transform("size")
    usual = often.groupby(dates).transform("median")
    return bool((often == usual).mean() >= ENOUGH)


def of_two(frame: pd.DataFrame, dates: pd.Series) -> list[Clock]:
    """Return the clock of an hour and a minute in neighbouring columns of any name, if they fill the day in order."""
    for name, beside in pairwise(frame.columns):
        hours, minutes = frame[name], frame[beside]
        if not (_is_whole(hours, 24) and _is_whole(minutes, 59)):
            continue
        clock = Clock(name, hours * 3600 + minutes * 60, others=(beside,))
        stamps = clock.on(dates)
        if stamps.is_unique and in_order(stamps) >= ENOUGH and regularity(stamps) >= _FILLS:
            return [clock]
    return []


def _is_whole(cells: pd.Series, most: int) -> bool:
    return cells.dtype == np.float64 and bool((cells % 1 == 0).all()) and bool(cells.between(0, most).all())


def _readings(name: str, cells: pd.Series, values: pd.Series, dates: pd.Series) -> Iterator[Clock]:
    """Yield each clock that the numbers can be."""
    low, high = values.min(), values.max()
    whole = bool((values % 1 == 0).all())
    minutes = (values % 1 * 100).round(6)
    if whole and low <= 1:
        span = high - low + 1
        for rows in (rows for rows in _INTERVALS if rows <= span <= max(rows + 1, rows * 25 / 24)):
            first = 0.0 if rows == 24 else low  # hour 1 is 01:00, and half hour 1 begins at 00:00
            seconds = (cells - first) * DAY / rows
            even = _summer_time(seconds, dates, counted=rows != 24)
            yield Clock(
                name,
                even,
                Message(
                    "clock.counted" if even is seconds else "clock.counted_through_summer",
                    intervals=_INTERVALS[rows],
                    first=low,
                ),
            )
    if whole and high <= 24:
        yield Clock(name, cells * 3600, Message("clock.counted", intervals=_INTERVALS[24], first=low))
    elif whole and 10_000 <= high <= 240_000 and (values % 100 < 60).all() and (values // 100 % 100 < 60).all():
        seconds = cells // 10_000 * 3600 + cells // 100 % 100 * 60 + cells % 100
        yield Clock(name, seconds, Message("clock.digits_with_seconds"))
    elif whole and 100 <= high <= 2400 and (values % 100 < 60).all():
        yield Clock(name, cells // 100 * 3600 + cells % 100 * 60, Message("clock.digits"))
    elif not whole and high <= 1:
        yield Clock(name, (cells * 1440).round() * 60, Message("clock.parts_of_day"))
    elif not whole and high <= 24:
        if (minutes % 1 == 0).all() and minutes.max() < 60 and minutes.isin((10, 15, 30, 45)).any():
            yield Clock(name, cells // 1 * 3600 + (cells % 1 * 100).round() * 60, Message("clock.points"))
        yield Clock(name, (cells * 3600).round(), Message("clock.parts_of_hour"))


def _summer_time(seconds: pd.Series, dates: pd.Series, *, counted: bool) -> pd.Series:
    """Return seconds that go on evenly where intervals of a day are counted through changes of the clock.

    A day of 25 hours has two half hours more; those after it begin an hour later by standard time, until a day of 23
    hours, which is believed of Sundays in spring, and of hours only where the file has a day of 25.
    """
    ends = seconds.groupby(dates).max()
    longer = ends - ends.mode().iloc[0]
    days = pd.DatetimeIndex(ends.index)
    spring = (longer == -3600) & (days.day_of_week == 6) & days.month.isin((3, 4))
    autumn = (longer == 3600) & (days.day_of_week == 6)
    if not autumn.any() and not (counted and spring.any()):
        return seconds
    changes = longer.where(spring | autumn, 0.0)
    passed = changes.cumsum().shift(fill_value=0.0)
    return seconds + dates.map(passed - passed.max())
