"""Columns whose names run through the hours of a day, the days of a month, or the months of a year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from core.data.reading.times.monthwords import month_of
from core.text.message import Message

_DAY = 1440  # minutes
_HALF = 720
_COUNTS = (24, 48, 96)
_NAME = re.compile(r"(.*?)(\d{1,4}|\d{1,2}:\d{2}(?::00)?)(?:\s*[-~–]\s*\d{1,2}(?::?\d{2})?(?::00)?)?(\D*)")
_HALF_DAY = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*([ap])\.?m\.?", re.IGNORECASE)
_NUMBERED_MONTH = re.compile(r"(\d{1,2})[월月]")
_SIGNS = " _-.:*"
_FORMS = ("d", "02d")  # 1, 01
_HOURS = {
    *("", "h", "hr", "hour", "hours", "he", "hourending", "hourend", "hourbeginning", "hb", "시", "시간", "uhr"),
    *("stunde", "heure", "hora", "ora", "時", "点", "period", "periode", "interval", "halfhour", "hh", "sp", "qh"),
}
_DAYS = {"", "d", "day", "tag", "jour", "dia", "día", "giorno", "dag", "일", "日"}
_MONTHS = {"", "m", "mo", "mon", "month", "monat", "mois", "mes", "mese", "maand"}
_QUARTERS = {"q", "qtr", "quarter", "quartal", "trimestre", "분기"}


class Span(StrEnum):
    """What the columns run through."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Slots:
    """Columns that hold one variable at the times of a day, the days of a month, or the months of a year.

    Attributes
    ----------
    span : Span
    names : tuple of str
        In the order of time, which is that of the file.
    offsets : tuple of int
        Minutes after midnight, 1440 being that of the next day; days after the first; or months after January.
    variable : str
        What the names share beside their numbers; "value" where that is nothing.
    certain : bool
        Whether the names say what they are: 1시, H01, 13:00, 1 PM, Jan; V1 to V24 do not.
    """

    span: Span
    names: tuple[str, ...]
    offsets: tuple[int, ...]
    variable: str
    certain: bool

    @property
    def parts(self) -> Message:
        """What the columns are."""
        match self.span:
            case Span.YEAR:
                return Message("slots.months" if len(self.names) == 12 else "slots.quarters")
            case Span.MONTH:
                return Message("slots.days")
            case Span.DAY:
                return Message("slots.hours")
            case _:
                assert_never(self.span)


def find_slots(names: Sequence[str]) -> list[Slots]:
    """Return the groups of columns that run through a day, a month or a year, the finest first.

    Only a day is looked for where the names do not say so themselves.

    >>> [(group.variable, group.offsets[:2], group.certain) for group in find_slots([f"{h}시" for h in range(1, 25)])]
    [('value', (60, 120), True)]
    >>> [group.certain for group in find_slots([f"V{number}" for number in range(1, 25)])]
    [False]
    >>> [group.offsets for group in find_slots(["year", "Q1", "Q2", "Q3", "Q4"])]
    [(0, 3, 6, 9)]
    """
    named = _named_months(names) or _half_days(names)
    if named is not None:
        return [named]
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name in names:
        found = _NAME.fullmatch(name.strip())
        if found:
            head, number, tail = found.groups()
            tail = tail.removesuffix("A")  # of the hour that the end of summer time doubles: 3A and 3B
            groups.setdefault((head.strip(_SIGNS), tail.strip(_SIGNS)), []).append((name, number))
    slots = [
        group
        for (head, tail), members in groups.items()
        if (group := _hours(head, tail, members) or _days_or_months(head, tail, members)) is not None
    ]
    return sorted(slots, key=lambda group: -len(group.names))


def _named_months(names: Sequence[str]) -> Slots | None:
    """Return columns that are named by all months, in their order."""
    months = {name: month for name in names if (month := _month(name)) is not None}
    if list(months.values()) != list(range(1, 13)):
        return None
    return Slots(Span.YEAR, tuple(months), tuple(range(12)), "value", True)


def _month(name: str) -> int | None:
    found = _NUMBERED_MONTH.fullmatch(name.strip())
    return int(found[1]) if found else month_of(name)


def _half_days(names: Sequence[str]) -> Slots | None:
    """Return columns that are named by the clock with am and pm."""
    found = {name: match for name in names if (match := _HALF_DAY.fullmatch(name.strip()))}
    minutes = [int(match[1]) % 12 * 60 + int(match[2] or 0) + _HALF * (match[3] in "pP") for match in found.values()]
    day = _whole_day(minutes)
    return None if day is None else Slots(Span.DAY, tuple(found), day, "value", True)


def _whole_day(minutes: list[int]) -> tuple[int, ...] | None:
    """Return minutes after midnight that go through a whole day, from its start or the end of its first part.

    None for others. A 0:00 after all others ends the day.
    """
    if len(minutes) not in _COUNTS:
        return None
    apart, ended = _DAY // len(minutes), (*minutes[:-1], minutes[-1] or _DAY)
    runs = (range(first * apart, _DAY + first * apart, apart) for first in (0, 1))
    return ended if any(ended == tuple(run) for run in runs) else None


def _hours(head: str, tail: str, members: list[tuple[str, str]]) -> Slots | None:
    """Return columns that count the hours of a day, or name them as a clock.

    Hour 1 is 01:00, as hours that end are counted; the first half or quarter of an hour begins the day.
    """
    if len(members) not in _COUNTS:
        return None
    apart = _DAY // len(members)
    numbers = [int("".join(number.split(":")[:2])) for _, number in members]
    runs = (list(range(len(members))), list(range(1, len(members) + 1)))
    plain = ":" not in members[0][1] and numbers in runs
    first = numbers[0] if plain and apart < 60 else 0
    clock = [number // 100 * 60 + number % 100 for number in numbers]  # 1315 is 13:15
    day = _whole_day([(number - first) * apart for number in numbers] if plain else clock)
    if day is None:
        return None
    is_word = _word(head, tail) in _HOURS
    variable = "value" if is_word else f"{head} {tail}".strip()
    return Slots(Span.DAY, tuple(name for name, _ in members), day, variable, is_word or not plain)


def _word(head: str, tail: str) -> str:
    return re.sub(r"\W|_", "", (head + tail).lower())


def _days_or_months(head: str, tail: str, members: list[tuple[str, str]]) -> Slots | None:
    """Return columns that count the days of a month, or the months or quarters of a year, and say so."""
    size, word = len(members), _word(head, tail)
    if [number for _, number in members] not in (
        [f"{place:{form}}" for place in range(1, size + 1)] for form in _FORMS
    ):
        return None
    for length, words, span, apart in (
        (31, _DAYS, Span.MONTH, 1),
        (12, _MONTHS, Span.YEAR, 1),
        (4, _QUARTERS, Span.YEAR, 3),
    ):
        if size == length and word in words:
            names = tuple(name for name, _ in members)
            return Slots(span, names, tuple(range(0, size * apart, apart)), "value", True)
    return None
