"""A rectangle of a slide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.report.native.panels import Panel

INCH = 914_400  # EMU
_X_AXIS = 0.5  # inches: tick labels and title of an x axis


class Box(NamedTuple):
    """A rectangle of a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height at 96 pixels an inch."""
        return round(self.width * 96 / INCH), round(self.height * 96 / INCH)

    def split_top(self, inches: float) -> tuple[Box, Box]:
        """Return a strip of that height and the rest below it."""
        strip = round(inches * INCH)
        return (
            Box(self.left, self.top, self.width, strip),
            Box(self.left, self.top + strip, self.width, self.height - strip),
        )

    def split_bottom(self, inches: float) -> tuple[Box, Box]:
        """Return the rest and a strip of that height below it."""
        return self.split_top(self.height / INCH - inches)

    def columns(self, many: int, between: float, first: float = 0.0) -> list[Box]:
        """Return columns with gaps of some inches; `first`: the share of the width that the first of two has."""
        if many == 1:
            return [self]
        gap = between * INCH / self.width
        share = first or (1 - (many - 1) * gap) / many
        ends = [(place * (share + gap), place * (share + gap) + share) for place in range(many)]
        return [self.part(start, 1.0 if first and place else end, 0, 1) for place, (start, end) in enumerate(ends)]

    def joined(self, below: Box) -> Box:
        """Return the rectangle from this one down to the end of another."""
        return Box(self.left, self.top, self.width, below.top + below.height - self.top)

    def part(self, x0: float, x1: float, y0: float, y1: float) -> Box:
        """Return the part between shares of width (from the left) and height (from the bottom)."""
        return Box(
            round(self.left + x0 * self.width),
            round(self.top + (1 - y1) * self.height),
            round((x1 - x0) * self.width),
            round((y1 - y0) * self.height),
        )


def ticks_in(box: Box) -> tuple[int, int]:
    """Return about how many parts between ticks can be read along the width and the height of a chart."""
    return (
        min(max(round(box.width / INCH / 1.2), 2), 8),
        min(max(round((box.height / INCH - 0.9) / 0.45), 2), 6),
    )


def panel_boxes(panels: Sequence[Panel], body: Box) -> list[Box]:
    """Give each panel its share of the body; gaps between panels are split between neighbours.

    Heights come nearer to each other than in the figure, because every chart has its own title and labels. Where only
    the lowest row shows the x axis, that axis has room of its own, and all plots keep their height.
    """
    axis = _X_AXIS * INCH / body.height if any(panel.x.bare for panel in panels) else 0.0
    across = [(panel.domain[0], panel.domain[1]) for panel in panels]
    up = [(panel.domain[2], panel.domain[3]) for panel in panels]
    return [
        body.part(*_grown(*span, across), *_levelled(_grown(*rise, up), {_grown(*other, up) for other in up}, axis))
        for span, rise in zip(across, up, strict=True)
    ]


def _grown(start: float, end: float, others: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Extend a span to the middle of the gap on each side, or to the edge of the body."""
    before = max((high for _, high in others if high <= start), default=-start)
    after = min((low for low, _ in others if low >= end), default=2 - end)
    return (before + start) / 2, (end + after) / 2


def _levelled(span: tuple[float, float], spans: set[tuple[float, float]], axis: float) -> tuple[float, float]:
    """Move a span half-way to equal heights, where they are rows that fill the body; the lowest has an axis."""
    rows = sorted(spans)
    if abs(sum(high - low for low, high in rows) - 1) > 1e-6:
        return span
    heights = [(1 - axis) * (high - low + 1 / len(rows)) / 2 for low, high in rows]
    heights[0] += axis
    place = rows.index(span)
    return sum(heights[:place]), sum(heights[: place + 1])
