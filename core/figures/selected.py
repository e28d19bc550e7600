"""How figures show selected windows: stretches of time shaded, slots counted; and what a click on a slot takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.data.gaps import runs
from core.figures.colour import mix, translucent
from core.figures.palette import Look
from core.text.words import say

SELECTED = "selected"  # name of what marks selected windows
LANE = 0.12  # of the height of a map: the bars above it that count selected windows
MOST_TARGETS = 300  # unseen points over one map: more are slow to draw

Mask = NDArray[np.bool_]


def shade(fig: go.Figure, times: NDArray[np.float64], selected: Mask | None, look: Look) -> None:
    """Shade the stretches of selected windows through all panels, which share one axis of dates.

    Parameters
    ----------
    times : of each window, in milliseconds, ascending, [window].
    selected : [window]; None where nothing is selected.
    """
    if selected is None:
        return
    half = float(np.median(np.diff(times))) / 2 if len(times) > 1 else 0.0
    colour = look.colours.selected
    style = {
        "type": "rect",
        "name": SELECTED,
        "xref": "x",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "fillcolor": translucent(colour, 0.22),
        "line": {"color": translucent(colour, 0.5), "width": 1},  # one window alone is thinner than a pixel
    }
    ends = [(times[start] - half, times[start + length - 1] + half) for start, length in runs(selected)]
    fig.layout.shapes += tuple(go.layout.Shape(x0=float(x0), x1=float(x1), **style) for x0, x1 in ends)


def clickable(line: go.Scatter, carried: NDArray[np.generic]) -> None:
    """Give a line unseen points that a click takes; each carries ``custom_data = [its part of carried]``, [point]."""
    line.update(mode="lines+markers", customdata=carried[:, None])
    line.update(marker={"size": 8, "color": line.line.color, "opacity": 0})
    line.update(selected_marker={"opacity": 1}, unselected_marker={"opacity": 0})


def count_slots(
    fig: go.Figure,
    counts: NDArray[np.int64],
    labels: Sequence[str],
    *,
    base: float,
    height: float,
    look: Look,
    **panel: int,
) -> None:
    """Draw how many selected windows lie in each slot of the cycle, as bars in a panel (`row`, `col`).

    Parameters
    ----------
    counts : [slot].
    labels : of the slots.
    base, height : foot and height of the largest bar, on the y axis.
    """
    there = np.flatnonzero(counts)
    told = say("{slot}: {windows} selected windows", slot="%{customdata[0]}", windows="%{customdata[1]}")
    bars = go.Bar(
        x=there,
        y=height * counts[there] / max(int(counts.max(initial=0)), 1),
        base=base,
        width=1,
        name=SELECTED,
        marker={"color": mix(look.colours.paper, look.colours.selected, 0.7), "line": {"width": 0}},
        customdata=_beside(np.array(labels)[there], np.char.mod("%d", counts[there])),
        hovertemplate=f"{told}<extra></extra>",
        showlegend=False,
    )
    fig.add_trace(bars, **panel)


def _beside(labels: NDArray[np.str_], values: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return what points carry, [point, label and value]: an array, as plotly copies lists number by number."""
    return np.stack([labels, values], axis=1)


def slots_of_map(
    fig: go.Figure,
    values: NDArray[np.floating],
    labels: Sequence[str],
    hover: str,
    counts: NDArray[np.int64] | None,
    look: Look,
    **panel: int,
) -> None:
    """Let a map over the cycle answer clicks, and count the selected windows of its slots above it.

    See `slot_targets` and `count_slots`; `counts` is None where nothing is selected.
    """
    slot_targets(fig, values, labels, hover, **panel)
    if counts is not None:
        rows = len(values)
        count_slots(fig, counts, labels, base=rows + 0.5, height=LANE * rows, look=look, **panel)


def frame_map(fig: go.Figure, rows: int, slots: int, counted: NDArray[np.int64] | None) -> None:
    """Let the axes of all panels end where a map of rows and slots does, with room above for bars where they are."""
    fig.update_xaxes(range=[-0.5, slots - 0.5])
    fig.update_yaxes(range=[0.5, 0.5 + rows * (1 if counted is None else 1 + LANE)])


def slot_targets(
    fig: go.Figure, values: NDArray[np.floating], labels: Sequence[str], hover: str, **panel: int
) -> None:
    """Lay unseen points over a map, in a panel (`row`, `col`): a click on one takes its slot, hover tells its value.

    A map itself answers no click. Every point carries ``custom_data = [label of the slot, value]``.

    Parameters
    ----------
    values : [row, slot]; rows are counted from 1.
    labels : of the slots.
    hover : what is told of a point: "%{y}", "%{customdata[0]}" and "%{customdata[1]}" are row, slot and value.
    """
    rows, slots = values.shape
    shown = np.unique(np.linspace(0, rows - 1, min(rows, max(MOST_TARGETS // slots, 4))).round().astype(int))
    y, x = (axis.ravel() for axis in np.meshgrid(shown, np.arange(slots), indexing="ij"))
    known = np.isfinite(values[y, x])  # a slot without windows cannot be selected
    y, x = y[known], x[known]
    points = go.Scatter(
        x=x.astype(np.int16),
        y=(y + 1).astype(np.int16),
        mode="markers",
        marker={"size": 12, "opacity": 0},
        selected_marker={"opacity": 0},
        unselected_marker={"opacity": 0},
        customdata=_beside(np.array(labels)[x], np.char.mod("%.3f", values[y, x])),
        hovertemplate=hover,
        name="slots",
        showlegend=False,
    )
    fig.add_trace(points, **panel)
