"""The first sheet of an Excel workbook that holds a table, read row by row."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import openpyxl

from core.data.reading.files.guard import LAST_ROW, check_workbook
from core.data.reading.limits import MOST_COLUMNS, check_size
from core.data.reading.numbers.cells import is_missing
from core.data.reading.rows.body import Row
from core.data.reading.rows.names import plain_name
from core.data.reading.rows.table import RawTable, gather
from core.data.report import Notes, Refused
from core.text.message import Message, some_of

_LOOKED = 1_002  # rows of a sheet in which the first two with cells stand


def read_workbook(stream: BinaryIO, notes: Notes) -> RawTable:
    """Return the table of the first sheet with at least two rows; other sheets are told.

    Raises
    ------
    Refused
        No workbook, or one that would unpack to too much. A damaged one raises what zipfile and openpyxl raise.
    """
    check_workbook(stream)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and validations that openpyxl leaves out do not matter here
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheet = next((sheet for sheet in book.worksheets if _has_table(sheet)), None)
        if sheet is None:
            raise Refused(Message("file.no_sheet"))
        others = [plain_name(title) for title in book.sheetnames if title != sheet.title]
        told = Message("file.workbook", sheet=plain_name(sheet.title))
        if others:
            told = Message("file.workbook_of_several", workbook=told, others=some_of(others))
        notes.found.append(told)
        return gather(_rows(sheet), notes)


def _has_table(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet) -> bool:
    filled = (row for row in islice(_rows(sheet), _LOOKED) if sum(not is_missing(cell) for cell in row) >= 2)
    return len(list(islice(filled, 2))) == 2


def _rows(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet) -> Iterator[Row]:
    """Yield the rows, empty ones too; a far row number or a cell far to the right is met before it costs anything."""
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    for place, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if place > LAST_ROW:
            raise Refused(Message("file.far_row", last=LAST_ROW))
        if len(row) > MOST_COLUMNS:
            filled = [place for place, cell in enumerate(row, start=1) if not is_missing(cell)]
            last = max(filled, default=0)
            check_size(0, last, sideways=len(filled) > MOST_COLUMNS)
            row = row[:last]
        yield row
