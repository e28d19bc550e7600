"""Rows of cells, from text or a sheet, gathered into columns without holding every cell as an object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.reading.cells import is_missing, number
from core.data.reading.guard import check_size
from core.data.reading.names import unique_names
from core.data.report import Notes, Refused, count, some

_CHUNK = 2_000  # rows held as objects at a time: few enough for the processor's cache
_HEAD = 100  # rows in which the header is looked for

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
    head = [row for row in islice(stream, _HEAD) if any(not is_missing(cell) for cell in row)]
    if not head:
        raise Refused("The file holds no table; choose a file with a time column and at least one numeric column.")
    width = _usual_width(head)
    first = next(place for place, row in enumerate(head) if _width(row) >= width)
    if first:
        notes.found.append(f"{count(first, 'line')} before the table, skipped.")
    body = head[first:]
    names: list[str] = [""] * width
    if _is_header(body, decimal_comma):
        names = [str("" if cell is None else cell).strip() for cell in body[0]]
        body = body[1:]
    else:
        notes.found.append("No line of column names; columns are numbered.")
    width = max(width, _width(names))
    check_size(0, width)
    columns = _columns(_chain(body, stream), width, decimal_comma)
    frame = pd.DataFrame({place: pd.Series(column, dtype=column.dtype) for place, column in enumerate(columns)})
    frame.columns = pd.Index(unique_names((names + [""] * width)[:width], notes), dtype=object)
    empty = [name for name in frame.columns if name.startswith("column ") and frame[name].isna().all()]
    return RawTable(frame.drop(columns=empty), decimal_comma)


def _chain(body: list[Row], rest: Iterator[Row]) -> Iterator[Row]:
    yield from body
    yield from rest


def _width(row: Row) -> int:
    """Return the cells up to the last that holds something."""
    return next((place for place in range(len(row), 0, -1) if not _is_empty(row[place - 1])), 0)


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _usual_width(rows: list[Row]) -> int:
    widths = [_width(row) for row in rows]
    return max(set(widths), key=lambda width: (widths.count(width), width))


def _is_header(rows: list[Row], decimal_comma: bool) -> bool:
    """Whether the first row names the columns: text above numbers, or no numbers at all."""

    def is_number(cell: object) -> bool:
        return number(cell, decimal_comma=decimal_comma) is not None

    numeric = False
    for place, name in enumerate(rows[0]):
        below = [row[place] for row in rows[1:] if place < len(row) and not is_missing(row[place])]
        if below and sum(map(is_number, below)) > len(below) / 2:
            numeric = True
            if not is_number(name) and not is_missing(name):
                return True
    return not numeric


def _columns(rows: Iterable[Row], width: int, decimal_comma: bool) -> list[NDArray[Any]]:
    """Return one array a column, float64 where possible; rows are taken in chunks and counted."""
    chunks: list[list[NDArray[Any]]] = [[] for _ in range(width)]
    filled, total = (row for row in rows if not all(map(_is_empty, row))), 0
    blank = (None,) * width  # so that every column exists, however short the rows
    while chunk := list(islice(filled, _CHUNK)):
        for row in chunk:
            if len(row) > width and _width(row) > width:
                raise Refused(
                    f"A row has {_width(row)} cells and the table {width} columns; check its delimiters and quotes: "
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
