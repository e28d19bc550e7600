"""The clock beside a column of dates: found by what its cells hold, whatever its name."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.reading.cells import is_missing, number
from core.data.reading.coverage import coverage, regularity

_DAY = 86_400.0
_EXCEL_BEGINS = 1904  # a clock alone is a time of Excel's first day
_ENOUGH = 0.95
_FILLS = 0.9  # coverage of the time axis from which its numbers are believed
_REGULAR = 0.4  # share of steps that are the usual one, from which a name is believed
_INTERVALS = {
    24: "hours",
    48: "half hours",
    96: "quarter hours",
    144: "10 minutes",
    288: "5 minutes",
    1440: "minutes",
}
_NAMED = re.compile(
    r"(^|[\W_])(time|hours?|hrs?|hh|he|clock|uhrzeit|zeit|stunde|hora|heure|anfang|beginn?|start|from|von)([\W_]|$)"
    r"|시간|시각|^시$"
)
_EXACT = re.compile(r"(time|hour|clock|uhrzeit|hora|시간|시각)([\W_]|$)")
_OTHER_NAME = re.compile(
    r"(^|[\W_])(id|no|nr|code|store|shop|item|product|family|dept|site|station|sensor|meter|turbine|machine|unit"
    r"|plant|line|lane|region|zone|area|group|cluster|series)s?([\W_]|$)|번호|지점"
)
_TEXT = re.compile(
    r"(?P<before>[AaPp]\.?[Mm]\.?|오전|오후)? ?(?:HE|he|H|h|[Hh]our)? ?"
    r"(?P<hour>\d{1,2})(?:(?:[:.\-hH]|시 ?)(?P<minute>\d{2})분?(?:(?:[:.\-]| ?)(?P<second>\d{2})초?(?:\.\d+)?)?)?"
    r" ?(?:h|H|Uhr|시)? ?(?P<after>[AaPp]\.?[Mm]\.?)?"
)
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{2})?")
_BETWEEN = re.compile(r"\s*(?:[~–—/]|to|bis|(?<=[\d시분])-(?=\d{1,2}[:.시]|\d{4}$)| - )\s*")


@dataclass(frozen=True)
class Clock:
    """A column that holds the time of day.

    Attributes
    ----------
    name : str
    seconds : Series
        After midnight of the row's date; hour 24 is 86,400.
    words : str
        How it counts, "" where it is written as a clock.
    """

    name: str
    seconds: pd.Series
    words: str = ""

    @property
    def late(self) -> int:
        """Cells of hour 24."""
        return int((self.seconds == _DAY).sum())

    def on(self, dates: pd.Series) -> pd.Series:
        """Return the stamps of dates with this clock."""
        return (dates + pd.to_timedelta(self.seconds, unit="s")).astype("datetime64[us]")


def clocks_beside(frame: pd.DataFrame, dates: pd.Series, used: list[str]) -> list[Clock]:
    """Return the columns that tell the rows of a date apart as a clock does, the likeliest first.

    They must step evenly, except in a column that is called time and written with hours and minutes. Where the name
    says nothing of hours, they must also be in order, and numbers must fill the day and be another one in each row.
    """
    known = [clock for name in frame.columns if name not in used for clock in _clocks(name, frame[name], dates)]
    several = [clock for clock in known if clock.on(dates).nunique() >= 1.5 * dates.nunique()]
    orders = {clock.name: _order(clock.on(dates)) for clock in several}
    return sorted(several, key=lambda clock: -orders[clock.name])


def _is_named(name: str) -> bool:
    return _NAMED.search(name.strip().lower()) is not None


def _order(stamps: pd.Series) -> float:
    """Return the share of times that go on from the one before in the file's direction, in tenths of a percent.

    Several series have their times in common: where each comes first counts.
    """
    steps = np.diff(stamps.dropna().drop_duplicates().to_numpy()).astype(np.int64)
    return round(max((steps > 0).mean(), (steps < 0).mean()), 3) if len(steps) else 0.0


def _clocks(name: str, cells: pd.Series, dates: pd.Series) -> Iterator[Clock]:
    if cells.dtype == np.float64:
        yield from _from_numbers(name, cells, dates)
        return
    first = next((cell for cell in cells if not is_missing(cell)), None)
    if seconds_of(first) is None or cells.nunique() > _DAY:  # a day has no more times than its seconds
        return
    seconds = cells.map({cell: seconds_of(cell) for cell in cells.unique()}).astype(np.float64)
    clock = Clock(name, seconds)
    if seconds.notna().mean() < _ENOUGH:
        return
    stamps = clock.on(dates)
    expected = _is_named(name) or _order(stamps) >= _ENOUGH
    if _EXACT.match(name.strip().lower()) or (expected and regularity(stamps) >= _REGULAR):
        yield clock


def seconds_of(cell: object) -> float | None:
    """Return seconds after midnight of a cell written as a clock, of the start of an interval, or of a time object.

    >>> seconds_of("18.30.00"), seconds_of("오후 1시"), seconds_of("24:00"), seconds_of("00:15 - 00:30")
    (66600.0, 46800.0, 86400.0, 900.0)
    """
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds() if 0 <= cell.total_seconds() <= _DAY else None
    if isinstance(cell, datetime.time) or (isinstance(cell, datetime.datetime) and cell.year <= _EXCEL_BEGINS):
        return cell.hour * 3600.0 + cell.minute * 60 + cell.second
    if not isinstance(cell, str) or number(cell) is not None:
        return None
    text, *end = _BETWEEN.split(cell.strip()[:40])
    digits = _DIGITS.fullmatch(text) if end else None
    if digits:
        return _seconds(int(digits[1]), int(digits[2]), int(digits[3] or 0))
    found = _TEXT.fullmatch(text)
    if not found:
        return None
    half = (found["before"] or found["after"] or "").replace("오전", "am").replace("오후", "pm").lower()[:1]
    hour = int(found["hour"])
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return _seconds(hour, int(found["minute"] or 0), int(found["second"] or 0))


def _seconds(hour: int, minute: int, second: int) -> float | None:
    seconds = hour * 3600.0 + minute * 60 + second
    return seconds if minute < 60 and second < 60 and seconds <= _DAY else None


def _from_numbers(name: str, cells: pd.Series, dates: pd.Series) -> Iterator[Clock]:
    """Yield the first reading of a column of numbers that goes on evenly over the dates."""
    values = cells.dropna()
    if len(values) < _ENOUGH * len(cells) or values.min() < 0 or values.nunique() > 1_441:
        return
    named = _is_named(name)
    for clock in _number_readings(name, cells, values, dates):
        stamps = clock.on(dates)
        if not _comes_evenly(stamps, dates):
            continue
        if named and regularity(stamps) >= _REGULAR:
            yield clock
            return
        goes_on = _order(stamps) >= _ENOUGH and coverage(stamps) >= _FILLS
        if goes_on and not _OTHER_NAME.search(name.strip().lower()):
            yield clock
            return


def _comes_evenly(stamps: pd.Series, dates: pd.Series) -> bool:
    """Whether the times of a date come equally often: each once, or once in each of the series of that date."""
    often = stamps.groupby(stamps).transform("size")
    usual = often.groupby(dates).transform("median")
    return bool((often == usual).mean() >= _ENOUGH)


def _number_readings(name: str, cells: pd.Series, values: pd.Series, dates: pd.Series) -> Iterator[Clock]:
    """Yield each clock that the numbers can be."""
    low, high = values.min(), values.max()
    whole = bool((values % 1 == 0).all())
    minutes = (values % 1 * 100).round(6)
    if whole and low <= 1:
        span = high - low + 1
        for rows in (rows for rows in _INTERVALS if rows <= span <= max(rows + 1, rows * 25 / 24)):
            first = 0.0 if rows == 24 else low  # hour 1 is 01:00, and half hour 1 begins at 00:00
            seconds = _summer_time((cells - first) * _DAY / rows, dates, counted=rows != 24)
            yield Clock(name, seconds, f"{_INTERVALS[rows]} from {low:.0f} on")
    if whole and high <= 24:
        yield Clock(name, cells * 3600, f"hours from {low:.0f} on")
    elif whole and 100 <= high <= 2400 and (values % 100 < 60).all():
        yield Clock(name, cells // 100 * 3600 + cells % 100 * 60, "hours and minutes in one number")
    elif not whole and high <= 1:
        yield Clock(name, (cells * 1440).round() * 60, "parts of a day")
    elif not whole and high <= 24:
        if (minutes % 1 == 0).all() and minutes.max() < 60 and minutes.isin((10, 15, 30, 45)).any():
            yield Clock(name, cells // 1 * 3600 + (cells % 1 * 100).round() * 60, "hours and minutes, as 13.30")
        yield Clock(name, (cells * 3600).round(), "hours and their parts")


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
