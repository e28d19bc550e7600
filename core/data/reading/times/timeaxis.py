"""From stamps to a regular axis: rows in order, each time once, every step present, from first to last value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.choices import Choices
from core.data.gaps import onto_regular_axis
from core.data.reading.limits import MOST_ROWS
from core.data.reading.times.order import each_once, in_order, readable
from core.data.reading.times.steps import on_step
from core.data.report import Notes, Refused
from core.data.spans import as_message, step_of
from core.data.step import Step
from core.text.message import Message


def to_regular(frame: pd.DataFrame, stamps: pd.Series, choices: Choices, notes: Notes) -> tuple[pd.DataFrame, Step]:
    """Return the frame [row, variable] on a regular axis (missing rows as NaN) and its step.

    Raises
    ------
    Refused
        Several series below each other, no common step, or more rows missing than present.
    """
    frame = frame.set_axis(pd.DatetimeIndex(stamps, name="date"), axis=0)
    frame = each_once(in_order(readable(frame, notes), notes), notes)
    if len(frame) < 3:
        raise Refused(Message("axis.few_rows", rows=Message("count.row", n=len(frame))))
    frame, step = on_step(frame, notes)
    notes.found.append(Message("axis.step", step=step_of(step.text)))
    rows, expected = len(frame), step.count(frame.index[0], frame.index[-1])
    if expected > MOST_ROWS or rows < expected / 2:
        first, last = str(frame.index[0]), str(frame.index[-1])
        apart = as_message(step.distance)
        raise Refused(Message("axis.sparse", first=first, last=last, expected=expected, step=apart, rows=rows))
    return onto_regular_axis(frame, step, notes), step


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
            start, end = str(cut[0]), str(cut[-1])
            told = Message("ends.first_rows" if at_start else "ends.last_rows", n=len(cut), start=start, end=end)
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
