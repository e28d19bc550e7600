"""Time of each row: the column or columns that hold it, its writing, and its zone."""

from __future__ import annotations

import re
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

from core.data.reading.cells import LONGEST, is_missing
from core.data.report import Notes, some

_SAMPLE = 300
_ENOUGH = 0.9  # share of readable cells from which a column counts as time

_DATES = {
    "%Y-%m-%d": "year-month-day",
    "%Y/%m/%d": "year/month/day",
    "%Y.%m.%d": "year.month.day",
    "%Y%m%d": "yearmonthday",
    "%Y년%m월%d일": "year-month-day (Korean)",
    "%d.%m.%Y": "day.month.year",
    "%d/%m/%Y": "day/month/year",
    "%m/%d/%Y": "month/day/year",
    "%d-%m-%Y": "day-month-year",
    "%m-%d-%Y": "month-day-year",
    "%d.%m.%y": "day.month.year",
    "%d/%m/%y": "day/month/year",
    "%m/%d/%y": "month/day/year",
    "%d-%b-%Y": "day-month-year",
    "%d %b %Y": "day month year",
    "%b %d %Y": "month day year",
    "%d %B %Y": "day month year",
    "%Y-%m": "year-month",
    "%Y/%m": "year/month",
    "%m/%Y": "month/year",
}
_CLOCKS = ("", "%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M %p", "%H%M", "%H%M%S", "%H시%M분", "%H")
_WRITINGS = {
    f"{date}{joint}{clock}" if clock else date: name
    for (date, name), clock, joint in product(_DATES.items(), _CLOCKS, (" ", "T", "_", ""))
    if joint or date == "%Y%m%d"  # 01.02.2013 is not the year 20 at 13 h
}
_OFFSET = re.compile(r"(?<=\d)\s*(Z|UTC|GMT|KST|JST|CET|CEST|EST|EDT|[+-]\d{2}:?\d{2})$")
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "KST": 540, "JST": 540, "CET": 60, "CEST": 120, "EST": -300, "EDT": -240}
_EPOCHS: dict[Literal["s", "ms", "us", "ns"], tuple[float, float]] = {
    "s": (1e8, 1e10),  # 1973 to 2286
    "ms": (1e11, 1e13),
    "us": (1e14, 1e16),
    "ns": (1e17, 1e19),
}


def read_stamps(cells: pd.Series, notes: Notes, *, named_time: bool) -> pd.Series | None:
    """Return stamps without zone, NaT where unreadable; None when the column holds no time.

    Parameters
    ----------
    cells : Series
        One column as it came.
    notes : Notes
        The writing and zone are told under `found`, changes under `mended`.
    named_time : bool
        Whether the column's name says time: only then are bare numbers read as seconds since 1970 or as 20240131.
    """
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        return _from_zone(cells, notes)
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cells.astype("datetime64[us]")
    if cells.dtype == np.float64:
        return _from_numbers(cells, notes) if named_time else None
    present = [cell for cell in cells if not is_missing(cell)]
    if not present:
        return None
    if sum(not isinstance(cell, str) for cell in present) > len(present) / 2:
        stamps = pd.to_datetime(cells.where(cells.map(_is_date)), errors="coerce")
        return stamps.astype("datetime64[us]") if stamps.notna().mean() >= _ENOUGH else None
    texts = pd.Series(
        ["" if is_missing(cell) else str(cell)[:LONGEST].strip() for cell in cells], index=cells.index, dtype=object
    )
    plain = _parse(texts, attempt := Notes())
    if plain is not None and plain.notna().sum() == len(present):
        notes.found += attempt.found
        return plain.astype("datetime64[us]")
    return _from_texts(texts, notes)


def _is_date(cell: object) -> bool:
    return hasattr(cell, "year") and hasattr(cell, "month")


def _from_zone(cells: pd.Series, notes: Notes) -> pd.Series:
    """Return wall-clock time at the zone's standard offset, so that no hour is doubled or lost in spring."""
    offsets = cells.map(lambda stamp: stamp.utcoffset(), na_action="ignore").dropna()
    standard = offsets.min()
    notes.found.append(f"Time zone {cells.dt.tz}, read as {_offset_text(standard)} all year.")
    return (cells.dt.tz_convert("UTC").dt.tz_localize(None) + standard).astype("datetime64[us]")


def _from_numbers(cells: pd.Series, notes: Notes) -> pd.Series | None:
    middle = cells.abs().median()
    whole = cells.dropna()
    if ((whole % 1 == 0) & whole.between(1900_01_01, 2100_12_31)).all():
        texts = cells.map(lambda cell: "" if np.isnan(cell) else f"{cell:.0f}")
        return _from_texts(texts, notes)
    for digits, form in ((10, "%Y%m%d%H"), (12, "%Y%m%d%H%M"), (14, "%Y%m%d%H%M%S")):
        texts = cells.map(lambda cell: "" if np.isnan(cell) else f"{cell:.0f}")
        if texts.str.len().eq(digits).mean() >= _ENOUGH and texts.str[:4].between("1900", "2100").all():
            stamps = pd.to_datetime(texts, format=form, errors="coerce")
            if stamps.notna().mean() >= _ENOUGH:
                notes.found.append(f"Time written as {digits} digits, year first.")
                return stamps.astype("datetime64[us]")
    for unit, (low, high) in _EPOCHS.items():
        if low <= middle < high:
            notes.found.append(f"Time counted in {unit} since 1970, read as UTC.")
            return pd.to_datetime(cells, unit=unit, errors="coerce").astype("datetime64[us]")
    return None


def _from_texts(texts: pd.Series, notes: Notes) -> pd.Series | None:
    texts = texts.str.replace(r"^(\d{4})\. ?(\d{1,2})\. ?(\d{1,2})\.?", r"\1.\2.\3", regex=True)
    texts = texts.str.replace(r"\s+", " ", regex=True).str.replace(r"[ ]?([년월일시])\s?", r"\1", regex=True)
    texts = texts.str.replace("일", "일 ").str.strip().str.replace(",", "")
    texts = texts.str.replace("오전", "AM").str.replace("오후", "PM")
    offsets = texts.str.extract(_OFFSET, expand=False)
    zoned = offsets.notna() & texts.str.contains(":")
    local = texts.mask(zoned, texts.str.replace(_OFFSET, "", regex=True))
    midnight = local.str.contains(r"[ T]24:00(?::00(?:\.0+)?)?$")
    local = local.mask(midnight, local.str.replace(r"24:00", "00:00", regex=True))
    stamps = _parse(local, notes)
    if stamps is None:
        return None
    if midnight.any():
        notes.mended.append(f"24:00 ({midnight.sum():,} times) read as 00:00 of the next day.")
        stamps = stamps + pd.to_timedelta(midnight.astype(int), unit="D")
    if zoned.any():
        stamps = _to_standard(stamps, offsets.where(zoned), notes)
    return stamps.astype("datetime64[us]")


def _parse(texts: pd.Series, notes: Notes) -> pd.Series | None:
    """Return stamps by the writing that reads most cells; between equals, by the one that gives the steadier step."""
    present = texts[texts != ""]
    sample = present.iloc[:: max(1, len(present) // _SAMPLE)]
    if sample.empty:
        return None
    signs = _signs(sample.iloc[0])
    fitting = {
        form: name
        for form, name in _WRITINGS.items()
        if _signs(re.sub("%.", "", form)) == signs
        and _readable(sample.iloc[:5], form)
        and _readable(sample, form) >= _ENOUGH
    }
    if not fitting:
        return None
    read = {form: pd.to_datetime(texts, format=form, errors="coerce") for form in fitting}
    best = max(read, key=lambda form: (read[form].notna().sum(), -read[form].diff().nunique()))
    equals = [form for form in read if read[form].notna().sum() == read[best].notna().sum()]
    rivals = sorted({fitting[form] for form in equals} - {fitting[best]})
    doubt = (
        f" (could also be {some(rivals)}; this reading gives the steadier step or the usual order)" if rivals else ""
    )
    notes.found.append(f"Dates written {fitting[best]}{doubt}.")
    return read[best]


def _signs(text: str) -> str:
    """Return what is neither letter nor digit: "-- ::" of a date and time; sorts out most writings at once."""
    return "".join(letter for letter in text if not letter.isalnum())


def _readable(texts: pd.Series, form: str) -> float:
    return float(pd.to_datetime(texts, format=form, errors="coerce").notna().mean())


def _to_standard(stamps: pd.Series, offsets: pd.Series, notes: Notes) -> pd.Series:
    """Return stamps at the smallest offset of the file (standard time)."""
    minutes = offsets.map(_minutes, na_action="ignore").astype("float64")
    standard = minutes.min()
    text = _offset_text(pd.Timedelta(minutes=standard))
    if minutes.nunique() > 1:
        notes.found.append(f"Time zone changes between summer and winter; read as {text} all year.")
    else:
        notes.found.append(f"Time zone {text}.")
    shift = pd.to_timedelta((standard - minutes).fillna(0.0), unit="min")
    return stamps + shift


def _minutes(offset: str) -> int:
    if offset in _ZONES:
        return _ZONES[offset]
    digits = offset[1:].replace(":", "")
    size = int(digits[:2]) * 60 + int(digits[2:])
    return -size if offset[0] == "-" else size


def _offset_text(offset: pd.Timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
