"""How time goes on from one row to the next: by a fixed length, by months, on some days, at some hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

HOUR = pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)
WEEK = 7 * DAY
EVERY_DAY = tuple(range(7))
WORKING_DAYS = tuple(range(5))
MONTH_END = 31
_MONTH = pd.Timedelta(days=365.2425 / 12)  # the mean month
_WORDS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_LENGTH = re.compile(r"(\d{1,4})?(s|min|h|D|W)")
_CALENDAR = {
    **{"MS": (1, 0), "QS": (3, 0), "YS": (12, 0)},
    **{"ME": (1, MONTH_END), "QE": (3, MONTH_END), "YE": (12, MONTH_END)},
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
    day : int
        Day of the month on which rows by months stand, or its last where it is shorter: 31 (`MONTH_END`), 30 or 29;
        0 where the first row tells it.
    weekdays : tuple of int
        Days of the week that have rows, Monday 0; all where months are counted or rows are a day or more apart and
        every day counts.
    clock : tuple of int
        Seconds after midnight at which a day has rows (two or more), for trading or office hours; empty: around the
        clock.
    """

    length: pd.Timedelta
    months: int = 0
    day: int = 0
    weekdays: tuple[int, ...] = EVERY_DAY
    clock: tuple[int, ...] = ()

    @classmethod
    def by_months(cls, months: int, *, day: int = 0) -> Self:
        """Return the step of months, quarters (3), years (12) or several years."""
        return cls(months * _MONTH, months, day)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the step that a person writes: a length, "B" for working days, or a part of the calendar.

        Raises
        ------
        ValueError
            In one sentence, for any other text.

        >>> Step.from_text("15min").text, Step.from_text("B").text, Step.from_text("ME").text
        ('15 minutes', '1 day, Monday to Friday', "1 month, at the month's end")
        """
        wanted = text.strip()
        if wanted == "B":
            return cls(DAY, weekdays=WORKING_DAYS)
        if wanted in _CALENDAR:
            months, day = _CALENDAR[wanted]
            return cls.by_months(months, day=day)
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
    def pace(self) -> tuple[pd.Timedelta, int, tuple[int, ...], int]:
        """What two axes share if a model of one can read the other; on which day or at which hour does not count."""
        return self.length, self.months, self.weekdays, len(self.clock)

    @property
    def rows_per_day(self) -> int | None:
        """Rows a day; None when a day does not hold a whole number (at least 2) of them."""
        if self.clock:
            return len(self.clock)
        if self.months:
            return None
        rows, rest = divmod(DAY, self.length)
        return int(rows) if rows >= 2 and rest == pd.Timedelta(0) else None

    @property
    def season(self) -> int | None:
        """Rows of the season that a calendar names: a day, else a week, else a year; None where there is none.

        >>> [Step(pd.Timedelta(text)).season for text in ("1h", "1D", "7D", "7h")]
        [24, 7, 52, None]
        >>> Step(pd.Timedelta("1h"), weekdays=WORKING_DAYS, clock=tuple(range(9 * 3600, 17 * 3600, 3600))).season
        8
        >>> Step(DAY, weekdays=WORKING_DAYS).season, Step.by_months(3).season, Step.by_months(12).season
        (5, 4, None)
        """
        if self.months:
            return 12 // self.months if self.months < 12 and 12 % self.months == 0 else None
        if self.rows_per_day is not None:
            return self.rows_per_day
        if self.length == DAY:
            return len(self.weekdays) if len(self.weekdays) > 1 else None
        weeks, rest = divmod(self.length, WEEK)
        return int(52 // weeks) if weeks and not rest and 52 % weeks == 0 and weeks < 52 else None

    @property
    def text(self) -> str:
        """The step in words.

        >>> Step(pd.Timedelta("15min")).text, Step.by_months(1, day=MONTH_END).text
        ('15 minutes', "1 month, at the month's end")
        >>> Step(DAY, weekdays=WORKING_DAYS).text
        '1 day, Monday to Friday'
        """
        words = [self.distance]
        if self.day:
            words.append("at the month's end" if self.day == MONTH_END else f"on day {self.day}")
        if self.clock:
            words.append(_opening_text(self.clock, int(self.length.total_seconds())))
        if self.weekdays != EVERY_DAY:
            words.append(_days_text(self.weekdays))
        return ", ".join(words)

    @property
    def distance(self) -> str:
        """How far apart two rows are, without days and hours: "1 month" of rows at month ends."""
        if not self.months:
            return length_text(self.length)
        years, rest = divmod(self.months, 12)
        return _some(self.months, "month") if rest else _some(years, "year")

    @property
    def in_hours(self) -> float | None:
        """Hours from a row to the next; None where rows are a day or more apart, or skip nights or weekends."""
        return self.length / HOUR if self.is_even and self.length < DAY else None

    def span(self, rows: float) -> str:
        """Return how long so many steps are, for axes and sentences; rows that skip days or nights are counted.

        >>> [Step(pd.Timedelta(text)).span(36) for text in ("1min", "10min", "1h", "3h", "1D", "7D")]
        ['36 min', '6 h', '36 h', '4.5 d', '36 d', '36 weeks']
        >>> Step.by_months(1).span(36), Step.by_months(12).span(1), Step(DAY, weekdays=WORKING_DAYS).span(36)
        ('36 months', '1 year', '36 working days')
        """
        if self.in_hours is not None:
            return _hours_text(rows * self.in_hours)
        if self.months:
            years, rest = divmod(self.months, 12)
            return _some(rows * self.months, "month") if rest else _some(rows * years, "year")
        if not self.is_even:
            working = not self.clock and self.length == DAY and self.weekdays == WORKING_DAYS
            return _some(rows, "working day" if working else "row")
        weeks = self.length / WEEK
        return _some(rows * weeks, "week") if weeks.is_integer() else f"{rows * (self.length / DAY):.3g} d"

    def after(self, stamp: pd.Timestamp, rows: int) -> pd.DatetimeIndex:
        """Return the stamps of the `rows` rows that follow the one at `stamp`.

        >>> [str(day.date()) for day in Step(DAY, weekdays=WORKING_DAYS).after(pd.Timestamp("2014-12-12"), 2)]
        ['2014-12-15', '2014-12-16']
        >>> [str(day.date()) for day in Step.by_months(1, day=MONTH_END).after(pd.Timestamp("2023-01-31"), 2)]
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

    def holds(self, index: pd.DatetimeIndex) -> NDArray[np.bool_]:
        """Return which stamps lie on the days of the week and at the hours that have rows."""
        on_day = np.isin(index.day_of_week.to_numpy(), self.weekdays)
        if not self.clock:
            return on_day
        passed = (index - index.normalize()).to_numpy("timedelta64[us]").astype(np.int64)
        return on_day & np.isin(passed, np.asarray(self.clock, dtype=np.int64) * 1_000_000)

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
        """Return stamps months apart on one day of the month, or the last day where a month is shorter."""
        start = first.to_period("M")
        months = pd.PeriodIndex([start + self.months * place for place in range(rows)], freq="M")
        lengths = months.days_in_month.to_numpy()
        days = np.minimum(lengths, self.day or first.day)
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
        return pd.DatetimeIndex(index[self.holds(index)], name="date").as_unit("us")

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; what is as usual is left out."""
        values: dict[str, Any] = {"seconds": self.length.total_seconds()}
        values |= {"months": self.months} if self.months else {}
        values |= {"day": self.day} if self.day else {}
        values |= {"weekdays": list(self.weekdays)} if self.weekdays != EVERY_DAY else {}
        return values | ({"clock": list(self.clock)} if self.clock else {})

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` returned."""
        months = int(values.get("months", 0))
        return cls(
            length=months * _MONTH if months else pd.Timedelta(seconds=values["seconds"]),
            months=months,
            day=int(values.get("day", 0)),
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


def _opening_text(clock: tuple[int, ...], apart: int) -> str:
    """Return the hours of a day that have rows, a break at noon and the like included."""
    breaks = [place for place in range(1, len(clock)) if clock[place] - clock[place - 1] > apart]
    if len(breaks) > 2:
        return f"{len(clock)} times a day, {_clock_text(clock[0])} to {_clock_text(clock[-1])}"
    starts, stops = [0, *breaks], [*breaks, len(clock)]
    hours = [(_clock_text(clock[a]), _clock_text(clock[b - 1])) for a, b in zip(starts, stops, strict=True)]
    return " and ".join(first if first == last else f"{first} to {last}" for first, last in hours)


def _some(number: float, noun: str) -> str:
    return f"{number:.3g} {noun}{'' if number == 1 else 's'}"


def _hours_text(hours: float) -> str:
    if abs(hours) < 1:
        return f"{hours * 60:.3g} min"
    return f"{hours / 24:.3g} d" if abs(hours) >= 48 else f"{hours:.3g} h"


def _clock_text(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _days_text(weekdays: tuple[int, ...]) -> str:
    """Return days of the week in words.

    >>> _days_text((0, 1, 2, 3, 4, 6)), _days_text((0, 2, 4))
    ('Sunday to Friday', 'Monday, Wednesday and Friday')
    """
    first, *others = [day for day in weekdays if (day - 1) % 7 not in weekdays]
    if len(weekdays) > 2 and not others:
        return f"{_WEEKDAYS[first]} to {_WEEKDAYS[(first + len(weekdays) - 1) % 7]}"
    names = [_WEEKDAYS[day] for day in weekdays]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
