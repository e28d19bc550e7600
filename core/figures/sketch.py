"""A drawing without axes: boxes, arrows and small grids on a sheet that is as wide as its place.

Across, the sheet is 1,000 units wide whatever its width in px; down, a unit is a px.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.colour import mix, translucent
from core.figures.lettering import NARROWEST
from core.figures.palette import Look
from core.figures.theme import ABOVE, BELOW, Drawing, Margins, drawn

WIDTH = 1000  # units
SIDE = 8  # px free on either side
EDGE = 3  # units and px around the sheet, so that no outline is cut
SMALL, NAME = 11, 12  # px: type of lines, and of names
LINE = 1.3 * SMALL  # px from line to line
_STUB = 6  # units that the last piece of an arrow is long: its head alone
_DASH = "4px,3px"
_ROUND = (10, 6)  # units across and px down of a box's corners


class Area(NamedTuple):
    """A rectangle of the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def bold(name: str) -> str:
    """Return a name as the first line of a box."""
    return f'<span style="font-size:{NAME}px"><b>{name}</b></span>'


def narrowest(units: float) -> float:
    """Return the px of a distance across where the sheet is as narrow as figures get."""
    return units * (NARROWEST - 2 * SIDE) / (WIDTH + 2 * EDGE)


class Sketch:
    """The sheet: what is drawn later lies above.

    Shapes and texts are kept until the end: a figure that gets them one by one checks all of them again each time.
    """

    def __init__(self, height: float, look: Look) -> None:
        self.look = look
        self.height = height
        self.figure = go.Figure()
        self._told: list[tuple[float, float, str]] = []
        self._shapes: list[dict[str, object]] = []
        self._notes: list[dict[str, object]] = []
        self.figure.update_xaxes(visible=False, fixedrange=True, range=[-EDGE, WIDTH + EDGE])
        self.figure.update_yaxes(visible=False, fixedrange=True, range=[height + EDGE, -EDGE])

    def box(self, area: Area, lines: Sequence[str], *, hue: str, on: bool = True, told: str = "") -> None:
        """Draw a box with lines of text; one that is off is dashed and grey.

        `told` is shown where the pointer is over the box.
        """
        colours = self.look.colours
        fill = mix(colours.paper, hue, 0.12) if on else colours.paper
        outline = {
            "color": hue if on else colours.line,
            "width": 1.6 if on else 1.2,
            "dash": "solid" if on else _DASH,
        }
        self._shape(_rounded(area), line=outline, fillcolor=fill)
        self.text(area.middle, lines, colour=colours.ink if on else colours.muted)
        if told:
            self.tell(area, told)

    def panel(self, area: Area, *, outline: bool = False) -> None:
        """Draw the ground that several things stand on, with an outline or without."""
        colours = self.look.colours
        line = {"color": colours.line, "width": 1.2 if outline else 0}
        self._shape(_rounded(area), line=line, fillcolor=colours.shade)

    def text(
        self,
        place: tuple[float, float],
        lines: Sequence[str],
        *,
        colour: str = "",
        size: float = SMALL,
        anchor: str = "center",
        ground: str = "rgba(0,0,0,0)",
    ) -> None:
        """Write lines around a place, or from it to the right or left (anchor "left", "right")."""
        self._notes.append(
            {"x": place[0], "y": place[1], "text": "<br>".join(lines)}
            | {"xanchor": anchor, "yanchor": "middle", "align": anchor, "showarrow": False}
            | {"bgcolor": ground, "borderpad": 1}
            | {"font": {"size": size, "color": colour or self.look.colours.muted}}
        )

    def arrow(self, *corners: tuple[float, float], hue: str, on: bool = True, width: float = 1.8) -> None:
        """Draw an arrow along straight pieces; one that is off is dashed and grey."""
        colour = hue if on else self.look.colours.line
        self.line(*corners, hue=hue, on=on, width=width)
        (from_x, from_y), (x, y) = corners[-2:]
        across, down = (x > from_x) - (x < from_x), (y > from_y) - (y < from_y)
        self._notes.append(
            {"x": x, "y": y, "ax": x - _STUB * across, "ay": y - _STUB * down, "axref": "x", "ayref": "y"}
            | {"text": "", "showarrow": True, "arrowhead": 2, "arrowsize": 2.2 / (width + 0.2)}
            | {"arrowwidth": width, "arrowcolor": colour}
        )

    def line(self, *corners: tuple[float, float], hue: str, on: bool = True, width: float = 1.8) -> None:
        """Draw a line along straight pieces."""
        style = {"color": hue if on else self.look.colours.line, "width": width, "dash": "solid" if on else _DASH}
        path = "M" + "L".join(f"{x:g},{y:g}" for x, y in corners)
        self._shape(path, line=style, fillcolor="rgba(0,0,0,0)")

    def sum(self, place: tuple[float, float], *, hue: str) -> None:
        """Draw the sign of a sum on a line."""
        marker = {"symbol": "circle-cross", "size": 15, "color": self.look.colours.paper}
        marker["line"] = {"color": hue, "width": 1.6}
        self.figure.add_scatter(x=[place[0]], y=[place[1]], mode="markers", marker=marker, hoverinfo="skip")

    def grid(self, area: Area, rows: int, columns: int, *, hue: str, on: bool = True, opacity: float = 0.28) -> None:
        """Draw cells, as of an array [row, column]."""
        colours = self.look.colours
        colour = hue if on else colours.line
        across, down = (area.right - area.left) / columns, (area.bottom - area.top) / rows
        inner = [f"M{area.left + n * across:g},{area.top:g}V{area.bottom:g}" for n in range(1, columns)]
        inner += [f"M{area.left:g},{area.top + n * down:g}H{area.right:g}" for n in range(1, rows)]
        outline = f"M{area.left:g},{area.top:g}H{area.right:g}V{area.bottom:g}H{area.left:g}Z"
        fill = translucent(colour, opacity) if on else "rgba(0,0,0,0)"
        self._shape(outline, line={"color": colour, "width": 1.2}, fillcolor=fill)
        if inner:
            self._shape(" ".join(inner), line={"color": colours.shade, "width": 1.2}, fillcolor="rgba(0,0,0,0)")

    def curve(self, area: Area, values: NDArray[np.floating], *, hue: str) -> None:
        """Draw values from left to right, the least at the bottom of the area."""
        low, high = float(np.min(values)), float(np.max(values))
        heights = (values - low) / ((high - low) or 1)
        self.figure.add_scatter(
            x=np.linspace(area.left, area.right, len(values)).round(1),
            y=(area.bottom - heights * (area.bottom - area.top)).round(1),
            **{"mode": "lines", "line": {"color": hue, "width": 1}, "hoverinfo": "skip"},
        )

    def tell(self, area: Area, text: str) -> None:
        """Show a text where the pointer is over an area."""
        x, y = area.middle
        quarter = (area.right - area.left) / 4
        self._told += [(x + step * quarter, y, text) for step in (-1, 0, 1)]

    def drawn(self, finding: str) -> Drawing:
        """Return the drawing with its finding."""
        x, y, texts = ([point[part] for point in self._told] for part in range(3))
        self.figure.add_scatter(
            **{"x": x, "y": y, "mode": "markers", "marker": {"size": 30, "opacity": 0}},
            **{"customdata": texts, "hovertemplate": "%{customdata}<extra></extra>"},
        )
        self.figure.update_layout(shapes=self._shapes, annotations=self._notes, hovermode="closest", hoverdistance=40)
        margins = Margins(left=SIDE, right=SIDE, below=0, height=round(self.height + 2 * EDGE + ABOVE + BELOW))
        return drawn(self.figure, finding, margins, self.look)

    def _shape(self, path: str, **style: object) -> None:
        self._shapes.append({"type": "path", "path": path, "layer": "below", "xref": "x", "yref": "y", **style})


def _rounded(area: Area) -> str:
    """Return the outline of a rectangle with round corners."""
    (left, top, right, bottom), (across, down) = area, _ROUND
    return (
        f"M{left + across:g},{top:g}H{right - across:g}Q{right:g},{top:g} {right:g},{top + down:g}"
        f"V{bottom - down:g}Q{right:g},{bottom:g} {right - across:g},{bottom:g}"
        f"H{left + across:g}Q{left:g},{bottom:g} {left:g},{bottom - down:g}"
        f"V{top + down:g}Q{left:g},{top:g} {left + across:g},{top:g}Z"
    )
