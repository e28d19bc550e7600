"""What may be opened at all: kind by content (never by name) and limits, both checked before anything is loaded."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from typing import IO, BinaryIO

import pyarrow.parquet as pq

from core.data.reading.files.encoding import looks_wide
from core.data.reading.limits import MOST_BYTES, check_size
from core.data.reading.rows.names import plain_name
from core.data.report import Refused
from core.text.message import Message

LAST_ROW = 1_048_576  # of an Excel sheet
MOST_LINE = 1024**2  # characters

_MOST_UNZIPPED = 1024**3
_MOST_LOADED = 50 * 1024**2  # of a part that is read whole; sheets are read row by row
_MOST_RATIO = 200  # a large sheet shrinks about 20-fold; a bomb 1,000-fold
_BIG_MEMBER = 16 * 1024**2
_XML_HEAD = 4096  # within which a sheet that Excel wrote has begun
_PROLOG = re.compile(  # nothing but declaration and comments before the first element; never looks back
    rb"(?:\xef\xbb\xbf)?(?>\s+|<!--(?>.*?-->)|<\?(?>.*?\?>))*+<[A-Za-z_]", re.DOTALL
)
_SHEETS = "xl/worksheets/"
_ROW = re.compile(rb"[<:]row[\s>/]")  # a writer may put a prefix before it
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0")  # byte order marks, and what UTF-16 puts before "<"
_CHUNK = 1024**2

_KNOWN_BINARIES = (
    (b"\xd0\xcf\x11\xe0", Message("kind.old_workbook"), Message("advice.save_as_xlsx")),
    (b"\x1f\x8b", Message("kind.gzip"), Message("advice.unpack")),
    (b"BZh", Message("kind.bzip2"), Message("advice.unpack")),
    (b"\xfd7zXZ", Message("kind.xz"), Message("advice.unpack")),
    (b"7z\xbc\xaf", Message("kind.7z"), Message("advice.unpack")),
    (b"\x89HDF", Message("kind.hdf5"), Message("advice.save_as_table")),
    (b"\x93NUMPY", Message("kind.numpy"), Message("advice.save_as_table")),
    *((bytes((0x80, protocol)), Message("kind.pickle"), Message("advice.save_as_table")) for protocol in range(2, 6)),
    (b"%PDF", Message("kind.pdf"), Message("advice.save_as_csv")),
)
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")  # UTF-16 and UTF-32 byte order marks


class FileKind(StrEnum):
    """What the content is."""

    TEXT = "text"
    EXCEL = "Excel"
    PARQUET = "Parquet"


def kind_of(stream: BinaryIO) -> FileKind:
    """Return the kind of a file by its first bytes; Refused for anything that is not a table.

    >>> import io
    >>> kind_of(io.BytesIO(b"date,load"))
    <FileKind.TEXT: 'text'>
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    if size == 0:
        raise Refused(Message("file.empty"))
    check_bytes(size)
    head = stream.read(8)
    stream.seek(0)
    if head.startswith(b"PAR1"):
        return FileKind.PARQUET
    if head.startswith(b"PK"):
        return FileKind.EXCEL
    for mark, what, advice in _KNOWN_BINARIES:
        if head.startswith(mark):
            raise Refused(Message("file.other_kind", what=what, advice=advice))
    _check_no_zero_bytes(stream, head)
    return FileKind.TEXT


def check_bytes(size: int) -> None:
    """Refuse a file beyond the limit before any of it is read."""
    if size > MOST_BYTES:
        raise Refused(Message("file.too_large", megabytes=size / 1024**2, most=MOST_BYTES // 1024**2))


def _check_no_zero_bytes(stream: BinaryIO, head: bytes) -> None:
    """Refuse binary content; UTF-16 has zero bytes of its own and is checked once it is decoded."""
    if head.startswith(_WIDE_MARKS) or looks_wide(stream):
        return
    position = 0
    while chunk := stream.read(_CHUNK):
        zero = chunk.find(b"\0")
        if zero >= 0:
            raise Refused(Message("file.zero_byte", position=position + zero))
        position += len(chunk)
    stream.seek(0)


def check_parquet(stream: BinaryIO, *, index: int = 0) -> pq.ParquetFile:
    """Return an opened Parquet file whose footer keeps the limits and agrees with itself; no data is read.

    Columns that are the index are not counted.
    """
    file = pq.ParquetFile(stream)
    footer, schema = file.metadata, file.schema
    columns = footer.num_columns - index
    check_size(footer.num_rows, columns)
    held = 0
    for group in map(footer.row_group, range(footer.num_row_groups)):
        held += group.num_rows
        check_size(held, columns)
        for place in range(group.num_columns):
            if schema.column(place).max_repetition_level == 0:  # lists hold any number of values in a row
                check_size(group.column(place).num_values, 1)
    if held != footer.num_rows:
        raise Refused(Message("file.parquet_contradicts", rows=footer.num_rows, held=held))
    return file


def check_workbook(stream: BinaryIO) -> None:
    """Refuse a zip that is no workbook, unpacks to too much, or declares entities in any part; heads are unpacked."""
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        if "xl/workbook.xml" not in {member.filename for member in members}:
            raise Refused(Message("file.no_workbook"))
        unzipped = sum(member.file_size for member in members)
        if unzipped > _MOST_UNZIPPED or any(map(_is_bomb, members)):
            raise Refused(Message("file.bomb", megabytes=unzipped / 1024**2))
        for member in members:
            _check_loaded(member)
            with archive.open(member) as part:
                head = part.read(_XML_HEAD)
            if member.filename.endswith((".xml", ".rels")) or _looks_like_xml(head):
                _check_xml_head(head)
            if member.filename.startswith(_SHEETS):
                with archive.open(member) as part:
                    _check_rows(part)
    stream.seek(0)


def _check_rows(sheet: IO[bytes]) -> None:
    """Refuse a sheet of more rows than Excel has, empty ones included, far faster than a parser would find them."""
    rows, rest = 0, b""
    while chunk := sheet.read(_CHUNK):
        text = rest + chunk
        rows += len(_ROW.findall(text))
        rest = text[-len(b"<row") :]  # a row may begin on the seam; one that was counted is longer
        if rows > LAST_ROW:
            check_size(rows, 1)


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > _BIG_MEMBER and member.file_size > _MOST_RATIO * max(1, member.compress_size)


def _check_loaded(member: zipfile.ZipInfo) -> None:
    """Refuse a part that is read whole and too large for it: shared texts above all."""
    if member.file_size > _MOST_LOADED and not member.filename.startswith((_SHEETS, "xl/media/")):
        part, megabytes = plain_name(member.filename)[:60], member.file_size / 1024**2
        raise Refused(Message("file.large_part", part=part, megabytes=megabytes, most=_MOST_LOADED // 1024**2))


def _looks_like_xml(head: bytes) -> bool:
    """Whether a part would be taken for XML whatever its name: the table says where a sheet lies, not its suffix."""
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.lstrip().startswith(b"<")


def _check_xml_head(head: bytes) -> None:
    """Excel writes UTF-8 without declarations; anything else is refused before an XML parser sees it."""
    begun = _PROLOG.match(head)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\0" in head or (head.strip() and not begun):
        raise Refused(Message("file.strange_xml"))
