"""From stamps to a regular axis: rows in order, each time once, a step found, every step present."""

from __future__ import annotations

import pandas as pd

from core.data.choices import Choices
from core.data.gaps import onto_regular_axis
from core.data.reading.limits import MOST_ROWS
from core.data.reading.times.grid import by_grid
from core.data.reading.times.months import by_months
from core.data.reading.times.order import each_once, in_order, readable
from core.data.reading.times.pattern import by_pattern
from core.data.report import Notes, Refused
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
    frame, step = _on_step(frame, notes)
    notes.found.append(Message("axis.step", step=step.text))
    _check_presence(frame, step)
    return onto_regular_axis(frame, step, notes), step


def _on_step(frame: pd.DataFrame, notes: Notes) -> tuple[pd.DataFrame, Step]:
    """Return the frame with every row on the step: the calendar's where it has one, else a fixed length."""
    found = by_months(frame, notes) or by_pattern(frame, notes)
    if found is not None:
        return found
    frame, length = by_grid(frame, notes)
    return by_pattern(frame, notes) or (frame, Step(length))  # times were moved: a pattern may show now


def _check_presence(frame: pd.DataFrame, step: Step) -> None:
    first, last = frame.index[0], frame.index[-1]
    expected = step.count(first, last)
    if expected > MOST_ROWS or len(frame) < expected / 2:
        raise Refused(
            Message(
                "axis.sparse",
                first=str(first),
                last=str(last),
                expected=expected,
                step=step.distance,
                rows=len(frame),
            )
        )
