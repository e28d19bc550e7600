"""Rows of cells, from text or a sheet, gathered into columns without holding every cell as an object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest

import pandas as pd

from core.data.reading.cells import is_missing, number
from core.data.reading.decimals import Writing
from core.data.reading.gathered import Gathered
from core.data.reading.guard import check_size
from core.data.report import Notes, Refused, count, some

_CHUNK = 2_000  # rows held as objects at a time: few enough for the processor's cache
_HEAD = 100  # rows in which the header is looked for

Row = Sequence[object]


@dataclass(frozen=True)
class RawTable:
    """A file's columns before their meaning is known: float64 where every cell is plainly a number, else objects.

    Attributes
    ----------
    frame : DataFrame [row, column]
    writings : Mapping of str to Writing
        How the numbers of a column are written, where its cells settled it while they were read.
    delimiter : str
        Between the cells of a text; "" of other files.
    """

    frame: pd.DataFrame
    writings: Mapping[str, Writing] = field(default_factory=dict)
    delimiter: str = ""


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
    columns = _columns(_chain(body, stream), width)
    arrays = [column.values() for column in columns]
    frame = pd.DataFrame({place: pd.Series(array, dtype=array.dtype) for place, array in enumerate(arrays)})
    frame.columns = pd.Index(unique_names((names + [""] * width)[:width], notes), dtype=object)
    empty = [name for name in frame.columns if name.startswith("column ") and frame[name].isna().all()]
    writings = {name: column.writing for name, column in zip(frame.columns, columns, strict=True)}
    return RawTable(
        frame.drop(columns=empty), {name: known for name, known in writings.items() if known != Writing()}
    )


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


def _columns(rows: Iterable[Row], width: int) -> list[Gathered]:
    """Return the columns with all their cells; rows are taken in chunks and counted."""
    shared: dict[str, str] = {}
    columns = [Gathered(shared) for _ in range(width)]
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
        for column, (_, *cells) in zip(columns, zip_longest(blank, *chunk), strict=False):
            column.add(cells)
    if not total:
        raise Refused("The file has column names and no rows; choose a file with data.")
    return columns


def unique_names(names: list[str], notes: Notes) -> list[str]:
    """Return names with none empty and none twice; changes are told."""
    taken: set[str] = set()
    result = []
    for place, name in enumerate(names, start=1):
        chosen = name or f"column {place}"
        repeat = 1
        while chosen in taken:
            repeat += 1
            chosen = f"{name} ({repeat})"
        if repeat > 1:
            notes.mended.append(f"Column name {name!r} occurs again, called {chosen!r}.")
        taken.add(chosen)
        result.append(chosen)
    return result
