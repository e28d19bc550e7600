"""Files as users bring them, built in memory, and what their report must say."""

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np
import openpyxl
import pandas as pd

from core.data.ingest import Ingested, ingest
from core.text.message import Message

HOURS = 96
LOADS = 3500 + (np.arange(HOURS) * 211) % 2000  # 3,500 to 5,499, none ends in zeros only
SMALL = np.arange(HOURS) * 7 % 31


def hourly(rows: int = HOURS, step: str = "1h") -> pd.DataFrame:
    """Return a clean table: load and temp over `rows` steps."""
    index = pd.date_range("2024-01-25 00:00", periods=rows, freq=step, name="date").as_unit("us")
    place = np.arange(rows)
    return pd.DataFrame({"load": 100 + (place * 7) % 31 + 0.5, "temp": -3 + (place * 3) % 17 + 0.25}, index=index)


def table(delimiter: str = ",", **columns: Iterable[object]) -> str:
    """Return a file of hourly rows, quoted where a cell needs it; a column is a list of cells."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(["date", *columns])
    writer.writerows(zip(hourly().index, *columns.values(), strict=True))
    return stream.getvalue()


def check(content: bytes | str, name: str = "file.csv", encoding: str = "utf-8") -> Ingested:
    return ingest(io.BytesIO(content if isinstance(content, bytes) else content.encode(encoding)), name)


def accepted(content: bytes | str, name: str = "file.csv", encoding: str = "utf-8") -> Ingested:
    result = check(content, name, encoding)
    assert result.report.accepted, result.report.reason
    assert result.frame is not None and result.step is not None
    return result


def refusal(content: bytes | str, name: str = "file.csv") -> str:
    result = check(content, name)
    assert result.frame is None and not result.report.accepted
    reason = str(result.report.reason)
    assert reason.endswith(".") and "\n" not in reason and result.report.reason in result.report.refused
    return reason


def told(messages: Iterable[Message | str], *words: str) -> bool:
    """Tell whether one of the messages holds all of some words."""
    return any(all(word in line for word in words) for line in map(str, messages))


def same(frame: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(frame, wanted, check_freq=False, check_column_type=False, check_names=False)


def workbook(rows: Iterable[Sequence[object]], title: str = "Data", others: Iterable[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for other in others:
        book.create_sheet(other)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
