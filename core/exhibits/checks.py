"""The trust strip: beside what a figure explains stand its checks, each a word, a value and a sign.

A declaration names which checks concern an exhibit; how each is read from a case is in trust.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from core.text.words import mark, say, speaking, spoken
from core.vocabulary import Language


class CheckKind(StrEnum):
    """What an explanation is held against, in the words of the strip."""

    TWIN = mark("untrained twin")  # the same network before training: what it shows too was not learned
    NULL = mark("null")  # the same measure where there is nothing to find: rotated, shuffled, anywhere
    SEEDS = mark("other seeds")  # the same measure of other trainings
    INTERVENTION = mark("intervention")  # what becomes of the error when it is changed inside the model


class Sign(StrEnum):
    """How a check comes out; a sign to read, since a colour alone tells not everybody."""

    HOLDS = "+"
    AGAINST = "\N{MINUS SIGN}"
    OPEN = "\N{WHITE CIRCLE}"
    ABSENT = "\N{MULTIPLICATION SIGN}"

    @property
    def words(self) -> str:
        """The sign in words."""
        match self:
            case Sign.HOLDS:
                return mark("speaks for it")
            case Sign.AGAINST:
                return mark("speaks against it")
            case Sign.OPEN:
                return mark("cannot tell")
            case Sign.ABSENT:
                return mark("not to be had")
            case _:
                assert_never(self)


@dataclass(frozen=True)
class Check:
    """One check of one figure; its texts are plain, escaped where they are written."""

    kind: CheckKind
    sign: Sign
    value: str  # a few words: a number with its unit, or why there is none
    sentence: str  # the whole of it
    language: Language = field(default_factory=spoken)  # of both

    @property
    def text(self) -> str:
        """The check as one pill.

        >>> Check(CheckKind.NULL, Sign.HOLDS, "p = .005", "Rotated hours reach it in 1 of 200 draws.").text
        '+ null: p = .005'
        """
        with speaking(self.language):
            return f"{self.sign} {say(self.kind.value)}: {self.value}"

    @property
    def told(self) -> str:
        """The check in full, for who points at it and for who is read to."""
        with speaking(self.language):
            return f"{say(self.kind.value).capitalize()}, {say(self.sign.words)}: {self.sentence}"

    def to_dict(self) -> dict[str, str]:
        """Return JSON values."""
        return {"check": self.kind.value, "sign": self.sign.words, "value": self.value, "sentence": self.sentence}


def absent(kind: CheckKind, short: str, reason: str) -> Check:
    """Return a check that cannot be had: in a few words, and why in a sentence."""
    return Check(kind, Sign.ABSENT, short, reason)


def in_words(checks: Iterable[Check]) -> str:
    """Return all checks of a figure in full, one a line."""
    return "\n".join(check.told for check in checks)
