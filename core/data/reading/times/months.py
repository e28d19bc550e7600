"""Rows by months, quarters or years: the step, and the day of the month they stand on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.reading.times.coverage import usual
from core.data.report import Notes
from core.data.step import MONTH_END, Step
from core.text.message import Message, some_of

_SHORTEST = 27.5  # days between two rows in the middle of a file by months
_NEARLY_ALL = 0.9
_NEAR_END = 4  # days before the end of a month on which a last working day can lie


def by_months(frame: pd.DataFrame, notes: Notes) -> tuple[pd.DataFrame, Step] | None:
    """Return the frame with each row on its day of the month and the step; None where rows go on otherwise.

    Rows keep their stamps where they stand on one day of the month, or on its last. Where the day varies (the last
    working day, the day of a meeting) they are moved to the month's end or its first day, and told.
    """
    index = pd.DatetimeIndex(frame.index)
    days = np.diff(index.to_numpy()) / np.timedelta64(1, "D")
    months = index.year.to_numpy() * 12 + index.month.to_numpy()
    apart = np.diff(months)
    if np.median(days) < _SHORTEST or (apart == 0).any():
        return None
    step = Step.by_months(int(np.gcd.reduce(apart)))
    day = _usual_day(index)
    if day is None:
        if (days % usual(days) == 0).all():  # 30 days, and not a month
            return None
        left = index.days_in_month.to_numpy() - index.day.to_numpy()
        day = MONTH_END if left.max() <= _NEAR_END else 1
    if day > 28:  # a shorter month ends before it
        step = Step.by_months(step.months, day=day)
    placed = _placed(index, day)
    moved = np.asarray(placed != index)
    if moved.any():
        where = Message("months.last_day") if day == MONTH_END else Message("months.day", day=day)
        rows, stamps = Message("count.row", n=moved.sum()), some_of([str(stamp) for stamp in index[moved]])
        notes.mended.append(Message("months.moved", rows=rows, day=where, step=step.distance, stamps=stamps))
    return frame.set_axis(placed, axis=0), step


def _usual_day(index: pd.DatetimeIndex) -> int | None:
    """Return the day of the month on which nearly all rows stand, 31 for its end; None where it varies."""
    days, lengths = index.day.to_numpy(), index.days_in_month.to_numpy()
    if (days == lengths).mean() >= _NEARLY_ALL:
        return MONTH_END
    day = int(usual(days))
    return day if (days == np.minimum(day, lengths)).mean() >= _NEARLY_ALL else None


def _placed(index: pd.DatetimeIndex, day: int) -> pd.DatetimeIndex:
    """Return the stamps on one day of their month, at the usual time of day."""
    days = np.minimum(day, index.days_in_month.to_numpy())
    clock = usual((index - index.normalize()).to_numpy("timedelta64[us]"))
    firsts = index.to_numpy("datetime64[M]").astype("datetime64[us]")
    return pd.DatetimeIndex(firsts + (days - 1).astype("timedelta64[D]") + clock, name="date")
