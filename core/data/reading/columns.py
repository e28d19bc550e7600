"""Columns with meaning: numbers out of cells, and columns that nothing can be learnt from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.choices import Choices
from core.data.reading.cells import LONGEST, is_missing, number
from core.data.reading.table import RawTable
from core.data.report import Notes, count, some

_TOLERATED = 0.1  # share of unreadable cells up to which a column still counts as numeric
_MOST_MISSING = 0.5
_TRUTH = {"true": 1.0, "false": 0.0}


def to_numbers(table: RawTable, names: list[str], choices: Choices, notes: Notes) -> pd.DataFrame:
    """Return the numeric columns as float64 [row, variable]; others are told under `refused`."""
    columns = {}
    for name in names:
        values = _numbers(name, table.frame[name], table.decimal_comma, notes)
        if values is not None:
            columns[name] = values
    return pd.DataFrame(columns, index=table.frame.index)


def _numbers(name: str, cells: pd.Series, decimal_comma: bool, notes: Notes) -> NDArray[np.float64] | None:
    if pd.api.types.is_datetime64_any_dtype(cells):
        notes.leave_column(name, "holds times, not numbers")
        return None
    if cells.dtype == np.float64:
        values = cells.to_numpy(np.float64, copy=True)
    else:
        read = _read_objects(name, list(cells), decimal_comma, notes)
        if read is None:
            return None
        values = read
    infinite = np.isinf(values)
    if infinite.any():
        notes.mended.append(f"{name}: {count(int(infinite.sum()), 'infinite value')}, treated as missing.")
        values[infinite] = np.nan
    return values


def _read_objects(name: str, cells: list[object], decimal_comma: bool, notes: Notes) -> NDArray[np.float64] | None:
    present = [cell for cell in cells if not is_missing(cell)]
    if present and all(str(cell)[:LONGEST].strip().lower() in _TRUTH for cell in present):
        notes.mended.append(f"{name}: true and false written as 1 and 0.")
        cells = [cell if is_missing(cell) else _TRUTH[str(cell).strip().lower()] for cell in cells]
    numbers = [None if is_missing(cell) else number(cell, decimal_comma=decimal_comma) for cell in cells]
    readable = sum(value is not None for value in numbers)
    bad = [str(c)[:20] for c, value in zip(cells, numbers, strict=True) if value is None and not is_missing(c)]
    examples = some([repr(text) for text in dict.fromkeys(bad)], most=3)
    if not readable or len(bad) > _TOLERATED * (readable + len(bad)):
        notes.leave_column(name, f"not numeric ({examples or 'empty'})")
        return None
    if bad:
        notes.mended.append(
            f"{name}: {count(len(bad), 'cell')} that are no numbers ({examples}), treated as missing."
        )
    return np.array([np.nan if value is None else value for value in numbers], dtype=np.float64)


def drop_useless(frame: pd.DataFrame, wanted: frozenset[str], notes: Notes) -> pd.DataFrame:
    """Return the frame without columns that are mostly missing or constant; those `wanted` stay."""
    kept = []
    for name in frame.columns:
        values = frame[name].to_numpy(np.float64)
        present = values[~np.isnan(values)]
        missing = 1 - len(present) / len(values)
        if name in wanted:
            kept.append(name)
        elif missing > _MOST_MISSING:
            notes.leave_column(name, f"{missing:.0%} of its values are missing")
        elif (present == present[0]).all():
            notes.leave_column(name, f"constant ({present[0]:g}), nothing to forecast")
        elif len(present) == len(values) > 2 and (np.diff(values) == 1).all():
            notes.leave_column(name, "counts the rows")
        else:
            kept.append(name)
    return frame[kept]
