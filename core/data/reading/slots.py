"""Columns whose names run through the hours of a day or the months of a year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.data.reading.monthwords import month_of

_DAY = 1440  # minutes
_COUNTS = (24, 48, 96)
_NAME = re.compile(r"(.*?)(\d{1,4}|\d{1,2}:\d{2}(?::00)?)(?:\s*[-~–]\s*\d{1,2}(?::?\d{2})?(?::00)?)?(\D*)")
_WORDS = {
    *("", "h", "hr", "hour", "hours", "he", "hourending", "hourend", "hourbeginning", "hb", "시", "시간", "uhr"),
    *("stunde", "heure", "hora", "ora", "時", "点", "period", "periode", "interval", "halfhour", "hh", "sp", "qh"),
}
_KOREAN_MONTH = re.compile(r"(\d{1,2})월")


class Cycle(StrEnum):
    """What the columns run through."""

    DAY = "day"
    YEAR = "year"


@dataclass(frozen=True)
class Slots:
    """Columns that hold one variable at the times of a day, or the months of a year.

    Attributes
    ----------
    cycle : Cycle
    names : tuple of str
        In the order of time, which is that of the file.
    offsets : tuple of int
        Minutes after midnight, 1440 being that of the next day; or months after January.
    variable : str
        What the names share beside hours or months; "value" where that is nothing.
    certain : bool
        Whether the names say that they are hours or months: 1시, H01, 13:00, Jan; V1 to V24 do not.
    """

    cycle: Cycle
    names: tuple[str, ...]
    offsets: tuple[int, ...]
    variable: str
    certain: bool


def find_slots(names: Sequence[str]) -> list[Slots]:
    """Return the groups of columns that run through a whole day in 24, 48 or 96, or through a year in 12.

    >>> [(group.variable, group.offsets[:2], group.certain) for group in find_slots([f"{h}시" for h in range(1, 25)])]
    [('value', (60, 120), True)]
    >>> [group.certain for group in find_slots([f"V{number}" for number in range(1, 25)])]
    [False]
    """
    months = [name for name in names if _month(name)]
    if [_month(name) for name in months] == list(range(1, 13)):
        return [Slots(Cycle.YEAR, tuple(months), tuple(range(12)), "value", True)]
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name in names:
        found = _NAME.fullmatch(name.strip())
        if found:
            head, number, tail = found.groups()
            groups.setdefault((head.strip(" _-.:"), tail.strip(" _-.:")), []).append((name, number))
    slots = (_hours(*around, members) or _numbered_months(*around, members) for around, members in groups.items())
    return [group for group in slots if group is not None]


def _month(name: str) -> int | None:
    found = _KOREAN_MONTH.fullmatch(name.strip())
    return int(found[1]) if found else month_of(name)


def _numbered_months(head: str, tail: str, members: list[tuple[str, str]]) -> Slots | None:
    if [number.lstrip("0") for _, number in members] != [str(month) for month in range(1, 13)]:
        return None
    if (head + tail).lower() not in ("", "m", "month"):
        return None
    return Slots(Cycle.YEAR, tuple(name for name, _ in members), tuple(range(12)), "value", True)


def _hours(head: str, tail: str, members: list[tuple[str, str]]) -> Slots | None:
    if len(members) not in _COUNTS:
        return None
    apart = _DAY // len(members)
    numbers = [int("".join(number.split(":")[:2])) for _, number in members]
    runs = (list(range(len(members))), list(range(1, len(members) + 1)))
    plain = ":" not in members[0][1] and numbers in runs
    offsets = [number * apart for number in numbers] if plain else _minutes(numbers)
    if offsets not in ([place * apart for place in range(first, len(members) + first)] for first in (0, 1)):
        return None
    is_word = re.sub(r"\W|_", "", (head + tail).lower()) in _WORDS
    variable = "value" if is_word else f"{head} {tail}".strip()
    return Slots(Cycle.DAY, tuple(name for name, _ in members), tuple(offsets), variable, is_word or not plain)


def _minutes(numbers: list[int]) -> list[int]:
    """Return minutes after midnight of clock times written 1315; a 0:00 after all others ends the day."""
    minutes = [hundred * 60 + rest for hundred, rest in (divmod(number, 100) for number in numbers)]
    return [*minutes[:-1], minutes[-1] or _DAY]
