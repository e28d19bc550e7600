"""Times mended as a whole: slips of a digit, hours doubled by summer time, typical years out of several."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from core.data.reading.times.numerals import FIRST_YEAR, LAST_YEAR
from core.data.report import Notes, Refused
from core.text.message import Message, some_of

_FAR = 50  # years from the middle half of a file's times, at least, beyond which a time is a slip of a digit
_PLACES = (
    *("Europe/Berlin", "Europe/London", "Europe/Helsinki"),
    *("America/New_York", "America/Santiago", "America/Sao_Paulo"),
    *("Australia/Sydney", "Asia/Jerusalem", "Asia/Tehran"),
)
_EVEN = 0.99  # share of steps that are the usual one when typical months are read as one year
_MONTH = "datetime64[M]"


def plausible(stamps: pd.Series, notes: Notes) -> pd.Series:
    """Return stamps without slips of a digit (a year 3013 among 2013) and without years that cannot be held.

    Slips are told under `mended`, the limit under `warnings`.

    Raises
    ------
    Refused
        When the times are mostly outside the years that can be held.
    """
    years = stamps.dt.year
    outside = (years < FIRST_YEAR) | (years > LAST_YEAR)
    if outside.sum() > stamps.notna().sum() / 2:
        raise Refused(
            Message("time.beyond", first=years.min(), last=years.max(), first_year=FIRST_YEAR, last_year=LAST_YEAR)
        )
    low, high = years.quantile(0.25), years.quantile(0.75)
    reach = max(_FAR, 2 * (high - low))
    slips = (years < low - reach) | (years > high + reach)
    if slips.any():
        rows = np.flatnonzero(slips).tolist()
        places = some_of([Message("time.in_row", stamp=str(stamps.iloc[row]), row=row + 1) for row in rows])
        times = Message("count.time", n=len(rows))
        notes.mended.append(Message("time.slips", times=times, year=years.median(), places=places))
    if beyond := int((outside & ~slips).sum()):
        lost = Message("count.row", n=beyond)
        notes.warnings.append(Message("time.rows_beyond", rows=lost, first_year=FIRST_YEAR, last_year=LAST_YEAR))
    return stamps.mask(slips | outside)


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
