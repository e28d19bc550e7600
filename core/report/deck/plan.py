"""Where the parts of a slide stand, in whatever kind of file."""

from __future__ import annotations

from core.exhibits.card import Card
from core.report.deck.box import Box
from core.report.deck.layout import Page
from core.report.leaf import Leaf

_BETWEEN, _SAID, _ROWS = 0.35, 1.0, 1.5  # inches: between two figures, a finding above each, numbers below each


class Plan:
    """Where the parts of a slide stand."""

    def __init__(self, leaf: Leaf, page: Page) -> None:
        self.leaf = leaf
        self.several = len(leaf.cards) > 1
        whole = page.finding.joined(page.body) if self.several else page.body
        boxes = whole.columns(len(leaf.cards), _BETWEEN)
        self.findings = [box.split_top(_SAID)[0] if self.several else page.finding for box in boxes]
        bodies = [box.split_top(_SAID)[1] if self.several else box for box in boxes]
        self.numbers: list[Box | None] = [None] * len(boxes)
        if leaf.numbers:
            parts = [box.split_bottom(_ROWS) if self.several else box.columns(2, _BETWEEN, 0.62) for box in bodies]
            bodies, self.numbers = [part[0] for part in parts], [part[1] for part in parts]
        self.places = list(zip(leaf.cards, bodies, strict=True))

    def said(self, card: Card) -> str:
        """Return the words above one of its figures."""
        return card.finding if not self.several or not self.leaf.caption else f"{card.title} {card.finding}"
