"""Missing rows and values: put on a regular time axis, filled by the last known value, and told."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.report import Notes, count, some


def onto_regular_axis(frame: pd.DataFrame, step: pd.Timedelta | str, notes: Notes) -> pd.DataFrame:
    """Return the frame with every stamp from first to last, missing rows as NaN.

    Parameters
    ----------
    frame : DataFrame [row, variable]
        Sorted, each stamp once, all on the grid of `step`.
    step : Timedelta or str
        A calendar step by pandas' name ("MS" for months).
    notes : Notes
        Gaps are listed under `mended`.
    """
    axis = pd.date_range(frame.index[0], frame.index[-1], freq=step, name="date")
    missing = ~axis.isin(frame.index)
    if missing.any():
        gaps = _runs(missing)
        listed = [f"{axis[start]} ({count(length, 'row')})" for start, length in gaps]
        notes.mended.append(
            f"{count(int(missing.sum()), 'row')} missing in {count(len(gaps), 'gap')} of the time axis, inserted: "
            f"{some(listed, most=20)}."
        )
    return frame.reindex(axis)


def fill_missing(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return the frame without missing values: each takes the last known value before it.

    Filling forward keeps the future out of the past: no filled value knows a later one. Only values missing at
    the very start take the first known one. Every variable is listed under `mended`.
    """
    for name in frame.columns:
        gaps = _runs(frame[name].isna().to_numpy())
        if not gaps:
            continue
        start, longest = max(gaps, key=lambda gap: gap[1])
        cells = sum(length for _, length in gaps)
        leading = gaps[0][1] if gaps[0][0] == 0 else 0
        notes.mended.append(
            f"{name}: {count(cells, 'value')} missing in {count(len(gaps), 'gap')} (longest {count(longest, 'row')} "
            f"from {frame.index[start]}), filled with the last value before"
            + (f"; the first {leading} with the first value after." if leading else ".")
        )
    return frame.ffill().bfill()


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (start, length) of every stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(start), int(stop - start)) for start, stop in edges.reshape(-1, 2)]
