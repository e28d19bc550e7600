"""A deck as the files that people take away: slides, one page, or everything as a zip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from core.decks.deck import Deck, Slide
from core.decks.folder import DeckError
from core.exhibits.card import Card, file_stem
from core.report.files import ImageFormat, Tell, silent, write_whole
from core.report.kept import PictureError
from core.report.leaf import Leaf, cards_of
from core.report.letters import letters_missing
from core.text.words import say, speaking

FORMATS = (".pptx", ".pdf", ".html", ".zip")


@dataclass(frozen=True, eq=False)
class Slides:
    """A deck with its pictures in hand.

    Attributes
    ----------
    deck : Deck
    leaves : tuple of Leaf, in order; one whose pictures are all gone is left out.
    missing : the places of slides, counted from 1, that lack a picture.
    template : the PowerPoint file that slides are made on; None: the product's own.
    """

    deck: Deck
    leaves: tuple[Leaf, ...]
    missing: tuple[int, ...]
    template: bytes | None = None

    @property
    def letters_missing(self) -> str:
        """Which letters of its pictures and PDF this machine cannot draw, in a sentence; empty where it can."""
        return letters_missing(cards_of(self.leaves))

    def write(
        self,
        kind: str,
        target: Path | BinaryIO,
        pictures: Sequence[ImageFormat] = (ImageFormat.PNG,),
        tell: Tell = silent,
    ) -> None:
        """Write the deck as one of `FORMATS`; `pictures` go into the zip, and `tell` is told how far it is.

        Raises
        ------
        DeckError : it has no slide.
        """
        deck = self.deck
        if not self.leaves:
            raise DeckError(say("The deck has no slides: pin a figure first."))
        with speaking(deck.language):
            self._write(kind, target, pictures, tell)

    def _write(self, kind: str, target: Path | BinaryIO, pictures: Sequence[ImageFormat], tell: Tell) -> None:
        deck = self.deck
        words = {"heading": deck.title, "subtitle": deck.subtitle}
        match kind:
            case ".pptx":
                from core.report.powerpoint import write_pptx

                write_pptx(
                    self.leaves, target, deck.ratio, **words, scheme=deck.scheme, template=self.template, tell=tell
                )
            case ".pdf":
                from core.report.pdf import write_pdf

                write_pdf(self.leaves, target, deck.ratio, **words, scheme=deck.scheme, tell=tell)
            case ".html":
                from core.report.html import report_html

                page = report_html(self.leaves, **words)
                write_whole(target, page.encode())
            case ".zip":
                from core.report.bundle import write_zip

                settings = {"deck": deck.model_dump(mode="json")}
                write_zip(cards_of(self.leaves), settings, target, pictures, deck.ratio, tell)
            case _:
                raise ValueError(f"A deck is written as {', '.join(FORMATS)}, not as {kind!r}.")


def slides_of(deck: Deck, picture: Callable[[str], Card], template: bytes | None = None) -> Slides:
    """Return a deck with its pictures, each under a name of its own.

    Parameters
    ----------
    picture : returns the picture of a mark; PictureError where that is gone.
    """
    used: Counter[str] = Counter()
    missing: list[int] = []

    def cards(place: int, slide: Slide) -> list[Card]:
        found = []
        for pin in slide.pins:
            try:
                card = picture(pin.picture)
            except PictureError:
                missing.append(place)
                continue
            used[card.name] += 1
            again = used[card.name] > 1
            found.append(replace(card, name=file_stem(card.name[:90], used[card.name])) if again else card)
        return found

    made = [(slide, cards(place, slide)) for place, slide in enumerate(deck.slides, start=1)]
    leaves = [Leaf(tuple(found), slide.caption, slide.note, slide.numbers) for slide, found in made if found]
    return Slides(deck, tuple(leaves), tuple(dict.fromkeys(missing)), template)
