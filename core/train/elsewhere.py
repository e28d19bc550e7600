"""Runs and studies that the command line trained outside the workspace: a link to each, for reports and pages."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from core.workspace import Room, home, room


def remember(folder: Path, name: str) -> None:
    """Link a finished run or study from the workspace under a name of its own; of equal names the latest is kept.

    A workspace that cannot be written keeps no link: what was trained is finished all the same.
    """
    target = folder.resolve()
    if target.is_relative_to(home()):
        return
    with suppress(OSError):
        link = room(Room.RUNS) / name
        making = link.with_name(f".{name}.{secrets.token_hex(4)}")
        making.symlink_to(target, target_is_directory=True)
        making.replace(link)


def remembered() -> list[Path]:
    """Return the folders that are still there."""
    return [link.resolve() for link in sorted(room(Room.RUNS).glob("*")) if link.is_dir()]
