"""A deck made again from what is there now: which slides changed since they were pinned, and which cannot be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.decks.deck import Deck, Pinned, Slide
from core.decks.shared import Shared
from core.decks.sources import made
from core.exhibits.card import Card
from core.exhibits.exhibit import Absent
from core.report import kept
from core.report.kept import PictureError


class Outcome(StrEnum):
    """What became of a slide that was made again."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"  # it keeps its picture


@dataclass(frozen=True, eq=False)
class Remade:
    """A figure made again: the card to keep, None where there is no other one, and why."""

    slide: Slide
    pin: Pinned
    outcome: Outcome
    card: Card | None
    why: str = ""


def again(deck: Deck, picture: Callable[[str], Card]) -> Iterator[Remade]:
    """Yield every figure of a deck, made again in the deck's look, as it is made.

    Parameters
    ----------
    picture : returns the picture of a mark; PictureError where that is gone.
    """
    for slide in deck.slides:
        for pin in slide.pins:
            try:
                card = made(pin, deck.look)
            except Absent as error:
                yield Remade(slide, pin, Outcome.GONE, None, str(error))
                continue
            try:
                before = picture(pin.picture)
            except PictureError:
                yield Remade(slide, pin, Outcome.CHANGED, card)
                continue
            same = kept.says_the_same(card, before)
            yield Remade(slide, pin, Outcome.SAME if same else Outcome.CHANGED, card)


def renewed(deck: Deck, found: list[Remade]) -> Deck:
    """Return the deck with the pictures of the figures that were made again."""
    marks = {(one.slide.name, one.pin.picture): kept.mark_of(one.card) for one in found if one.card is not None}

    def slide_of(slide: Slide) -> Slide:
        pins = [
            pin.model_copy(update={"picture": marks[slide.name, pin.picture]})
            if (slide.name, pin.picture) in marks
            else pin
            for pin in slide.pins
        ]
        return slide.model_copy(update={"pins": tuple(pins)})

    return deck.model_copy(update={"slides": tuple(map(slide_of, deck.slides))})


def remade(shared: Shared) -> tuple[Shared, list[tuple[int, Remade]]]:
    """Return a deck that was handed on, made again, with what changed or could not be made, by its slide from 1."""
    found = list(again(shared.deck, shared.card))
    deck = renewed(shared.deck, found)
    pictures = {kept.mark_of(one.card): kept.written(one.card) for one in found if one.card is not None}
    places = {slide.name: place for place, slide in enumerate(shared.deck.slides, start=1)}
    told = [(places[one.slide.name], one) for one in found if one.outcome is not Outcome.SAME]
    return Shared(deck, {**shared.pictures, **pictures}), told
