"""From a plotly figure to the panels of an office chart, with notes on what an office chart cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import plotly.graph_objects as go

from core.figures.labels import GUIDE, PANEL
from core.figures.names import plain
from core.report.native.panels import Axis, Guide, NativeFigure, Panel, Series
from core.report.native.traces import NotNative, band_edges, numbers, point_series
from core.text.words import say

MOST_PANELS = 6  # more charts than this on one slide cannot be read
_NUMBER = re.compile(r"[-−+]?[\d.,]+")


@dataclass(frozen=True)
class _Corner:
    """The pair of axes of one panel, by plotly's names (x, x2 ...)."""

    x: str
    y: str

    def axis(self, figure: go.Figure, letter: str) -> Any:
        """Return the layout of one of the two axes."""
        return figure.layout[f"{letter}axis{getattr(self, letter)[1:]}"]


def native(figure: go.Figure) -> NativeFigure | None:
    """Translate a figure of lines and points; None where it needs a picture (heat maps, many panels, drawings).

    A figure without data has no panels: its finding says why.
    """
    groups: dict[_Corner, list[Any]] = {}
    for trace in figure.data:
        if trace.visible in (None, True):
            corner = _Corner(getattr(trace, "xaxis", None) or "x", getattr(trace, "yaxis", None) or "y")
            groups.setdefault(corner, []).append(trace)
    if len(groups) > MOST_PANELS:
        return None
    notes: dict[str, None] = {}  # an ordered set
    try:
        panels = [_panel(figure, corner, traces, notes) for corner, traces in groups.items()]
    except NotNative:
        return None
    panels = [panel for panel in panels if panel.series]
    if len(figure.layout.shapes) > sum(len(panel.guides) for panel in panels):
        notes[say("Shaded spans and some guide lines of the figure are not part of the native chart.")] = None
    return NativeFigure(tuple(panels), tuple(notes))


def _panel(figure: go.Figure, corner: _Corner, traces: list[Any], notes: dict[str, None]) -> Panel:
    """Translate the traces that share one pair of axes."""
    if any(trace.type != "scatter" for trace in traces):
        raise NotNative
    x, y = corner.axis(figure, "x"), corner.axis(figure, "y")
    if x.visible is False and y.visible is False:
        raise NotNative  # a drawing: its places are no numbers
    series = tuple(_series(traces, x.type == "date", notes))
    if y.ticktext is not None and figure.layout.showlegend is False:
        series = tuple(replace(one, listed=False) for one in series)  # the axis names them
    return Panel(
        heading=_heading(figure, corner),
        domain=(*(x.domain or (0.0, 1.0)), *(y.domain or (0.0, 1.0))),
        x=_axis(x),
        y=_axis(y),
        series=series,
        guides=tuple(_guides(figure, corner)),
    )


def _series(traces: list[Any], dates: bool, notes: dict[str, None]) -> Iterator[Series]:
    for trace in traces:
        if trace.mode == "text" or trace.y is None:
            notes[say("Text labels of the figure are not part of the native chart.")] = None
        elif trace.fill not in (None, "none"):
            yield from band_edges(trace, dates=dates, notes=notes)
        else:
            yield point_series(trace, dates=dates, notes=notes)


def _axis(axis: Any) -> Axis:
    dates, limits = axis.type == "date", None
    if axis.range is not None and None not in axis.range:
        low, high = sorted(numbers(axis.range, date=dates))
        limits = (10**low, 10**high) if axis.type == "log" else (float(low), float(high))
    words: list[str] = [plain(text, "\n") for text in axis.ticktext] if axis.ticktext is not None else []
    labels: tuple[tuple[float, str], ...] = ()
    if axis.tickvals is not None and any(not _NUMBER.fullmatch(word) for word in words) and not dates:
        labels = tuple(zip(numbers(axis.tickvals).tolist(), words, strict=True))
    step = float(axis.dtick) if isinstance(axis.dtick, (int, float)) and not dates else None
    return Axis(plain(axis.title.text), limits, axis.type == "log", dates, step, labels, axis.showticklabels is False)


def _heading(figure: go.Figure, corner: _Corner) -> str:
    """Return the name written above a panel."""
    tied = (f"{corner.x} domain", f"{corner.y} domain")
    notes = (note for note in figure.layout.annotations if note.name == PANEL and (note.xref, note.yref) == tied)
    return next((plain(note.text) for note in notes), "")


def _guides(figure: go.Figure, corner: _Corner) -> Iterator[Guide]:
    """Yield the named lines that cross the panel at one value."""
    across = {("x", corner.x, f"{corner.y} domain"), ("y", f"{corner.x} domain", corner.y)}
    for shape in figure.layout.shapes:
        for letter in ("x", "y"):
            if shape.name and (letter, shape.xref, shape.yref) in across:
                start = shape[f"{letter}0"]
                date = corner.axis(figure, letter).type == "date"
                text = "" if shape.name == GUIDE else plain(shape.name)
                yield Guide(letter, float(numbers([start], date=date)[0]), text)
