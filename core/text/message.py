"""Messages: what a person is told, kept as a key and values, and put into words at the end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self, SupportsFloat, SupportsIndex, TypeAlias

from core.text.catalogue import SENTENCES
from core.text.template import PLAIN, Plural
from core.text.words import Telling, speaking, spoken, translated
from core.vocabulary import Language

Value: TypeAlias = "str | float | tuple[Value, ...] | Message"  # a float may be an int or a bool
_OPEN = "open"  # the format of a sentence that goes on: without its full stop
_CLAUSE = "clause"  # the format of a sentence inside another one: small at its beginning, too


@dataclass(frozen=True, init=False)
class Message:
    """Something to tell, in no language.

    >>> str(Message("estimate.no_value", of="seed"))
    'No seed has a value.'
    """

    key: str  # of its sentence in `core.text.catalogue`
    items: tuple[tuple[str, Value], ...]  # fields of the sentence and what fills them, in the order of the names

    def __init__(self, key: str, /, **values: Value) -> None:
        kept = {name: _kept(key, name, value) for name, value in values.items()}
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "items", tuple(sorted(kept.items())))

    def __str__(self) -> str:
        """Tell it in the language that is spoken: English, but where a reader or a figure has another one."""
        return tell(self)

    @property
    def values(self) -> dict[str, Value]:
        """What fills the gaps, by field."""
        return dict(self.items)

    @classmethod
    def plain(cls, text: str) -> Self:
        """Return a sentence that is in no catalogue, told as it is in every language."""
        return cls(PLAIN, text=text)

    def to_json(self) -> str | dict[str, Any]:
        """Return JSON values: `{"key": ..., field: value, ...}`; of a plain sentence its text."""
        if self.key == PLAIN:
            return str(self.values["text"])
        return _keyed(self)

    @classmethod
    def from_json(cls, value: str | Mapping[str, Any]) -> Self:
        """Build from what `to_json` returned, or from a sentence that was stored in words."""
        if isinstance(value, str):
            return cls.plain(value)
        return cls(value["key"], **{name: _from_json(part) for name, part in value.items() if name != "key"})


def message_of(error: BaseException) -> Message:
    """Return what an error says: the message it was raised with, or its words as they are.

    >>> str(message_of(ValueError(Message("clock.no_day")))) == str(Message("clock.no_day"))
    True
    """
    match error.args:
        case [Message() as message, *_]:
            return message
        case _:
            return Message.plain(str(error))


def word(of: StrEnum) -> Message:
    """Return a closed word as a message: its key is the name of its class and its value ("verdict.not_found")."""
    return Message(f"{type(of).__name__.lower()}.{of.value}")


def _kept(key: str, name: str, value: Any) -> Value:
    """Return a value as it is kept: a number of numpy as one of Python."""
    match value:
        case str() | int() | float() | Message():
            return value
        case tuple():
            return tuple(_kept(key, name, part) for part in value)
        case SupportsIndex():
            return int(value)
        case SupportsFloat():
            return float(value)
        case _:
            raise TypeError(
                f"message {key}: {name} is {value!r} of type {type(value).__name__}; give text, a number, a message, "
                "or a tuple of these."
            )


def _keyed(message: Message) -> dict[str, Any]:
    return {"key": message.key} | {name: _to_json(value) for name, value in message.items}


def _to_json(value: Value) -> object:
    if isinstance(value, Message):
        return _keyed(value)
    return [_to_json(part) for part in value] if isinstance(value, tuple) else value


def _from_json(value: Any) -> Value:
    if isinstance(value, Mapping):
        return Message.from_json(value)
    return tuple(map(_from_json, value)) if isinstance(value, list) else value


def stored(message: Message | None) -> str:
    """Return a message as one text, for a cell of a table; "" where there is none.

    >>> stored(Message("estimate.no_value", of="seed")), stored(Message.plain("No events.")), stored(None)
    ('{"key":"estimate.no_value","of":"seed"}', 'No events.', '')
    """
    if message is None:
        return ""
    value = message.to_json()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Message | None:
    """Return the message that `stored` wrote, or that an older table holds in words; None for "".

    >>> str(read('{"key":"estimate.no_value","of":"seed"}')), str(read("No events.")), read("")
    ('No seed has a value.', 'No events.', None)
    """
    if not text:
        return None
    return Message.from_json(json.loads(text) if text.startswith('{"key":') else text)


def tell(message: Message, language: Language | None = None) -> str:
    """Return a message in words; one of another version, with an unknown key or field, as its key and values.

    Parameters
    ----------
    message : to be told.
    language : None is the one that is spoken.
    """
    with speaking(language or spoken()):
        return _told(message)


def _told(message: Message) -> str:
    values = message.values
    try:
        match SENTENCES[message.key]:
            case Plural(one, other, by):
                sentence = translated(one, other, 1 if values[by] == 1 else 2)
            case sentence:
                sentence = translated(sentence)
        return _TellingMessages().vformat(sentence, (), values)
    except (KeyError, ValueError, TypeError):
        return f"{message.key}: " + ", ".join(f"{name} {value}" for name, value in message.items)


class _TellingMessages(Telling):
    """Fills the gaps of a sentence; messages inside it are told, too.

    The format of a tuple is what stands between its parts: by default a comma.
    """

    def worded(self, value: Any, how: str) -> str:
        """Return one value in words."""
        if how in (_OPEN, _CLAUSE):
            open_end = self.worded(value, "").removesuffix(".")
            return _small(open_end) if how == _CLAUSE else open_end
        if isinstance(value, Message):
            return _told(value)
        if isinstance(value, tuple):
            return (how or ", ").join(self.worded(part, "") for part in value)
        return super().worded(value, how)


def _small(words: str) -> str:
    """Return words with a small letter at the beginning, unless they begin with a name in capitals.

    >>> _small("The table is empty"), _small("A day is short"), _small("GRU stands still")
    ('the table is empty', 'a day is short', 'GRU stands still')
    """
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


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
