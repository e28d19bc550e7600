"""The closed words of exports: kinds of picture, shapes of a slide. Imports nothing slow."""

from __future__ import annotations

from enum import StrEnum


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
