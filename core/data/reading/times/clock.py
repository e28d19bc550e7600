"""A time of day: in one cell, or in each row of a column."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

import pandas as pd

from core.data.reading.numbers.cells import number
from core.text.message import Message

DAY = 86_400.0  # seconds
_EXCEL_BEGINS = 1904  # a clock alone is a time of Excel's first day
_FIRST_DAY = re.compile(r"^(?:30\.12\.1899|12/30/1899|30/12/1899|1899-12-30)[ T]")  # a clock exported with its day
_TEXT = re.compile(
    r"(?P<before>[AaPp]\.?[Mm]\.?|오전|오후)? ?(?:HE|he|H|h|[Hh]our)? ?"
    r"(?P<hour>\d{1,2})(?:(?:[:.\-hH]|시 ?)(?P<minute>\d{2})분?(?:(?:[:.\-]| ?)(?P<second>\d{2})초?(?:\.\d+)?)?)?"
    r" ?(?:h|H|Uhr|시)? ?(?P<after>[AaPp]\.?[Mm]\.?|오전|오후)?"
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
    words : Message or None
        How it counts; None where it is written as a clock.
    others : tuple of str
        Columns that it also takes: the minute beside the hour.
    """

    name: str
    seconds: pd.Series
    words: Message | None = None
    others: tuple[str, ...] = ()

    @property
    def late(self) -> int:
        """Cells of hour 24."""
        return int((self.seconds == DAY).sum())

    def on(self, dates: pd.Series) -> pd.Series:
        """Return the stamps of dates with this clock."""
        return (dates + pd.to_timedelta(self.seconds, unit="s")).astype("datetime64[us]")


def seconds_of(cell: object) -> float | None:
    """Return seconds after midnight of a cell written as a clock, of the start of an interval, or of a time object.

    >>> seconds_of("18.30.00"), seconds_of("오후 1시"), seconds_of("24:00"), seconds_of("00:15 - 00:30")
    (66600.0, 46800.0, 86400.0, 900.0)
    """
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds() if 0 <= cell.total_seconds() <= DAY else None
    if isinstance(cell, datetime.time) or (isinstance(cell, datetime.datetime) and cell.year <= _EXCEL_BEGINS):
        return cell.hour * 3600.0 + cell.minute * 60 + cell.second
    if not isinstance(cell, str) or number(cell) is not None:
        return None
    text, *end = _BETWEEN.split(_FIRST_DAY.sub("", cell.strip()[:40]))
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
    return seconds if minute < 60 and second < 60 and seconds <= DAY else None
