"""Columns with meaning: numbers out of cells, and columns that nothing can be learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.choices import COMMA, Choices
from core.data.dataset import fraction_splits
from core.data.reading.numbers.decimals import OPEN, Writing, settle, small_numbers, tell
from core.data.reading.numbers.gathered import plain_numbers
from core.data.reading.numbers.textcolumn import TextColumn
from core.data.reading.rows.table import RawTable
from core.data.reading.times.coverage import usual
from core.data.report import Notes
from core.text.message import Message

_MOST_MISSING = 0.5
_STILL = Message("left.still")
_HARDLY = 1e-3  # spread in the train rows, as a share of what a tenth of the later rows lie away from them
_OFTEN = 0.9
_HANDFUL, _MORE = 5, 20.0  # cells that move in the train rows; how much more often any moves later
_USUALLY = 0.9  # share of rows that count on by one; the others may repeat a number or skip some


def to_numbers(table: RawTable, names: list[str], choices: Choices, notes: Notes) -> pd.DataFrame:
    """Return the numeric columns as float64 [row, variable]; others are told under `refused`.

    Raises
    ------
    Refused
        When a column's numbers can be read with a decimal point and with a decimal comma, and nothing settles it.
    """
    columns = {name: column for name in names if (column := _column(name, table, notes)) is not None}
    time = set(table.frame.columns) - set(names)  # how a date is written says nothing of numbers
    others = [writing.decimal for name, writing in table.writings.items() if name not in time]
    writings = {name: column.writing for name, column in columns.items()}
    common = settle(writings, others, table.delimiter, choices, notes)
    read = {name: column.read(common, notes) for name, column in columns.items()}
    tell({name: writing for name, (_, writing) in read.items()}, notes)
    values = {name: _finite(name, numbers, notes) for name, (numbers, _) in read.items()}
    return pd.DataFrame(values, index=table.frame.index)


@dataclass(frozen=True)
class _PlainColumn:
    """A column that Python reads as it stands; its points may still be thousands separators."""

    name: str
    cells: pd.Series  # as they came
    values: NDArray[np.float64]  # with a decimal point
    writing: Writing

    def read(self, common: str, notes: Notes) -> tuple[NDArray[np.float64], Writing]:
        """Return the values [row] and how they are written; `common` is the decimal sign where it is open."""
        if self.writing.decimal == OPEN and common == COMMA:
            return TextColumn.from_cells(self.name, self.cells, self.writing).read(common, notes)
        return self.values.copy(), self.writing


def _column(name: str, table: RawTable, notes: Notes) -> _PlainColumn | TextColumn | None:
    """Return a column of numbers; None where it is none and is left out."""
    cells, writing = table.frame[name], table.writings.get(name, Writing())
    if pd.api.types.is_datetime64_any_dtype(cells):
        notes.leave_column(name, Message("left.times"))
        return None
    if cells.dtype == np.float64:
        return _PlainColumn(name, cells, cells.to_numpy(), writing)
    if writing.decimal == OPEN:
        values, _ = plain_numbers(list(cells))
        if values is not None:
            unsigned = {cell for cell in cells if not isinstance(cell, str) or "." not in cell}
            return _PlainColumn(name, cells, values, replace(writing, small=small_numbers(unsigned)))
    column = TextColumn.from_cells(name, cells, writing)
    if column.reason:
        notes.leave_column(name, column.reason)
        return None
    return column


def _finite(name: str, values: NDArray[np.float64], notes: Notes) -> NDArray[np.float64]:
    infinite = np.isinf(values)
    if infinite.any():
        told = Message("count.infinite_value", n=infinite.sum())
        notes.mended.append(Message("number.infinite", name=name, values=told))
        values[infinite] = np.nan
    return values


def drop_useless(frame: pd.DataFrame, wanted: frozenset[str], notes: Notes) -> pd.DataFrame:
    """Return the frame without columns that are mostly missing, constant or still in the train rows.

    Those `wanted` stay.
    """
    kept = []
    for name in frame.columns:
        values = frame[name].to_numpy(np.float64)
        reason = None if name in wanted else _useless(values)
        if reason is None:
            kept.append(name)
            continue
        notes.leave_column(name, reason)
        if reason == _STILL:
            notes.warnings.append(Message("layout.still_first", name=name, still=_STILL))
    return frame[kept]


def _useless(values: NDArray[np.float64]) -> Message | None:
    """Return why nothing can be learnt from a variable, None where something can."""
    present = values[~np.isnan(values)]
    missing = 1 - len(present) / len(values)
    if missing > _MOST_MISSING:
        return Message("left.mostly_missing", missing=missing)
    if (present == present[0]).all():
        return Message("left.constant", value=present[0])
    return _STILL if _is_still(values) else None


def _is_still(values: NDArray[np.float64]) -> bool:
    """Whether a variable does not move, or hardly, in the rows that train: it would be scaled by next to nothing."""
    train, rest = np.split(values, [fraction_splits(len(values)).train.stop])
    train, rest = train[~np.isnan(train)], rest[~np.isnan(rest)]
    if len(train) < 2 or not len(rest):
        return len(train) < 2
    if np.std(train) < _HARDLY * np.quantile(np.abs(rest - np.mean(train)), _OFTEN):
        return True
    resting = usual(train)
    moving = np.count_nonzero(train != resting)
    later = np.mean(rest != resting)
    return bool(moving <= _HANDFUL and later > _MORE * moving / len(train))


def drop_counters(
    frame: pd.DataFrame, names: Sequence[str], stamps: pd.Series, notes: Notes, wanted: frozenset[str] = frozenset()
) -> list[str]:
    """Return the names without columns of numbers that count the rows, in the order of the file or of time.

    Looked at before rows are moved, thrown out or inserted: gaps, doubled times, empty cells and rows that were taken
    out of the file earlier break no count. Those `wanted` stay.
    """
    order = np.argsort(stamps.to_numpy(), kind="stable")
    kept = []
    for name in names:
        cells = frame[name]
        if name not in wanted and cells.dtype == np.float64 and _counts(cells.to_numpy(), order):
            notes.leave_column(name, Message("left.counts_rows"))
        else:
            kept.append(name)
    return kept


def _counts(values: NDArray[np.float64], order: NDArray[np.intp]) -> bool:
    return _goes_on(values) or _goes_on(values[::-1]) or _goes_on(values[order])


def _goes_on(values: NDArray[np.float64]) -> bool:
    """Whether nearly all values are one more than the one before, and none is less or more by a fraction."""
    rows = np.flatnonzero(~np.isnan(values))
    steps = np.diff(values[rows])
    if len(steps) < 2 or np.mean(steps == np.diff(rows)) < _USUALLY:
        return False
    return bool((steps >= 0).all() and (steps % 1 == 0).all())
