"""Wall-clock times without a zone whose doubled and left-out hours are those of summer time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from core.data.report import Notes
from core.text.message import Message

_PLACES = (
    *("Europe/Berlin", "Europe/London", "Europe/Helsinki"),
    *("America/New_York", "America/Santiago", "America/Sao_Paulo"),
    *("Australia/Sydney", "Asia/Jerusalem", "Asia/Tehran"),
)


def without_summer_time(stamps: pd.Series, notes: Notes) -> pd.Series:
    """Return stamps at standard time all year where an hour is doubled just as the clocks of some place go back.

    Told under `mended`. The rows must come in order of time, and each must be left with a time of its own.
    """
    known = stamps.dropna()
    turned = len(known) > 1 and known.iloc[0] > known.iloc[-1]
    rows = known.iloc[::-1] if turned else known
    if not _goes_back_each_autumn(rows):
        return stamps
    for place in _PLACES:
        try:
            zoned = rows.dt.tz_localize(ZoneInfo(place), ambiguous="infer", nonexistent="raise")
        except (ValueError, KeyError):  # not all its hours are doubled and left out; or the place is not known here
            continue
        utc = zoned.dt.tz_convert("UTC").dt.tz_localize(None)
        if utc.is_monotonic_increasing and utc.is_unique:
            offset = (rows - utc).min()
            notes.mended.append(Message("time.summer_time", place=place))
            return (utc + offset).astype("datetime64[us]").reindex(stamps.index)
    return stamps


def _goes_back_each_autumn(rows: pd.Series) -> bool:
    """Whether rows in order of the file stand still or go back by less than an hour, and each year once."""
    steps = np.diff(rows.to_numpy())
    back = np.flatnonzero(steps <= np.timedelta64(0))
    if not len(back) or (steps[back] <= np.timedelta64(-1, "h")).any():
        return False
    return bool(rows.iloc[back].dt.year.is_unique)
