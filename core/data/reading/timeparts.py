"""Time put together from columns that each hold a part of it: year, month, day, week, hour ..."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.reading.dates import ENOUGH, tell_late
from core.data.reading.periods import from_months, from_quarters, from_weeks
from core.data.report import Notes

_NAMES = {
    "year": ("year", "yr", "yyyy", "jahr", "년", "년도", "연도"),
    "quarter": ("quarter", "qtr", "q", "quartal", "분기"),
    "month": ("month", "mon", "mo", "mm", "mnth", "monat", "월"),
    "week": ("week", "wk", "weeknum", "week number", "woche", "kw", "주", "주차"),
    "day": ("day", "dy", "dd", "tag", "일"),
    "doy": ("doy", "yday", "day of year", "dayofyear", "julian day"),
    "hour": ("hour", "hr", "hh", "stunde", "시"),
    "minute": ("minute", "min", "mi", "분"),
    "second": ("second", "sec", "ss", "초"),
}
_YEARS = (1000, 2999)  # as they are written; which of them can be held is told later
_MONTHS = {
    name: place for place, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_TEXTS = {
    "quarter": re.compile(r"[qQ]?([1-4])[qQ]?|([1-4])분기"),
    "week": re.compile(r"(?:[wW]|KW|[wW]eek) ?(\d{1,2})|(\d{1,2})주차?"),
}


@dataclass(frozen=True)
class Parts:
    """The columns that by their names hold parts of the time, as numbers."""

    columns: dict[str, str]
    values: dict[str, pd.Series]

    def has(self, *parts: str) -> bool:
        """Whether all these parts are there."""
        return set(parts) <= set(self.columns)

    def names(self, *parts: str) -> list[str]:
        """Return the columns of these parts, of all without any."""
        return [name for part, name in self.columns.items() if not parts or part in parts]


def parts_of(frame: pd.DataFrame) -> Parts:
    """Return which columns are year, month, day ... by their names, as far as they hold such numbers."""
    columns: dict[str, str] = {}
    values: dict[str, pd.Series] = {}
    for part, names in _NAMES.items():
        for name in frame.columns:
            if part not in columns and name.strip().lower().replace("_", " ") in names:
                numbers = _numbers(frame[name], part)
                if numbers is not None:
                    columns[part], values[part] = name, numbers
    return Parts(columns, values)


def _numbers(cells: pd.Series, part: str) -> pd.Series | None:
    """Return a part's numbers: as they are, or of month names and quarters such as Q1."""
    if cells.dtype == object and part == "month":
        cells = cells.map(lambda cell: _MONTHS.get(str(cell).strip().lower()[:3]))
    elif cells.dtype == object and part in _TEXTS:
        found = cells.map(lambda cell: _TEXTS[part].fullmatch(str(cell).strip()))
        cells = found.map(lambda match: int(match[1] or match[2]), na_action="ignore")
    if cells.dtype == object and cells.notna().mean() < ENOUGH:
        return None
    numbers = pd.to_numeric(cells, errors="coerce").astype(np.float64)
    if numbers.notna().mean() < ENOUGH:
        return None
    inside = numbers.between(*_YEARS)
    return None if part == "year" and inside.mean() < ENOUGH else numbers


def from_parts(parts: Parts, notes: Notes) -> tuple[pd.Series, list[str]] | None:
    """Return stamps and the columns they were put together from; None where the parts are too few.

    Year with month and day, or day of the year, and a clock where there is one; year and month (its first day); year
    and week (its Monday); year and quarter (its first day); years, where each occurs once.
    """
    if not parts.has("year"):
        return None
    year = parts.values["year"]
    if parts.has("month", "day"):
        day = parts.values["day"]
        first = from_months(year, parts.values["month"])
        right = day.between(1, first.dt.days_in_month) & (day % 1 == 0)
        stamps, used = first.where(right) + pd.to_timedelta(day.where(right) - 1, unit="D"), ["year", "month", "day"]
    elif parts.has("doy"):
        day = parts.values["doy"]
        start = from_months(year, day.where(day.between(1, 366)) * 0 + 1)
        stamps, used = start + pd.to_timedelta(day - 1, unit="D", errors="coerce"), ["year", "doy"]
    elif parts.has("month"):
        stamps, used = from_months(year, parts.values["month"]), ["year", "month"]
    elif parts.has("week"):
        stamps, used = from_weeks(year, parts.values["week"], notes), ["year", "week"]
    elif parts.has("quarter"):
        stamps, used = from_quarters(year, parts.values["quarter"], notes), ["year", "quarter"]
    elif year.dropna().is_unique and (year.dropna() % 1 == 0).all():
        stamps, used = from_months(year, year * 0 + 1), ["year"]
    else:
        return None
    if used[-1] in ("day", "doy") and parts.has("hour"):
        stamps, clock = add_clock(stamps, parts, notes)
        used += clock
    return stamps.astype("datetime64[us]"), parts.names(*used)


def add_clock(dates: pd.Series, parts: Parts, notes: Notes) -> tuple[pd.Series, list[str]]:
    """Return dates with hour, minute and second as durations, so that hour 24 is midnight, and the parts used."""
    used = [part for part in ("hour", "minute", "second") if parts.has(part)]
    sizes = {"hour": 3600, "minute": 60, "second": 1}
    seconds = sum((parts.values[part] * sizes[part] for part in used[1:]), parts.values["hour"] * 3600)
    tell_late(int((seconds == 86_400).sum()), notes)
    return (dates + pd.to_timedelta(seconds, unit="s", errors="coerce")).astype("datetime64[us]"), used
