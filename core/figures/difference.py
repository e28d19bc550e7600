"""Figure of what one of two figures of a kind has more than the other, with zero named."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.compared import Mark, marks
from core.figures.labels import PANEL, EndLabel, end_labels, label_room, named_line, room_up, written_ends
from core.figures.lettering import number
from core.figures.marks import last_of
from core.figures.names import escaped, plain
from core.figures.palette import Look, diverging
from core.figures.panels import Letter, axes, group, number_of, quantity
from core.figures.theme import Drawing
from core.text.amounts import listed
from core.text.words import begun, mark, say

LESS = mark("First \N{MINUS SIGN} second")
ALIKE = mark("alike")
LINE = 16  # px of a second line of an axis title
ROOM = 1.12  # how far an axis goes beyond the largest difference


@dataclass(frozen=True, eq=False)
class Difference:
    """The drawing with its numbers: panel, name, where, first, second, difference."""

    drawing: Drawing
    table: pd.DataFrame


def difference(first: go.Figure, second: go.Figure, *, look: Look) -> Difference:
    """Show what the first figure has more than the second: maps cell by cell, lines and dots point by point.

    What is the same on both sides throughout (the truth, what came before) is named, and left out beside what
    moves. Bands and intervals have no difference and are left out too.

    Raises
    ------
    Incomparable : they differ in panels, lines, places, shape or quantity; one sentence says in which.
    """
    found = marks(first, second)
    moved = [mark for mark in found if np.nan_to_num(mark.less).any()]
    same = list(dict.fromkeys(mark.name for mark in found if mark not in moved))
    live = {number_of(mark.trace, "y") for mark in moved}  # panels in which something moves: no other stays empty
    shown = [mark for mark in found if mark in moved or number_of(mark.trace, "y") not in live]
    fig = _bare(first, shown)
    for one in shown:
        fig.add_trace(_trace(one, shown, look))
        if one.trace.meta and (axis := axes(fig, "y")[number_of(one.trace, "y")]).ticktext:
            axis.ticktext = one.trace.meta  # of the first alone is what else stands beside a row
    _scales(fig, shown, written_ends(first), look)
    sentence = _sentence(first, moved, same)
    return Difference(Drawing(fig, sentence), pd.concat([mark.table() for mark in found], ignore_index=True))


def _bare(first: go.Figure, shown: Sequence[Mark]) -> go.Figure:
    """Return the first figure without its traces, and without words and guides that stand at its values."""
    fig = go.Figure(first)
    fig.data = ()
    upright = all(mark.axis != "x" for mark in shown)  # values go up: what stands at places along x stays
    fig.layout.annotations = [
        note
        for note in fig.layout.annotations
        if note.name == PANEL or (upright and str(note.yref).endswith("domain"))
    ]
    fig.layout.shapes = [shape for shape in fig.layout.shapes if upright and str(shape.yref).endswith("domain")]
    return fig


def _reach(shown: Sequence[Mark]) -> float:
    """Return the largest difference in size; 1 where there is none."""
    sizes = np.concatenate([np.abs(mark.less).ravel() for mark in shown])
    return float(np.nanmax(sizes, initial=0.0)) or 1.0


def _trace(mark: Mark, shown: Sequence[Mark], look: Look) -> Any:
    """Return the trace of a mark with its difference in place of its values."""
    trace, name = type(mark.trace)(mark.trace), escaped(mark.name)
    if mark.axis is not None:
        values = {mark.axis: mark.less.astype(np.float32), f"error_{mark.axis}": None}
        hover = f"%{{{mark.axis}:+.4g}}<extra>{name}</extra>"
        return trace.update(**values, name=name, hovertemplate=hover)
    reach = _reach([other for other in shown if other.axis is None])
    limits = {"zmin": -reach, "zmax": reach, "colorscale": diverging(look.colours.both, look), "meta": None}
    trace.update(z=mark.less.astype(np.float32), **limits)
    if trace.showscale:
        ends = [number(end, 2) for end in (-reach, reach)]
        title = f"{say(LESS)}: {trace.colorbar.title.text}"
        ticks = {"tickvals": [-reach, 0, reach], "ticktext": [ends[0], f"0, {say(ALIKE)}", ends[1]]}
        trace.colorbar.update(title_text=title, **ticks)
    return trace


def _scales(fig: go.Figure, shown: Sequence[Mark], labelled: Container[str], look: Look) -> None:
    """Centre the axes of the values at zero, name it, and write names at the ends of lines where they stood."""
    letter: Letter = "x" if shown[0].axis == "x" else "y"
    shown = [mark for mark in shown if mark.axis is not None]
    numbers = list(dict.fromkeys(number_of(mark.trace, letter) for mark in shown))
    ends_of = {number: [mark for mark in shown if number_of(mark.trace, letter) == number] for number in numbers}
    for axis_number in numbers:
        together = [mark for each in group(fig, letter, axis_number) for mark in ends_of.get(each, ())]
        reach = ROOM * _reach(together)
        axis, title = axes(fig, letter)[axis_number], axes(fig, letter)[axis_number].title.text
        axis.update(type="linear", range=(-reach, reach), tickvals=None, ticktext=None)
        if title:
            axis.title.text = f"{say(LESS)}<br>{title}"
        if letter == "y":
            named_line(fig, look=look, text=say(ALIKE), y=0, axis=axis_number)
        else:
            named_line(fig, look=look, text=say(ALIKE), x=0, axis=axis_number)
        if axis_number in labelled:
            _write_ends(fig, ends_of[axis_number], axis_number, reach)
    if numbers:
        fig.layout.margin["l" if letter == "y" else "b"] += LINE


def _write_ends(fig: go.Figure, of: Sequence[Mark], axis_number: str, reach: float) -> None:
    names = [escaped(mark.name) for mark in of]
    ends = [EndLabel(name, last_of(mark.less), mark.trace.line.color) for name, mark in zip(names, of, strict=True)]
    pixels = room_up(fig, axes(fig, "y")[axis_number])
    end_labels(fig, ends, limits=(-reach, reach), pixels=pixels, axis=axis_number)
    fig.layout.margin.r = max(fig.layout.margin.r, label_room(names))


def _sentence(first: go.Figure, moved: Sequence[Mark], same: Sequence[str]) -> str:
    if not moved:
        return say("Both sides are the same everywhere.")
    what = _quantity(first, moved[0])
    of = [mark for mark in moved if _quantity(first, mark) == what]
    sizes = np.concatenate([np.abs(mark.less).ravel() for mark in of])
    most = max(of, key=lambda mark: float(np.nanmax(np.abs(mark.less))))
    flat = int(np.nanargmax(np.abs(most.less)))
    value = float(most.less.ravel()[flat])
    told = say(
        "{quantity}: the sides are {mean} apart on average, and most, by {most}, at {place}, where the first is "
        "higher."
        if value > 0
        else "{quantity}: the sides are {mean} apart on average, and most, by {most}, at {place}, where the second "
        "is higher.",
        quantity=what,
        mean=number(float(np.nanmean(sizes))),
        most=number(abs(value)),
        place=most.at(flat),
    )
    return f"{told} {say('The same on both sides: {names}.', names=listed(same))}" if same else told


def _quantity(fig: go.Figure, mark: Mark) -> str:
    """Return what a mark's values are of, with its unit."""
    if mark.axis is not None:
        return quantity(fig, mark.axis, number_of(mark.trace, mark.axis))
    bars = [plain(trace.colorbar.title.text) for trace in fig.data if trace.type == "heatmap"]
    told = next(filter(None, bars), "")
    return begun(told)
