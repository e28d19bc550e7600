"""Where a file's values end before its rows do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.report import Notes
from core.text.message import Message


def cut_ends(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return the frame without the rows at its start and end in which nothing is measured; both are told.

    What the calendar says of a row (its hour, its day of the week) and what never changes is no measurement.
    """
    if frame.iloc[[0, -1]].notna().all(axis=None):
        return frame
    index = pd.DatetimeIndex(frame.index)
    measured = [not _is_written_ahead(frame[name], index) for name in frame.columns]
    filled = np.flatnonzero(frame.loc[:, measured].notna().any(axis=1))
    if not len(filled):
        return frame
    first, last = int(filled[0]), int(filled[-1])
    for cut, at_start in ((index[:first], True), (index[last + 1 :], False)):
        if len(cut):
            told = Message(
                "ends.first_rows" if at_start else "ends.last_rows", n=len(cut), start=str(cut[0]), end=str(cut[-1])
            )
            notes.leave_rows(len(cut), told)
            notes.warnings.append(told)
    return frame.iloc[first : last + 1]


def _is_written_ahead(values: pd.Series, index: pd.DatetimeIndex) -> bool:
    """Whether a column can be written for rows to come: it never changes, or follows from the calendar alone."""
    known = values.dropna()
    if known.empty or known.min() == known.max():
        return True
    if (known % 1).any():
        return False
    when = index[values.notna()]
    keys = (when - when.normalize(), when.day_of_week, when.day, when.month, when.year)
    return any(_follows(known, pd.Index(key)) for key in keys)


def _follows(values: pd.Series, key: pd.Index) -> bool:
    """Whether equal keys always go with equal values, each about twice at least."""
    groups = values.groupby(key.to_numpy())
    return groups.ngroups * 2 <= len(values) and bool((groups.min() == groups.max()).all())
