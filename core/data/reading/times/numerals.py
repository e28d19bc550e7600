"""Numbers that stand for times: digits with the year first, years and their shares, counts of seconds and days."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.reading.times.coverage import coverage, regularity
from core.data.reading.times.dates import ENOUGH, tell_late
from core.data.reading.times.periods import from_months, from_weeks
from core.data.report import Notes
from core.text.message import Message

FIRST_YEAR, LAST_YEAR = 1678, 2261  # what stamps in nanoseconds hold, as libraries that draw and store them use
_DIGITS = {
    6: Message("part.month"),
    8: Message("part.day"),
    10: Message("part.hour"),
    12: Message("part.minute"),
    14: Message("part.second"),
}
_DAY_OF_YEAR, _MONTHS = 7, 6  # digits of 2024031 and of 202401
_EXACT = 1e-6
_SEEMS_EVEN = 0.9
_EPOCHS = {  # unit: size in microseconds, least, beyond
    "s": (1_000_000, 1e8, 1e10),  # 1973 to 2286
    "ms": (1_000, 1e11, 1e13),
    "us": (1, 1e14, 1e16),
    "ns": (0.001, 1e17, 1e19),
}
_HUNDREDS = {  # counts of 100 nanoseconds: since which second before 1970, least, beyond (1978 to 2060)
    Message("counted.net_ticks"): (62_135_596_800, 6.24e17, 6.5e17),
    Message("counted.windows_times"): (11_644_473_600, 1.19e17, 1.45e17),
}
_NOW = (1990, 2050)  # years in which counts of a column of any name must lie
_EXCEL = pd.Timestamp(1899, 12, 30)  # day 0 of Excel's calendar, from March 1900 on
_EXCEL_DAYS = (20_000, 60_000)  # 1954 to 2064
_DAYS = (  # other counts of days: names, in words, day of 1 January 1970
    (
        re.compile(r"(^|[\W_])(jd|julian([ _]?da(y|te))?)([\W_]|$)", re.IGNORECASE),
        Message("counted.julian_days"),
        2_440_587.5,
    ),
    (re.compile(r"(^|[\W_])mjd([\W_]|$)", re.IGNORECASE), Message("counted.modified_julian_days"), 40_587.0),
    (re.compile(r"datenum", re.IGNORECASE), Message("counted.matlab_days"), 719_529.0),
)
_DAYS_REACH = 100_000  # from 1970: Julian days of other years are days of the year
_NEAR_MINUTE = 10.0  # seconds; Excel's days are often cut to four decimals


def from_numbers(cells: pd.Series, notes: Notes, *, named_time: bool) -> pd.Series | None:
    """Return stamps of a column of numbers, None when they are no times.

    Years are believed only of a column named like time; digits, Excel's days and counts since 1970 also of others,
    where they step as time does.
    """
    values = cells.to_numpy(np.float64)
    known = values[np.isfinite(values)]
    if len(known) < 2 or known.min() == known.max():
        return None
    attempt, ordered = Notes(), bool((np.diff(known) >= 0).all() or (np.diff(known) <= 0).all())
    stamps = _from_digits(values, known, attempt) if named_time or ordered else None
    if stamps is not None and not named_time and coverage(pd.Series(stamps)) < _SEEMS_EVEN:
        stamps = None
    if stamps is None and named_time:
        stamps = _from_years(values, known, attempt)
    if stamps is None:
        stamps = _from_counts(values, str(cells.name), attempt, named_time=named_time, ordered=ordered)
    if stamps is None:
        return None
    notes.take(attempt)
    return pd.Series(stamps, index=cells.index, dtype="datetime64[us]")


def _from_digits(values: NDArray[np.float64], known: NDArray[np.float64], notes: Notes) -> pd.DatetimeIndex | None:
    """Return stamps of 202401, 20240131, 2024013113 ..., None when they are none; hour 24 is midnight."""
    width = len(f"{np.median(known):.0f}")
    if width not in (*_DIGITS, _DAY_OF_YEAR) or (known % 1 != 0).mean() > 1 - ENOUGH:
        return None
    whole = np.where((np.abs(values) < 1e15) & (values % 1 == 0), values, 0).astype(np.int64)
    if width == _DAY_OF_YEAR:
        if not _is_right(whole // 1000, whole % 1000, 366, known):
            return None
        notes.found.append(Message("time.day_of_year"))
        texts = pd.Series(whole).map("{:07d}".format)
        return pd.DatetimeIndex(pd.to_datetime(texts, format="%Y%j", errors="coerce"))
    if width == _MONTHS and not _is_right(whole // 100, whole % 100, 12, known):
        if not _is_right(whole // 100, whole % 100, 53, known):
            return None
        year, week = (pd.Series(part, dtype=np.float64) for part in np.divmod(whole, 100))
        return pd.DatetimeIndex(from_weeks(year, week, notes))
    return _from_clock(whole, width, len(known), notes)


def _is_right(years: NDArray[np.int64], parts: NDArray[np.int64], most: int, known: NDArray[np.float64]) -> bool:
    """Whether enough of the numbers are a year and a part of it."""
    right = (years >= FIRST_YEAR) & (years <= LAST_YEAR) & (parts >= 1) & (parts <= most)
    return bool(right.sum() >= ENOUGH * len(known))


def _from_clock(whole: NDArray[np.int64], width: int, cells: int, notes: Notes) -> pd.DatetimeIndex | None:
    """Return stamps of digits down to the month, day, hour, minute or second."""
    parts = [pd.Series(whole // 100**place % 100) for place in reversed(range((width - 4) // 2))]
    absent = [pd.Series(value, index=parts[0].index) for value in (1, 0, 0, 0)]  # the first day, at 00:00:00
    year = pd.Series(whole // 100 ** len(parts))
    month, day, hour, minute, second = parts + absent[len(parts) - 1 :]
    first = from_months(year, month)
    late = (hour == 24) & (minute == 0) & (second == 0)
    right = year.between(FIRST_YEAR, LAST_YEAR) & day.between(1, first.dt.days_in_month)
    right &= (minute < 60) & (second < 60) & ((hour < 24) | late)
    if right.sum() < ENOUGH * cells:
        return None
    seconds = (day - 1) * 86_400 + hour * 3600 + minute * 60 + second
    notes.found.append(Message("time.digits", digits=width, last=_DIGITS[width]))
    tell_late(int((late & right).sum()), notes)
    return pd.DatetimeIndex((first + pd.to_timedelta(seconds, unit="s")).where(right)).as_unit("us")


def _from_years(values: NDArray[np.float64], known: NDArray[np.float64], notes: Notes) -> pd.DatetimeIndex | None:
    """Return the first of January of whole years, each once."""
    steps = np.diff(known)
    if known.min() < FIRST_YEAR or known.max() > LAST_YEAR or (known % 1).any() or (steps == 0).any():
        return None
    notes.found.append(Message("time.years"))
    return pd.DatetimeIndex(pd.to_datetime(pd.Series(values).map("{:.0f}".format), format="%Y", errors="coerce"))


def from_year_shares(cells: pd.Series, notes: Notes) -> pd.Series | None:
    """Return the months or quarters of 1949.083, 1949.167 ...; None when the numbers are no shares of years."""
    if cells.dtype != np.float64:
        return None
    values = cells.to_numpy(np.float64)
    known = values[np.isfinite(values)]
    if len(known) < 3 or known.min() < FIRST_YEAR or known.max() > LAST_YEAR or not (known % 1).any():
        return None
    for shift, word in ((0.0, Message("part.start")), (0.5, Message("part.middle"))):
        months = known * 12 - shift
        if np.abs(months - months.round()).max() < 0.1 and (np.diff(months.round()) > 0).all():
            whole = pd.Series(values * 12 - shift, index=cells.index).round()
            notes.found.append(Message("time.shares", number=known[1], part=word))
            return from_months(whole // 12, whole % 12 + 1)
    return None


def from_month_points(cells: pd.Series, notes: Notes, *, named_time: bool) -> pd.Series | None:
    """Return the months of 2005.01 ... 2005.09, 2005.1, 2005.11; None when the numbers are none, or skip months.

    Under a name that says nothing of time they must go on month by month.
    """
    values = cells.to_numpy(np.float64)
    known = np.isfinite(values)
    hundreds = np.round(values[known] * 100)
    years, months = np.divmod(hundreds, 100)
    if known.sum() < 3 or np.abs(values[known] * 100 - hundreds).max() > _EXACT:
        return None
    if not _is_right(years.astype(np.int64), months.astype(np.int64), 12, hundreds):
        return None
    stamps = from_months(pd.Series(np.floor(values)), pd.Series(np.round(values * 100) % 100)).set_axis(cells.index)
    if regularity(stamps) < (_SEEMS_EVEN if named_time else 1.0) or not stamps.dropna().is_unique:
        return None
    notes.found.append(Message("time.month_points", example=cells[known].iloc[0]))
    return stamps


def _from_counts(
    values: NDArray[np.float64], name: str, notes: Notes, *, named_time: bool, ordered: bool
) -> pd.DatetimeIndex | None:
    """Return the stamps of counts; None when the numbers are none.

    Days are believed of numbers in order, counts since 1970 also of a column named like time; under another name
    they must step evenly and lie in our days.
    """
    known = values[np.isfinite(values)]
    stamps = None
    if ordered:
        stamps = _from_days(values, known, name, notes)
        stamps = _from_excel(values, known, notes, named_time=named_time) if stamps is None else stamps
    if stamps is None and (named_time or ordered):
        stamps = _from_epoch(values, known, notes)
        return stamps if stamps is not None and (named_time or _is_now(stamps)) else None
    return stamps


def _is_now(stamps: pd.DatetimeIndex) -> bool:
    first, last = _NOW
    inside = first <= stamps.min().year and stamps.max().year < last
    return inside and regularity(pd.Series(stamps)) >= _SEEMS_EVEN


def _from_days(
    values: NDArray[np.float64], known: NDArray[np.float64], name: str, notes: Notes
) -> pd.DatetimeIndex | None:
    """Return stamps of Julian days or MATLAB's, by the column's name."""
    for names, words, begin in _DAYS:
        if names.search(name) and np.abs(known - begin).max() < _DAYS_REACH:
            stamps = _rounded(pd.Timestamp(0) + pd.to_timedelta((values - begin) * 86_400, unit="s"))
            return _told(stamps, words, known[0], notes)
    return None


def _from_excel(
    values: NDArray[np.float64], known: NDArray[np.float64], notes: Notes, *, named_time: bool
) -> pd.DatetimeIndex | None:
    """Return stamps of Excel's day numbers; an unnamed count by exactly 1 is taken for a count of rows."""
    low, high = _EXCEL_DAYS
    steps = np.diff(known)
    if known.min() < low or known.max() > high:
        return None
    rounded = _rounded(_EXCEL + pd.to_timedelta(np.where(np.isfinite(values), values, np.nan) * 86_400, unit="s"))
    if not named_time and ((np.abs(steps) == 1).all() or regularity(pd.Series(rounded)) < _SEEMS_EVEN):
        return None
    return _told(rounded, Message("counted.excel_days"), known[0], notes)


def _told(stamps: pd.DatetimeIndex, unit: Message, number: float, notes: Notes) -> pd.DatetimeIndex:
    notes.found.append(Message("time.counted_as", unit=unit, number=number, stamp=str(stamps.dropna()[0])))
    return stamps


def _rounded(stamps: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return times counted in days on the minute where all are near one, else on the second."""
    minutes = stamps.round("min")
    near = np.nanmax(np.abs((stamps - minutes).total_seconds().to_numpy())) <= _NEAR_MINUTE
    return pd.DatetimeIndex(minutes if near else stamps.round("s")).as_unit("us")


def _from_epoch(values: NDArray[np.float64], known: NDArray[np.float64], notes: Notes) -> pd.DatetimeIndex | None:
    middle = np.median(np.abs(known))
    for words, (before, low, high) in _HUNDREDS.items():
        if low <= middle < high:
            notes.found.append(Message("time.counted", unit=words))
            return pd.DatetimeIndex(pd.to_datetime(values / 1e7 - before, unit="s").round("ms")).as_unit("us")
    for unit, (size, low, high) in _EPOCHS.items():
        if low <= middle < high:
            notes.found.append(Message("time.counted_since_1970", unit=unit))
            inside = (np.abs(values) < high * 10) & np.isfinite(values)
            micro = (np.where(inside, values, 0) * size).round().astype(np.int64).astype("datetime64[us]")
            return pd.DatetimeIndex(np.where(inside, micro, np.datetime64("NaT")))
    return None
