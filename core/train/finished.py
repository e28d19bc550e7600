"""Finished runs of this machine: shipped, of studies, and trained elsewhere, to which the workspace keeps links."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from core.train.record import METRICS, RunRecord, readable
from core.workspace import CHECKPOINTS, Folder, home, subfolder


def remember(folder: Path, name: str) -> None:
    """Link a finished run or study from the workspace under a name of its own; of equal names the latest is kept.

    A workspace that cannot be written keeps no link: what was trained is finished all the same.
    """
    target = folder.resolve()
    if target.is_relative_to(home()):
        return
    with suppress(OSError):
        link = subfolder(Folder.RUNS) / name
        making = link.with_name(f".{name}.{secrets.token_hex(4)}")
        making.symlink_to(target, target_is_directory=True)
        making.replace(link)


def finished_runs(folders: Iterable[Path] = ()) -> tuple[RunRecord, ...]:
    """Return every finished run that can be read; of equal runs the latest.

    Shipped, trained in a study of this workspace or by `train --out`, or lying in the given folders or below them. A
    run is read again only when its folder was written anew.
    """
    below, run, of_study = f"**/{METRICS}", f"*/{METRICS}", f"*/runs/*/{METRICS}"
    studies, linked = subfolder(Folder.STUDIES), subfolder(Folder.RUNS)
    places = [(CHECKPOINTS, below), (studies, of_study), (linked, run), (linked, of_study)]
    places += [(folder, below) for folder in folders]
    return _latest(tuple(entry for root, pattern in places for entry in _written(root, pattern)))


def runs_in(folder: Path) -> tuple[RunRecord, ...]:
    """Return the finished runs that lie directly in one folder."""
    return _latest(tuple(_written(folder, f"*/{METRICS}")))


def _written(root: Path, pattern: str) -> list[tuple[Path, int]]:
    """Return the folders of finished runs, each with when; one with a suffix is unfinished or was set aside."""
    found = (path for path in sorted(root.glob(pattern)) if path.parent == root or not path.parent.suffix)
    return [(path.parent, path.stat().st_mtime_ns) for path in found]


@lru_cache(maxsize=8)
def _latest(written: tuple[tuple[Path, int], ...]) -> tuple[RunRecord, ...]:
    found = {}
    for folder, when in sorted(written, key=lambda entry: entry[1]):
        record = _record(folder, when)
        if record is not None:
            found[record.run_id] = record
    return tuple(found.values())


@lru_cache(maxsize=4000)
def _record(folder: Path, when: int) -> RunRecord | None:
    """Read one run; `when` makes the cache forget a folder that changed."""
    return readable(folder)
