"""What people read, in the language they read: English in the source, every other language in a catalogue.

`say` is told at once, in the language that is spoken at that place: the one that `speaking` frames (a figure's own, a
file's own), else the one that whoever asks has chosen (`listen`: a page's reader), else English. What stands in the
source before anybody reads it, such as the question of a figure, is marked with `mark` and said later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from core.text.particles import PARTICLES, with_particle
from core.vocabulary import Language

CATALOGUES = Path(__file__).parent / "catalogues"  # one .po file a language but English
_framed: ContextVar[Language | None] = ContextVar("language", default=None)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Have everything said inside in a language."""
    token = _framed.set(language)
    try:
        yield
    finally:
        _framed.reset(token)


def listen(asked: Callable[[], Language | None]) -> None:
    """Let a function say which language is spoken where none is framed; None: it does not know."""
    global _asked
    _asked = asked


def _nobody() -> Language | None:
    return None


_asked: Callable[[], Language | None] = _nobody


def spoken() -> Language:
    """Return the language that is spoken here."""
    return _framed.get() or _asked() or Language.ENGLISH


def mark(sentence: str) -> str:
    """Return a sentence as it is: it is in the catalogues, and said later."""
    return sentence


def say(sentence: str, /, **values: object) -> str:
    """Return a sentence of the source in the language that is spoken, its gaps filled.

    Parameters
    ----------
    sentence : a literal, or one that was marked; gaps as `str.format` writes them.
    values : what fills the gaps; texts and numbers.

    >>> say("The error falls by {share:.1f} %.", share=4.25)
    'The error falls by 4.2 %.'
    """
    return Telling().vformat(translated(sentence), (), values)


def say_many(one: str, other: str, /, n: float, **values: object) -> str:
    """Return a sentence in the form for a number, `n`, which fills a gap of that name too.

    >>> say_many("{n} window is left out.", "{n:,} windows are left out.", n=1200)
    '1,200 windows are left out.'
    """
    return Telling().vformat(translated(one, other, n), (), {"n": n, **values})


def begun(words: str) -> str:
    """Return words as a sentence begins with them.

    >>> begun("mean of 24 windows")
    'Mean of 24 windows'
    """
    return words[:1].upper() + words[1:]


def translated(one: str, other: str | None = None, n: float = 1) -> str:
    """Return a sentence of the source as the catalogue of the spoken language has it, its gaps open.

    What no catalogue has stays English. The languages known here have one form for every number.
    """
    language = spoken()
    if language is Language.ENGLISH:
        return one if other is None or n == 1 else other
    return catalogue(language).get(one) or (one if other is None or n == 1 else other)


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Return every sentence of the source with its translation."""
    from babel.messages.pofile import read_po  # only where it is read: pages in English need none

    with (CATALOGUES / f"{language.value}.po").open("rb") as file:
        messages = read_po(file, locale=language.value)
    return {_first(message.id): _first(message.string) for message in messages if message.id and message.string}


def _first(forms: str | tuple[str, ...] | list[str]) -> str:
    return forms if isinstance(forms, str) else forms[0]


class Telling(Formatter):
    """Fills the gaps of a sentence; a gap may bear the particle that follows it: `{name:은/는}`, `{n:,|이/가}`."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return one value in words, with its particle."""
        how, _, particle = format_spec.rpartition("|")
        if particle not in PARTICLES:
            return self.worded(value, format_spec)
        return with_particle(self.worded(value, how), particle)

    def worded(self, value: Any, how: str) -> str:
        """Return a value without a particle."""
        return str(format(value, how))
