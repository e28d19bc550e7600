"""Rows a fixed length of time apart; times beside the grid are moved to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.reading.times.order import each_once
from core.data.report import Notes, Refused
from core.data.step import length_text
from core.text.message import Message

_ON_GRID = 0.9  # share of stamps that must share one phase of the step
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


def by_grid(frame: pd.DataFrame, notes: Notes) -> tuple[pd.DataFrame, pd.Timedelta]:
    """Return the frame with each row on the grid of one length of time, and that length.

    Raises
    ------
    Refused
        Where no length fits.
    """
    steps = pd.Series(np.diff(frame.index.to_numpy()))
    length, phase = _length_and_phase(pd.DatetimeIndex(frame.index), steps)
    origin = pd.Timestamp(0)
    places = np.asarray((pd.DatetimeIndex(frame.index) - origin - phase) / length, dtype=np.float64)
    nearest = np.round(places)
    off = np.abs(places - nearest)
    if off.mean() > _MOST_OFF or pd.Index(nearest).duplicated().mean() > _MOST_MET:
        shortest, longest = (length_text(pd.Timedelta(step)) for step in (steps.min(), steps.max()))
        raise Refused(Message("grid.no_step", shortest=shortest, longest=longest))
    if not off.any():
        return frame, length
    moved, farthest = Message("count.time", n=(off > 0).sum()), pd.Timedelta(off.max() * length).round("s")
    notes.mended.append(Message("grid.moved", times=moved, step=length_text(length), off=length_text(farthest)))
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
    return min(_USUAL_LENGTHS, key=lambda usual: abs(np.log(usual / median))), pd.Timedelta(0)
