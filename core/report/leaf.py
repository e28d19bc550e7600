"""What one slide holds: a figure or two, with words of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.exhibits.card import Card


@dataclass(frozen=True, eq=False)
class Leaf:
    """A slide, whatever file it is written to."""

    cards: tuple[Card, ...]  # side by side
    caption: str = ""  # in place of the question
    note: str = ""  # for whoever speaks
    numbers: bool = False  # the first rows of the numbers beside each figure

    @property
    def title(self) -> str:
        """What stands above it."""
        return self.caption or " · ".join(dict.fromkeys(card.title for card in self.cards))

    @property
    def finding(self) -> str:
        """What is found in all that it shows."""
        return " ".join(dict.fromkeys(card.finding for card in self.cards))

    @property
    def provenance(self) -> str:
        """Where its numbers come from."""
        return " | ".join(dict.fromkeys(card.provenance for card in self.cards))


def leaves(shown: Sequence[Card | Leaf]) -> list[Leaf]:
    """Return a slide for each figure that has none."""
    return [one if isinstance(one, Leaf) else Leaf((one,)) for one in shown]


def cards_of(slides: Sequence[Leaf]) -> list[Card]:
    """Return every figure in order."""
    return [card for leaf in slides for card in leaf.cards]


def sources(slides: Sequence[Leaf]) -> str:
    """Return where the numbers of several slides come from."""
    return " | ".join(dict.fromkeys(leaf.provenance for leaf in slides))
