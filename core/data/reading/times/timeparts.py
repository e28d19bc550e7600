"""Time put together from columns that each hold a part of it, found by their names or by what they hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from core.data.reading.numbers.cells import is_missing, number
from core.data.reading.times.coverage import coverage
from core.data.reading.times.dates import ENOUGH, tell_late
from core.data.reading.times.monthwords import month_of, without_accents
from core.data.reading.times.periods import PIVOT, QUARTER, WEEK, from_months, from_quarters, from_weeks, numbers_of
from core.data.report import Notes

_NAMES = {  # in small letters without accents
    "year": ("year", "yr", "yyyy", "yy", "jahr", "annee", "an", "ano", "anno", "jaar", "년", "년도", "연도", "연"),
    "quarter": ("quarter", "qtr", "q", "quartal", "trimestre", "분기"),
    "month": ("month", "mon", "mo", "mm", "mnth", "monat", "mois", "mes", "mese", "maand", "월"),
    "week": (
        *("week", "wk", "weeknum", "week number", "weekofyear", "week of year", "woche", "kw", "semaine", "semana"),
        *("settimana", "주", "주차"),
    ),
    "day": ("day", "dy", "dd", "day of month", "tag", "jour", "dia", "giorno", "dag", "일"),
    "doy": ("doy", "yday", "day of year", "dayofyear", "julian day", "jday"),
    "hour": ("hour", "hr", "hh", "stunde", "heure", "hora", "ora", "uur", "시"),
    "minute": ("minute", "min", "mi", "mn", "분"),
    "second": ("second", "sec", "ss", "초"),
}
_YEARS = (1000, 2999)  # as they are written; which of them can be held is told later
_BEFORE = re.compile(  # of which time, or whose count: MMWR week, Meldejahr
    r"(mmwr|epi|iso|calendar|report(ing)?|obs(ervation)?|local|utc|start|melde|berichts|kalender|erhebungs)[ _-]?"
)
_MINUTE, _MONTH = "mm", "MM"  # of YY MM DD hh mm
_MONTH_TEXT = re.compile(r"M(\d{2})")
_WRITTEN_ONCE = ("year", "quarter", "month", "day")  # parts that tables write once for several rows
_TEXTS = {
    "quarter": re.compile(rf"{QUARTER}|(?P<bare>[1-4])\.?"),
    "week": re.compile(rf"{WEEK}|(?P<bare>\d{{1,2}})(?:주차?)?"),
}
_LIMITS = {  # of numbers in columns of any name
    **{"year": (1800, 2100), "month": (1, 12), "week": (1, 53), "day": (1, 31), "doy": (1, 366)},
    **{"hour": (0, 24), "minute": (0, 59), "second": (0, 59)},
}
_DATES = (
    *(("year", "month", "day"), ("day", "month", "year"), ("month", "day", "year")),
    *(("year", "doy"), ("year", "week"), ("year", "month"), ("month", "year"), ("year",)),
)
_CLOCKS = (("hour", "minute", "second"), ("hour", "minute"), ("hour",), ())
_RUNS = tuple(sorted(((*date, *clock) for date in _DATES for clock in _CLOCKS), key=len, reverse=True))
_SECONDS = {"hour": 3600, "minute": 60, "second": 1}
_FEWEST_YEARS = 20
_FILLS = 0.9  # coverage of the time axis from which numbers are believed

Parts = Mapping[str, pd.Series]  # the numbers of each part of the time, named as the column that holds them


def parts_of(frame: pd.DataFrame) -> Parts:
    """Return which columns are year, month, day ... by their names, as far as they hold such numbers."""
    parts: dict[str, pd.Series] = {}
    plain = {name: _plain(name, list(frame.columns)) for name in frame.columns}
    for part, names in _NAMES.items():
        for name in frame.columns:
            if part not in parts and (plain[name] in names or _holds_months(frame[name], part, plain[name])):
                numbers = _numbers(frame[name], part)
                if numbers is not None:
                    parts[part] = numbers.rename(name)
    return parts


def columns_of(parts: Parts, wanted: Collection[str]) -> list[str]:
    """Return the columns that hold some parts."""
    return [str(numbers.name) for part, numbers in parts.items() if part in wanted]


def _holds_months(cells: pd.Series, part: str, name: str) -> bool:
    """Whether a column called period holds M01 to M12."""
    called_so = part == "month" and name == "period" and cells.dtype == object
    return called_so and _MONTH_TEXT.match(str(cells.iloc[0])) is not None


def _plain(name: str, names: list[str]) -> str:
    """Return a name in small letters, without accents and without a word before it that says whose time it is."""
    if name.strip() == _MINUTE and _MONTH in names:
        return "minute"
    plain = without_accents(name.strip().lower()).replace("_", " ")
    return _BEFORE.sub("", plain, count=1) if _BEFORE.match(plain) else plain


def _numbers(cells: pd.Series, part: str) -> pd.Series | None:
    """Return a part's numbers: as they are, or of month names and quarters such as Q1.

    Cells left empty, as where merged cells were, take the number above.
    """
    if cells.dtype == object and part == "month":
        cells = cells.map({cell: _month(str(cell).strip()) for cell in cells.unique()})
    elif cells.dtype == object and part in _TEXTS:
        cells = _of_texts(cells, _TEXTS[part])
    numbers = pd.to_numeric(cells, errors="coerce").astype(np.float64)
    if part in _WRITTEN_ONCE and not np.isnan(numbers.iloc[0]) and numbers.isna().mean() > 1 - ENOUGH:
        numbers = numbers.ffill()
    if numbers.notna().mean() < ENOUGH:
        return None
    if part == "year" and numbers.max() < 100:
        numbers = numbers + 1900 + 100 * (numbers < PIVOT)
    inside = numbers.between(*_YEARS)
    return None if part == "year" and inside.mean() < ENOUGH else numbers


def _month(text: str) -> float | None:
    """Return the number of a month by its name, as M01, or as it is."""
    found = _MONTH_TEXT.fullmatch(text)
    return month_of(text) or number(found[1] if found else text)


def _of_texts(cells: pd.Series, pattern: re.Pattern[str]) -> pd.Series:
    """Return the numbers of quarters or weeks written as texts."""
    texts = cells.map(lambda cell: "" if is_missing(cell) else str(cell).strip())
    found = texts.str.extract(rf"^(?:{pattern.pattern})$")
    return numbers_of(found).fillna(pd.to_numeric(found["bare"]))


def from_parts(parts: Parts, notes: Notes) -> tuple[pd.Series, list[str]] | None:
    """Return stamps and the columns they were put together from; None where the parts are too few.

    Year with month and day, or day of the year, and a clock where there is one; year and month (its first day); year
    and week (its Monday); year and quarter (its first day); years, where each occurs once.
    """
    if "year" not in parts:
        return None
    year = parts["year"]
    if {"month", "day"} <= parts.keys():
        day = parts["day"]
        first = from_months(year, parts["month"])
        right = day.between(1, first.dt.days_in_month) & (day % 1 == 0)
        stamps, used = first.where(right) + pd.to_timedelta(day.where(right) - 1, unit="D"), ["year", "month", "day"]
    elif "doy" in parts:
        day = parts["doy"]
        start = from_months(year, day.where(day.between(1, 366)) * 0 + 1)
        stamps, used = start + pd.to_timedelta(day - 1, unit="D", errors="coerce"), ["year", "doy"]
    elif "month" in parts:
        stamps, used = from_months(year, parts["month"]), ["year", "month"]
    elif "week" in parts:
        stamps, used = from_weeks(year, parts["week"], notes), ["year", "week"]
    elif "quarter" in parts:
        stamps, used = from_quarters(year, parts["quarter"], notes), ["year", "quarter"]
    elif year.dropna().is_unique and (year.dropna() % 1 == 0).all():
        stamps, used = from_months(year, year * 0 + 1), ["year"]
    else:
        return None
    if used[-1] in ("day", "doy") and "hour" in parts:
        stamps, clock = add_clock(stamps, parts, notes)
        used += clock
    return stamps.astype("datetime64[us]"), columns_of(parts, used)


def add_clock(dates: pd.Series, parts: Parts, notes: Notes) -> tuple[pd.Series, list[str]]:
    """Return dates with hour, minute and second as durations, so that hour 24 is midnight, and the parts used."""
    used = [part for part in _SECONDS if part in parts]
    seconds = sum((parts[part] * _SECONDS[part] for part in used[1:]), parts["hour"] * 3600)
    tell_late(int((seconds == 86_400).sum()), notes)
    return (dates + pd.to_timedelta(seconds, unit="s", errors="coerce")).astype("datetime64[us]"), used


def guess_parts(frame: pd.DataFrame) -> Parts | None:
    """Return neighbouring columns of whole numbers that make times in order, each once and nearly without gaps."""
    names = list(frame.columns)
    whole = [frame[name].dtype == np.float64 and bool((frame[name] % 1 == 0).all()) for name in names]
    for run in _RUNS:
        for start in range(len(names) - len(run) + 1 if len(run) > 1 else 1):
            places = slice(start, start + len(run))
            parts = {part: frame[name] for part, name in zip(run, names[places], strict=True)}
            if all(whole[places]) and _is_time(parts):
                return parts
    return None


def _is_time(parts: Parts) -> bool:
    if not all(numbers.between(*_LIMITS[part]).all() for part, numbers in parts.items()):
        return False
    if len(parts) == 1 and len(parts["year"]) < _FEWEST_YEARS:
        return False
    found = from_parts(parts, Notes())
    if found is None or len(found[1]) < len(parts):
        return False
    stamps = found[0]
    ordered = stamps.is_monotonic_increasing or stamps.is_monotonic_decreasing
    return bool(stamps.notna().all() and stamps.is_unique and ordered and coverage(stamps) >= _FILLS)
