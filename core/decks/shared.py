"""A deck as one file to hand on, and what somebody hands on to us: read as any upload is, bounded and by content."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from pydantic import ValidationError

from core.decks import shelf
from core.decks.deck import Deck
from core.decks.folder import DeckError, find
from core.exhibits.card import Card
from core.report import kept
from core.report.kept import PictureError
from core.text.words import mark, say

SUFFIX = ".deck"
MOST_BYTES = 100_000_000  # of a file, and of its pictures together
_DECK, _PICTURES = "deck.json", "pictures/"
_MOST_TEXT = 5_000_000  # bytes of deck.json
_WANTED = mark("wanted is a deck that CrossLens wrote (a file whose name ends in .deck)")


@dataclass(frozen=True, eq=False)
class Shared:
    """A deck with its files, by their marks: pictures, and the template."""

    deck: Deck
    pictures: Mapping[str, bytes]

    @property
    def template(self) -> bytes | None:
        """The PowerPoint file that slides are made on, where it has one of its own."""
        return self.pictures[self.deck.template] if self.deck.template else None

    def card(self, picture: str) -> Card:
        """Return one of the pictures; PictureError where there is none."""
        if picture not in self.pictures:
            raise PictureError(say("the picture of this slide is not in the file"))
        return kept.read(self.pictures[picture])


def packed(name: str) -> bytes:
    """Return a deck of the shelf as one file; DeckError where it is gone. A picture that is gone is left out."""
    deck = find(name)
    if deck is None:
        raise DeckError(say("This deck is gone; choose another one, or begin a new one."))
    content = BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as archive:  # pictures are packed already
        archive.writestr(_DECK, deck.model_dump_json(indent=2))
        for each in deck.marks:
            try:
                archive.writestr(f"{_PICTURES}{each}", shelf.content(name, each))
            except PictureError:
                continue
    return content.getvalue()


def opened(content: bytes) -> Shared:
    """Return the deck that a file holds, every picture of it read once.

    Raises
    ------
    DeckError : it is no deck, is damaged, or too large: one sentence.
    """
    if len(content) > MOST_BYTES:
        size, most = len(content) // 10**6, MOST_BYTES // 10**6
        raise DeckError(say("The file has {size} MB; a deck has at most {most} MB.", size=size, most=most))
    try:
        with ZipFile(BytesIO(content)) as archive:
            deck = Deck.model_validate_json(_entry(archive, _DECK, _MOST_TEXT))
            pictures: dict[str, bytes] = {}
            for each in deck.marks:
                left = MOST_BYTES - sum(map(len, pictures.values()))  # however small the file packs them
                pictures[each] = _entry(archive, f"{_PICTURES}{each}", left)
    except BadZipFile:
        raise DeckError(say("The file is no deck; {wanted}.", wanted=say(_WANTED))) from None
    except KeyError as error:
        raise DeckError(say("The deck is not whole: {why}; ask for the file again.", why=error.args[0])) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or _DECK
        told = say(
            "The deck cannot be read at {place} ({why}); {wanted}.",
            place=place,
            why=first["msg"],
            wanted=say(_WANTED),
        )
        raise DeckError(told) from None
    except (OSError, RuntimeError, EOFError, ValueError, zlib.error) as error:  # a password is a RuntimeError
        raise DeckError(
            say("The file cannot be unpacked ({why}); {wanted}.", why=error, wanted=say(_WANTED))
        ) from None
    found = Shared(deck, pictures)
    try:
        for picture in dict.fromkeys(pin.picture for pin in deck.pins):
            found.card(picture)
        if found.template is not None:
            shelf.check_template(found.template)
    except (PictureError, DeckError) as error:
        raise DeckError(say("The deck is damaged: {why}; ask for the file again.", why=error)) from None
    return found


def _entry(archive: ZipFile, name: str, most: int) -> bytes:
    """Return one file of an archive; ValueError where it is larger than is sensible, whatever its head says."""
    with archive.open(name) as entry:
        content = entry.read(most + 1)
    if len(content) > most:
        raise ValueError(say("{name} has more than {most} MB", name=name, most=most // 10**6))
    return content
