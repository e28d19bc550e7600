"""Decks that go, and figures that go from decks: with a data set that is removed, all that is kept of it."""

from __future__ import annotations

import shutil
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from core.decks.folder import PICTURES, alone, folder_of, stamps, states_of, write
from core.workspace import Folder, subfolder

_REMOVED = ".removed"  # of a folder's name: out of every list, until it is brought back or deleted


def remove(name: str) -> None:
    """Take a deck off the shelf; until another one is removed, `restore` brings it back."""
    folder = folder_of(name)
    clear_removed()
    with suppress(OSError):  # another tab was faster
        folder.rename(folder.with_name(f".{name}{_REMOVED}"))


def restore(name: str) -> bool:
    """Bring back the deck that was removed last; False where that is not it any more."""
    folder = folder_of(name)
    try:
        folder.with_name(f".{name}{_REMOVED}").rename(folder)
    except OSError:
        return False
    return True


def clear_removed() -> None:
    """Delete what was removed, for good."""
    for former in subfolder(Folder.DECKS).glob(f".*{_REMOVED}"):
        shutil.rmtree(former, ignore_errors=True)


def datasets(name: str) -> frozenset[str]:
    """Return the data sets that a deck shows, or showed in a state that can be undone."""
    return _datasets(folder_of(name), stamps(name))


@lru_cache(64)
def _datasets(folder: Path, stamps: tuple[tuple[int, int, int] | None, ...]) -> frozenset[str]:
    """Walk all states of a deck once: a page asks for each of its figures. `stamps` makes the cache forget."""
    return frozenset(key for state in states_of(folder.name) for key in state.datasets)


def pictures_of(name: str, dataset: str) -> list[Path]:
    """Return the files of the pictures that a deck keeps of a data set, also of states that can be undone."""
    marks = {pin.picture for state in states_of(name) for pin in state.pins if dataset in pin.datasets}
    return [path for mark in sorted(marks) if (path := folder_of(name) / PICTURES / mark).exists()]


def forget(name: str, dataset: str) -> None:
    """Take every figure of a data set out of a deck, with what it was before; raises as `change` does."""
    with alone(name) as held:
        write(name, held.without_dataset(dataset), ())
