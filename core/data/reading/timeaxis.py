"""Rows in order, each stamp once, a step found, and every step present."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.choices import Choices
from core.data.gaps import onto_regular_axis
from core.data.reading.guard import MOST_ROWS
from core.data.report import Notes, Refused, count, some
from core.data.step import DAY, WORKING_DAYS, Step, length_text

_ON_GRID = 0.9  # share of stamps that must share one phase of the step
_NICE = tuple(
    pd.Timedelta(text)
    for text in (
        *("1s", "2s", "5s", "10s", "15s", "20s", "30s"),
        *("1min", "2min", "3min", "5min", "6min", "10min", "12min", "15min", "20min", "30min"),
        *("1h", "2h", "3h", "4h", "6h", "8h", "12h", "1D", "7D"),
    )
)
_CALENDAR = ((28, 31, 1), (89, 92, 3), (365, 366, 12))  # days between two rows, months


def to_regular(frame: pd.DataFrame, stamps: pd.Series, choices: Choices, notes: Notes) -> tuple[pd.DataFrame, Step]:
    """Return the frame [row, variable] on a regular axis (missing rows as NaN) and its step.

    Raises
    ------
    Refused
        Several series below each other, no common step, or more rows missing than present.
    """
    frame = frame.set_axis(pd.DatetimeIndex(stamps, name="date"), axis=0)
    frame = _each_once(_in_order(_readable(frame, notes), notes), notes)
    if len(frame) < 3:
        raise Refused(f"The file has {count(len(frame), 'row')} with a time of its own; a series needs many more.")
    calendar = _calendar_step(frame)
    frame, step = calendar or _on_grid(frame, notes)
    index = pd.DatetimeIndex(frame.index)
    if step.length == DAY and len(frame) >= 10 and (index.day_of_week < 5).all():
        step = Step(DAY, weekdays=WORKING_DAYS)
    notes.found.append(f"Step {step.text}.")
    return _completed(frame, step, notes), step


def _readable(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    lost = np.asarray(frame.index.isna())
    if lost.any():
        rows = [str(place + 1) for place in np.flatnonzero(lost)]
        lost_rows = int(lost.sum())
        notes.leave_rows(lost_rows, f"{count(lost_rows, 'row')} without a readable time left out: row {some(rows)}.")
    return frame[~lost]


def _in_order(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    if frame.index.is_monotonic_increasing:
        return frame
    if frame.index.is_monotonic_decreasing:
        notes.mended.append("Rows came newest first, turned round.")
    else:
        back = int((np.diff(frame.index.to_numpy()) < np.timedelta64(0)).sum())
        notes.mended.append(f"Rows were not in order of time ({count(back, 'step')} back), sorted.")
    return frame.sort_index(kind="stable")


def _each_once(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Drop later rows of the same stamp; refuse when that is most of the file."""
    repeated = frame.index.duplicated()
    if not repeated.any():
        return frame
    if repeated.mean() > 0.5:
        each = len(frame) / (~repeated).sum()
        raise Refused(
            f"Each time occurs about {each:.0f} times, as if several series stood one below the other; "
            "give each series a column of its own, with one row a time."
        )
    same = frame.reset_index().duplicated().to_numpy()
    places = [str(stamp) for stamp in frame.index[repeated].unique()]
    differing = int((repeated & ~same).sum())
    detail = f", {differing:,} of them with other values" if differing else ", all with the same values"
    notes.mended.append(
        f"{count(int(repeated.sum()), 'row')} at the time of an earlier one{detail}; the first is kept: "
        f"{some(places)}."
    )
    return frame[~repeated]


def _calendar_step(frame: pd.DataFrame) -> tuple[pd.DataFrame, Step] | None:
    """Return the frame by months, quarters or years, each stamp at its first day, if that is its step."""
    days = np.diff(frame.index.to_numpy()).astype("timedelta64[s]").astype(np.int64) / 86_400
    for low, high, months in _CALENDAR:
        if low - 0.1 <= np.median(days) <= high + 0.1 and len(set(days.round(3))) > 1:
            starts = pd.DatetimeIndex(frame.index).to_period("M").to_timestamp()
            if starts.is_unique:
                return frame.set_axis(starts.rename("date").as_unit("us"), axis=0), Step.by_months(months)
    return None


def _on_grid(frame: pd.DataFrame, notes: Notes) -> tuple[pd.DataFrame, Step]:
    """Return the frame with each stamp on the grid of the step; stamps beside it are moved and told."""
    steps = pd.Series(np.diff(frame.index.to_numpy()))
    step = pd.Timedelta(steps.mode().iloc[0])
    origin = pd.Timestamp(0)
    passed = pd.DatetimeIndex(frame.index) - origin
    phases = pd.Series(passed % step)
    if (phases == phases.mode().iloc[0]).mean() >= _ON_GRID:
        phase = pd.Timedelta(phases.mode().iloc[0])
    else:
        median = pd.Timedelta(steps.median())
        step = min(_NICE, key=lambda nice: abs(np.log(nice / median)))
        phase = pd.Timedelta(0)
    places = np.asarray((passed - phase) / step, dtype=np.float64)
    nearest = np.round(places)
    off = np.abs(places - nearest)
    moved = off > 0
    if off.mean() > 0.2 or pd.Index(nearest).duplicated().mean() > 0.05:
        raise Refused(
            f"Rows have no common step (from {length_text(pd.Timedelta(steps.min()))} to "
            f"{length_text(pd.Timedelta(steps.max()))}); average them to a fixed step and try again."
        )
    if moved.any():
        notes.mended.append(
            f"{count(int(moved.sum()), 'time')} beside the {length_text(step)} grid by up to "
            f"{pd.Timedelta(off.max() * step).round('s')}, moved to the nearest step."
        )
        index = pd.DatetimeIndex(origin + phase + nearest.astype(np.int64) * step, name="date").as_unit("us")
        frame = _each_once(frame.set_axis(index, axis=0), notes)
    return frame, Step(step)


def _completed(frame: pd.DataFrame, step: Step, notes: Notes) -> pd.DataFrame:
    first, last = frame.index[0], frame.index[-1]
    expected = step.count(first, last)
    if expected > MOST_ROWS or len(frame) < expected / 2:
        raise Refused(
            f"From {first} to {last} there would be {expected:,} rows {step.text} apart and the file has "
            f"{len(frame):,}; cut it to a stretch without long gaps, or correct stray times."
        )
    return onto_regular_axis(frame, step, notes)
