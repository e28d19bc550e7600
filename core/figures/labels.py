"""Words inside a figure: panel names, named lines, labels at line ends, names of rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.lettering import widest
from core.figures.names import IN_MARGIN, plain, shown, told
from core.figures.palette import Look
from core.text.words import say

LABEL = 15  # px: height of a line of a label at a line's end
GUIDE, PANEL = "guide", "panel"  # names of lines across a panel, and of what is written above one
MOST_ROWS = 21  # of a dot plot that stays readable; figures with more keep the most telling ones


def category_axis(
    fig: go.Figure, names: Sequence[str], *, look: Look, column: int | None = None, row: int | None = None
) -> None:
    """Name the rows 0, 1, 2 ... of a dot plot on the y axis (of one column or row of a grid)."""
    fig.update_yaxes(
        col=column,
        row=row,
        tickvals=list(range(len(names))),
        ticktext=list(names),
        range=[-0.6, len(names) - 0.4],
        showgrid=False,
        showline=False,
        ticks="",
        tickfont={"color": look.colours.ink},
    )


def name_rows(fig: go.Figure, names: Sequence[str], *, look: Look) -> float:
    """Name the rows of a dot plot after variables and return the px that takes; hover holds what the axis cuts."""
    rows, ends = [shown(name, IN_MARGIN) for name in names], [told(name, IN_MARGIN) for name in names]
    category_axis(fig, rows, look=look)
    for trace in fig.data if any(ends) else ():
        values, extra, beside = trace.hovertemplate.partition("<extra>")
        trace.update(text=[ends[round(place)] for place in trace.y])
        trace.update(hovertemplate=f"{values}%{{text}}{extra}{beside}")
    return label_room(rows)


def quarter_ticks(names: Sequence[str]) -> dict[str, Any]:
    """Return the ticks of a cycle axis: at its quarters, named at its start and middle, where panels are narrow."""
    quarters = sorted({quarter * len(names) // 4 for quarter in range(4)})
    texts = [say(names[slot]) if place % 2 == 0 else "" for place, slot in enumerate(quarters)]
    return {"tickvals": quarters, "ticktext": texts}


def named_line(
    fig: go.Figure,
    *,
    look: Look,
    text: str,
    x: float | None = None,
    y: float | None = None,
    axis: str = "",
    lift: float = 0,
) -> None:
    """Draw a thin reference line at one x value (named above the panel, `lift` px up) or y value (named inside).

    The shape bears its text, or GUIDE, as its name: an office chart finds its guides by that.
    """
    letter, along, value = ("x", "y", x) if y is None else ("y", "x", y)
    at = {f"{letter}ref": f"{letter}{axis}", f"{along}ref": f"{along}{axis} domain"}
    ends = {f"{letter}0": value, f"{letter}1": value, f"{along}0": 0, f"{along}1": 1}
    style: dict[str, Any] = {"layer": "below", "line": {"color": look.colours.line, "width": 1}}
    fig.add_shape(type="line", name=text or GUIDE, **at, **ends, **style)
    if value == 0:  # a grid line at zero would cover the shape
        fig.update_layout({f"{letter}axis{axis}": {"zeroline": True}})
    if text:
        place = {letter: value, along: 1, "xanchor": "center" if letter == "x" else "right", "yanchor": "bottom"}
        style = {"font": {"size": 11, "color": look.colours.muted}, "showarrow": False}
        fig.add_annotation(text=text, **at, **place, yshift=1 + lift, **style)


def panel_title(
    fig: go.Figure, text: str, axis: str, *, look: Look, colour: str | None = None, lift: float = 0
) -> None:
    """Write a panel's name above its left edge, `lift` px up; `axis` is the number of its axes ("" or "2" ...)."""
    font = {"size": 12, "color": colour or look.colours.ink}
    write_above(fig, f"<b>{text}</b>", axis, font=font, yshift=2 + lift, name=PANEL)


def write_above(fig: go.Figure, text: str, axis: str, *, yshift: float = 2, **style: Any) -> None:
    """Write text above a panel's left edge, `yshift` px up."""
    at = {"xref": f"x{axis} domain", "yref": f"y{axis} domain", "x": 0, "y": 1}
    at |= {"xanchor": "left", "yanchor": "bottom", "align": "left" if "<br>" in text else None}
    fig.add_annotation(text=text, **at, yshift=yshift, showarrow=False, **style)


@dataclass(frozen=True)
class EndLabel:
    """Text at the right end of a line, in the line's colour."""

    text: str
    value: float
    colour: str


def spread(values: Sequence[float], gap: float, low: float = -np.inf, high: float = np.inf) -> list[float]:
    """Move values apart to at least `gap`, within limits; where the room is too small the gap shrinks.

    >>> spread([1.0, 1.0], 0.5)
    [0.75, 1.25]
    >>> spread([1.0, 1.0], 0.5, high=1.0)
    [0.5, 1.0]
    """
    order = np.argsort(values, kind="stable")
    gap = min(gap, (high - low) / max(len(values) - 1, 1))
    clusters: list[tuple[float, int]] = []  # centre, members
    for index in order:
        clusters.append((float(values[index]), 1))
        while len(clusters) > 1 and clusters[-1][0] - clusters[-2][0] < gap * (clusters[-1][1] + clusters[-2][1]) / 2:
            (lower, below), (upper, above) = clusters[-2:]
            clusters[-2:] = [((lower * below + upper * above) / (below + above), below + above)]
    placed = [centre + gap * (member - (count - 1) / 2) for centre, count in clusters for member in range(count)]
    for index in range(len(placed)):
        floor = placed[index - 1] + gap if index else low
        placed[index] = max(placed[index], floor)
    for index in reversed(range(len(placed))):
        ceiling = placed[index + 1] - gap if index + 1 < len(placed) else high
        placed[index] = min(placed[index], ceiling)
    return [placed[int(rank)] for rank in np.argsort(order, kind="stable")]


def end_labels(
    fig: go.Figure, labels: Sequence[EndLabel], *, limits: tuple[float, float], pixels: float, axis: str = ""
) -> None:
    """Write labels right of a panel, kept apart; `pixels` is the panel's least height, `limits` its y range."""
    shown = [label for label in labels if np.isfinite(label.value)]
    lines = max((label.text.count("<br>") + 1 for label in shown), default=1)
    gap = LABEL * lines * (limits[1] - limits[0]) / pixels
    at: dict[str, Any] = {"xref": f"x{axis} domain", "x": 1, "xanchor": "left", "xshift": 6, "yref": f"y{axis}"}
    at |= {"yanchor": "middle", "align": "left", "showarrow": False}
    notes = [
        at | {"text": label.text, "y": value, "font": {"size": 12, "color": label.colour}}
        for label, value in zip(shown, spread([label.value for label in shown], gap, *limits), strict=True)
    ]
    fig.layout.annotations = [*fig.layout.annotations, *notes]  # at once: one by one each makes all before it anew


def written_ends(fig: go.Figure) -> dict[str, list[Any]]:
    """Return the labels at line ends of a finished figure by the number of their y axis ("" for the first)."""
    found: dict[str, list[Any]] = {}
    for note in fig.layout.annotations:
        if note.x == 1 and note.xanchor == "left" and re.fullmatch(r"y\d*", str(note.yref)):
            found.setdefault(note.yref[1:], []).append(note)
    return found


def respread(fig: go.Figure) -> None:
    """Keep the labels at line ends apart again after the axes or the height of a figure changed, in place."""
    for number, notes in written_ends(fig).items():
        axis, lines = fig.layout[f"yaxis{number}"], max(note.text.count("<br>") + 1 for note in notes)
        if axis.range is not None:
            low, high = axis.range
            gap = LABEL * lines * (high - low) / room_up(fig, axis)
            for note, place in zip(notes, spread([note.y for note in notes], gap, low, high), strict=True):
                note.y = place


def room_up(fig: go.Figure, axis: Any) -> float:
    """Return the height of a panel of a finished figure in px, by its y axis."""
    bottom, top = axis.domain or (0, 1)
    return float((fig.layout.height - fig.layout.margin.t - fig.layout.margin.b) * (top - bottom))


def label_room(texts: Sequence[str]) -> float:
    """Return the px to keep free for end or tick labels, given as markup."""
    return widest(map(plain, texts)) + 22
