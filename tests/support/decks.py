"""Decks for tests that need none that was pinned."""

from __future__ import annotations

from core.decks.deck import Deck, Pinned, Slide

PICTURE = "0123456789abcdef"


def pin(exhibit: str = "error_by_step", picture: str = PICTURE) -> Pinned:
    """Return a pin of a data set that is nowhere."""
    return Pinned(exhibit=exhibit, source={"dataset": "x"}, choices={}, picture=picture)


def deck_of(*exhibits: str) -> Deck:
    """Return a deck with a slide for each of these figures."""
    return Deck(title="Seminar", slides=tuple(Slide(pins=(pin(name),)) for name in exhibits))
