"""The decks of this machine: a folder each in the workspace, with the slides in one file and a file for each picture.

Every change is made to what the file holds at that moment, under a lock: of two tabs that edit one deck neither
loses anything. What a deck was before stays with it, to be undone.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from core.aside import is_aside, set_aside
from core.decks.deck import Deck
from core.exhibits.card import Card
from core.locks import take
from core.report import kept
from core.report.files import write_whole
from core.report.kept import PictureError
from core.workspace import PRIVATE, Folder, hindrance, subfolder

UNDONE = 50  # changes of a deck that can be undone
PATIENCE = 10.0  # seconds that a change waits for another one's end
_PAUSE = 0.02
_DECK, _BEFORE, _LOCK, _PICTURES = "deck.json", "before.json", "lock", "pictures"
GONE = "the picture of this slide is gone: make the deck again"
_REMOVED = ".removed"
_NAME = re.compile(r"[0-9a-f]{8}")

Change = Callable[[Deck], Deck]


class DeckError(ValueError):
    """A deck that cannot be had or changed: one sentence that says what to do."""


class _Before(BaseModel):
    """What a deck was before, the latest last: it is undone first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decks: tuple[Deck, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A deck in a list, with its name in links."""

    name: str
    deck: Deck


def entries() -> list[Entry]:
    """Return the decks there are, the one changed last first."""
    found = []
    for folder in _folders():
        if _NAME.fullmatch(folder.name) and (folder / _DECK).is_file() and not is_aside(folder):
            deck = find(folder.name)
            if deck is not None:
                found.append(((folder / _DECK).stat().st_mtime_ns, Entry(folder.name, deck)))
    return [entry for _, entry in sorted(found, key=lambda one: -one[0])]


def _folders() -> list[Path]:
    """Return the folders below that of decks; none where there is none."""
    try:
        return list(subfolder(Folder.DECKS).iterdir())
    except OSError:
        return []


def create(deck: Deck, pictures: Mapping[str, bytes] | None = None) -> str:
    """Put a new deck on the shelf with the pictures of its slides, and return its name."""
    if sentence := hindrance():
        raise DeckError(sentence)
    name = secrets.token_hex(4)
    folder = _folder(name)
    making = folder.with_name(f".{name}.making")
    (making / _PICTURES).mkdir(mode=PRIVATE, parents=True)
    for mark, content in (pictures or {}).items():
        (making / _PICTURES / mark).write_bytes(content)
    (making / _DECK).write_text(deck.model_dump_json(), encoding="utf-8")
    making.rename(folder)
    return name


def find(name: str) -> Deck | None:
    """Return a deck; None where there is none of this name. A file that cannot be read is set aside."""
    if not _NAME.fullmatch(name):
        return None
    path = _folder(name) / _DECK
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None
    except ValidationError:
        set_aside(path)
        return None


@lru_cache(64)
def _read(path: Path, written: int) -> Deck:
    """Read a file once; `written` makes the cache forget one that changed."""
    return Deck.model_validate_json(path.read_bytes())


def can_undo(name: str) -> bool:
    """Tell whether a deck was changed and that can be undone."""
    return bool(_before(name).decks)


def _before(name: str) -> _Before:
    try:
        return _Before.model_validate_json((_folder(name) / _BEFORE).read_bytes())
    except (OSError, ValidationError):
        return _Before()


def change(name: str, make: Change, cards: tuple[Card, ...] = ()) -> Deck:
    """Change a deck as its file holds it now, and return what it is then.

    Parameters
    ----------
    make : returns the deck as it is to be.
    cards : pictures that it keeps from then on.

    Raises
    ------
    DeckError : it is gone, or cannot be written.
    """
    with _alone(name) as held:
        for card in cards:
            write_whole(_folder(name) / _PICTURES / kept.mark_of(card), kept.written(card))
        deck = make(held)
        if deck != held:
            _write(name, deck, _Before(decks=(*_before(name).decks, held)[-UNDONE:]))
        return deck


def undo(name: str) -> Deck:
    """Undo the last change of a deck that was not undone yet, and return what it is then; raises as `change` does."""
    with _alone(name) as held:
        before = _before(name).decks
        if not before:
            return held
        _write(name, before[-1], _Before(decks=before[:-1]))
        return before[-1]


def remove(name: str) -> None:
    """Take a deck off the shelf; until another one is removed, `restore` brings it back."""
    folder = _folder(name)
    for former in folder.parent.glob(f".*{_REMOVED}"):
        shutil.rmtree(former, ignore_errors=True)
    with suppress(OSError):  # another tab was faster
        folder.rename(folder.with_name(f".{name}{_REMOVED}"))


def restore(name: str) -> bool:
    """Bring back the deck that was removed last; False where that is not it any more."""
    folder = _folder(name)
    try:
        folder.with_name(f".{name}{_REMOVED}").rename(folder)
    except OSError:
        return False
    return True


def card(name: str, mark: str) -> Card:
    """Return a picture that a deck keeps.

    Raises
    ------
    PictureError : it is gone or damaged.
    """
    path = _folder(name) / _PICTURES / mark
    try:
        return _picture(path, path.stat().st_mtime_ns)
    except OSError:
        raise PictureError(GONE) from None
    except PictureError:
        set_aside(path)
        raise


@lru_cache(128)
def _picture(path: Path, written: int) -> Card:
    """Read a picture once; `written` makes the cache forget one that changed. What comes from here is not changed."""
    return kept.read(path.read_bytes())


def content(name: str, mark: str) -> bytes:
    """Return the file of a picture that a deck keeps; raises as `card` does."""
    try:
        return (_folder(name) / _PICTURES / mark).read_bytes()
    except OSError:
        raise PictureError(GONE) from None


def _folder(name: str) -> Path:
    """Return the folder of a deck; only a name of our own making leads anywhere."""
    if not _NAME.fullmatch(name):
        raise DeckError("There is no such deck here.")
    return subfolder(Folder.DECKS) / name


def _write(name: str, deck: Deck, before: _Before) -> None:
    """Write a deck with what it was before, and let go of pictures that none of these shows."""
    write_whole(_folder(name) / _BEFORE, before.model_dump_json().encode())
    write_whole(_folder(name) / _DECK, deck.model_dump_json().encode())
    shown = {pin.picture for one in (deck, *before.decks) for pin in one.pins}
    for path in (_folder(name) / _PICTURES).iterdir():
        if path.name not in shown:
            path.unlink(missing_ok=True)


@contextmanager
def _alone(name: str) -> Iterator[Deck]:
    """Yield what a deck's file holds, while nobody else changes it."""
    if not (_folder(name) / _DECK).is_file():
        raise DeckError("This deck is gone; choose another one, or begin a new one.")
    end, lock = time.monotonic() + PATIENCE, None
    try:
        while (lock := take(_folder(name) / _LOCK)) is None:
            if time.monotonic() > end:
                raise DeckError("This deck is being changed elsewhere and does not come free: try again.")
            time.sleep(_PAUSE)
        held = find(name)
        if held is None:
            raise DeckError("The file of this deck is damaged and was set aside; begin a new one.")
        yield held
    except OSError as error:
        raise DeckError(hindrance() or f"The deck cannot be written ({error.strerror}).") from None
    finally:
        if lock is not None:
            os.close(lock)
