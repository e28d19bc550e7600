"""Tables with dates in their header: each row is a series."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from core.data.choices import Choices
from core.data.reading.layout.panel import label_of
from core.data.reading.limits import MOST_COLUMNS
from core.data.reading.rows.names import LABELS
from core.data.reading.times.monthwords import in_english
from core.data.reading.times.timecolumn import find_time
from core.data.report import Notes, Refused
from core.text.message import Message, some_of

_FEWEST_DATES = 12
_SHARE = 0.5  # of columns, from which a header is one of dates
_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR = r"(1[5-9]|2[01])\d{2}"
_DATE = re.compile(  # R writes an X before names that begin with a digit
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}(:\d{2})?)?"
    rf"|{_YEAR}[-/.]?(0[1-9]|1[0-2])([-/.]?[0-3]\d)?|{_YEAR}[- ]?[QMW]\d{{1,2}}"
    rf"|(\d{{1,2}}[- ])?{_MONTH}[-/ .]?\d{{2,4}}|{_YEAR}[-/ .]{_MONTH}",
    re.IGNORECASE,
)
_ONLY_YEAR = re.compile(rf"[XY]?({_YEAR})(\s*\[YR\d{{4}}\])?", re.IGNORECASE)
_COUNTED = re.compile(r"(.*?)(\d+)")
_FEWEST_COUNTED = 48


def turn(frame: pd.DataFrame, choices: Choices, notes: Notes) -> pd.DataFrame:
    """Return the frame with the dates of its header as rows and each row as a column; as it came without such.

    Raises
    ------
    Refused
        Where rows share a name, have none, or are too many.
    """
    stamps = _dates(list(frame.columns), choices, notes)
    if stamps is None:
        counted = _counted(frame, choices)
        if not counted:
            return frame
        return _turned(frame, counted, {}, Message("layout.counted_times"), notes)
    times = {"date": pd.Series(stamps.to_numpy())}
    return _turned(frame, list(stamps.index), times, Message("layout.times"), notes)


def _turned(
    frame: pd.DataFrame, times: list[str], columns: dict[str, pd.Series], which: Message, notes: Notes
) -> pd.DataFrame:
    """Return the columns given and a column for each row of the frame, over the columns that are times."""
    labels = _labels(frame.drop(columns=times), notes)
    columns = {"time" if name in labels else name: stamps for name, stamps in columns.items()}
    cells = frame[times].to_numpy()  # [series, time]
    columns |= {label: pd.Series(row) for label, row in zip(labels, cells, strict=True)}
    rows = Message("count.row", n=len(labels))
    notes.found.append(Message("layout.turned", times=which, first=times[0], last=times[-1], rows=rows))
    return pd.DataFrame(columns)


def _counted(frame: pd.DataFrame, choices: Choices) -> list[str]:
    """Return columns that are numbered one after the other beside names of series, as d_1 to d_400; else none.

    More of them than rows, and no column that holds the time.
    """
    groups: dict[str, list[tuple[str, int]]] = {}
    for name in frame.columns:
        if found := _COUNTED.fullmatch(name.strip()):
            groups.setdefault(found[1], []).append((name, int(found[2])))
    run = max(groups.values(), key=len, default=[])
    run = [(name, number) for name, number in run if frame[name].dtype == np.float64]
    names = [name for name, _ in run]
    beside = frame.drop(columns=names)
    if len(frame) < 2 or len(run) < max(_FEWEST_COUNTED, _SHARE * len(frame.columns), len(frame) + 1):
        return []
    if [number for _, number in run] != list(range(run[0][1], run[0][1] + len(run))):
        return []
    if not any(beside[name].dtype == object for name in beside.columns):
        return []
    dated = find_time(beside, replace(choices, start="", step=""))
    return names if dated is None else []


def _dates(names: list[str], choices: Choices, notes: Notes) -> pd.Series | None:
    """Return the stamps of the names that are dates, by name; None where most are not."""
    years = [name for name in names if _ONLY_YEAR.fullmatch(name.strip())]
    dates = years or [name for name in names if _DATE.fullmatch(in_english(_plain(name)))]
    if len(dates) < max(_FEWEST_DATES, _SHARE * len(names)):
        return None
    if years:
        numbers = np.array([int(_plain(name)[:4]) - 1970 for name in years])
        return pd.Series(numbers.astype("datetime64[Y]").astype("datetime64[us]"), index=years)
    found = find_time(pd.DataFrame({"date": pd.Series([_plain(name) for name in dates], dtype=object)}), choices)
    if found is None:
        return None
    stamps, _, told = found
    notes.found += told.found
    return stamps.set_axis(dates)


def _plain(name: str) -> str:
    return name.strip().lstrip("XxYy")


def _labels(beside: pd.DataFrame, notes: Notes) -> list[str]:
    """Return the name of each row: the text cells that tell the rows apart, else its first number."""
    text = _telling([name for name in beside.columns if beside[name].dtype == object], beside)
    text = text or list(beside.columns[:1])
    units = [name for name in beside.columns.drop(text) if name.strip().lower() in LABELS]
    for name in beside.columns.drop([*text, *units]):
        notes.leave_column(name, Message("left.describes_row"))
    if len(beside) > MOST_COLUMNS:
        raise Refused(Message("layout.too_many_series", series=len(beside), most=MOST_COLUMNS))
    cells = [beside[name].map(label_of) for name in text]
    labels = [", ".join(filter(None, parts)) for parts in zip(*cells, strict=True)] if cells else []
    doubled = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
    if doubled or (len(beside) > 1 and not cells):
        same = Message("layout.rows_of_one_name", names=some_of(doubled, most=3))
        raise Refused(same if doubled else Message("layout.rows_without_name"))
    named = [label or f"row {place}" for place, label in enumerate(labels or ["value"], start=1)]
    for name in units:
        notes.units |= dict(zip(named, beside[name].map(label_of), strict=True))
    return named


def _telling(names: list[str], frame: pd.DataFrame) -> list[str]:
    """Return the columns, from left to right, that tell more rows apart than those before them; at least one."""
    kept = names[:1]
    for name in names[1:]:
        if len(frame[[*kept, name]].drop_duplicates()) > len(frame[kept].drop_duplicates()):
            kept.append(name)
    return kept[1:] if len(kept) > 1 and frame[kept[0]].nunique(dropna=False) == 1 else kept
