"""Lengths of time and the step of rows in any language: `core.data.step` writes them in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from core.data.step import Step, length_text
from core.text.message import Message, all_of

_NAMED: Mapping[str, Message] = {
    "Monday": Message("weekday.monday"),
    "Tuesday": Message("weekday.tuesday"),
    "Wednesday": Message("weekday.wednesday"),
    "Thursday": Message("weekday.thursday"),
    "Friday": Message("weekday.friday"),
    "Saturday": Message("weekday.saturday"),
    "Sunday": Message("weekday.sunday"),
    "at the month's end": Message("step.month_end"),
}
_COUNTED: Mapping[str, Callable[[int], Message]] = {
    "second": lambda n: Message("count.second", n=n),
    "minute": lambda n: Message("count.minute", n=n),
    "hour": lambda n: Message("count.hour", n=n),
    "day": lambda n: Message("count.day", n=n),
    "week": lambda n: Message("count.week", n=n),
    "month": lambda n: Message("count.month", n=n),
    "year": lambda n: Message("count.year", n=n),
    "row": lambda n: Message("count.row", n=n),
    "working day": lambda n: Message("count.working_day", n=n),
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


def step_of(text: str) -> Message:
    """Return the step of rows, as `Step.text` writes it, to be told in any language.

    >>> str(step_of("1 hour, 09:00 to 16:00, Monday, Wednesday and Friday"))
    '1 hour, 09:00 to 16:00, Monday, Wednesday and Friday'
    """
    return Message(
        "step.text", parts=tuple(all_of(tuple(map(_part, part.split(" and ")))) for part in text.split(", "))
    )


def span_of(step: Step, rows: float) -> str:
    """Return how long so many steps are, as `Step.span` does, in the language that is spoken."""
    return str(as_message(step.span(rows)))


def _part(text: str) -> Message | str:
    """Return what stands between two commas: a length, a day, an hour, or from one of these to another."""
    first, to, last = text.partition(" to ")
    return Message("step.range", first=_one(first), last=_one(last)) if to else _one(text)


def _one(text: str) -> Message | str:
    if text in _NAMED:
        return _NAMED[text]
    if found := _DAY.fullmatch(text):
        return Message("step.day", day=found[1])
    if found := _TIMES.fullmatch(text):
        return Message("step.times", n=found[1])
    return as_message(text)
