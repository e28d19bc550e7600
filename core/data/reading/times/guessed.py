"""Parts of the time found by what columns hold, whatever their names: year, month, day, hour ... side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.reading.times.coverage import coverage
from core.data.reading.times.timeparts import Parts, from_parts
from core.data.report import Notes

_LIMITS = {
    "year": (1800, 2100),
    "month": (1, 12),
    "week": (1, 53),
    "day": (1, 31),
    "doy": (1, 366),
    "hour": (0, 24),
    "minute": (0, 59),
    "second": (0, 59),
}
_DATES = (
    *(("year", "month", "day"), ("day", "month", "year"), ("month", "day", "year")),
    *(("year", "doy"), ("year", "week"), ("year", "month"), ("month", "year"), ("year",)),
)
_CLOCKS = (("hour", "minute", "second"), ("hour", "minute"), ("hour",), ())
_RUNS = tuple(sorted(((*date, *clock) for date in _DATES for clock in _CLOCKS), key=len, reverse=True))
_FEWEST_YEARS = 20
_FILLS = 0.9  # coverage of the time axis from which numbers are believed


def guess_parts(frame: pd.DataFrame) -> Parts | None:
    """Return neighbouring columns of whole numbers that make times in order, each once and nearly without gaps."""
    names = list(frame.columns)
    whole = [frame[name].dtype == np.float64 and bool((frame[name] % 1 == 0).all()) for name in names]
    for run in _RUNS:
        for start in range(len(names) - len(run) + 1 if len(run) > 1 else 1):
            places = slice(start, start + len(run))
            if all(whole[places]) and _is_time(parts := _parts(frame, names[places], run)):
                return parts
    return None


def _parts(frame: pd.DataFrame, names: list[str], run: tuple[str, ...]) -> Parts:
    pairs = list(zip(run, names, strict=True))
    return Parts(dict(pairs), {part: frame[name] for part, name in pairs})


def _is_time(parts: Parts) -> bool:
    values = parts.values
    if not all(column.between(*_LIMITS[part]).all() for part, column in values.items()):
        return False
    if len(values) == 1 and len(values["year"]) < _FEWEST_YEARS:
        return False
    found = from_parts(parts, Notes())
    if found is None or len(found[1]) < len(values):
        return False
    stamps = found[0]
    ordered = stamps.is_monotonic_increasing or stamps.is_monotonic_decreasing
    return bool(stamps.notna().all() and stamps.is_unique and ordered and coverage(stamps) >= _FILLS)
