"""The folder of a deck in the workspace: its slides in one file, what it was before in another, and its pictures.

Whoever changes a deck holds its lock and changes what the file holds at that moment.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from core.aside import set_aside
from core.decks.deck import Deck
from core.locks import take
from core.report.files import write_whole
from core.text.words import say
from core.workspace import Folder, hindrance, subfolder

PATIENCE = 10.0  # seconds that a change waits for another one's end
_PAUSE = 0.02
DECK, PICTURES = "deck.json", "pictures"
_BEFORE, _LOCK = "before.json", "lock"
_EARLIER = TypeAdapter(tuple[Deck, ...])
NAME = re.compile(r"[0-9a-f]{8}")


class DeckError(ValueError):
    """A deck that cannot be had or changed: one sentence that says what to do."""


def folder_of(name: str) -> Path:
    """Return the folder of a deck; only a name of our own making leads anywhere."""
    if not NAME.fullmatch(name):
        raise DeckError(say("There is no such deck here."))
    return subfolder(Folder.DECKS) / name


def find(name: str) -> Deck | None:
    """Return a deck; None where there is none of this name. A file that cannot be read is set aside."""
    if not NAME.fullmatch(name):
        return None
    path = folder_of(name) / DECK
    try:
        return _read(path, _written(path))
    except OSError:
        return None
    except ValidationError:
        set_aside(path)
        return None


def _written(path: Path) -> tuple[int, int, int]:
    """Return what changes when a file is written anew: a clock alone is too coarse for writes that follow at once."""
    status = path.stat()
    return status.st_mtime_ns, status.st_ino, status.st_size


@lru_cache(64)
def _read(path: Path, written: tuple[int, int, int]) -> Deck:
    """Read a file once; `written` makes the cache forget one that changed."""
    return Deck.model_validate_json(path.read_bytes())


def earlier(name: str) -> tuple[Deck, ...]:
    """Return what a deck was before its last changes, the latest last: it is undone first."""
    path = folder_of(name) / _BEFORE
    try:
        return _read_earlier(path, _written(path))
    except (OSError, ValidationError):
        return ()


@lru_cache(64)
def _read_earlier(path: Path, written: tuple[int, int, int]) -> tuple[Deck, ...]:
    return _EARLIER.validate_json(path.read_bytes())


def states_of(name: str) -> list[Deck]:
    """Return a deck as it is and as it was before."""
    return [*filter(None, [find(name)]), *earlier(name)]


def stamps(name: str) -> tuple[tuple[int, int, int] | None, ...]:
    """Return what changes whenever a state of a deck does."""
    found: list[tuple[int, int, int] | None] = []
    for file in (DECK, _BEFORE):
        try:
            found.append(_written(folder_of(name) / file))
        except OSError:  # none yet, or gone
            found.append(None)
    return tuple(found)


def write(name: str, deck: Deck, before: Sequence[Deck]) -> None:
    """Write a deck with what it was before, and let go of files that none of these needs."""
    write_whole(folder_of(name) / _BEFORE, _EARLIER.dump_json(tuple(before)))
    write_whole(folder_of(name) / DECK, deck.model_dump_json().encode())
    shown = {mark for one in (deck, *before) for mark in one.marks}
    for path in (folder_of(name) / PICTURES).iterdir():
        if path.name not in shown:
            path.unlink(missing_ok=True)


@contextmanager
def alone(name: str) -> Iterator[Deck]:
    """Yield what a deck's file holds, while nobody else changes it."""
    if not (folder_of(name) / DECK).is_file():
        raise DeckError(say("This deck is gone; choose another one, or begin a new one."))
    end, lock = time.monotonic() + PATIENCE, None
    try:
        while (lock := take(folder_of(name) / _LOCK)) is None:
            if time.monotonic() > end:
                raise DeckError(say("This deck is being changed elsewhere and does not come free: try again."))
            time.sleep(_PAUSE)
        _read.cache_clear()  # what is changed is what the file holds, not what anybody remembers
        held = find(name)
        if held is None:
            raise DeckError(say("The file of this deck is damaged and was set aside; begin a new one."))
        yield held
    except OSError as error:
        raise DeckError(hindrance() or say("The deck cannot be written ({fault}).", fault=error.strerror)) from None
    finally:
        if lock is not None:
            os.close(lock)
