"""A rectangle of a slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.report.native.panels import Panel

_INCH = 914_400  # EMU


@dataclass(frozen=True)
class Box:
    """A rectangle of a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height at 96 pixels an inch."""
        return round(self.width * 96 / _INCH), round(self.height * 96 / _INCH)

    def split_top(self, inches: float) -> tuple[Box, Box]:
        """Return a strip of that height and the rest below it."""
        strip = round(inches * _INCH)
        return (
            Box(self.left, self.top, self.width, strip),
            Box(self.left, self.top + strip, self.width, self.height - strip),
        )

    def part(self, x0: float, x1: float, y0: float, y1: float) -> Box:
        """Return the part between shares of width (from the left) and height (from the bottom)."""
        return Box(
            round(self.left + x0 * self.width),
            round(self.top + (1 - y1) * self.height),
            round((x1 - x0) * self.width),
            round((y1 - y0) * self.height),
        )


def panel_boxes(panels: Sequence[Panel], body: Box) -> list[Box]:
    """Give each panel its share of the body: gaps between the figure's panels are split between neighbours."""
    boxes = []
    for panel in panels:
        x0, x1, y0, y1 = panel.domain
        across = [(other.domain[0], other.domain[1]) for other in panels]
        up = [(other.domain[2], other.domain[3]) for other in panels]
        boxes.append(body.part(*_grown(x0, x1, across), *_grown(y0, y1, up)))
    return boxes


def _grown(start: float, end: float, others: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Extend a span to the middle of the gap on each side, or to the edge of the body."""
    before = max((high for _, high in others if high <= start), default=-start)
    after = min((low for low, _ in others if low >= end), default=2 - end)
    return (before + start) / 2, (end + after) / 2
