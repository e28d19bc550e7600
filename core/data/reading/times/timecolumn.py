"""Which columns of a table hold the time of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.data.choices import Choices
from core.data.reading.times.clockcolumns import clocks_beside
from core.data.reading.times.coverage import regularity
from core.data.reading.times.dates import tell_late
from core.data.reading.times.mended import as_one_year, plausible, without_summer_time
from core.data.reading.times.numbered import number_rows
from core.data.reading.times.numerals import from_month_points, from_year_shares
from core.data.reading.times.repeats import AGAIN, leave_clocks, leave_repeats
from core.data.reading.times.timeparts import Parts, add_clock, columns_of, from_parts, guess_parts, parts_of
from core.data.reading.times.timestamps import read_stamps, says_time
from core.data.reading.times.zones import tells_zone, to_standard, zone_column
from core.data.report import Notes, Refused
from core.text.message import Message, all_of, some_of

_EXCEL = pd.Timestamp(1899, 12, 30)  # the day of times that are clocks alone
_ONCE = 0.6  # share of rows with a date below which it is written once a day; of half days every second has one


@dataclass(frozen=True)
class _Time:
    """Stamps, the columns that they use up, where they stand, and what else is told of them."""

    stamps: pd.Series
    columns: list[str]
    place: Message
    notes: Notes


def take_time(
    frame: pd.DataFrame, choices: Choices, notes: Notes, *, tell_place: bool = True
) -> tuple[pd.Series, list[str]]:
    """Return the stamps [row] of a frame of cells as they came, and the names of the columns that are not time.

    Stamps are without zone, in microseconds, NaT where a cell cannot be read. Which columns hold the time is not told
    (`tell_place`) of a table that is still to be turned.

    Raises
    ------
    Refused
        When no columns can be read as time and start and step are not stated, or its years cannot be held.
    """
    parts = parts_of(frame)
    time = _time(frame, parts, choices)
    if time is None:
        return number_rows(frame, choices, notes)
    notes.take(time.notes)
    if tell_place:
        notes.found.append(Message("time.place", place=time.place))
    if choices.start or choices.step:
        notes.found.append(Message("time.own"))
    left = list(time.columns)
    if {"year", "month", "day"} <= parts.keys():
        for name in columns_of(parts, ("year", "month", "day", "hour", "minute", "second")):
            if name not in left:
                notes.leave_column(name, AGAIN)
                left.append(name)
    names = [name for name in frame.columns if name not in left]
    stamps = plausible(time.stamps, notes)
    repeats = leave_repeats(frame, names, stamps, notes)
    stamps = stamps if tells_zone(time.notes) else without_summer_time(stamps, notes)
    return as_one_year(stamps, notes), [name for name in names if name not in repeats]


def find_time(frame: pd.DataFrame, choices: Choices) -> tuple[pd.Series, list[str], Notes] | None:
    """Return what `take_time` does of a table that is still to be turned, and what is told; None without a time."""
    notes = Notes()
    try:
        stamps, names = take_time(frame, choices, notes, tell_place=False)
    except Refused:
        return None
    return stamps, names, notes


def _time(frame: pd.DataFrame, parts: Parts, choices: Choices) -> _Time | None:
    """Return the time by one column, else by parts, else by numbers of any name; with a clock beside dates."""
    time = next(_columns(frame, choices), None) or _of_parts(parts) or next(_number_columns(frame, choices), None)
    if time is None and (guessed := guess_parts(frame)):
        time = _of_parts(guessed)
    if time is None:
        day = next(_columns(frame, choices, fewest=1), None)
        return day and _with_clock(frame, day, parts)
    time = _filled_down(time)
    known = time.stamps.dropna()
    if known.equals(known.dt.normalize()) and known.duplicated().any():
        clocked = _with_clock(frame, time, parts)
        others = [other for other in _columns(frame, choices) if not clocked or _is_fuller(other, clocked)]
        time = max([clocked or time, *others], key=lambda other: other.stamps.nunique())
    return _in_zone(frame, time)


def _filled_down(time: _Time) -> _Time:
    """Return the time with dates in every row, where each stands in the first row of its day only."""
    written = time.stamps.notna()
    if not written.iloc[0] or written.mean() >= _ONCE or not time.stamps[written].is_unique:
        return time
    time.notes.mended.append(Message("time.once_a_day", place=time.place))
    return replace(time, stamps=time.stamps.ffill())


def _is_fuller(time: _Time, clocked: _Time) -> bool:
    """Whether one column tells more rows apart, as evenly, than dates with a clock beside them."""
    more = time.stamps.nunique() > clocked.stamps.nunique()
    return more and regularity(time.stamps) >= regularity(clocked.stamps)


def _columns(frame: pd.DataFrame, choices: Choices, *, fewest: int = 2) -> Iterator[_Time]:
    """Yield single columns that hold a time: typed as time first, then named so, then any text that reads as time."""

    def rank(name: str) -> tuple[bool, bool]:
        return not pd.api.types.is_datetime64_any_dtype(frame[name]), not says_time(name)

    for name in sorted(frame.columns, key=rank):
        if frame[name].dtype != np.float64 or says_time(name):
            yield from _single(name, read_stamps(frame[name], choices, attempt := Notes()), attempt, fewest)


def _number_columns(frame: pd.DataFrame, choices: Choices) -> Iterator[_Time]:
    """Yield columns of numbers that step as time does, whatever their names, and shares of years."""
    for name in frame.columns:
        if frame[name].dtype == np.float64:
            named = says_time(name) or "year" in name.lower()
            yield from _single(name, from_month_points(frame[name], attempt := Notes(), named_time=named), attempt)
            yield from _single(name, read_stamps(frame[name], choices, attempt := Notes()), attempt)
            if named:
                yield from _single(name, from_year_shares(frame[name], attempt := Notes()), attempt)


def _single(name: str, stamps: pd.Series | None, notes: Notes, fewest: int = 2) -> Iterator[_Time]:
    if stamps is not None and stamps.nunique() >= fewest and (stamps.dt.normalize() != _EXCEL).any():
        yield _Time(stamps, [name], Message("place.column", column=name), notes)


def _of_parts(parts: Parts) -> _Time | None:
    found = from_parts(parts, notes := Notes())
    if found is None or found[0].nunique() < 2:
        return None
    stamps, used = found
    return _Time(stamps, used, Message("place.columns", columns=some_of(used, most=6)), notes)


def _with_clock(frame: pd.DataFrame, time: _Time, parts: Parts) -> _Time | None:
    """Return dates with the clock of other columns; None where no column is one."""
    notes = time.notes
    if {"hour", "minute"} <= parts.keys():
        stamps, used = add_clock(time.stamps, parts, attempt := Notes())
        if stamps.nunique() > time.stamps.nunique():
            notes.take(attempt)
            names = columns_of(parts, used)
            place = Message("place.with_columns", place=time.place, columns=some_of(names))
            return _Time(stamps, [*time.columns, *names], place, notes)
    clocks = clocks_beside(frame, time.stamps, time.columns)
    if not clocks:
        return None
    taken = clocks[0]
    stamps = taken.on(time.stamps)
    tell_late(taken.late, notes)
    left = leave_clocks(clocks, taken, stamps, notes)
    names = [taken.name, *taken.others]
    place = Message("place.and_clock", place=time.place, columns=all_of([repr(name) for name in names]))
    if taken.words:
        place = Message("place.and_counts", place=place, words=taken.words)
    return _Time(stamps, [*time.columns, *names, *left], place, notes)


def _in_zone(frame: pd.DataFrame, time: _Time) -> _Time:
    """Return the time at standard time where a column of its own gives the zone of each row."""
    zone = zone_column(frame.drop(columns=time.columns))
    if zone is None or tells_zone(time.notes):
        return time
    name, offsets = zone
    time.notes.leave_column(name, Message("left.zone"))
    stamps = to_standard(time.stamps, offsets, time.notes)
    return _Time(stamps, [*time.columns, name], time.place, time.notes)
