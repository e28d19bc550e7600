"""Several series below each other in one file: told apart, refused with the column named, or spread into columns."""

from __future__ import annotations

import pandas as pd

from core.data.choices import Choices
from core.data.reading.table import RawTable
from core.data.report import Notes


def one_series(
    stamps: pd.Series, table: RawTable, names: list[str], choices: Choices, notes: Notes
) -> tuple[pd.Series, RawTable, list[str]]:
    """Return stamps, table and names of the columns that are not time, with each time once a variable."""
    return stamps, table, names
