"""How well stamps fill an even time axis: the measure by which readings of a date are compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def coverage(stamps: pd.Series) -> float:
    """Return the different stamps over those of an even axis from the first to the last, at the usual step.

    Stamps of a month, a quarter or a year each are counted by months, so that months of 28 and 31 days are full.

    >>> coverage(pd.Series(pd.date_range("2020-01-01", periods=48, freq="MS")))
    1.0
    >>> round(coverage(pd.Series(pd.to_datetime(["2020-01-01", "2020-01-02", "2020-02-01"]))), 2)
    0.09
    """
    apart = _apart(stamps)
    if not len(apart):
        return 1.0
    return min(1.0, (len(apart) + 1) / (int(apart.sum()) // int(usual(apart)) + 1))


def regularity(stamps: pd.Series) -> float:
    """Return the share of steps, from each of the different stamps to the next, that are the usual one.

    >>> regularity(pd.Series(pd.date_range("2020-01-01", periods=48, freq="h")))
    1.0
    """
    apart = _apart(stamps)
    if not len(apart):
        return 0.0
    return float((apart == usual(apart)).mean())


def usual(values: NDArray[Any]) -> Any:
    """Return the most frequent value, the least of equals."""
    found, times = np.unique(values, return_counts=True)
    return found[times.argmax()]


def in_order(stamps: pd.Series) -> float:
    """Return the share of times that go on from the one before in the file's direction.

    Several series have their times in common: where each comes first counts.
    """
    steps = np.diff(stamps.dropna().drop_duplicates().to_numpy()).astype(np.int64)
    return round(max((steps > 0).mean(), (steps < 0).mean()), 3) if len(steps) else 0.0


def _apart(stamps: pd.Series) -> NDArray[np.int64]:
    """Return the steps from each of the different stamps to the next: in months where none shares its month."""
    known = pd.DatetimeIndex(np.sort(stamps.dropna().unique()))
    months = np.diff(known.year.to_numpy() * 12 + known.month.to_numpy()).astype(np.int64)
    return months if months.all() else np.diff(known.to_numpy()).astype(np.int64)
