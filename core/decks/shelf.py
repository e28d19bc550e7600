"""The decks of this machine: listed, begun, changed and undone.

Every change is made to what the file holds at that moment, under a lock: of two tabs that edit one deck neither
loses anything. What a deck was before stays with it, to be undone.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from core.aside import is_aside, set_aside
from core.decks.deck import Deck
from core.decks.folder import DECK, NAME, PICTURES, DeckError, alone, earlier, find, folder_of, write
from core.exhibits.card import Card
from core.report import kept
from core.report.files import write_whole
from core.report.kept import PictureError
from core.text.words import say
from core.workspace import PRIVATE, Folder, hindrance, subfolder

MOST_TEMPLATE = 30_000_000  # bytes of a PowerPoint file that slides are made on
UNDONE = 50  # changes of a deck that can be undone
NONE: Mapping[str, bytes] = MappingProxyType({})

Change = Callable[[Deck], Deck]


@dataclass(frozen=True)
class Entry:
    """A deck in a list, with its name in links."""

    name: str
    deck: Deck


def entries() -> list[Entry]:
    """Return the decks there are, the one changed last first."""
    found = []
    for folder in _folders():
        if NAME.fullmatch(folder.name) and (folder / DECK).is_file() and not is_aside(folder):
            deck = find(folder.name)
            if deck is not None:
                found.append(((folder / DECK).stat().st_mtime_ns, Entry(folder.name, deck)))
    return [entry for _, entry in sorted(found, key=lambda one: -one[0])]


def _folders() -> list[Path]:
    """Return the folders below that of decks; none where there is none."""
    try:
        return list(subfolder(Folder.DECKS).iterdir())
    except OSError:
        return []


def create(deck: Deck, pictures: Mapping[str, bytes] = NONE) -> str:
    """Put a new deck on the shelf with the files that it keeps, by their marks, and return its name."""
    if sentence := hindrance():
        raise DeckError(sentence)
    name = secrets.token_hex(4)
    folder = folder_of(name)
    making = folder.with_name(f".{name}.making")
    (making / PICTURES).mkdir(mode=PRIVATE, parents=True)
    for mark, file in pictures.items():
        (making / PICTURES / mark).write_bytes(file)
    (making / DECK).write_text(deck.model_dump_json(), encoding="utf-8")
    making.rename(folder)
    return name


def can_undo(name: str) -> bool:
    """Tell whether a deck was changed and that can be undone."""
    return bool(earlier(name))


def change(name: str, make: Change, pictures: Mapping[str, bytes] = NONE) -> Deck:
    """Change a deck as its file holds it now, and return what it is then.

    Parameters
    ----------
    make : returns the deck as it is to be.
    pictures : files that it keeps from then on, by their marks.

    Raises
    ------
    DeckError : it is gone, or cannot be written.
    """
    with alone(name) as held:
        for mark, file in pictures.items():
            write_whole(folder_of(name) / PICTURES / mark, file)
        deck = make(held)
        if deck != held:
            write(name, deck, (*earlier(name), held)[-UNDONE:])
        return deck


def undo(name: str) -> Deck:
    """Undo the last change of a deck that was not undone yet, and return what it is then; raises as `change` does."""
    with alone(name) as held:
        before = earlier(name)
        if not before:
            return held
        write(name, before[-1], before[:-1])
        return before[-1]


def card(name: str, mark: str) -> Card:
    """Return a picture that a deck keeps.

    Raises
    ------
    PictureError : it is gone or damaged.
    """
    path = folder_of(name) / PICTURES / mark
    try:
        return _picture(path, path.stat().st_mtime_ns)
    except OSError:
        raise PictureError(say("the picture of this slide is gone: make the deck again")) from None
    except PictureError:
        set_aside(path)
        raise


@lru_cache(128)
def _picture(path: Path, written: int) -> Card:
    """Read a picture once; `written` makes the cache forget one that changed. What comes from here is not changed."""
    return kept.read(path.read_bytes())


def dressed(name: str, file: bytes | None) -> Deck:
    """Give a deck a template that somebody brings, or take it off; raises as `change` does.

    Raises
    ------
    DeckError : no slides can be made on it.
    """
    if file is None:
        return change(name, lambda deck: deck.model_copy(update={"template": None}))
    check_template(file)
    mark = hashlib.sha256(file).hexdigest()[:16]
    return change(name, lambda deck: deck.model_copy(update={"template": mark}), {mark: file})


def check_template(file: bytes) -> None:
    """Make sure that slides can be made on a PowerPoint file; DeckError where they cannot."""
    if len(file) > MOST_TEMPLATE:
        raise DeckError(
            say(
                "The template has {size:.0f} MB and the limit is {most} MB; leave its large pictures out.",
                size=len(file) / 1e6,
                most=MOST_TEMPLATE // 10**6,
            )
        )
    from core.report.deck.template import TemplateError, opened  # what reads such files takes a while to load

    try:
        opened(file)
    except TemplateError as error:
        raise DeckError(str(error)) from None


def content(name: str, mark: str) -> bytes:
    """Return a file that a deck keeps; raises as `card` does."""
    try:
        return (folder_of(name) / PICTURES / mark).read_bytes()
    except OSError:
        raise PictureError(say("the picture of this slide is gone: make the deck again")) from None


def template(name: str, deck: Deck) -> bytes | None:
    """Return the PowerPoint file that a deck's slides are made on; None: the product's own.

    Raises
    ------
    DeckError : it is gone.
    """
    try:
        return content(name, deck.template) if deck.template else None
    except PictureError:
        raise DeckError(say("The template of this deck is gone: go on without it, or bring it again.")) from None
