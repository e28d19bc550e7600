"""Columns that only count the rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.report import Notes
from core.text.message import Message

_USUALLY = 0.9  # share of rows that count on by one; the others may repeat a number or skip some


def drop_counters(
    frame: pd.DataFrame, names: Sequence[str], stamps: pd.Series, notes: Notes, wanted: frozenset[str] = frozenset()
) -> list[str]:
    """Return the names without columns of numbers that count the rows, in the order of the file or of time.

    Looked at before rows are moved, thrown out or inserted: gaps, doubled times, empty cells and rows that were taken
    out of the file earlier break no count. Those `wanted` stay.
    """
    order = np.argsort(stamps.to_numpy(), kind="stable")
    kept = []
    for name in names:
        cells = frame[name]
        if name not in wanted and cells.dtype == np.float64 and _counts(cells.to_numpy(), order):
            notes.leave_column(name, Message("left.counts_rows"))
        else:
            kept.append(name)
    return kept


def _counts(values: NDArray[np.float64], order: NDArray[np.intp]) -> bool:
    return _goes_on(values) or _goes_on(values[::-1]) or _goes_on(values[order])


def _goes_on(values: NDArray[np.float64]) -> bool:
    """Whether nearly all values are one more than the one before, and none is less or more by a fraction."""
    rows = np.flatnonzero(~np.isnan(values))
    steps = np.diff(values[rows])
    if len(steps) < 2 or np.mean(steps == np.diff(rows)) < _USUALLY:
        return False
    return bool((steps >= 0).all() and (steps % 1 == 0).all())
