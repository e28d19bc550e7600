"""Lengths of time and the rows of a step in the language that is spoken: `core.data.step` writes them in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from core.data.step import length_text
from core.text.amounts import listed
from core.text.message import Message
from core.text.words import mark, say

_WEEKDAYS = (
    *(mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday")),
    *(mark("Saturday"), mark("Sunday")),
)
_MONTH_END = mark("at the month's end")
_COUNTED: Mapping[str, Callable[[int], Message]] = {
    "second": lambda n: Message("count.second", n=n),
    "minute": lambda n: Message("count.minute", n=n),
    "hour": lambda n: Message("count.hour", n=n),
    "day": lambda n: Message("count.day", n=n),
    "week": lambda n: Message("count.week", n=n),
    "month": lambda n: Message("count.month", n=n),
    "year": lambda n: Message("count.year", n=n),
}
_LENGTH = re.compile(rf"(\d{{1,3}}) ({'|'.join(_COUNTED)})s?")
_DAY = re.compile(r"on day (\d+)")
_TIMES = re.compile(r"(\d+) times a day")


def length_of(length: pd.Timedelta) -> Message | str:
    """Return a length of time, to be told in any language.

    >>> str(length_of(pd.Timedelta("1h"))), str(length_of(pd.Timedelta("36h"))), length_of(pd.Timedelta("500ms"))
    ('1 hour', '36 hours', '0.5 seconds')
    """
    return as_message(length_text(length))


def as_message(text: str) -> Message | str:
    """Return a length of time that `core.data.step` has written, to be told in any language."""
    found = _LENGTH.fullmatch(text)
    return text if found is None else _COUNTED[found[2]](int(found[1]))


def in_words(step: str) -> str:
    """Return the step of rows, as `Step.text` writes it, in the language that is spoken.

    >>> in_words("1 hour, 09:00 to 16:00, Monday, Wednesday and Friday")
    '1 hour, 09:00 to 16:00, Monday, Wednesday and Friday'
    """
    return ", ".join(listed(map(_span, part.split(" and "))) for part in step.split(", "))


def _span(text: str) -> str:
    """Return what stands between two commas: a length, a day, an hour, or from one of these to another."""
    first, to, last = text.partition(" to ")
    return say("{first} to {last}", first=_one(first), last=_one(last)) if to else _one(text)


def _one(text: str) -> str:
    if text in (*_WEEKDAYS, _MONTH_END):
        return say(text)
    if found := _DAY.fullmatch(text):
        return say("on day {day}", day=found[1])
    if found := _TIMES.fullmatch(text):
        return say("{n} times a day", n=found[1])
    return str(as_message(text))
