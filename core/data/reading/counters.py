"""Columns that only count the rows."""

from __future__ import annotations

import pandas as pd

from core.data.reading.table import RawTable
from core.data.report import Notes


def drop_counters(table: RawTable, names: list[str], stamps: pd.Series, notes: Notes) -> list[str]:
    """Return the names without columns that count the rows in the order of the file."""
    return names
