"""Hostile uploads: files that are damaged, forged or written in bad faith, brought to the Data page one by one."""

from __future__ import annotations

import io
import random
import resource
import time
import zipfile
from collections.abc import Callable
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.support.files import hourly, workbook
from tests.support.pages import open_page

FAILED = "could not be shown"
MEGABYTE = 1024  # of what the system counts memory in

NAMES = (
    *("=cmd|'/C calc'!A0", "<script>alert(1)</script>", "[a](javascript:alert(1))", "$x$", ":red[x]", "%{y}"),
    *("\u202eexe", "x" * 3000, "", '"', "date", "a\tb", "😀", "T<5", "\u0007", "{{7*7}}"),
)
CELLS = (
    *("", "NaN", "inf", "-", "1,5", "1.234,5", "1'000", "(3)", "5 kWh", "1e999", "9" * 400, "=1+1", "None", "#REF!"),
    *("2024-02-30", "24:00", "31.12.9999", "0000-00-00", "1/2/3", "true", "½", "١٢٣", '"', "a\0b", "1 " * 60),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp949", "utf-7")
Draw = random.Random


def fuzz(seconds: float, seed: int = 0) -> dict[str, float]:
    """Bring drawn files to the page until the time is over; count how each was answered.

    Returns
    -------
    dict
        Inputs tried, accepted and refused; what went wrong; the slowest answer; by how much the memory of the process
        that serves the page grew (MB).
    """
    draw = Draw(seed)
    at = open_page("data")
    before, end = _memory(), time.monotonic() + seconds
    found = {"inputs": 0, "accepted": 0, "refused": 0, "exceptions": 0, "parts not shown": 0, "slowest s": 0.0}
    while time.monotonic() < end:
        name, content = hostile(draw)
        start = time.monotonic()
        at.file_uploader(key="upload").upload(f"{found['inputs']}-{name}", content).run()
        found["inputs"] += 1
        found["slowest s"] = max(found["slowest s"], round(time.monotonic() - start, 1))
        broken = len(at.exception) + sum(FAILED in error.value for error in at.error)
        found["exceptions"] += len(at.exception)
        found["parts not shown"] += broken - len(at.exception)
        found["refused" if at.error else "accepted"] += not broken
        if broken:  # the next file comes to a page that stands
            at = open_page("data")
    return found | {"memory grew MB": round((_memory() - before) / MEGABYTE)}


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def hostile(draw: Draw) -> tuple[str, bytes]:
    """Return the name and the bytes of a drawn file."""
    if draw.random() < 0.1:
        return draw.choice(FORGED)()
    name, content = draw.choice((_text, _excel, _parquet))(draw)
    for _ in range(draw.choice((0, 0, 1, 1, 2, 5))):
        content = draw.choice(DAMAGE)(content, draw)
    return name, content


def _rows(draw: Draw) -> list[list[str]]:
    """Return a table as texts, names first, with some names and cells that no table should hold."""
    frame = hourly(draw.choice((60, 300, 1200)), draw.choice(("1h", "10min", "1D", "1s")))
    rows = [["date", "load", "temp"], *([str(stamp), *map(str, row)] for stamp, *row in frame.itertuples())]
    for _ in range(draw.choice((0, 1, 3))):
        rows[0][draw.randrange(3)] = draw.choice(NAMES)
    for _ in range(draw.choice((0, 1, 10, 600))):
        rows[draw.randrange(1, len(rows))][draw.randrange(3)] = draw.choice(CELLS)
    if draw.random() < 0.2:
        draw.shuffle(rows)
    return rows


def _text(draw: Draw) -> tuple[str, bytes]:
    mark = draw.choice(",;\t|")
    lines = [mark.join(row) for row in _rows(draw)]
    end = draw.choice(("\n", "\r\n", "\r"))
    return "file.csv", end.join(lines).encode(draw.choice(ENCODINGS), "replace")


def _excel(draw: Draw) -> tuple[str, bytes]:
    rows = [[cell for cell in row if cell.isprintable()] for row in _rows(draw)]
    return "file.xlsx", workbook(rows)


def _parquet(draw: Draw) -> tuple[str, bytes]:
    names, *rows = _rows(draw)
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    return "file.parquet", _written(pa.Table.from_arrays(columns, names))


def _written(table: pa.Table, **options: object) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    return stream.getvalue()


def _flipped(content: bytes, draw: Draw) -> bytes:
    changed = bytearray(content)
    for _ in range(draw.choice((1, 3, 100))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _cut(content: bytes, draw: Draw) -> bytes:
    return content[: draw.randrange(1, len(content) + 1)]


def _doubled(content: bytes, draw: Draw) -> bytes:
    first, last = sorted(draw.randrange(len(content)) for _ in range(2))
    return content[:last] + content[first:]


def _stuffed(content: bytes, draw: Draw) -> bytes:
    place = draw.randrange(len(content))
    piece = draw.choice((b"\0", b"\xff\xfe", b'"', b"\n\n", b",,,,,,", b"\x1a", bytes(range(256)), b"9" * 200_000))
    return content[:place] + piece + content[place:]


DAMAGE: tuple[Callable[[bytes, Draw], bytes], ...] = (_flipped, _cut, _doubled, _stuffed)


def _repeated(part: pa.Table, times: int, **options: bool) -> bytes:
    """Return a Parquet file that holds a part many times."""
    stream = io.BytesIO()
    with pq.ParquetWriter(stream, part.schema, compression="zstd", **options) as writer:
        for _ in range(times):
            writer.write_table(part)
    return stream.getvalue()


@cache
def _long_table() -> tuple[str, bytes]:
    """A hundred million rows in some kilobytes."""
    part = pa.table({"date": np.zeros(1_000_000)})
    return "long.parquet", _repeated(part, 100, write_statistics=False)


@cache
def _long_texts() -> tuple[str, bytes]:
    """Three gigabytes of text in some kilobytes."""
    part = pa.table({"date": ["x" * 1_000_000 + str(place) for place in range(100)], "load": np.arange(100.0)})
    return "texts.parquet", _repeated(part, 30, use_dictionary=False)


@cache
def _bomb() -> tuple[str, bytes]:
    """A workbook whose sheet unpacks to half a gigabyte."""
    stream = io.BytesIO(workbook([["date", "load"]]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", bytes(512 * 1024**2))
    return "bomb.xlsx", stream.getvalue()


def _line() -> tuple[str, bytes]:
    return "line.csv", b"1," * 20_000_000


def _blank() -> tuple[str, bytes]:
    return "blank.csv", b"date,load\n" + b",\n" * 20_000_000


FORGED: tuple[Callable[[], tuple[str, bytes]], ...] = (_long_table, _long_texts, _bomb, _line, _blank)
