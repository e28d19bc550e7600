"""How the rows of a file follow each other: by months, at certain days and hours, or a fixed length apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.reading.times.coverage import usual
from core.data.reading.times.order import each_once
from core.data.report import Notes, Refused
from core.data.spans import as_message, length_of, step_of
from core.data.step import EVERY_DAY, MONTH_END, Step
from core.text.message import Message, some_of

_SHORTEST = 27.5  # days between two rows in the middle of a file by months
_NEARLY_ALL = 0.9
_NEAR_END = 4  # days before the end of a month on which a last working day can lie
_USUAL = 0.5  # share of the weeks (days) in which a day of the week (a time of day) has a row
_STRAY = 0.02  # share of rows that may lie outside the pattern
_FEWEST_DATES = 5
_FREE_WEEKS = 2  # how often a day of the week must have been free; once is enough where hours are kept too
_LEAST_BREAK = 3 * 3600  # seconds without rows each day: a shorter hole is a fault of the logger
_DAY_SECONDS = 86_400
_FIRST_WEEKDAY = 3  # 1970 began on a Thursday
_ON_GRID = 0.9  # share of stamps that must share one phase of the step, and of times of day their usual distance
_MOST_OFF = 0.2  # steps by which stamps may miss the grid in the mean
_MOST_MET = 0.05  # share of stamps that may meet another one on it
_USUAL_LENGTHS = tuple(
    pd.Timedelta(text)
    for text in (
        *("1s", "2s", "5s", "10s", "15s", "20s", "30s"),
        *("1min", "2min", "3min", "5min", "6min", "10min", "12min", "15min", "20min", "30min"),
        *("1h", "2h", "3h", "4h", "6h", "8h", "12h", "1D", "7D"),
    )
)


def on_step(frame: pd.DataFrame, notes: Notes) -> tuple[pd.DataFrame, Step]:
    """Return the frame with every row on the step: the calendar's where it has one, else a fixed length.

    Raises
    ------
    Refused
        Where no length fits.
    """
    found = _by_months(frame, notes) or _by_pattern(frame, notes)
    if found is not None:
        return found
    frame, length = _by_grid(frame, notes)
    return _by_pattern(frame, notes) or (frame, Step(length))  # times were moved: a pattern may show now


def _by_months(frame: pd.DataFrame, notes: Notes) -> tuple[pd.DataFrame, Step] | None:
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
        notes.mended.append(
            Message("months.moved", rows=rows, day=where, step=as_message(step.distance), stamps=stamps)
        )
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


def _by_pattern(frame: pd.DataFrame, notes: Notes) -> tuple[pd.DataFrame, Step] | None:
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
    found, counts = np.unique(times[on_day], return_counts=True)
    usual_times = found[counts >= _USUAL * len(np.unique(dates[on_day]))]
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
            Message(
                "pattern.stray",
                rows=Message("count.row", n=len(stray)),
                step=step_of(step.text),
                places=some_of(stray),
            ),
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


def _length_and_clock(times: NDArray[np.int64]) -> tuple[int, tuple[int, ...]]:
    """Return the usual distance of a day's times in seconds, and the times; () where they run around the clock."""
    between = np.diff(np.append(times, times[0] + _DAY_SECONDS))  # over midnight too; a day where there is one time
    length = int(usual(between))
    on_grid = ((times - times[0]) % length == 0).mean() >= _ON_GRID and _DAY_SECONDS % length == 0
    if on_grid and between.max() - length < _LEAST_BREAK:
        return length, ()
    return length, tuple(int(time) for time in times)


def _by_grid(frame: pd.DataFrame, notes: Notes) -> tuple[pd.DataFrame, pd.Timedelta]:
    """Return the frame with each row on the grid of one length of time, and that length; others are moved."""
    index, origin = pd.DatetimeIndex(frame.index), pd.Timestamp(0)
    steps = pd.Series(np.diff(index.to_numpy()))
    length, phase = _length_and_phase(index, steps)
    places = np.asarray((index - origin - phase) / length, dtype=np.float64)
    nearest = np.round(places)
    off = np.abs(places - nearest)
    if off.mean() > _MOST_OFF or pd.Index(nearest).duplicated().mean() > _MOST_MET:
        shortest, longest = (length_of(pd.Timedelta(step)) for step in (steps.min(), steps.max()))
        raise Refused(Message("grid.no_step", shortest=shortest, longest=longest))
    if not off.any():
        return frame, length
    moved, farthest = Message("count.time", n=(off > 0).sum()), pd.Timedelta(off.max() * length).round("s")
    notes.mended.append(Message("grid.moved", times=moved, step=length_of(length), off=length_of(farthest)))
    index = pd.DatetimeIndex(origin + phase + nearest.astype(np.int64) * length, name="date").as_unit("us")
    return each_once(frame.set_axis(index, axis=0), notes), length


def _length_and_phase(index: pd.DatetimeIndex, steps: pd.Series) -> tuple[pd.Timedelta, pd.Timedelta]:
    """Return the most frequent length where it fits nearly all rows, else the usual one next to the middle one."""
    length = pd.Timedelta(steps.mode().iloc[0])
    phases = pd.Series((index - pd.Timestamp(0)) % length)
    phase = phases.mode().iloc[0]
    if (phases == phase).mean() >= _ON_GRID:
        return length, pd.Timedelta(phase)
    median = pd.Timedelta(steps.median())
    return min(_USUAL_LENGTHS, key=lambda other: abs(np.log(other / median))), pd.Timedelta(0)
