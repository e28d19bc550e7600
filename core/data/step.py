"""How time goes on from one row to the next: by a fixed length, by months, on some days, at some hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DAY = pd.Timedelta(days=1)
WEEK = 7 * DAY
EVERY_DAY = tuple(range(7))
WORKING_DAYS = tuple(range(5))
_MONTH = pd.Timedelta(days=365.2425 / 12)  # the mean month
_WORDS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_LENGTH = re.compile(r"(\d{1,4})?(s|min|h|D|W)")
_CALENDAR = {
    **{"MS": (1, False), "QS": (3, False), "YS": (12, False)},
    **{"ME": (1, True), "QE": (3, True), "YE": (12, True)},
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Step:
    """The distance of two rows, as the calendar counts it.

    Attributes
    ----------
    length : Timedelta
        From a row to the next within a day's hours; the mean of them where months are counted.
    months : int
        Calendar months from a row to the next: 1, 3 (quarters), 12 (years) ...; 0 where the length is fixed.
    month_end : bool
        Whether rows by months stand on the last day of theirs.
    weekdays : tuple of int
        Days of the week that have rows, Monday 0; all where months are counted or rows are a day or more apart and
        every day counts.
    clock : tuple of int
        Seconds after midnight at which a day has rows, for trading or office hours; empty: around the clock.
    """

    length: pd.Timedelta
    months: int = 0
    month_end: bool = False
    weekdays: tuple[int, ...] = EVERY_DAY
    clock: tuple[int, ...] = ()

    @classmethod
    def by_months(cls, months: int, *, month_end: bool = False) -> Self:
        """Return the step of months, quarters (3), years (12) or several years."""
        return cls(months * _MONTH, months, month_end)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the step that a person writes: a length, "B" for working days, or a part of the calendar.

        Raises
        ------
        ValueError
            In one sentence, for any other text.

        >>> Step.from_text("15min").text, Step.from_text("B").text, Step.from_text("ME").text
        ('15 minutes', '1 day, Monday to Friday', '1 month, at its end')
        """
        wanted = text.strip()
        if wanted == "B":
            return cls(DAY, weekdays=WORKING_DAYS)
        if wanted in _CALENDAR:
            months, month_end = _CALENDAR[wanted]
            return cls.by_months(months, month_end=month_end)
        found = _LENGTH.fullmatch(wanted)
        if not found or not int(found[1] or 1):
            raise ValueError(
                f"The step {text[:20]!r} cannot be read; write it as 15min, 1h, 1D or 7D, B for working days, MS or "
                "ME for the start or end of months, QS for quarters, YS for years."
            )
        return cls(pd.Timedelta(f"{found[1] or 1}{found[2]}"))

    @property
    def is_even(self) -> bool:
        """Whether every row follows the one before by the same length of time."""
        return not (self.months or self.clock or self.weekdays != EVERY_DAY)

    @property
    def rows_per_day(self) -> int | None:
        """Rows a day; None when a day does not hold a whole number (at least 2) of them."""
        if self.clock:
            return len(self.clock) if len(self.clock) >= 2 else None
        if self.months:
            return None
        rows, rest = divmod(DAY, self.length)
        return int(rows) if rows >= 2 and rest == pd.Timedelta(0) else None

    @property
    def season(self) -> int | None:
        """Rows of the season that a calendar names: a day, else a week, else a year; None where there is none.

        >>> [Step(pd.Timedelta(text)).season for text in ("1h", "1D", "7D", "7h")]
        [24, 7, 52, None]
        >>> Step(DAY, weekdays=WORKING_DAYS).season, Step.by_months(3).season, Step.by_months(12).season
        (5, 4, None)
        """
        if self.months:
            return 12 // self.months if self.months < 12 and 12 % self.months == 0 else None
        if self.rows_per_day is not None:
            return self.rows_per_day
        if self.length == DAY or (self.clock and len(self.clock) == 1):
            return len(self.weekdays) if len(self.weekdays) > 1 else None
        return 52 if self.length == WEEK else None

    @property
    def text(self) -> str:
        """The step in words.

        >>> Step(pd.Timedelta("15min")).text, Step.by_months(1, month_end=True).text
        ('15 minutes', '1 month, at its end')
        >>> Step(DAY, weekdays=WORKING_DAYS).text
        '1 day, Monday to Friday'
        """
        words = [self._months_text() if self.months else length_text(self.length)]
        if self.month_end:
            words.append("at its end")
        if self.clock:
            words.append(f"{_clock_text(self.clock[0])} to {_clock_text(self.clock[-1])}")
        if self.weekdays != EVERY_DAY:
            words.append(_days_text(self.weekdays))
        return ", ".join(words)

    def _months_text(self) -> str:
        years, rest = divmod(self.months, 12)
        number, noun = (self.months, "month") if rest else (years, "year")
        return f"{number} {noun}{'' if number == 1 else 's'}"

    def after(self, stamp: pd.Timestamp, rows: int) -> pd.DatetimeIndex:
        """Return the stamps of the `rows` rows that follow the one at `stamp`.

        >>> [str(day.date()) for day in Step(DAY, weekdays=WORKING_DAYS).after(pd.Timestamp("2014-12-12"), 2)]
        ['2014-12-15', '2014-12-16']
        >>> [str(day.date()) for day in Step.by_months(1, month_end=True).after(pd.Timestamp("2023-01-31"), 2)]
        ['2023-02-28', '2023-03-31']
        """
        stamp = pd.Timestamp(stamp).as_unit("us")
        if self.months:
            return self._month_axis(stamp, rows + 1)[1:]
        if self.is_even:
            return pd.date_range(stamp + self.length, periods=rows, freq=self.length, name="date").as_unit("us")
        days = WEEK // DAY * (rows // (len(self.weekdays) * self._rows_of_a_day()) + 2)
        found = self._even_axis(stamp, stamp + (int(days) + 1) * DAY)
        return found[found > stamp][:rows]

    def axis(self, first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
        """Return every stamp from the first to the last row, both on the step."""
        first, last = pd.Timestamp(first).as_unit("us"), pd.Timestamp(last).as_unit("us")
        if self.months:
            apart = (last.year - first.year) * 12 + last.month - first.month
            return self._month_axis(first, apart // self.months + 1)
        return self._even_axis(first, last)

    def count(self, first: pd.Timestamp, last: pd.Timestamp) -> int:
        """Return the number of stamps of `axis`, nearly (weekends apart) and without making it: it may be huge."""
        if self.months:
            return ((last.year - first.year) * 12 + last.month - first.month) // self.months + 1
        days = (last - first) / DAY
        share = len(self.weekdays) / 7
        if self.clock:
            return int(days * len(self.clock) * share) + 1
        return int((last - first) / self.length * share) + 1

    def _rows_of_a_day(self) -> int:
        return len(self.clock) if self.clock else max(1, int(DAY / self.length))

    def _month_axis(self, first: pd.Timestamp, rows: int) -> pd.DatetimeIndex:
        """Return stamps months apart on the day of the first one, or the last day where a month is shorter."""
        start = first.to_period("M")
        months = pd.PeriodIndex([start + self.months * place for place in range(rows)], freq="M")
        lengths = months.days_in_month.to_numpy()
        days = lengths if self.month_end else np.minimum(lengths, first.day)
        starts = months.to_timestamp().as_unit("us")
        stamps = starts + pd.to_timedelta(days - 1, unit="D") + (first - first.normalize())
        return pd.DatetimeIndex(stamps, name="date").as_unit("us")

    def _even_axis(self, first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
        if self.clock:
            days = pd.date_range(first.normalize(), last.normalize(), freq=DAY)
            offsets = np.asarray(self.clock, dtype="timedelta64[s]")
            stamps = (days.to_numpy("datetime64[us]")[:, None] + offsets[None, :]).ravel()  # [day x clock]
            index = pd.DatetimeIndex(stamps)
            index = index[(index >= first) & (index <= last)]
        else:
            index = pd.date_range(first, last, freq=self.length)
        kept = index if self.weekdays == EVERY_DAY else index[self._has_rows(index)]
        return pd.DatetimeIndex(kept, name="date").as_unit("us")

    def _has_rows(self, index: pd.DatetimeIndex) -> NDArray[np.bool_]:
        return np.isin(index.day_of_week.to_numpy(), self.weekdays)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; what is as usual is left out."""
        values: dict[str, Any] = {"seconds": self.length.total_seconds()}
        values |= {"months": self.months} if self.months else {}
        values |= {"month_end": True} if self.month_end else {}
        values |= {"weekdays": list(self.weekdays)} if self.weekdays != EVERY_DAY else {}
        return values | ({"clock": list(self.clock)} if self.clock else {})

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` returned."""
        months = int(values.get("months", 0))
        return cls(
            length=months * _MONTH if months else pd.Timedelta(seconds=values["seconds"]),
            months=months,
            month_end=bool(values.get("month_end", False)),
            weekdays=tuple(values.get("weekdays", EVERY_DAY)),
            clock=tuple(values.get("clock", ())),
        )


def length_text(length: pd.Timedelta) -> str:
    """Return a length of time in the largest unit that divides it.

    >>> length_text(pd.Timedelta("15min")), length_text(pd.Timedelta("1h")), length_text(pd.Timedelta("36h"))
    ('15 minutes', '1 hour', '36 hours')
    """
    seconds = length.total_seconds()
    for name, size in _WORDS:
        number, rest = divmod(seconds, size)
        if number and not rest:
            return f"{number:.0f} {name}{'' if number == 1 else 's'}"
    return f"{seconds:g} seconds"


def _clock_text(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _days_text(weekdays: tuple[int, ...]) -> str:
    run = weekdays == tuple(range(weekdays[0], weekdays[-1] + 1)) and len(weekdays) > 2
    names = [_WEEKDAYS[day] for day in weekdays]
    return f"{names[0]} to {names[-1]}" if run else " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
