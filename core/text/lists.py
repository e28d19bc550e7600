"""Messages made of several: sentences in a row, and lists that a sentence enumerates."""

from __future__ import annotations

from collections.abc import Sequence

from core.text.message import Message, Value


def sentences(*parts: Message | None) -> Message:
    """Return one message of several sentences; None is left out.

    >>> str(sentences(Message.plain("It is late."), None, Message.plain("Go home.")))
    'It is late. Go home.'
    """
    return Message("sentences", parts=tuple(part for part in parts if part is not None))


def all_of(values: Sequence[Value]) -> Value:
    """Return an enumeration that names every value.

    >>> str(all_of((96, 192, 720))), all_of(("load",)), all_of(())
    ('96, 192 and 720', 'load', '')
    """
    if len(values) < 2:
        return values[0] if values else ""
    return Message("list.and", first=tuple(values[:-1]), last=values[-1])


def some_of(values: Sequence[Value], *, most: int = 5) -> Value:
    """Return a list that is cut after `most` values.

    >>> str(some_of(("a", "b", "c"), most=2)), some_of(("a", "b"))
    ('a, b and 1 more', ('a', 'b'))
    """
    if len(values) <= most:
        return tuple(values)
    return Message("list.and_more", first=tuple(values[:most]), n=len(values) - most)
