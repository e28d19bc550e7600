"""Runs that the command line trained outside the workspace: a link to each, so that reports and pages find them."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from core.workspace import Room, home, room


def remember(folder: Path, run_id: str) -> None:
    """Link a finished run from the workspace; of equal runs the latest is kept.

    A workspace that cannot be written keeps no link: the run itself is finished all the same.
    """
    target = folder.resolve()
    if target.is_relative_to(home()):
        return
    with suppress(OSError):
        link = room(Room.RUNS) / run_id
        making = link.with_name(f".{run_id}.{secrets.token_hex(4)}")
        making.symlink_to(target, target_is_directory=True)
        making.replace(link)


def remembered() -> list[Path]:
    """Return the folders of these runs that are still there."""
    return [link.resolve() for link in sorted(room(Room.RUNS).glob("*")) if link.is_dir()]
