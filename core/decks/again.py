"""A deck made again from what is there now: which slides changed since they were pinned, and which cannot be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.decks.deck import Deck, Pinned, Slide
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
    """A figure made again: the mark of its picture from now on, that as a file where it was made, else why not."""

    slide: Slide
    pin: Pinned
    outcome: Outcome
    mark: str
    file: bytes | None = None
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
                yield Remade(slide, pin, Outcome.GONE, pin.picture, why=str(error))
                continue
            try:
                same = kept.says_the_same(card, picture(pin.picture))
            except PictureError:
                same = False
            yield Remade(slide, pin, Outcome.SAME if same else Outcome.CHANGED, *kept.written(card))


def renewed(deck: Deck, found: Sequence[Remade]) -> Deck:
    """Return the deck with the pictures of the figures that were made again."""
    marks = {(one.slide.name, one.pin.picture): one.mark for one in found}

    def slide_of(slide: Slide) -> Slide:
        pins = [
            pin.model_copy(update={"picture": marks.get((slide.name, pin.picture), pin.picture)})
            for pin in slide.pins
        ]
        return slide.model_copy(update={"pins": tuple(pins)})

    return deck.model_copy(update={"slides": tuple(map(slide_of, deck.slides))})


def files_of(found: Sequence[Remade]) -> dict[str, bytes]:
    """Return the pictures that were made, by their marks."""
    return {one.mark: one.file for one in found if one.file is not None}


def told(deck: Deck, found: Sequence[Remade]) -> list[tuple[int, Outcome, str]]:
    """Return what changed or could not be made: the place of its slide from 1, what became of it, and why."""
    places = {slide.name: place for place, slide in enumerate(deck.slides, start=1)}
    news = [one for one in found if one.outcome is not Outcome.SAME and one.slide.name in places]
    return [(places[one.slide.name], one.outcome, one.why) for one in news]
