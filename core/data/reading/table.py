"""Rows of cells, from text or a sheet, gathered into columns without holding every cell as an object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.reading.body import is_empty, width_of
from core.data.reading.cells import is_missing, number
from core.data.reading.guard import check_size
from core.data.reading.header import find_header
from core.data.reading.names import unique_names
from core.data.report import Notes, Refused, some

_CHUNK = 2_000  # rows held as objects at a time: few enough for the processor's cache
_HEAD = 100  # rows in which the header is looked for
_LOOKED = 10_000  # rows, blank ones too, in which the first of them stands

Row = Sequence[object]


@dataclass(frozen=True)
class RawTable:
    """A file's columns before their meaning is known: float64 where every cell is a number, else objects."""

    frame: pd.DataFrame
    decimal_comma: bool = False


def gather(rows: Iterable[Row], notes: Notes, *, decimal_comma: bool = False) -> RawTable:
    """Return the columns below the header; lines before it and a missing header are told.

    Raises
    ------
    Refused
        Beyond the limits (as soon as they are passed), or a row with more cells than the header.
    """
    stream = iter(rows)
    filled = (row for row in islice(stream, _LOOKED) if any(not is_missing(cell) for cell in row))
    head = list(islice(filled, _HEAD))
    if not head:
        raise Refused("The file holds no table; choose a file with a time column and at least one numeric column.")
    header = find_header(head, lambda cell: number(cell, decimal_comma=decimal_comma) is not None, notes)
    width = len(header.names)
    check_size(0, width)
    columns = _columns(chain(head[header.lines :], stream), width, decimal_comma)
    frame = pd.DataFrame({place: pd.Series(column, dtype=column.dtype) for place, column in enumerate(columns)})
    frame.columns = pd.Index(unique_names(header.names, notes), dtype=object)
    notes.units |= {name: unit for name, unit in zip(frame.columns, header.units, strict=True) if unit}
    empty = [name for name in frame.columns if name.startswith("column ") and frame[name].isna().all()]
    return RawTable(frame.drop(columns=empty), decimal_comma)


def _columns(rows: Iterable[Row], width: int, decimal_comma: bool) -> list[NDArray[Any]]:
    """Return one array a column, float64 where possible; rows are taken in chunks and counted."""
    chunks: list[list[NDArray[Any]]] = [[] for _ in range(width)]
    filled, total = (row for row in rows if not all(map(is_empty, row))), 0
    blank = (None,) * width  # so that every column exists, however short the rows
    while chunk := list(islice(filled, _CHUNK)):
        for row in chunk:
            if len(row) > width and (found := width_of(row)) > width:
                raise Refused(
                    f"A row has {found} cells and the table {width} columns; check its delimiters and quotes: "
                    f"it begins {some([str(cell) for cell in row], most=3)}."
                )
        total += len(chunk)
        check_size(total, width)
        for place, (_, *cells) in zip(range(width), zip_longest(blank, *chunk), strict=False):
            chunks[place].append(_array(cells, decimal_comma))
    if not total:
        raise Refused("The file has column names and no rows; choose a file with data.")
    return [np.concatenate(parts) for parts in chunks]


def _array(cells: list[object], decimal_comma: bool) -> NDArray[Any]:
    """Return float64 when every cell is a number or missing, else the cells as they are."""
    plain = None if decimal_comma else _plain_numbers(cells)
    if plain is not None:
        return plain
    values = np.empty(len(cells), dtype=np.float64)
    for place, cell in enumerate(cells):
        if isinstance(cell, bool):
            break
        value = number(cell, decimal_comma=decimal_comma)
        if value is None and not is_missing(cell):
            break
        values[place] = np.nan if value is None else value
    else:
        return values
    kept = np.empty(len(cells), dtype=object)
    kept[:] = cells
    return kept


def _plain_numbers(cells: list[object]) -> NDArray[np.float64] | None:
    """Return float64 when Python reads every cell as it is: much faster than cell by cell."""
    kinds = set(map(type, cells))
    if not kinds <= {str, float, int}:
        return None
    if str in kinds and "_" in "".join(map(str, cells)):  # Python reads 1_0 as 10
        return None
    try:
        return np.fromiter(map(float, cells), np.float64, len(cells))  # type: ignore[arg-type]
    except ValueError:
        return None
