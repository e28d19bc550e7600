"""Tables of one variable at given times, as users write them, and how they are read."""

import io

import numpy as np
import pandas as pd

from core.data.choices import Choices
from core.data.ingest import ingest
from tests.support.files import told

HOURS = pd.date_range("2020-01-30", periods=120, freq="h", name="date").as_unit("us")


def values(rows: int) -> np.ndarray:
    return 40 + (np.arange(rows) * 7) % 31 + 0.5


def table(cells, name="date", **columns) -> str:
    cells = list(cells)
    frame = pd.DataFrame({name: cells, **columns, "load": values(len(cells))})
    return frame.to_csv(index=False, sep=";")


def times(content, choices: Choices | None = None):
    """Return the stamps of a file's rows and its report."""
    result = ingest(io.BytesIO(content.encode()), "file.csv", choices)
    assert result.report.accepted, result.report.reason
    return result.frame.index, result.report


def read_as(content: str, wanted: pd.DatetimeIndex, *words: str):
    index, report = times(content)
    assert list(index) == list(wanted), (index[:3], report.text())
    assert report.variables == 1
    assert told((*report.found, *report.mended), *words), report.text()
    return report
