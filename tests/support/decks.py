"""Decks for tests: figures of nowhere, and three that are drawn."""

from __future__ import annotations

from collections.abc import Iterable

from core.decks import shelf
from core.decks.deck import Deck, Pinned, Slide
from core.decks.folder import find
from core.exhibits.card import Card
from core.report import kept
from tests.support.report_cards import card, curves, dots, heat

PICTURE = "0123456789abcdef"


def pin(exhibit: str = "error_by_step", picture: str = PICTURE) -> Pinned:
    """Return a pin of a data set that is nowhere."""
    return Pinned(exhibit=exhibit, source={"dataset": "x"}, choices={}, picture=picture)


def deck_of(*exhibits: str) -> Deck:
    """Return a deck with a slide for each of these figures."""
    return Deck(title="Seminar", slides=tuple(Slide(pins=(pin(name),)) for name in exhibits))


def three_cards() -> list[Card]:
    """Return lines, points and a map."""
    return [card(curves(), "curves"), card(dots(), "dots"), card(heat(), "heat")]


def mark_of(one: Card) -> str:
    """Return what tells a figure's picture from every other."""
    return kept.written(one)[0]


def pin_all(name: str, cards: Iterable[Card]) -> None:
    """Put figures into a deck, one a slide."""
    for one in cards:
        mark, file = kept.written(one)
        slide = Slide(pins=(pin(one.name, mark),))
        shelf.change(name, lambda now, slide=slide: now.with_slide(slide), {mark: file})  # type: ignore[misc]


def the_deck(name: str) -> Deck:
    """Return a deck that is there."""
    deck = find(name)
    assert deck is not None
    return deck
