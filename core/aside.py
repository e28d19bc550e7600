"""What is stored and cannot be read: set aside under a name that says so, and made anew by whoever needs it."""

from __future__ import annotations

import errno
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")

DAMAGED = ".damaged"
OLD = ".old-"  # and the code that it is of: a run of another version
_IN_THE_FILE = (None, errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EIO)  # not: no rights, no memory
LOG = logging.getLogger("crosslens.aside")


def set_aside(path: Path, suffix: str = DAMAGED) -> Path:
    """Move a file or folder out of the way under a free name and return that name; nothing is deleted."""
    aside = path.with_name(path.name + suffix)
    if aside.exists():
        aside = aside.with_name(f"{aside.name}-{secrets.token_hex(2)}")
    return path.rename(aside)


def is_aside(path: Path) -> bool:
    """Tell whether a file or folder was set aside because of damage.

    >>> is_aside(Path("rows.parquet.damaged-3f2a")), is_aside(Path("rows.parquet"))
    (True, False)
    """
    return DAMAGED in path.name


def was_set_aside(name: str) -> bool:
    """Tell by its name whether a file or folder was set aside because of damage, or as it is of another version.

    >>> was_set_aside("run-1f2a.old-c3e2"), was_set_aside("run-1f2a.training")
    (True, False)
    """
    return DAMAGED in name or OLD in name


def whole(path: Path, read: Callable[[Path], Value]) -> Value | None:
    """Return what `read` makes of something stored; None where there is none, or it is damaged.

    What is damaged is set aside, where the disk lets us: it counts as missing from then on.

    Raises
    ------
    OSError, MemoryError : the machine refused to read, which says nothing about the file.
    """
    if not path.exists():
        return None
    try:
        return read(path)
    except MemoryError:
        raise
    except Exception as error:  # zarr, pyarrow and json raise nearly anything on damaged bytes
        if isinstance(error, OSError) and error.errno not in _IN_THE_FILE:
            raise
        LOG.warning("%s cannot be read (%s: %s) and is set aside", path, type(error).__name__, error)
        with suppress(OSError):
            set_aside(path)
        return None


def damage(folder: Path) -> list[str]:
    """Return the names of what was set aside in a folder and in those right below it."""
    found = (path for pattern in ("*", "*/*") for path in folder.glob(f"{pattern}{DAMAGED}*"))
    return sorted(path.relative_to(folder).as_posix() for path in found)
