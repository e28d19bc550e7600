"""Numbers that stand for times: digits with the year first, years and their shares, counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.reading.times.counts import SEEMS_EVEN, from_counts
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
    if stamps is not None and not named_time and coverage(pd.Series(stamps)) < SEEMS_EVEN:
        stamps = None
    if stamps is None and named_time:
        stamps = _from_years(values, known, attempt)
    if stamps is None:
        stamps = from_counts(values, str(cells.name), attempt, named_time=named_time, ordered=ordered)
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
        return _from_days_of_years(whole, notes) if _is_right(whole // 1000, whole % 1000, 366, known) else None
    if width == _MONTHS and not _is_right(whole // 100, whole % 100, 12, known):
        return _from_weeks(whole, notes) if _is_right(whole // 100, whole % 100, 53, known) else None
    return _from_clock(whole, width, len(known), notes)


def _is_right(years: NDArray[np.int64], parts: NDArray[np.int64], most: int, known: NDArray[np.float64]) -> bool:
    """Whether enough of the numbers are a year and a part of it."""
    right = (years >= FIRST_YEAR) & (years <= LAST_YEAR) & (parts >= 1) & (parts <= most)
    return bool(right.sum() >= ENOUGH * len(known))


def _from_days_of_years(whole: NDArray[np.int64], notes: Notes) -> pd.DatetimeIndex:
    texts = pd.Series(whole).map("{:07d}".format)
    notes.found.append(Message("time.day_of_year"))
    return pd.DatetimeIndex(pd.to_datetime(texts, format="%Y%j", errors="coerce")).as_unit("us")


def _from_weeks(whole: NDArray[np.int64], notes: Notes) -> pd.DatetimeIndex:
    year, week = pd.Series(whole // 100, dtype=np.float64), pd.Series(whole % 100, dtype=np.float64)
    return pd.DatetimeIndex(from_weeks(year, week, notes))


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
    if regularity(stamps) < (SEEMS_EVEN if named_time else 1.0) or not stamps.dropna().is_unique:
        return None
    notes.found.append(Message("time.month_points", example=cells[known].iloc[0]))
    return stamps
