"""Lengths of time and the step of rows in any language: `core.data.step` writes them in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from core.data.step import Step, length_text
from core.text.message import Message, all_of
from core.text.words import spoken
from core.vocabulary import Language

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
_COUNTED: Mapping[str, Callable[[float], Message]] = {
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
_PARTS: Mapping[str, Callable[[str], Message]] = {  # of lengths that are no small number of units
    "seconds": lambda n: Message("length.seconds", n=n),
    "minutes": lambda n: Message("length.minutes", n=n),
    "hours": lambda n: Message("length.hours", n=n),
    "days": lambda n: Message("length.days", n=n),
}
_PART = re.compile(rf"([\d.e+-]+) ({'|'.join(_PARTS)})")
_SHORT = {"min": "minute", "h": "hour", "d": "day"}
_SPAN = re.compile(rf"(-?[\d.]+(?:e[+-]\d+)?) ({'|'.join([*_COUNTED, *_SHORT])})s?")
_DAY = re.compile(r"on day (\d+)")
_TIMES = re.compile(r"(\d+) times a day")


def length_of(length: pd.Timedelta) -> Message | str:
    """Return a length of time, to be told in any language.

    >>> [str(length_of(pd.Timedelta(text))) for text in ("1h", "36h", "500ms")]
    ['1 hour', '36 hours', '0.5 seconds']
    """
    return as_message(length_text(length))


def as_message(text: str) -> Message | str:
    """Return a length of time that `core.data.step` has written, to be told in any language."""
    if found := _LENGTH.fullmatch(text):
        return _COUNTED[found[2]](int(found[1]))
    found = _PART.fullmatch(text)
    return text if found is None else _PARTS[found[2]](found[1])


def step_of(text: str) -> Message:
    """Return the step of rows, as `Step.text` writes it, to be told in any language.

    >>> str(step_of("1 hour, 09:00 to 16:00, Monday, Wednesday and Friday"))
    '1 hour, 09:00 to 16:00, Monday, Wednesday and Friday'
    """
    return Message(
        "step.text", parts=tuple(all_of(tuple(map(_part, part.split(" and ")))) for part in text.split(", "))
    )


def span_of(step: Step, rows: float) -> str:
    """Return how long so many steps are, as `Step.span` does, in the language that is spoken.

    >>> from core.text.words import speaking
    >>> with speaking(Language.KOREAN):
    ...     [span_of(Step(pd.Timedelta(text)), 36) for text in ("1min", "1h", "3h", "7D")]
    ['36분', '36시간', '4.5일', '36주']
    """
    text = step.span(rows)
    found = _SPAN.fullmatch(text)
    if found is None or spoken() is Language.ENGLISH:
        return text
    number, unit = float(found[1]), _SHORT.get(found[2], found[2])
    return str(_COUNTED[unit](int(number) if number.is_integer() else number))


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
