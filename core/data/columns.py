"""Columns with meaning: numbers out of cells, sentinels, and columns that nothing can be learnt from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.cells import LONGEST, is_missing, number
from core.data.report import Notes, count, some
from core.data.table import RawTable

_TOLERATED = 0.1  # share of unreadable cells up to which a column still counts as numeric
_MOST_MISSING = 0.5
_SENTINELS = tuple(
    sign * value
    for value in (99, 99.9, 999, 999.9, 999.99, 9999, 9999.9, 9999.99, 99999, 999999, 6999, 7999, 8999, 32768, 1e20)
    for sign in (-1, 1)
)
_TRUTH = {"true": 1.0, "false": 0.0}
_FAR = 3.0  # ranges of the other values between them and a sentinel


def to_numbers(table: RawTable, names: list[str], notes: Notes) -> pd.DataFrame:
    """Return the numeric columns as float64 [row, variable]; others are told under `refused`."""
    columns = {}
    for name in names:
        values = _numbers(name, table.frame[name], table.decimal_comma, notes)
        if values is not None:
            columns[name] = values
    return pd.DataFrame(columns, index=table.frame.index)


def _numbers(name: str, cells: pd.Series, decimal_comma: bool, notes: Notes) -> NDArray[np.float64] | None:
    if pd.api.types.is_datetime64_any_dtype(cells):
        notes.refused.append(f"{name}: holds times, not numbers; left out.")
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
        notes.refused.append(f"{name}: not numeric ({examples or 'empty'}); left out.")
        return None
    if bad:
        notes.mended.append(
            f"{name}: {count(len(bad), 'cell')} that are no numbers ({examples}), treated as missing."
        )
    return np.array([np.nan if value is None else value for value in numbers], dtype=np.float64)


def drop_sentinels(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return the frame with placeholders such as -9999 as missing; each is told under `mended`.

    A value counts as a placeholder when it is one of the customary ones, the extreme of its variable, and farther
    from all other values than three times their range: a real -99 among its like stays.
    """
    result = frame.copy()
    for name in frame.columns:
        values = result[name].to_numpy(np.float64, copy=True)
        for sentinel in _SENTINELS:
            flags = np.isclose(values, sentinel, rtol=1e-6, atol=0)
            others = values[~flags & ~np.isnan(values)]
            if not flags.any() or len(others) < 2:
                continue
            low, high = others.min(), others.max()
            if max(low - sentinel, sentinel - high) > _FAR * max(high - low, 1e-12):
                notes.mended.append(
                    f"{name}: {count(int(flags.sum()), 'cell')} of {sentinel:g} far from all other values "
                    f"({low:g} to {high:g}), taken as a placeholder and treated as missing."
                )
                values[flags] = np.nan
        result[name] = values
    return result


def drop_useless(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return the frame without columns that are mostly missing, constant, or only count rows."""
    kept = []
    for name in frame.columns:
        values = frame[name].to_numpy(np.float64)
        present = values[~np.isnan(values)]
        missing = 1 - len(present) / len(values)
        if missing > _MOST_MISSING:
            notes.refused.append(f"{name}: {missing:.0%} of its values are missing; left out.")
        elif (present == present[0]).all():
            notes.refused.append(f"{name}: constant ({present[0]:g}); left out, as there is nothing to forecast.")
        elif len(present) == len(values) > 2 and (np.diff(values) == 1).all():
            notes.refused.append(f"{name}: counts the rows; left out.")
        else:
            kept.append(name)
    return frame[kept]
