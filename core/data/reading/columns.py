"""Columns with meaning: numbers out of cells, and columns that nothing can be learnt from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.choices import Choices
from core.data.reading.decimals import OPEN, Writing, settle, tell
from core.data.reading.table import RawTable
from core.data.reading.textcolumn import TextColumn
from core.data.report import Notes, count

_MOST_MISSING = 0.5
_TRAIN = 0.7  # share of the rows that train
_STILL = "stands still in the first 70% of the rows, which train the model"
_HARDLY = 1e-3  # spread in the train rows, as a share of what a tenth of the later rows lie away from them
_OFTEN = 0.9
_HANDFUL, _MORE = 5, 20.0  # cells that move in the train rows; how much more often any moves later


def to_numbers(table: RawTable, names: list[str], choices: Choices, notes: Notes) -> pd.DataFrame:
    """Return the numeric columns as float64 [row, variable]; others are told under `refused`.

    Raises
    ------
    Refused
        When a column's numbers can be read with a decimal point and with a decimal comma, and nothing settles it.
    """
    plain = {name: table.frame[name] for name in names if table.frame[name].dtype == np.float64}
    texts = _text_columns(table, [name for name in names if name not in plain], notes)
    writings = {
        name: texts[name].writing if name in texts else table.writings.get(name, Writing())
        for name in names
        if name in plain or name in texts
    }
    time = set(table.frame.columns) - set(names)  # how a date is written says nothing of numbers
    others = [writing.decimal for name, writing in table.writings.items() if name not in time]
    common = settle(writings, others, choices, notes)
    columns = {}
    for name in names:
        if name in plain:
            values = plain[name].to_numpy(np.float64, copy=True)
        elif name in texts:
            column = texts[name]
            decimal = common if column.writing.decimal in (OPEN, "") else column.writing.decimal
            numbers = column.numbers(decimal)
            column.tell(numbers, notes)
            grouped = column.grouped(decimal)
            writings[name] = replace(
                column.writing, decimal=decimal if column.writing.decimal else "", grouped=grouped
            )
            values = column.rows(numbers)
        else:
            continue
        columns[name] = _finite(name, values, notes)
    tell(writings, notes)
    return pd.DataFrame(columns, index=table.frame.index)


def _text_columns(table: RawTable, names: list[str], notes: Notes) -> dict[str, TextColumn]:
    """Return the columns of numbers among those that came as cells; the others are left out."""
    columns = {}
    for name in names:
        if pd.api.types.is_datetime64_any_dtype(table.frame[name]):
            notes.leave_column(name, "holds times, not numbers")
            continue
        column = TextColumn.from_cells(name, table.frame[name], table.writings.get(name, Writing()))
        numbers = column.numbers(column.writing.decimal)
        if column.is_numeric(numbers):
            columns[name] = column
        else:
            notes.leave_column(name, f"not numeric ({column.examples(column.unread(numbers)) or 'empty'})")
    return columns


def _finite(name: str, values: NDArray[np.float64], notes: Notes) -> NDArray[np.float64]:
    infinite = np.isinf(values)
    if infinite.any():
        notes.mended.append(f"{name}: {count(int(infinite.sum()), 'infinite value')}, treated as missing.")
        values[infinite] = np.nan
    return values


def drop_useless(frame: pd.DataFrame, wanted: frozenset[str], notes: Notes) -> pd.DataFrame:
    """Return the frame without columns that are mostly missing, constant or still in the train rows.

    Those `wanted` stay.
    """
    kept = []
    for name in frame.columns:
        values = frame[name].to_numpy(np.float64)
        reason = "" if name in wanted else _useless(values)
        if not reason:
            kept.append(name)
            continue
        notes.leave_column(name, reason)
        if reason == _STILL:
            notes.warnings.append(f"{name} {_STILL}, and moves later: it is left out.")
    return frame[kept]


def _useless(values: NDArray[np.float64]) -> str:
    """Return why nothing can be learnt from a variable, "" where something can."""
    present = values[~np.isnan(values)]
    missing = 1 - len(present) / len(values)
    if missing > _MOST_MISSING:
        return f"{missing:.0%} of its values are missing"
    if (present == present[0]).all():
        return f"constant ({present[0]:g}), nothing to forecast"
    return _STILL if _is_still(values) else ""


def _is_still(values: NDArray[np.float64]) -> bool:
    """Whether a variable does not move, or hardly, in the rows that train: it would be scaled by next to nothing."""
    train, rest = np.split(values, [int(len(values) * _TRAIN)])
    train, rest = train[~np.isnan(train)], rest[~np.isnan(rest)]
    if len(train) < 2 or len(rest) < 2:
        return True
    if np.std(train) < _HARDLY * np.quantile(np.abs(rest - np.mean(train)), _OFTEN):
        return True
    different, cells = np.unique(train, return_counts=True)
    usual = different[cells.argmax()]
    moving = np.count_nonzero(train != usual)
    later = np.mean(rest != usual)
    return moving <= _HANDFUL and later > _MORE * moving / len(train)
