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
        return self.caption or together([card.title for card in self.cards])

    @property
    def finding(self) -> str:
        """What is found in all that it shows."""
        return " ".join(dict.fromkeys(card.finding for card in self.cards))

    @property
    def provenance(self) -> str:
        """Where its numbers come from."""
        return " | ".join(dict.fromkeys(card.provenance for card in self.cards))


def together(titles: Sequence[str]) -> str:
    """Return several titles as one; of one question with different brackets, the question once.

    >>> together(["How far?", "What next?"]), together(["How far? (none)", "How far? (both, seed 1)"])
    ('How far? · What next?', 'How far? (none · both, seed 1)')
    """
    different = list(dict.fromkeys(titles))
    questions, _, brackets = zip(*(title.rpartition(" (") for title in different), strict=True)
    in_brackets = all(title.endswith(")") for title in different)
    if len(different) == 1 or len(set(questions)) > 1 or not (questions[0] and in_brackets):
        return " · ".join(different)
    return f"{questions[0]} ({' · '.join(bracket[:-1] for bracket in brackets)})"


def leaves(shown: Sequence[Card | Leaf]) -> list[Leaf]:
    """Return a slide for each figure that has none."""
    return [one if isinstance(one, Leaf) else Leaf((one,)) for one in shown]


def cards_of(slides: Sequence[Leaf]) -> list[Card]:
    """Return every figure in order."""
    return [card for leaf in slides for card in leaf.cards]


def sources(slides: Sequence[Leaf]) -> str:
    """Return where the numbers of several slides come from."""
    return " | ".join(dict.fromkeys(leaf.provenance for leaf in slides))
