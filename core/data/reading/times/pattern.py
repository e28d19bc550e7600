"""Days of the week and hours of the day at which alone a file has rows: working days, trading and office hours."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.reading.times.coverage import usual
from core.data.report import Notes
from core.data.step import EVERY_DAY, Step
from core.text.message import Message, some_of

_USUAL = 0.5  # share of the weeks (days) in which a day of the week (a time of day) has a row
_STRAY = 0.02  # share of rows that may lie outside the pattern
_ON_GRID = 0.9
_FEWEST_DATES = 5
_FREE_WEEKS = 2  # how often a day of the week must have been free; once is enough where hours are kept too
_LEAST_BREAK = 3 * 3600  # seconds without rows each day: a shorter hole is a fault of the logger
_DAY_SECONDS = 86_400
_FIRST_WEEKDAY = 3  # 1970 began on a Thursday


def by_pattern(frame: pd.DataFrame, notes: Notes) -> tuple[pd.DataFrame, Step] | None:
    """Return the frame with the rows of a regular daily or weekly pattern and its step; None where there is none.

    Judged by shares, so that a holiday or an early close breaks nothing. Hours and days outside must be free nearly
    always: a logger that failed some nights keeps no office hours. The few rows outside are left out and told.
    """
    index = pd.DatetimeIndex(frame.index)
    stamps = index.to_numpy("datetime64[us]").astype(np.int64)
    seconds, rest = np.divmod(stamps, 1_000_000)
    dates, times = np.divmod(seconds, _DAY_SECONDS)
    usual_days, free_weeks = _usual_weekdays(np.unique(dates))
    on_day = np.isin(_weekday(dates), usual_days)
    if rest.any() or len(np.unique(dates)) < _FEWEST_DATES or not on_day.any():
        return None
    usual_times = _usual(times[on_day], len(np.unique(dates[on_day])))
    inside = on_day & np.isin(times, usual_times)
    if not len(usual_times) or (~inside).mean() > _STRAY:
        return None
    length, clock = _length_and_clock(usual_times)
    weekdays = usual_days if free_weeks >= (1 if clock else _FREE_WEEKS) else EVERY_DAY
    if not clock and (len(weekdays) in (1, 7) or ((times - usual_times[0]) % length).any()):
        return None  # evenly spaced: the grid's to find, or to move first
    step = Step(pd.Timedelta(seconds=length), weekdays=weekdays, clock=clock)
    inside = step.holds(index)
    if not inside.all():
        stray = [str(stamp) for stamp in index[~inside]]
        notes.leave_rows(
            len(stray),
            Message("pattern.stray", rows=Message("count.row", n=len(stray)), step=step.text, places=some_of(stray)),
        )
    return frame[inside], step


def _weekday(dates: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the day of the week, Monday 0, of days since 1970."""
    return (dates + _FIRST_WEEKDAY) % 7


def _usual_weekdays(dates: NDArray[np.int64]) -> tuple[tuple[int, ...], int]:
    """Return the days of the week that usually have rows, and how often the one that was free least came by."""
    weeks = np.unique(dates - _weekday(dates))  # their Mondays; weeks without any row count nowhere
    shares = np.bincount(_weekday(dates), minlength=7) / len(weeks)
    usual = tuple(int(day) for day in np.flatnonzero(shares >= _USUAL))
    passed = [
        int(((weeks + day > dates[0]) & (weeks + day < dates[-1])).sum()) for day in EVERY_DAY if day not in usual
    ]
    return usual, min(passed, default=0)


def _usual(times: NDArray[np.int64], dates: int) -> NDArray[np.int64]:
    found, counts = np.unique(times, return_counts=True)
    return found[counts >= _USUAL * dates]


def _length_and_clock(times: NDArray[np.int64]) -> tuple[int, tuple[int, ...]]:
    """Return the usual distance of a day's times in seconds, and the times; () where they run around the clock."""
    between = np.diff(np.append(times, times[0] + _DAY_SECONDS))  # over midnight too; a day where there is one time
    length = int(usual(between))
    on_grid = ((times - times[0]) % length == 0).mean() >= _ON_GRID and _DAY_SECONDS % length == 0
    if on_grid and between.max() - length < _LEAST_BREAK:
        return length, ()
    return length, tuple(int(time) for time in times)
