"""Columns that say the time again: ends of intervals, other zones, shares of years, counts of seconds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.choices import Choices
from core.data.reading.numbers.cells import is_missing, is_number
from core.data.reading.times.clock import Clock
from core.data.reading.times.coverage import usual
from core.data.reading.times.numerals import from_numbers
from core.data.reading.times.timestamps import read_stamps, says_time
from core.data.reading.times.zones import tells_zone
from core.data.report import Notes
from core.data.step import DAY
from core.text.message import Message

_SAMPLE = 300
_ENOUGH = 0.95
_YEAR = 31_556_952  # seconds of the mean year
_TOLERATED = 0.13  # years; the middle of a quarter is as far from its start
_EXACT = 1e-6  # of the range: what a straight line through the times may leave
_MOST = 1e19  # nanoseconds since 1970 are fewer
_COUNTS = (1e9, 1e6, 1e3, 1, 1 / 60, 1 / 3600, 1 / 86_400)  # a second in units in which time is counted
_QUARTER, _FARTHEST = 900, 14 * 3600  # seconds by which times of other zones lie apart
_MOST_OFFSETS = 2  # in winter and in summer
_OTHER = Message("left.own_times")
_END = Message("left.end_of_interval")
AGAIN = Message("left.time_again")


def leave_clocks(clocks: list[Clock], taken: Clock, stamps: pd.Series, notes: Notes) -> list[str]:
    """Return the clocks beside the one taken that are the end of its intervals or the same; each is told."""
    left = []
    step = _usual_step(stamps)
    for clock in clocks:
        later = (clock.seconds - taken.seconds) % 86_400
        if clock.name != taken.name and later.isin((0, step)).mean() >= _ENOUGH:
            notes.leave_column(clock.name, _END if (later == step).mean() >= _ENOUGH else AGAIN)
            left.append(clock.name)
    return left


def leave_repeats(frame: pd.DataFrame, names: list[str], stamps: pd.Series, notes: Notes) -> list[str]:
    """Return the columns, among `names`, that only say the time again; each is told."""
    left = []
    rows = slice(None, None, max(1, len(frame) // _SAMPLE))
    step = _usual_step(stamps)
    for name in names:
        cells = frame[name]
        reason: Message | None = None
        if cells.dtype == np.float64:
            reason = _of_numbers(cells[rows], stamps[rows]) and _of_numbers(cells, stamps)
        if not reason and (cells.dtype != np.float64 or says_time(name)):
            reason = _of_times(cells[rows], stamps[rows], step)
        if not reason and cells.dtype == np.float64:
            reason = _of_dates(cells[rows], stamps[rows])
        if reason:
            notes.leave_column(name, reason)
            left.append(name)
    return left


def _usual_step(stamps: pd.Series) -> float:
    """Return the usual distance of two different times in seconds."""
    steps = np.diff(np.sort(stamps.dropna().unique())) / np.timedelta64(1, "s")
    return float(usual(steps)) if len(steps) else 0.0


def _of_times(cells: pd.Series, stamps: pd.Series, step: float) -> Message | None:
    """Return why a column that can be read as times is left out, None where it is not; by some hundred rows."""
    other = read_stamps(cells, Choices(), attempt := Notes())
    if other is None or (cells.dtype == object and _are_numbers(cells)):
        return None
    later = (other - stamps).dt.total_seconds()
    if not tells_zone(attempt) and (later == step).mean() >= _ENOUGH:
        return _END
    zones = later[(later % _QUARTER == 0) & (later.abs() <= _FARTHEST)]
    few = zones.nunique() <= _MOST_OFFSETS and len(zones) >= _ENOUGH * later.notna().sum()
    return AGAIN if few and len(zones) else _OTHER


def _of_dates(cells: pd.Series, stamps: pd.Series) -> Message | None:
    """Return why a column of numbers such as 20240131 is left out: that each is the day of its row, or the next."""
    other = from_numbers(cells, Notes(), named_time=False)
    near = other is not None and ((other - stamps).abs() <= DAY).mean() >= _ENOUGH
    return AGAIN if near else None


def _are_numbers(cells: pd.Series) -> bool:
    """Whether texts such as 3.1415 are numbers, and dates only by a far-fetched reading."""
    known = [cell for cell in cells if not is_missing(cell)]
    return sum(map(is_number, known)) > len(known) / 2


def _of_numbers(cells: pd.Series, stamps: pd.Series) -> Message | None:
    """Return why a column of numbers is left out: shares of years, or a count of seconds, days ... since some time.

    A count of the rows themselves is not looked for here.
    """
    known = pd.Series(np.isfinite(cells.to_numpy(np.float64)), index=cells.index) & stamps.notna()
    values, times = cells[known].to_numpy(np.float64), stamps[known]
    if len(values) < 3 or values[0] == values[-1] or np.abs(values).max() > _MOST:
        return None
    seconds = (times - times.iloc[0]).dt.total_seconds().to_numpy()
    begin = times.iloc[0].year + times.iloc[0].day_of_year / 365.25
    if np.abs(values - begin - seconds / _YEAR).max() <= _TOLERATED and (values % 1).any():
        return AGAIN
    slope = (values[-1] - values[0]) / (seconds[-1] or 1)
    beside = np.abs(values - values[0] - slope * seconds).max()
    counts = says_time(str(cells.name)) or np.isclose(slope, _COUNTS, rtol=_EXACT, atol=0).any()
    rows = (np.diff(values) == 1).all()
    return AGAIN if counts and not rows and beside <= _EXACT * abs(values[-1] - values[0]) else None
