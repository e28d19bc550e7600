"""Which columns beside a column of dates hold its clock, whatever their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from core.data.reading.numbers.cells import is_missing, number
from core.data.reading.times.clock import DAY, Clock, seconds_of
from core.data.reading.times.coverage import coverage, in_order, regularity
from core.text.message import Message

_MOST_HOURS = 100  # different cells of a column of hours, some of them doubled, as numbers and as texts
_HALVES = ({"am", "pm"}, {"a.m.", "p.m."}, {"오전", "오후"})
_EXACT = re.compile(r"(time|hour|clock|uhrzeit|hora|시간|시각)([\W_]|$)")
_DOUBLED = re.compile(r"(\d{1,2}) ?[ABab]")  # 2A and 2B, the hour that occurs twice in autumn
_FROM_TO = re.compile(r"(\d{1,2}) ?[-–] ?(\d{1,2})")
_ENOUGH = 0.95
_REGULAR = 0.4  # share of steps that are the usual one, from which a name is believed
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


def clocks_beside(frame: pd.DataFrame, dates: pd.Series, used: list[str]) -> list[Clock]:
    """Return the columns that tell the rows of a date apart as a clock does, the likeliest first.

    They must step evenly, except in a column that is called time and written with hours and minutes. Where the name
    says nothing of hours, they must also be in order, and numbers must fill the day and be another one in each row.
    """
    names = [name for name in frame.columns if name not in used]
    half = next((frame[name] for name in names if _says_half(frame[name])), None)
    columns = {name: frame[name] if half is None else _with_half(frame[name], half) for name in names}
    known = [clock for name, cells in columns.items() if (clock := _clock(name, cells, dates)) is not None]
    if not any(clock.on(dates).is_unique for clock in known):
        known = [*_of_two(frame[names], dates), *known]  # each row at a time of its own goes before several at one
    several = [clock for clock in known if clock.on(dates).nunique() >= 1.5 * dates.nunique()]
    return sorted(several, key=lambda clock: -in_order(clock.on(dates)))


def _clock(name: str, cells: pd.Series, dates: pd.Series) -> Clock | None:
    numbers = cells if cells.dtype == np.float64 else _hours(cells)
    if numbers is not None:
        return _from_numbers(name, numbers, dates)
    first = next((cell for cell in cells if not is_missing(cell)), None)
    if seconds_of(first) is None or cells.nunique() > DAY:  # a day has no more times than its seconds
        return None
    clock = Clock(name, cells.map({cell: seconds_of(cell) for cell in cells.unique()}).astype(np.float64))
    if clock.seconds.notna().mean() < _ENOUGH:
        return None
    stamps = clock.on(dates)
    expected = _is_named(name) or in_order(stamps) >= _ENOUGH
    exact = _EXACT.match(name.strip().lower())
    return clock if exact or (expected and regularity(stamps) >= _REGULAR) else None


def _says_half(cells: pd.Series) -> bool:
    """Whether a column says nothing but am and pm."""
    return cells.dtype == object and {str(cell).strip().lower() for cell in cells.unique()} in _HALVES


def _with_half(cells: pd.Series, half: pd.Series) -> pd.Series:
    """Return cells with the am or pm of another column behind them."""
    if cells.dtype == np.float64:
        cells = cells.map("{:g}".format)
    return cells.astype(str) + " " + half.astype(str).str.strip()


def _hours(cells: pd.Series) -> pd.Series | None:
    """Return hours of which some are 2A and 2B, or written as intervals such as 00-01, as numbers; else None."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return None
    known = {cell: str(cell).strip() for cell in cells.unique()}
    if len(known) > _MOST_HOURS:
        return None
    for pattern in (_DOUBLED, _FROM_TO):
        found = [match for match in map(pattern.fullmatch, known.values()) if match]
        if found and all(_is_hour_on(match) for match in found):
            hours = {cell: number(pattern.sub(r"\1", text)) for cell, text in known.items()}
            return None if None in hours.values() else cells.map(hours).astype(np.float64)
    return None


def _is_hour_on(match: re.Match[str]) -> bool:
    """Whether a cell is an hour alone, or one that goes on to the next: 23-00, and not 13-30."""
    return match.re is _DOUBLED or (int(match[2]) - int(match[1])) % 24 == 1


def _is_named(name: str) -> bool:
    """Whether a column's name says that it holds a clock."""
    return _NAMED.search(name.strip().lower()) is not None


def _from_numbers(name: str, cells: pd.Series, dates: pd.Series) -> Clock | None:
    """Return the first reading of a column of numbers that goes on evenly over the dates, None where none does."""
    values = cells.dropna()
    if len(values) < _ENOUGH * len(cells) or values.min() < 0 or values.nunique() > 1_441:
        return None
    named, other = _is_named(name), _OTHER_NAME.search(name.strip().lower())
    for clock in _readings(name, cells, values, dates):
        stamps = clock.on(dates)
        if not _comes_evenly(stamps, dates):
            continue
        if named and regularity(stamps) >= _REGULAR:
            return clock
        if not other and in_order(stamps) >= _ENOUGH and coverage(stamps) >= _FILLS:
            return clock
    return None


def _comes_evenly(stamps: pd.Series, dates: pd.Series) -> bool:
    """Whether the times of a date come equally often: each once, or once in each of the series of that date."""
    often = stamps.groupby(stamps).transform("size")
    usual = often.groupby(dates).transform("median")
    return bool((often == usual).mean() >= _ENOUGH)


def _of_two(frame: pd.DataFrame, dates: pd.Series) -> list[Clock]:
    """Return the clock of an hour and a minute in neighbouring columns of any name, if they fill the day in order."""
    for name, beside in pairwise(frame.columns):
        hours, minutes = frame[name], frame[beside]
        if not (_is_whole(hours, 24) and _is_whole(minutes, 59)):
            continue
        clock = Clock(name, hours * 3600 + minutes * 60, others=(beside,))
        stamps = clock.on(dates)
        if stamps.is_unique and in_order(stamps) >= _ENOUGH and regularity(stamps) >= _FILLS:
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
            called = _INTERVALS[rows]
            words = Message(
                "clock.counted" if even is seconds else "clock.counted_through_summer", intervals=called, first=low
            )
            yield Clock(name, even, words)
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
