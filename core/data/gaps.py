"""Missing rows and values: put on a regular time axis, told, filled by the last known value.

What was filled is kept beside the values: it is read, and never counts as truth.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.report import Column, Notes, count, some
from core.data.step import Step
from core.data.units import unit_in_name


def onto_regular_axis(frame: pd.DataFrame, step: Step, notes: Notes) -> pd.DataFrame:
    """Return the frame with every stamp from first to last, missing rows as NaN.

    Parameters
    ----------
    frame : DataFrame [row, variable]
        Sorted, each stamp once, all on the step.
    step : Step
    notes : Notes
        Gaps are listed under `mended`.
    """
    axis = step.axis(frame.index[0], frame.index[-1])
    missing = ~axis.isin(frame.index)
    if missing.any():
        gaps = runs(missing)
        listed = [f"{axis[start]} ({count(length, 'row')})" for start, length in gaps]
        notes.mended.append(
            f"{count(int(missing.sum()), 'row')} missing in {count(len(gaps), 'gap')} of the time axis, inserted: "
            f"{some(listed, most=20)}."
        )
    return frame.reindex(axis)


def tell_missing(frame: pd.DataFrame, notes: Notes) -> None:
    """List under `mended` what is missing in each variable and how it will be filled."""
    for name in frame.columns:
        gaps = runs(frame[name].isna().to_numpy())
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


def account(frame: pd.DataFrame, units: dict[str, str]) -> tuple[Column, ...]:
    """Return name, unit, range and missing cells of each variable of a checked frame [row, variable]."""
    return tuple(
        Column(
            name=str(name),
            unit=units.get(str(name)) or unit_in_name(str(name)),
            low=float(frame[name].min()),
            high=float(frame[name].max()),
            filled=int(frame[name].isna().sum()),
        )
        for name in frame.columns
    )


def fill_forward(frame: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the frame without missing values, and which cells [row, variable] were filled.

    Each takes the last known value before it, which keeps the future out of the past: no filled value knows a later
    one. Only values missing at the very start take the first known one.
    """
    return frame.ffill().bfill(), frame.isna().to_numpy()


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (start, length) of every stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(start), int(stop - start)) for start, stop in edges.reshape(-1, 2)]
