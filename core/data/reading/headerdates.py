"""Tables with dates in their header: each row is a series."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from core.data.choices import Choices
from core.data.reading.cells import LONGEST, is_missing
from core.data.reading.guard import MOST_COLUMNS
from core.data.reading.monthwords import in_english
from core.data.reading.timecolumn import take_time
from core.data.report import Notes, Refused, count, some

_FEWEST_DATES = 12
_SHARE = 0.5  # of columns, from which a header is one of dates
_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR = r"(1[5-9]|2[01])\d{2}"
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}(:\d{2})?)?"
    rf"|{_YEAR}[-/.]?(0[1-9]|1[0-2])([-/.]?[0-3]\d)?|{_YEAR}[- ]?[QMW]\d{{1,2}}"
    rf"|(\d{{1,2}}[- ])?{_MONTH}[-/ .]?\d{{2,4}}|{_YEAR}[-/ .]{_MONTH}",
    re.IGNORECASE,
)
_ONLY_YEAR = re.compile(rf"({_YEAR})(\s*\[YR\d{{4}}\])?")


def turn(frame: pd.DataFrame, choices: Choices, notes: Notes) -> pd.DataFrame:
    """Return the frame with the dates of its header as rows and each row as a column; as it came without such.

    Raises
    ------
    Refused
        Where rows share a name, have none, or are too many.
    """
    stamps = _dates(list(frame.columns), choices, notes)
    if stamps is None:
        return frame
    dates = list(stamps.index)
    labels = _labels(frame.drop(columns=dates), notes)
    columns = {"time" if "date" in labels else "date": pd.Series(stamps.to_numpy())}
    cells = frame[dates].to_numpy()  # [series, date]
    columns |= {label: pd.Series(row) for label, row in zip(labels, cells, strict=True)}
    notes.found.append(
        f"Times stand in the header ({dates[0]} to {dates[-1]}): the table is turned, each of its "
        f"{count(len(labels), 'row')} is a variable."
    )
    return pd.DataFrame(columns)


def _dates(names: list[str], choices: Choices, notes: Notes) -> pd.Series | None:
    """Return the stamps of the names that are dates, by name; None where most are not."""
    years = [name for name in names if _ONLY_YEAR.fullmatch(name.strip())]
    dates = years or [name for name in names if _DATE.fullmatch(in_english(name.strip()))]
    if len(dates) < max(_FEWEST_DATES, _SHARE * len(names)):
        return None
    if years:
        numbers = np.array([int(name.strip()[:4]) - 1970 for name in years])
        return pd.Series(numbers.astype("datetime64[Y]").astype("datetime64[us]"), index=years)
    attempt = Notes()
    try:
        stamps, _ = take_time(pd.DataFrame({"date": pd.Series(dates, dtype=object)}), choices, attempt)
    except Refused:
        return None
    notes.found += [
        sentence for sentence in attempt.found if not sentence.startswith(("Time in", "Time put together"))
    ]
    return stamps.set_axis(dates)


def _labels(beside: pd.DataFrame, notes: Notes) -> list[str]:
    """Return the name of each row: its text cells, else its first number."""
    text = [name for name in beside.columns if beside[name].dtype == object] or list(beside.columns[:1])
    for name in beside.columns.drop(text):
        notes.leave_column(name, "describes a row and not a time")
    if len(beside) > MOST_COLUMNS:
        raise Refused(
            f"Times stand in the header and {len(beside):,} series below it; the limit is {MOST_COLUMNS:,}, "
            "so leave some out."
        )
    cells = [beside[name].map(_text) for name in text]
    labels = [", ".join(filter(None, parts)) for parts in zip(*cells, strict=True)] if cells else []
    doubled = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
    if doubled or (len(beside) > 1 and not cells):
        detail = f" ({some(doubled, most=3)} more than once)" if doubled else ""
        raise Refused(
            f"Times stand in the header, and the rows below cannot be told apart by name{detail}; give each a name "
            "of its own, or turn the table."
        )
    return [label or f"row {place}" for place, label in enumerate(labels or ["value"], start=1)]


def _text(cell: object) -> str:
    if is_missing(cell):
        return ""
    return f"{cell:g}" if isinstance(cell, float) else str(cell)[:LONGEST].strip()
