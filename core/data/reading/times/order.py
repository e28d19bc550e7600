"""Rows in order of time, each time once; midnight written on the day that ends."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.report import Notes, Refused
from core.text.message import Message, some_of

_NEARLY_ALL = 0.9
_SEVERAL_SERIES = 1 / 3  # share of rows that repeat a time with other values: no longer a slip
_DOUBTFUL = 0.05


def close_days(stamps: pd.Series, notes: Notes) -> pd.Series:
    """Return stamps in file order with 0:00 after 23:45 of the same date as the midnight that ends it.

    Only where the file writes midnight so throughout: nearly every step back leads to 0:00 of the same date, and
    nearly no 0:00 is followed by later times of its own date.
    """
    known = stamps.dropna()
    if len(known) and known.iloc[0] > known.iloc[-1]:  # newest first
        known = known[::-1]
    times = pd.DatetimeIndex(known)
    dates = times.normalize()
    midnight = np.asarray(times == dates)
    steps = np.diff(times.to_numpy())
    back = steps < np.timedelta64(0)
    same_date = np.asarray(dates[1:] == dates[:-1])
    closes = back & same_date & midnight[1:]  # at the later of two rows
    opens = np.append(midnight[:-1] & same_date & (steps > np.timedelta64(0)), False)
    if not closes.any() or closes.sum() < _NEARLY_ALL * max(back.sum(), (midnight & ~opens).sum() - 1):
        return stamps
    if opens.sum() > (1 - _NEARLY_ALL) * closes.sum():
        return stamps
    moved = known.index[midnight & ~opens]
    told = Message("count.time", n=len(moved))
    notes.mended.append(Message("order.closed_days", times=told, first=str(stamps[moved].min())))
    result = stamps.copy()
    result[moved] += pd.Timedelta(days=1)
    return result


def readable(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return the rows of a frame [row, variable] whose time could be read; others are told."""
    lost = np.asarray(frame.index.isna())
    if lost.any():
        rows = [str(place + 1) for place in np.flatnonzero(lost)]
        told = Message("count.row", n=len(rows))
        notes.leave_rows(len(rows), Message("order.no_time", rows=told, places=some_of(rows)))
    return frame[~lost]


def in_order(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return the rows by time; a change of their order is told."""
    if frame.index.is_monotonic_increasing:
        return frame
    if frame.index.is_monotonic_decreasing:
        notes.mended.append(Message("order.turned"))
    else:
        back = int((np.diff(frame.index.to_numpy()) < np.timedelta64(0)).sum())
        notes.mended.append(Message("order.sorted", steps=Message("count.step", n=back)))
    return frame.sort_index(kind="stable")


def each_once(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return the first row of each time.

    Raises
    ------
    Refused
        When so many rows repeat a time with other values that they must be series of their own.
    """
    repeated = frame.index.duplicated()
    if not repeated.any():
        return frame
    same = frame.reset_index().duplicated().to_numpy()
    differing = int((repeated & ~same).sum())
    if differing > _SEVERAL_SERIES * len(frame):
        each = len(frame) / (~repeated).sum()
        raise Refused(Message("order.several_series", times=each))
    places = some_of([str(stamp) for stamp in frame.index[repeated].unique()])
    rows = Message("count.row", n=repeated.sum())
    told = Message("order.repeated", rows=rows, places=places)
    if differing:
        told = Message("order.repeated_differing", rows=rows, differing=differing, places=places)
    notes.leave_rows(int(repeated.sum()), told)
    if differing > _DOUBTFUL * len(frame):
        doubtful = Message("count.row", n=differing)
        notes.warnings.append(Message("order.repeated_warning", rows=doubtful, all=len(frame)))
    return frame[~repeated]
