"""Whole-file locks that a child process can inherit: held exactly as long as somebody who was given them lives."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

_LOOKS = 5  # a reader's look holds the lock for some microseconds; try past it
_BETWEEN_LOOKS = 0.01  # seconds


def take(path: Path) -> int | None:
    """Take the lock at `path`; return the descriptor that holds it, or None when somebody else has it.

    The lock belongs to the open file, not to the process: passed on to a child, it is held until the last
    descriptor is closed, and the system closes those of a killed process.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    for _ in range(_LOOKS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_BETWEEN_LOOKS)
        else:
            return descriptor
    os.close(descriptor)
    return None


def is_held(path: Path) -> bool:
    """Tell whether somebody holds the lock at `path`; readers do not disturb one another."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
