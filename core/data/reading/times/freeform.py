"""Second try at dates in no known writing: dateutil, kept from reading what is no date."""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Iterable

import pandas as pd
from dateutil import parser

from core.data.choices import DAY_FIRST, MONTH_FIRST, Choices
from core.data.reading.numbers.cells import LONGEST, number
from core.data.reading.times.dates import best_fit, sample_of
from core.data.reading.times.numerals import FIRST_YEAR, LAST_YEAR
from core.data.report import Notes

_MOST_TEXTS = 50_000  # different cells; each takes a tenth of a millisecond
_YEAR = re.compile(r"(?<!\d)(1[6-9]|2[0-2])\d\d(?!\d)")
_YEAR_FIRST = re.compile(r"\D*\d{4}(?!\d)")
_ABSENT = (datetime.datetime(1, 1, 1), datetime.datetime(2, 2, 1))  # what a cell does not say differs between them


def read_freely(texts: pd.Series, choices: Choices, notes: Notes, *, named_time: bool) -> pd.Series | None:
    """Return stamps when dateutil reads every cell as a plausible date, at least by year and month; else None.

    Of a column that is not named like time, every cell must hold a year of four digits.
    """
    cells = texts[texts != ""].drop_duplicates()
    sample = sample_of(cells)
    if not 1 < len(cells) <= _MOST_TEXTS or not (named_time or sample.map(_YEAR.search).notna().all()):
        return None
    orders = (MONTH_FIRST,) if sample.map(_YEAR_FIRST.match).notna().all() else (MONTH_FIRST, DAY_FIRST)
    readings = []
    for order in orders:
        read = _read_all(sample, order) and _read_all(cells, order)
        if read and len(set(read.values())) > 1:
            readings.append((f"freely, {order}", pd.to_datetime(texts.map(read)).astype("datetime64[us]")))
    if not readings:
        return None
    if len(readings) == 2 and readings[0][1].equals(readings[1][1]):
        readings = [("in words", readings[0][1])]
    return readings[best_fit(readings, lambda place: orders[place], texts, choices, notes)][1]


def is_date(text: str) -> bool:
    """Whether dateutil reads a text as a date.

    >>> is_date("31 January 2024"), is_date("2024-13-45")
    (True, False)
    """
    return _read_all([text], MONTH_FIRST) is not None


def _read_all(cells: Iterable[str], order: str) -> dict[str, datetime.datetime] | None:
    """Return the time of each cell, None as soon as one is no date."""
    times = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error", parser.UnknownTimezoneWarning)
        for text in cells:
            if (time := _read(text, order)) is None:
                return None
            times[text] = time
    return times


def _read(text: str, order: str) -> datetime.datetime | None:
    if len(text) > LONGEST or number(text) is not None:
        return None
    try:
        first, other = (parser.parse(text, dayfirst=order == DAY_FIRST, default=absent) for absent in _ABSENT)
    except (ValueError, OverflowError, parser.UnknownTimezoneWarning):
        return None
    if first != other or first.tzinfo is not None or not FIRST_YEAR <= first.year <= LAST_YEAR:
        return None
    return first
