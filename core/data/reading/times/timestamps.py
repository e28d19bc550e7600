"""Time of each row out of one column: its type, its writing and its zone."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pandas as pd

from core.data.choices import Choices
from core.data.reading.numbers.cells import LONGEST, is_missing, number
from core.data.reading.times.dates import ENOUGH, read_dates, sample_of
from core.data.reading.times.freeform import read_freely
from core.data.reading.times.numerals import from_numbers
from core.data.reading.times.periods import from_periods
from core.data.reading.times.spelling import alike
from core.data.reading.times.zones import at_place, cut_zone, from_zone, place_in, to_standard
from core.data.report import Notes

_TIME_NAME = re.compile(
    r"(^|[\W_])(date|datetime|time|timestamp|stamp|ds|dt|ts|datum|zeit|zeitpunkt|fecha|utc|epoch|unix|yyyymmdd|yyyymm"
    r"|zeitstempel|horodatage|horodate|datenum|mjd)s?([\W_]|$)|날짜|일시|일자|시간|시각|시점|연월|년월|日期|时间|時間|日時"
)


def says_time(name: str) -> bool:
    """Whether a column's name says that it holds the time.

    >>> says_time("측정일시"), says_time("Datum von"), says_time("candidates")
    (True, True, False)
    """
    return _TIME_NAME.search(name.strip().lower()) is not None


def read_stamps(cells: pd.Series, choices: Choices, notes: Notes) -> pd.Series | None:
    """Return stamps without zone, NaT where unreadable; None when the column holds no time.

    The column is as it came, with its name: only where that says time are bare numbers read as seconds since 1970.
    The writing and zone are told under `found`, changes under `mended`.
    """
    name = str(cells.name)
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        return from_zone(cells, notes)
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cells.astype("datetime64[us]")
    if cells.dtype == np.float64:
        return from_numbers(cells, notes, named_time=says_time(name))
    dates = np.array([isinstance(cell, datetime.date) for cell in cells])
    if dates.sum() > len(cells) / 2:
        stamps = pd.to_datetime(cells.where(dates), errors="coerce")
        return stamps.astype("datetime64[us]") if stamps.notna().mean() >= ENOUGH else None
    texts = ["" if is_missing(cell) else str(cell)[:LONGEST].strip() for cell in cells]
    return _from_texts(pd.Series(texts, index=cells.index, dtype=object), name, choices, notes)


def _from_texts(texts: pd.Series, name: str, choices: Choices, notes: Notes) -> pd.Series | None:
    """Return the stamps of texts: as they are where a known writing reads them all, else made alike first."""
    plain = read_dates(texts, choices, attempt := Notes())
    if plain is not None and plain.notna().equals(texts != ""):
        place = place_in(name)
        notes.take(attempt)
        return at_place(plain, place, notes) if place else plain
    sample = sample_of(texts)
    if sample.map(lambda text: number(text) is not None).mean() >= ENOUGH:
        return from_numbers(pd.to_numeric(texts, errors="coerce"), notes, named_time=says_time(name))
    if _from_alike(sample, name, choices, Notes()) is None:  # most columns of text are no times: found out cheaply
        return None
    return _from_alike(texts, name, choices, notes)


def _from_alike(texts: pd.Series, name: str, choices: Choices, notes: Notes) -> pd.Series | None:
    """Return the stamps of texts in one spelling, without their zone: by known writings, periods, or dateutil."""
    local, offsets, place = cut_zone(alike(texts, notes))
    place = place or place_in(name)
    stamps = read_dates(local, choices, notes)
    if stamps is None:
        stamps = from_periods(local, notes)
    if stamps is None:
        stamps = read_freely(local, choices, notes, named_time=says_time(name))
    if stamps is None:
        return None
    if offsets.notna().any():
        return to_standard(stamps, offsets, notes)
    return at_place(stamps, place, notes) if place else stamps
