"""What an office chart can hold of a figure: panels, axes, series, guides. Plain data, no file format."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Series:
    """One line or cloud of points."""

    name: str
    positions: Values  # x of each point; days since 1970 on a date axis
    values: Values  # y of each point
    colour: str  # RRGGBB
    line_width: float = 0  # points; 0 is no line
    dash: str = "solid"  # plotly's word
    marker_size: int = 0  # points; 0 is no markers
    symbol: str = "circle"  # plotly's word
    error: tuple[Values, Values] | None = None  # lengths below and above each point
    error_along: str = "y"  # axis the error bars follow
    listed: bool = True  # whether the legend names it


@dataclass(frozen=True)
class Axis:
    """Title with unit, range where the figure sets one, scale, and words that stand for numbers."""

    title: str = ""
    range: tuple[float, float] | None = None
    logarithmic: bool = False
    dates: bool = False
    step: float | None = None  # between ticks, where the figure sets it
    labels: tuple[tuple[float, str], ...] = ()
    bare: bool = False  # no tick labels: the panel below shows them


@dataclass(frozen=True)
class Guide:
    """A thin line across a panel at one value of one axis."""

    axis: str  # "x": upright, at an x value; "y": lying
    value: float
    text: str


@dataclass(frozen=True)
class Panel:
    """One pair of axes with its series; `domain` is x0, x1, y0, y1 in shares of the plot area."""

    heading: str
    domain: tuple[float, float, float, float]
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    guides: tuple[Guide, ...] = ()


@dataclass(frozen=True)
class NativeFigure:
    """Panels of a figure, and a sentence for each thing that was left out or thinned."""

    panels: tuple[Panel, ...]
    notes: tuple[str, ...]
