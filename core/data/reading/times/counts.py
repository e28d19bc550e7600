"""Numbers that count time: seconds since 1970, ticks of 100 nanoseconds, days of Excel and of astronomers."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.reading.times.coverage import regularity
from core.data.report import Notes
from core.text.message import Message

SEEMS_EVEN = 0.9
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


def from_counts(
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
        stamps = _from_epoch(values, known, attempt := Notes())
        if stamps is None or not (named_time or _is_now(stamps)):
            return None
        notes.take(attempt)
    return stamps


def _is_now(stamps: pd.DatetimeIndex) -> bool:
    first, last = _NOW
    inside = first <= stamps.min().year and stamps.max().year < last
    return inside and regularity(pd.Series(stamps)) >= SEEMS_EVEN


def _from_days(
    values: NDArray[np.float64], known: NDArray[np.float64], name: str, notes: Notes
) -> pd.DatetimeIndex | None:
    """Return stamps of Julian days or MATLAB's, by the column's name."""
    for names, words, begin in _DAYS:
        if names.search(name) and np.abs(known - begin).max() < _DAYS_REACH:
            stamps = _rounded(pd.Timestamp(0) + pd.to_timedelta((values - begin) * 86_400, unit="s"))
            first = str(stamps.dropna()[0])
            notes.found.append(Message("time.counted_as", unit=words, number=known[0], stamp=first))
            return stamps
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
    if not named_time and ((np.abs(steps) == 1).all() or regularity(pd.Series(rounded)) < SEEMS_EVEN):
        return None
    words, first = Message("counted.excel_days"), str(rounded.dropna()[0])
    notes.found.append(Message("time.counted_as", unit=words, number=known[0], stamp=first))
    return rounded


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
