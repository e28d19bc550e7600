"""Rows of cells, from text or a sheet, gathered into columns without holding every cell as an object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice, zip_longest

import pandas as pd

from core.data.reading.limits import check_size
from core.data.reading.numbers.cells import is_missing, number
from core.data.reading.numbers.decimals import Writing
from core.data.reading.numbers.gathered import Gathered
from core.data.reading.rows.body import Row, is_empty, width_of
from core.data.reading.rows.header import find_header
from core.data.reading.rows.names import unique_names
from core.data.report import Notes, Refused
from core.text.message import Message, some_of

_CHUNK = 2_000  # rows held as objects at a time: few enough for the processor's cache
_HEAD = 100  # rows in which the header is looked for
_LOOKED = 10_000  # rows, blank ones too, in which the first of them stands
_MOST_BLANK = 2_000_000  # a spreadsheet leaves blank rows to its end, and a text a blank line after each


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
    filled = (row for row in islice(stream, _LOOKED) if any(not is_missing(cell) for cell in row))
    head = list(islice(filled, _HEAD))
    if not head:
        raise Refused(Message("file.no_table"))
    header = find_header(head, partial(number, decimal_comma=decimal_comma), notes)
    width = len(header.names)
    check_size(0, width, sideways=all(header.names[1:]))
    columns = _columns(chain(head[header.lines :], stream), width)
    arrays = [column.values() for column in columns]
    frame = pd.DataFrame({place: pd.Series(array, dtype=array.dtype) for place, array in enumerate(arrays)})
    frame.columns = pd.Index(unique_names(header.names, notes), dtype=object)
    notes.units |= {name: unit for name, unit in zip(frame.columns, header.units, strict=True) if unit}
    empty = [name for name in frame.columns if name.startswith("column ") and frame[name].isna().all()]
    writings = {name: column.writing for name, column in zip(frame.columns, columns, strict=True)}
    return RawTable(frame.drop(columns=empty), writings)


def _columns(rows: Iterable[Row], width: int) -> list[Gathered]:
    """Return the columns with all their cells; rows are taken in chunks and counted."""
    shared: dict[str, str] = {}
    columns = [Gathered(shared) for _ in range(width)]
    filled, total = _filled(rows), 0
    blank = (None,) * width  # so that every column exists, however short the rows
    while chunk := list(islice(filled, _CHUNK)):
        for row in chunk:
            if len(row) > width and (found := width_of(row)) > width:
                beginning = some_of([str(cell) for cell in row], most=3)
                raise Refused(Message("file.long_row", cells=found, columns=width, beginning=beginning))
        total += len(chunk)
        check_size(total, width, sideways=True)
        for column, (_, *cells) in zip(columns, zip_longest(blank, *chunk), strict=False):
            column.add(cells)
    if not total:
        raise Refused(Message("file.no_rows"))
    return columns


def _filled(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows that are not blank; blank ones are counted, for they take time too."""
    blank = 0
    for row in rows:
        if not all(map(is_empty, row)):
            yield row
            continue
        blank += 1
        if blank > _MOST_BLANK:
            raise Refused(Message("file.blank_rows", most=_MOST_BLANK))
