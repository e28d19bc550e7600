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

SUFFIX = ".deck"
MOST_BYTES = 100_000_000  # of a file, and of its pictures together
_DECK, _PICTURES = "deck.json", "pictures/"
_MOST_TEXT = 5_000_000  # bytes of deck.json
_WANTED = "wanted is a deck that CrossLens wrote (a file whose name ends in .deck)"


@dataclass(frozen=True, eq=False)
class Shared:
    """A deck with its pictures, by their marks, as files."""

    deck: Deck
    pictures: Mapping[str, bytes]

    def card(self, mark: str) -> Card:
        """Return one of the pictures; PictureError where there is none."""
        if mark not in self.pictures:
            raise PictureError("the picture of this slide is not in the file")
        return kept.read(self.pictures[mark])


def packed(name: str) -> bytes:
    """Return a deck of the shelf as one file; DeckError where it is gone. A picture that is gone is left out."""
    deck = find(name)
    if deck is None:
        raise DeckError("This deck is gone; choose another one, or begin a new one.")
    content = BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as archive:  # pictures are packed already
        archive.writestr(_DECK, deck.model_dump_json(indent=2))
        for mark in dict.fromkeys(pin.picture for pin in deck.pins):
            try:
                archive.writestr(f"{_PICTURES}{mark}", shelf.content(name, mark))
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
        raise DeckError(f"The file has {len(content) // 10**6} MB; a deck has at most {MOST_BYTES // 10**6} MB.")
    try:
        with ZipFile(BytesIO(content)) as archive:
            deck = Deck.model_validate_json(_entry(archive, _DECK, _MOST_TEXT))
            pictures: dict[str, bytes] = {}
            for mark in dict.fromkeys(pin.picture for pin in deck.pins):
                left = MOST_BYTES - sum(map(len, pictures.values()))  # however small the file packs them
                pictures[mark] = _entry(archive, f"{_PICTURES}{mark}", left)
    except BadZipFile:
        raise DeckError(f"The file is no deck; {_WANTED}.") from None
    except KeyError as error:
        raise DeckError(f"The deck is not whole: {error.args[0]}; ask for the file again.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or _DECK
        raise DeckError(f"The deck cannot be read at {place} ({first['msg']}); {_WANTED}.") from None
    except (OSError, RuntimeError, EOFError, ValueError, zlib.error) as error:  # a password is a RuntimeError
        raise DeckError(f"The file cannot be unpacked ({error}); {_WANTED}.") from None
    found = Shared(deck, pictures)
    for mark in pictures:
        try:
            found.card(mark)
        except PictureError as error:
            raise DeckError(f"The deck is damaged: {error}; ask for the file again.") from None
    return found


def _entry(archive: ZipFile, name: str, most: int) -> bytes:
    """Return one file of an archive; ValueError where it is larger than is sensible, whatever its head says."""
    with archive.open(name) as entry:
        content = entry.read(most + 1)
    if len(content) > most:
        raise ValueError(f"{name} has more than {most // 10**6} MB")
    return content
