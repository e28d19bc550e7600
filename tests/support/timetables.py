"""Tables of one variable at given times, as users write them, and how they are read."""

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from core.data.choices import Choices
from core.data.ingest import ingest
from core.data.report import IngestReport
from tests.support.files import told

HOURS = pd.date_range("2020-01-30", periods=120, freq="h", name="date").as_unit("us")


def values(rows: int) -> np.ndarray:
    return 40 + (np.arange(rows) * 7) % 31 + 0.5


def table(cells: Iterable[object], name: str = "date", **columns: Any) -> str:
    cells = list(cells)
    frame = pd.DataFrame({name: cells, **columns, "load": values(len(cells))})
    return frame.to_csv(index=False, sep=";")


def times(content: str, choices: Choices | None = None) -> tuple[pd.Index, IngestReport]:
    """Return the stamps of a file's rows and its report."""
    result = ingest(io.BytesIO(content.encode()), "file.csv", choices)
    assert result.frame is not None, result.report.reason
    return result.frame.index, result.report


def read_as(content: str, wanted: pd.DatetimeIndex, *words: str) -> IngestReport:
    index, report = times(content)
    assert list(index) == list(wanted), (index[:3], report.text())
    assert report.variables == 1
    assert told((*report.found, *report.mended), *words), report.text()
    return report
