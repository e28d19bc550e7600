"""Columns that only count the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.reading.table import RawTable
from core.data.report import Notes

_USUALLY = 0.9  # share of rows that count on by one; the others may repeat a number or skip some


def drop_counters(
    table: RawTable, names: list[str], stamps: pd.Series, notes: Notes, wanted: frozenset[str] = frozenset()
) -> list[str]:
    """Return the names without columns that count the rows, in the order of the file or of time.

    Looked at before rows are moved, thrown out or inserted: gaps, doubled times and rows that were taken out of the
    file earlier break no count. Those `wanted` stay.
    """
    order = np.argsort(stamps.to_numpy(), kind="stable")
    kept = []
    for name in names:
        column = table.frame[name]
        if name not in wanted and column.dtype == np.float64 and _counts(column.to_numpy(), order):
            notes.leave_column(name, "counts the rows")
        else:
            kept.append(name)
    return kept


def _counts(values: NDArray[np.float64], order: NDArray[np.intp]) -> bool:
    in_file, in_time = np.diff(values), np.diff(values[order])
    return _goes_on(in_file) or _goes_on(-in_file) or _goes_on(in_time)


def _goes_on(steps: NDArray[np.float64]) -> bool:
    """Whether the steps between rows are nearly all one, and none goes back or by a fraction."""
    if len(steps) < 2 or np.mean(steps == 1) < _USUALLY:
        return False
    known = steps[~np.isnan(steps)]
    return bool((known >= 0).all() and (known % 1 == 0).all())
