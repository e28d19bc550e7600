"""Which columns of a table hold the time of its rows."""

from __future__ import annotations

import datetime
import re

import pandas as pd

from core.data.choices import Choices
from core.data.reading.cells import is_missing, number
from core.data.reading.timestamps import read_stamps
from core.data.report import Notes, Refused, some

_TIME_NAME = re.compile(
    r"(^|[\W_])(date|datetime|time|timestamp|stamp|ds|dt|datum|zeit|fecha|utc|epoch|unix)s?([\W_]|$)"
    r"|날짜|일시|일자|시간|시각|日期|时间|日時"
)
_PARTS = {
    "year": ("year", "yr", "yyyy", "년", "년도", "연도"),
    "month": ("month", "mon", "mo", "mm", "월"),
    "day": ("day", "dy", "dd", "일"),
    "hour": ("hour", "hr", "hh", "시"),
    "minute": ("minute", "min", "mi", "분"),
    "second": ("second", "sec", "ss", "초"),
}
_CLOCK_NAME = re.compile(r"^(time|hour|clock|uhrzeit|hora|시간|시각)$")


def take_time(frame: pd.DataFrame, choices: Choices, notes: Notes) -> tuple[pd.Series, list[str]]:
    """Return the stamp of each row and the names of the columns that are not time.

    Raises
    ------
    Refused
        When no column, nor year, month and day together, can be read as time.
    """
    parts = _parts(frame)
    single = _single(frame, notes)
    if single is not None:
        name, stamps = single
        used = [name]
        clock = _clock_beside(frame, name, stamps)
        if clock is not None:
            other, offsets = clock
            stamps, used = stamps + offsets, [name, other]
        elif {"year", "month", "day"} <= set(parts):
            used += list(parts.values())
            notes.refused.append(f"{some(list(parts.values()))}: repeat the time; left out.")
        notes.found.append(f"Time in {' and '.join(map(repr, used[: 2 if clock else 1]))}.")
        return _plausible(stamps), [name for name in frame.columns if name not in used]
    if {"year", "month", "day"} <= set(parts):
        notes.found.append(f"Time put together from the columns {some(list(parts.values()), most=6)}.")
        return _plausible(_from_parts(frame, parts)), [name for name in frame.columns if name not in parts.values()]
    raise Refused(
        "No column can be read as time; add a column such as 'date' with values like 2024-01-31 13:00, "
        "or separate year, month, day and hour columns."
    )


def _plausible(stamps: pd.Series) -> pd.Series:
    """Return stamps with those outside 1800 to 2200 as unreadable: slips of a digit, not measurements."""
    return stamps.where((stamps >= pd.Timestamp(1800, 1, 1)) & (stamps < pd.Timestamp(2200, 1, 1)))


def _parts(frame: pd.DataFrame) -> dict[str, str]:
    """Return which columns are year, month, day ... by their names, as far as they hold numbers."""
    found: dict[str, str] = {}
    for part, names in _PARTS.items():
        for name in frame.columns:
            if name.strip().lower() in names and frame[name].dtype == "float64":
                found.setdefault(part, name)
    return found


def _from_parts(frame: pd.DataFrame, parts: dict[str, str]) -> pd.Series:
    """Return stamps; hours are added as durations, so that hour 24 is midnight of the next day."""
    dates = frame[[parts["year"], parts["month"], parts["day"]]].set_axis(["year", "month", "day"], axis=1)
    stamps = pd.to_datetime(dates, errors="coerce")
    for part, seconds in (("hour", 3600), ("minute", 60), ("second", 1)):
        if part in parts:
            stamps = stamps + pd.to_timedelta(frame[parts[part]] * seconds, unit="s", errors="coerce")
    return stamps.astype("datetime64[us]")


def _single(frame: pd.DataFrame, notes: Notes) -> tuple[str, pd.Series] | None:
    """Return the best single column: typed as time first, then named so, then any text that reads as time."""

    def rank(name: str) -> tuple[bool, bool]:
        return not pd.api.types.is_datetime64_any_dtype(frame[name]), not _named_time(name)

    for name in sorted(frame.columns, key=rank):
        attempt = Notes()
        stamps = read_stamps(frame[name], attempt, named_time=_named_time(name))
        if stamps is not None and stamps.nunique() > 1:
            notes.found += attempt.found
            notes.mended += attempt.mended
            return name, stamps
    return None


def _named_time(name: str) -> bool:
    return _TIME_NAME.search(name.strip().lower()) is not None


def _clock_beside(frame: pd.DataFrame, used: str, stamps: pd.Series) -> tuple[str, pd.Series] | None:
    """Return the column that holds the time of day where the time column holds dates only."""
    known = stamps.dropna()
    if not known.equals(known.dt.normalize()) or not known.duplicated().any():
        return None
    for name in frame.columns:
        if name != used and _CLOCK_NAME.match(name.strip().lower()):
            offsets = pd.to_timedelta(frame[name].map(_clock), unit="s", errors="coerce")
            if offsets.notna().mean() > 0.9:
                return name, offsets
    return None


def _clock(cell: object) -> float | None:
    """Return seconds since midnight of 13, "13:30", "13:30:05" or a time object."""
    if is_missing(cell):
        return None
    if isinstance(cell, datetime.time | datetime.datetime):
        return cell.hour * 3600.0 + cell.minute * 60 + cell.second
    hours = number(cell)
    if hours is not None:
        return hours * 3600 if 0 <= hours <= 24 else None
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", str(cell).strip())
    return (
        sum(int(part or 0) * size for part, size in zip(found.groups(), (3600, 60, 1), strict=True))
        if found
        else None
    )
