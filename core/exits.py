"""What a process of the product tells by its exit status, so that whoever started it knows what to do."""

from __future__ import annotations

import errno
from enum import IntEnum
from pathlib import Path

from core.text.message import Message, message_of
from core.workspace import hindrance, home

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_NO_RIGHT = (errno.EROFS, errno.EACCES, errno.EPERM)
_NO_MEMORY = ("can't allocate memory", "out of memory", "Unable to allocate")  # torch on the CPU, on a GPU, numpy


class Exit(IntEnum):
    """Exit statuses beside 0."""

    REFUSED = 2
    OUT_OF_MEMORY = 71
    FULL_DISK = 74
    STOPPED = 130


def is_full_disk(error: BaseException) -> bool:
    """Tell whether an error says that the disk is full, through whichever library.

    >>> is_full_disk(OSError(28, "No space left on device"))
    True
    """
    return getattr(error, "errno", None) in _NO_SPACE or "No space left on device" in str(error)


def hardship(error: BaseException) -> tuple[Exit, Message] | None:
    """Return exit status and message of an error that lies in the machine: its disk, memory or rights; else None.

    >>> status, message = hardship(PermissionError(13, "Permission denied", "/data/runs"))
    >>> status.name, str(message)
    ('REFUSED', '/data/runs: permission denied; make it readable and writable, or choose another folder.')
    >>> hardship(ValueError("horizon is 0")) is None
    True
    """
    if is_full_disk(error):
        kept = Message("hardship.full_disk")
        return Exit.FULL_DISK, message_of(error) if isinstance(error, ValueError) else kept  # the product's say more
    if isinstance(error, MemoryError) or any(words in str(error) for words in _NO_MEMORY):
        return Exit.OUT_OF_MEMORY, Message("hardship.memory")
    if not isinstance(error, OSError):
        return None
    if error.errno is None:
        return Exit.REFUSED, message_of(error)
    if error.errno == errno.ENOENT and _is_below(home(), error) and (sentence := hindrance()):
        return Exit.REFUSED, Message.plain(sentence)  # a subfolder that could not be made
    what = error.strerror.lower() if error.strerror else Message("hardship.disk_failed")
    name = error.filename2 or error.filename
    place = str(name) if name else Message("hardship.disk")
    return Exit.REFUSED, Message(
        "hardship.no_right" if error.errno in _NO_RIGHT else "hardship.path", place=place, what=what
    )


def _is_below(folder: Path, error: OSError) -> bool:
    return any(
        isinstance(name, str | Path) and folder in Path(name).parents for name in (error.filename, error.filename2)
    )


def refusal(error: Exception) -> tuple[Exit, str] | None:
    """Return exit status and sentence of an error that a person can act on; None for a fault of the program.

    >>> refusal(ValueError("horizon is 0; it must be at least 1 row."))
    (<Exit.REFUSED: 2>, 'horizon is 0; it must be at least 1 row.')
    >>> refusal(KeyError("x")) is None
    True
    """
    if found := hardship(error):
        return found[0], str(found[1])
    return (Exit.REFUSED, str(error)) if isinstance(error, ValueError) else None
