"""Time zones: what a cell, a column's name or a column of its own says of them; all read at standard time."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from core.data.reading.numbers.cells import number
from core.data.reading.times.dates import sample_of
from core.data.report import Notes
from core.text.message import Message

_HOURS = {
    **{"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2},
    **{"EET": 2, "EEST": 3, "MSK": 3, "SGT": 8, "HKT": 8, "KST": 9, "JST": 9, "AEST": 10, "AEDT": 11},
    **{"NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6},
    **{"PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10},
}
_PAIRS = {
    **{"CET/CEST": "Europe/Berlin", "MEZ/MESZ": "Europe/Berlin", "EET/EEST": "Europe/Helsinki"},
    **{"WET/WEST": "Europe/Lisbon", "GMT/BST": "Europe/London", "EST/EDT": "America/New_York"},
    **{"CST/CDT": "America/Chicago", "MST/MDT": "America/Denver", "PST/PDT": "America/Los_Angeles"},
}
_WORDS = "|".join(sorted(_HOURS, key=len, reverse=True))
_NUMBER = r"(?:UTC|GMT)?[+\-\u2212]\d{2}(?::?\d{2})?|(?:UTC|GMT)[+\-\u2212]\d{1,2}"
_OFFSET = re.compile(rf"(?<=[\dMm시분초])\s*[(\[]?({_NUMBER}|{_WORDS})(?: UTC)?[)\]]?$")
_CLOCK = re.compile(r":|T\d{2}|시|[AaPp][Mm]$")  # without a clock, -05 ends a date
_PLACE = re.compile(r"\s*[(\[]([A-Za-z]+/[A-Za-z_/]+)[)\]]")
_ZONE_NAME = re.compile(r"(time[ _]?)?zone|tz|zeitzone|시간대")
_OFFSET_NAME = re.compile(r"(utc|gmt|tz)[ _-]?offset")
_MOST_HOURS = 14
_FEWER = 0.97  # of the times of day at standard time, from which the clock on the wall is kept


def cut_zone(texts: pd.Series) -> tuple[pd.Series, pd.Series, ZoneInfo | None]:
    """Return the cells without their zone, its text in each, and the place whose summer time they follow.

    The text of a zone is NaN where there is none; "(CET/CEST)" and "[Europe/Berlin]" name a place.
    """
    places = texts.str.extract(_PLACE, expand=False).dropna().unique()
    if len(places):
        texts = texts.str.replace(_PLACE, "", regex=True)
    usual = [found[0] for text in sample_of(texts) if (found := _OFFSET.search(text))]
    ends = [_end(text, set(usual)) for text in texts]
    local = [text.removesuffix(end) for text, end in zip(texts, ends, strict=True)]
    offsets = pd.Series(ends, index=texts.index, dtype=object).map({end: _zone(end) for end in set(ends)})
    place = _place(places[0]) if len(places) == 1 and offsets.isna().all() else None
    return pd.Series(local, index=texts.index, dtype=object), offsets, place


def _end(text: str, usual: set[str]) -> str:
    """Return the end of a cell that names a zone, "" where there is none; `usual` ends are found without a search."""
    for end in usual:
        if text.endswith(end) and ":" in text and text[: -len(end)][-1:].isdigit():
            return end
    found = _OFFSET.search(text)
    return found[0] if found and _CLOCK.search(text[: found.start()]) else ""


def _zone(end: str) -> str | None:
    found = _OFFSET.search(f"0{end}")
    return found[1] if found else None


def place_in(name: str) -> ZoneInfo | None:
    """Return the place that a column's name gives in brackets: "MTU (CET/CEST)".

    >>> place_in("MTU (CET/CEST)"), place_in("time (UTC)")
    (zoneinfo.ZoneInfo(key='Europe/Berlin'), None)
    """
    found = _PLACE.search(name)
    return _place(found[1]) if found else None


def _place(text: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(_PAIRS.get(text, text))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # America/Argentina is a folder
        return None


def from_zone(stamps: pd.Series, notes: Notes) -> pd.Series:
    """Return zoned stamps without their zone: at its standard time, so that no hour is doubled or lost.

    Where the clock on the wall is what the rows keep to, as trading hours and days do, it is kept.
    """
    offsets = stamps.map(lambda stamp: stamp.utcoffset(), na_action="ignore")
    offsets = pd.to_timedelta(offsets).dt.total_seconds() / 60
    wall = stamps.dt.tz_localize(None).astype("datetime64[us]")
    return _evenly(wall, offsets, Message("zone.named", zone=str(stamps.dt.tz)), notes)


def at_place(stamps: pd.Series, place: ZoneInfo, notes: Notes) -> pd.Series:
    """Return wall-clock stamps of a place at its standard time, where its summer time can be told by them."""
    try:
        zoned = stamps.dt.tz_localize(place, ambiguous="infer", nonexistent="NaT")
    except ValueError:  # the hour that occurs twice in autumn does not occur twice
        notes.found.append(Message("zone.as_written", zone=str(place)))
        return stamps
    if zoned.isna().sum() > stamps.isna().sum():  # in spring an hour is written that the place did not have
        notes.found.append(Message("zone.no_summer_time", zone=str(place)))
        return stamps
    return from_zone(zoned, notes)


def to_standard(stamps: pd.Series, offsets: pd.Series, notes: Notes) -> pd.Series:
    """Return wall-clock stamps at the smallest offset of the file, which is standard time; see `from_zone`."""
    minutes = offsets.map(_minutes, na_action="ignore").astype("float64")
    if minutes.nunique() == 1:
        notes.found.append(Message("zone.offset", zone=_text(minutes.min())))
        return stamps
    return _evenly(stamps, minutes, Message("zone.changing"), notes)


def _evenly(wall: pd.Series, minutes: pd.Series, zone: Message, notes: Notes) -> pd.Series:
    """Return the times at the smallest offset, or by the wall clock where they come at fewer times of the day so."""
    standard = (wall + pd.to_timedelta((minutes.min() - minutes).fillna(0.0), unit="min")).astype("datetime64[us]")
    if wall.nunique() == standard.nunique() and _times_of_day(wall) < _FEWER * _times_of_day(standard):
        notes.found.append(Message("zone.by_clock", zone=zone))
        return wall
    notes.found.append(Message("zone.all_year", zone=zone, offset=_text(minutes.min())))
    return standard


def tells_zone(notes: Notes) -> bool:
    """Whether a zone of the time was found and told."""
    return any(message.key.startswith("zone.") for message in notes.found)


def _times_of_day(stamps: pd.Series) -> int:
    return int((stamps - stamps.dt.normalize()).nunique())


def zone_column(frame: pd.DataFrame) -> tuple[str, pd.Series] | None:
    """Return the column that holds a zone for each row, and the zones' texts; None where there is none."""
    for name in frame.columns:
        plain = name.strip().lower()
        if _OFFSET_NAME.fullmatch(plain) or (_ZONE_NAME.fullmatch(plain) and frame[name].dtype == object):
            offsets = frame[name].map(_offset)
            if offsets.notna().all():
                return name, offsets
    return None


def _offset(cell: object) -> str | None:
    """Return +01:00, +1, 100 or CET as the text of an offset."""
    text = str(cell).strip()
    if re.fullmatch(rf"{_NUMBER}|{_WORDS}", text):
        return text
    hours = number(cell)
    if hours is None or hours * 4 % 1:
        return None
    sign, size = "-" if hours < 0 else "+", abs(hours)
    whole, rest = (size // 100, size % 100) if size > _MOST_HOURS else (size // 1, size % 1 * 60)
    return f"{sign}{whole:02.0f}:{rest:02.0f}" if whole <= _MOST_HOURS and rest < 60 else None


def _minutes(offset: str) -> int:
    if offset in _HOURS:
        return _HOURS[offset] * 60
    digits = offset.removeprefix("UTC").removeprefix("GMT").replace("\u2212", "-").replace(":", "")
    size = int(digits[1:3]) * 60 + int(digits[3:] or 0)
    return -size if digits[0] == "-" else size


def _text(minutes: float) -> str:
    hours, rest = divmod(int(abs(minutes)), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"
