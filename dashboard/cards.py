"""Figures made once for all sessions: a card by all that was chosen, a check by what it asks of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import streamlit as st

from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import name_of
from core.exhibits.checks import Check
from core.exhibits.exhibit import Chosen, Exhibit, Subject
from core.figures.palette import Look
from core.remembered import Remembered
from core.text.words import say, speaking
from core.vocabulary import Language

S = TypeVar("S", bound=Subject)


class Noted(Mapping[str, Any]):
    """What is chosen, with a note of what of it was asked for."""

    def __init__(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        """Return what is chosen, noting that it was asked for, there or not."""
        self.asked.add(name)
        return self._chosen[name]

    def __iter__(self) -> Iterator[str]:
        self.asked |= set(self._chosen)
        return iter(self._chosen)

    def __len__(self) -> int:
        self.asked |= set(self._chosen)
        return len(self._chosen)


def made(texts: tuple[str, ...], look: Look, one: Exhibit[S], subject: S, chosen: Chosen) -> Card:
    """Make a card once for all that decides it, then keep it: building a figure is what takes time.

    `texts` are those of a link for what is chosen, by which it is known.
    """

    def make() -> Card:
        named = dict(zip(chosen, texts, strict=True))
        twins = isinstance(subject, Case) and subject.untrained  # checks are of the trained models
        with st.spinner(say("Drawing …")):
            held = () if twins else one.checks.values()
            checks = tuple(checked(check, named, look.language, subject, chosen) for check in held)
            return one.card(subject, chosen, look, name=name_of(subject, one.name), checks=checks)

    return _CARDS.get((subject.key, one.name, texts, look), make)


def checked(
    check: Callable[[S, Chosen], Check], texts: Mapping[str, str], language: Language, subject: S, chosen: Chosen
) -> Check:
    """Return how a check comes out: the same as before where all that it asked for then is chosen again."""

    def key(names: frozenset[str]) -> tuple[Any, ...]:
        return subject.key, check, language, frozenset((name, texts.get(name)) for name in names)

    for names in _ASKED.get(check, frozenset()):
        if (known := _CHECKS.held(key(names))) is not None:
            return known
    noted = Noted(chosen)
    with speaking(language):
        found = check(subject, noted)
    names = frozenset(noted.asked)
    _ASKED[check] = _ASKED.get(check, frozenset()) | {names}  # anew: other threads may be reading the one before
    _CHECKS.keep(key(names), found)
    return found


def _bytes(card: Card) -> int:
    """Return about how many bytes a card takes: its figure some three times as many as its text."""
    table = 0 if card.table is None else int(card.table.memory_usage().sum())
    return 4 * len(card.json) + table


_CARDS = Remembered[Card](most=128_000_000, weigh=_bytes)
_CHECKS = Remembered[Check](most=8_000_000, weigh=lambda check: 1_000 + 4 * len(check.sentence))
_ASKED: dict[Any, frozenset[frozenset[str]]] = {}  # by check, what of the choices it was seen to ask for
