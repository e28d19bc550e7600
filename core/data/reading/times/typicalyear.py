"""Typical meteorological years: each month out of another year, read as one year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.report import Notes
from core.text.message import Message, some_of

_EVEN = 0.99  # share of steps that are the usual one when read as one year
_MONTH = "datetime64[M]"


def as_one_year(stamps: pd.Series, notes: Notes) -> pd.Series:
    """Return stamps in one year where a file's months come from several and go on without a break; told.

    The year is the first row's, or the next where that has a 29 February, which typical years leave out.
    """
    known = stamps.dropna()
    if known.is_monotonic_increasing:
        return stamps
    years, months = known.dt.year.to_numpy(), known.dt.month.to_numpy()
    end = months.size - int(months[0] == 1 and months[-1] == 1 and months[-2:].max() == 12)  # the last midnight
    if len(set(years[:end])) < 2 or (np.diff(months[:end]) < 0).any():
        return stamps
    year = int(years[0]) + int(known.iloc[0].is_leap_year)
    targets = np.full(len(years), year)
    targets[end:] += 1
    begins = known.to_numpy().astype(_MONTH)
    moved = (begins + (targets - years) * 12).astype("datetime64[us]") + (known.to_numpy() - begins)
    steps = np.diff(moved).astype(np.int64)
    if (steps <= 0).any() or (steps == np.median(steps)).mean() < _EVEN:
        return stamps
    several = [str(year) for year in dict.fromkeys(years[:end].tolist())]
    notes.mended.append(Message("time.typical_year", years=some_of(several), year=year))
    return pd.Series(moved, index=known.index).reindex(stamps.index)
