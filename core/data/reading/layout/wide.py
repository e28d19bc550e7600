"""Tables that run sideways: dates in the header, or hours of the day, days of the month, months as columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.choices import AS_IT_IS, UNFOLD, Choices, Option, Question
from core.data.reading.layout.headerdates import turn
from core.data.reading.layout.slots import Slots, Span, find_slots
from core.data.reading.limits import check_size
from core.data.reading.rows.table import RawTable
from core.data.reading.times.timecolumn import find_time
from core.data.report import Notes
from core.text.message import Message, some_of

_YEARS = (1500, 2200)
_OFTEN = 0.5  # share of rows that go on by a year at most
_RARE = 0.1  # share of the rows up to which a column holds exceptions
_LEAST_SHARE = 0.25  # of rows, by values that tell series apart

Stamps = NDArray[np.datetime64]


def unfold(table: RawTable, choices: Choices, notes: Notes) -> RawTable:
    """Return the table with one row a time; as it came where it already has one.

    Dates in the header are turned: each row becomes a variable. Columns that are certainly the hours of a day or the
    months of a year are unfolded, unless the owner says that they are not; others only when the owner says so.

    Raises
    ------
    Refused
        Where dates stand in the header and the rows cannot be told apart by name.
    """
    frame = turn(table.frame, choices, notes)
    check_size(len(frame), len(frame.columns))
    usual = [name for name in frame.columns if frame[name].count() > _RARE * len(frame)]
    slots = find_slots(list(frame.columns)) or find_slots(usual)  # a 25th hour, of the day that has one
    if slots:
        beside = frame.drop(columns=[name for group in slots for name in group.names])
        dated = _years(beside) if slots[0].span is Span.YEAR else _dates(beside, slots[0].span, choices, notes)
        if dated is not None and _is_wanted(slots, choices, notes):
            frame = _unfolded(frame, slots, *dated, notes)
    return replace(table, frame=frame)


def _is_wanted(slots: list[Slots], choices: Choices, notes: Notes) -> bool:
    """Whether the columns are to be unfolded: said, or certain and not denied; the owner may change it."""
    certain = all(group.certain for group in slots)
    unfolding = choices.layout == UNFOLD or (certain and choices.layout != AS_IT_IS)
    columns, names, part = _told(slots[0]), slots[0].names, slots[0].parts
    if not unfolding:
        notes.found.append(Message("wide.could_be", columns=columns, parts=part, n=len(names)))
    asked = Message("wide.are_they", columns=columns, parts=part)
    options = (Option(UNFOLD, Message("wide.yes")), Option(AS_IT_IS, Message("wide.no", n=len(names))))
    notes.questions.append(Question("layout", asked, options, taken=UNFOLD if unfolding else AS_IT_IS))
    return unfolding


def _told(group: Slots) -> Message:
    number = Message("count.column", n=len(group.names))
    return Message("wide.columns", columns=number, first=group.names[0], last=group.names[-1])


def _dates(beside: pd.DataFrame, span: Span, choices: Choices, notes: Notes) -> tuple[Stamps, list[str]] | None:
    """Return the date of each row and the columns that hold it; None where rows are less than a span apart."""
    if beside.columns.empty:
        return None
    found = find_time(beside, replace(choices, start="", step=""))
    if found is None:
        return None
    stamps, others, told = found
    days = pd.DatetimeIndex(stamps.dropna())
    if len(days) < 2 or not days.equals(days.normalize()) or (span is Span.MONTH and not _are_months(days)):
        return None
    notes.take(told)
    return stamps.to_numpy("datetime64[us]"), [name for name in beside.columns if name not in others]


def _are_months(days: pd.DatetimeIndex) -> bool:
    """Whether dates are the first of one month after the other."""
    months = np.unique(days.year * 12 + days.month)
    return bool((days.day == 1).all() and np.median(np.diff(months)) == 1)


def _years(beside: pd.DataFrame) -> tuple[Stamps, list[str]] | None:
    """Return the first of January of each row's year and its column; None where no column holds years."""
    for name in beside.columns:
        cells = beside[name]
        if pd.api.types.is_datetime64_any_dtype(cells) and cells.dt.strftime("%m-%d %H:%M").nunique() == 1:
            return cells.to_numpy("datetime64[Y]").astype("datetime64[us]"), [name]
        if cells.dtype == object:
            cells = pd.to_numeric(cells.astype(str).str.strip().str.removesuffix("년"), errors="coerce")
        if cells.dtype == np.float64 and _are_years(cells):
            return (cells.to_numpy() - 1970).astype("datetime64[Y]").astype("datetime64[us]"), [name]
    return None


def _are_years(cells: pd.Series) -> bool:
    """Whether whole numbers are years, which go on by one, or repeat where several series stand below each other."""
    near = cells.diff().iloc[1:].abs() <= 1
    return bool(cells.between(*_YEARS).all() and (cells % 1 == 0).all() and near.mean() > _OFTEN)


def _unfolded(frame: pd.DataFrame, slots: list[Slots], stamps: Stamps, time: list[str], notes: Notes) -> pd.DataFrame:
    """Return one row for each row and slot of the frame, [row x slot], with a column for each group of slots."""
    size = len(slots[0].names)
    whole = [group for group in slots if group.offsets == slots[0].offsets]
    names = [name for group in whole for name in group.names]
    kept = _series_columns(frame.drop(columns=[*time, *names]), stamps, notes)
    check_size(len(frame) * size, len(whole) + len(kept) + 1)
    times, right = _stamps(stamps, whole[0])
    columns = {" ".join(time): pd.Series(times[right])}
    columns |= {name: pd.Series(np.repeat(frame[name].to_numpy(), size)[right]) for name in kept}
    for group in whole:
        columns[group.variable] = pd.Series(frame[list(group.names)].to_numpy().ravel()[right])
    variables = some_of([repr(group.variable) for group in whole])
    told = Message("wide.unfolded", columns=_told(whole[0]), parts=whole[0].parts, names=variables)
    if whole[0].offsets[-1] == 1440:
        told = Message("wide.unfolded_to_midnight", unfolded=told, last=whole[0].names[-1])
    notes.found.append(told)
    return pd.DataFrame(columns)


def _stamps(stamps: Stamps, group: Slots) -> tuple[Stamps, NDArray[np.bool_]]:
    """Return the time of each row and slot, [row x slot], and whether the calendar has it (no 30 February)."""
    offsets, months = np.asarray(group.offsets), stamps.astype("datetime64[M]")[:, None]
    if group.span is Span.YEAR:
        times = (months + offsets.astype("timedelta64[M]")).astype("datetime64[us]")
    else:
        times = stamps[:, None] + offsets.astype("timedelta64[D]" if group.span is Span.MONTH else "timedelta64[m]")
    right = times.astype("datetime64[M]") == months if group.span is Span.MONTH else np.ones(times.shape, dtype=bool)
    return times.ravel(), right.ravel()


def _series_columns(beside: pd.DataFrame, stamps: Stamps, notes: Notes) -> list[str]:
    """Return the columns that may tell series apart, where dates come again; others hold one value a row, told."""
    again = len(np.unique(stamps)) < len(stamps)
    kept = []
    for name in beside.columns:
        values = int(beside[name].count())
        if again and beside[name].nunique() <= _LEAST_SHARE * len(beside):
            kept.append(name)
        elif values <= _RARE * len(beside):
            notes.leave_column(name, Message("left.values_beside", values=Message("count.value", n=values)))
        else:
            notes.leave_column(name, Message("left.one_value_beside"))
    return kept
