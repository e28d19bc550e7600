"""A CSV, TSV or similar text: encoding, delimiter and decimal sign detected, rows read one by one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import BinaryIO

from core.data.reading.files.encoding import encoding_of
from core.data.reading.files.guard import MOST_LINE
from core.data.reading.numbers.cells import uses_decimal_comma
from core.data.reading.rows.comments import Comments
from core.data.reading.rows.splitdecimals import check_decimals
from core.data.reading.rows.table import RawTable, gather
from core.data.report import Notes, Refused
from core.text.message import Message

_DELIMITERS = {
    "\t": Message("sign.tab"),
    ";": Message("sign.semicolon"),
    "|": Message("sign.bar"),
    ",": Message("sign.comma"),
    " ": Message("sign.spaces"),
}
_SURE = 0.6
_SAMPLE_LINES = 200
_SAMPLE_LETTERS = 1_000_000  # a line may be endless


def read_text(stream: BinaryIO, notes: Notes) -> RawTable:
    """Return the table in a text file; how it is written is told under `found`.

    Raises
    ------
    Refused
        A quote or a line that never closes, rows of unequal length, no table, or a table beyond the limits.
    """
    encoding = encoding_of(stream)
    text = io.TextIOWrapper(stream, encoding, newline="")
    try:
        lines = text.read(_SAMPLE_LETTERS).splitlines()[:_SAMPLE_LINES]
        comments = Comments([line for line in lines if line.strip()])
        sample = comments.table
        delimiter = _delimiter(sample)
        if delimiter in (",", " "):  # rows cut into pieces of unequal number look as if spaces were regular
            check_decimals(_quietly(sample, ","))
        text.seek(0)
        comma = uses_decimal_comma([cell for row in _quietly(sample, delimiter) for cell in row])
        notes.found.append(Message("file.text", encoding=encoding.upper(), delimiter=_DELIMITERS[delimiter]))
        names = comments.header(_quietly(sample, delimiter), lambda line: _quietly([line], delimiter)[0])
        rows = _rows(comments.without(_lines(text)), delimiter, wide=text.encoding.startswith("utf-16"))
        table = gather(chain(names, rows), notes, decimal_comma=comma)
        comments.tell(notes)
        return replace(table, delimiter=delimiter)
    except UnicodeError as error:
        raise Refused(Message("file.mixed_encoding", encoding=encoding.upper())) from error
    finally:
        text.detach()  # the stream is the caller's


def _delimiter(sample: list[str]) -> str:
    """Return the delimiter that cuts most lines into the same number (at least 2) of cells."""

    def agreement(delimiter: str) -> float:
        widths = [len(row) for row in _quietly(sample, delimiter)]
        usual = max(set(widths), key=widths.count, default=1)
        return widths.count(usual) / len(widths) if usual > 1 else 0.0

    if not sample:
        return ","
    visible = [delimiter for delimiter in _DELIMITERS if delimiter != " "]
    best = max(visible, key=agreement)  # order decides between equals: "1,5;2,5" is regular in commas too
    if agreement(best) < _SURE and agreement(" ") > agreement(best):
        return " "  # only then: every date with a time holds a space
    return best if agreement(best) else ","


def _quietly(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(_cells(iter(lines), delimiter))
    except csv.Error:
        return [line.split(delimiter) for line in lines]


def _cells(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Yield each line in cells; quotes after a space are quotes where the first line that has any writes them so."""
    if delimiter == " ":
        yield from (line.split() for line in lines)
        return
    head = []
    for line in lines:
        head.append(line)
        if '"' in line or len(head) == _SAMPLE_LINES:
            break
    spaced = bool(head) and f'{delimiter} "' in head[-1]
    yield from csv.reader(chain(head, lines), delimiter=delimiter, strict=True, skipinitialspace=spaced)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines; one that never ends is met before it fills the memory."""
    for place, line in enumerate(iter(lambda: text.readline(MOST_LINE + 1), ""), start=1):
        if len(line) > MOST_LINE:
            raise Refused(Message("file.long_line", line=place, most=MOST_LINE))
        yield line


def _rows(lines: Iterator[str], delimiter: str, *, wide: bool) -> Iterator[list[str]]:
    """Yield the rows in cells; in a wide encoding (UTF-16) zero characters are looked for, in others bytes were."""
    place = 0
    try:
        for place, row in enumerate(_cells(lines, delimiter), start=1):
            if wide and any("\0" in cell for cell in row):
                raise Refused(Message("file.zero_character", row=place))
            yield row
    except csv.Error as error:
        if "field larger" in str(error):
            raise Refused(Message("file.long_cell", row=place, most=csv.field_size_limit())) from error
        raise Refused(Message("file.open_quote", row=place)) from error
