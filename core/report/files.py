"""Files as exports write them: kinds of picture, shapes of a slide, and files that are either complete or absent."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Literal

Scheme = Literal["light", "dark"]  # of slides and of the pictures on them
Tell = Callable[[int, int], None]  # parts done, parts in all; what it raises stops the work


class ImageFormat(StrEnum):
    """Kinds of picture; the value is the file's suffix."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


class Ratio(StrEnum):
    """Shapes of a slide."""

    WIDE = "16:9"
    STANDARD = "4:3"

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of a picture."""
        return (1280, 720) if self is Ratio.WIDE else (960, 720)


class ExportError(RuntimeError):
    """A picture that cannot be made: one sentence with the cause and what to do."""


def silent(done: int, total: int) -> None:
    """Tell nobody how far a file is."""


def write_whole(target: Path | BinaryIO, content: bytes) -> None:
    """Write to a buffer, or to a file by renaming a finished one into place."""
    if not isinstance(target, Path):
        target.write(content)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
