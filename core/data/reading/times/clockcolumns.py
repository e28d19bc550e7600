"""Which columns beside a column of dates hold its clock, whatever their names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.data.reading.numbers.cells import is_missing, number
from core.data.reading.times.clock import DAY, Clock, seconds_of
from core.data.reading.times.clocknumbers import ENOUGH, REGULAR, from_numbers, is_named, of_two
from core.data.reading.times.coverage import in_order, regularity

_MOST_HOURS = 100  # different cells of a column of hours, some of them doubled, as numbers and as texts
_HALVES = ({"am", "pm"}, {"a.m.", "p.m."}, {"오전", "오후"})
_EXACT = re.compile(r"(time|hour|clock|uhrzeit|hora|시간|시각)([\W_]|$)")
_DOUBLED = re.compile(r"(\d{1,2}) ?[ABab]")  # 2A and 2B, the hour that occurs twice in autumn
_FROM_TO = re.compile(r"(\d{1,2}) ?[-–] ?(\d{1,2})")


def clocks_beside(frame: pd.DataFrame, dates: pd.Series, used: list[str]) -> list[Clock]:
    """Return the columns that tell the rows of a date apart as a clock does, the likeliest first.

    They must step evenly, except in a column that is called time and written with hours and minutes. Where the name
    says nothing of hours, they must also be in order, and numbers must fill the day and be another one in each row.
    """
    names = [name for name in frame.columns if name not in used]
    half = next((frame[name] for name in names if _says_half(frame[name])), None)
    columns = {name: frame[name] if half is None else _with_half(frame[name], half) for name in names}
    known = [clock for name, cells in columns.items() for clock in _clocks(name, cells, dates)]
    if not any(clock.on(dates).is_unique for clock in known):
        known = [*of_two(frame[names], dates), *known]  # each row at a time of its own goes before several at one
    several = [clock for clock in known if clock.on(dates).nunique() >= 1.5 * dates.nunique()]
    return sorted(several, key=lambda clock: -in_order(clock.on(dates)))


def _clocks(name: str, cells: pd.Series, dates: pd.Series) -> Iterator[Clock]:
    numbers = cells if cells.dtype == np.float64 else _hours(cells)
    if numbers is not None:
        yield from from_numbers(name, numbers, dates)
        return
    first = next((cell for cell in cells if not is_missing(cell)), None)
    if seconds_of(first) is None or cells.nunique() > DAY:  # a day has no more times than its seconds
        return
    seconds = cells.map({cell: seconds_of(cell) for cell in cells.unique()}).astype(np.float64)
    clock = Clock(name, seconds)
    if seconds.notna().mean() < ENOUGH:
        return
    stamps = clock.on(dates)
    expected = is_named(name) or in_order(stamps) >= ENOUGH
    if _EXACT.match(name.strip().lower()) or (expected and regularity(stamps) >= REGULAR):
        yield clock


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
