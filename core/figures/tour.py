"""Figures to be projected: what is to be forecast, and the two paths with what they write to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.data.spans import span_of
from core.data.step import Step
from core.figures.labels import named_line
from core.figures.lettering import number
from core.figures.marks import limits_of, line, milliseconds
from core.figures.names import shown, with_unit
from core.figures.palette import Look, fusion_colour, path_colour
from core.figures.sketch import Area, Sketch
from core.figures.theme import DATE_AXIS, Drawing, Margins, drawn
from core.text.amounts import counted, listed
from core.text.words import begun, say
from core.vocabulary import Fusion, ModelPath, label

Values = NDArray[np.float64]
HEIGHT = 286  # px of the sheet with the paths
CONV, GRU, MIDDLE = 62, 224, 143  # px from the top: both paths, and half-way
PATHS = {
    ModelPath.CONVOLUTION: Area(230, CONV - 34, 420, CONV + 34),
    ModelPath.GRU: Area(230, GRU - 34, 420, GRU + 34),
}
FRAME = Area(206, 6, 792, 280)
ENDS = Area(0, MIDDLE - 40, 150, MIDDLE + 40), Area(850, MIDDLE - 40, 1000, MIDDLE + 40)
FORK, JOIN = 186, 812  # units: where the paths part, and where they are merged
TAKEN, ADDED = {Fusion.GRU_TO_CNN: 470, Fusion.CNN_TO_GRU: 620}, 40  # units: where a crossing leaves, and how far on
TYPE = 15  # px


@dataclass(frozen=True)
class Written:
    """What one path writes to the other, the mean over blocks.

    Attributes
    ----------
    added : the size of the correction, % of the path it corrects.
    gate : the mean size of its gates.
    """

    added: float
    gate: float


def task(
    past: Values,
    future: Values,
    *,
    stamps: NDArray[np.datetime64],
    variable: str,
    unit: str,
    finding: str,
    look: Look,
) -> Drawing:
    """Show one window: the rows that are read, and those that are to be forecast.

    Parameters
    ----------
    past, future : one variable over look-back and horizon, [row]; NaN where nothing was measured.
    stamps : of both, [row].
    variable, unit : name and unit of the variable ("" if unknown).
    finding : the sentence about the task.
    """
    times, at = milliseconds(stamps), len(past)
    fig, colours = go.Figure(), look.colours
    read, ahead = say("read"), say("to forecast")
    fig.add_trace(line(times[: at + 1], np.append(past, future[:1]), name=read, colour=colours.muted, width=1.6))
    fig.add_trace(line(times[at:], future, name=ahead, colour=colours.both, width=3))
    fig.add_vrect(x0=times[at], x1=times[-1], fillcolor=colours.shade, line_width=0, layer="below")
    limits = limits_of(past, future)
    for text, place, colour in ((read, times[at // 2], colours.muted), (ahead, times[-1], colours.both)):
        above = {"x": place, "xanchor": "right", "y": 1, "yref": "paper", "yanchor": "bottom"}
        fig.add_annotation(text=f"<b>{text}</b>", **above, font={"color": colour, "size": TYPE})
    named_line(fig, look=look, text="", x=times[at])
    fig.update_xaxes(type="date", range=[times[0], times[-1]], title_text=say("Date"))
    fig.update_yaxes(range=limits, title_text=shown(with_unit(variable, unit)))
    return drawn(fig, finding, Margins(left=70, above=20, below=DATE_AXIS, height=300), look)


def two_paths(written: Mapping[Fusion, Written], *, blocks: int, finding: str, look: Look) -> Drawing:
    """Show both paths and, in the hue of the path that speaks, what each writes to the other.

    Parameters
    ----------
    written : of each crossing that is on.
    blocks : how often both steps follow each other.
    """
    sketch, colours = Sketch(HEIGHT, look), look.colours
    sketch.panel(FRAME, outline=True)
    sketch.text((FRAME.left + 12, MIDDLE), [counted(blocks, "block")], size=TYPE, anchor="left")
    for path, box in PATHS.items():
        hue, y = path_colour(path, look), box.middle[1]
        sketch.arrow((FORK, MIDDLE), (FORK, y), (box.left, y), hue=hue, width=3)
        sketch.arrow((box.right, y), (JOIN, y), (JOIN, MIDDLE), hue=hue, width=3)
        name = label(path, look.language)
        sketch.box(box, [_large(begun(name))], hue=hue, told=name)
    sketch.line((ENDS[0].right, MIDDLE), (FORK, MIDDLE), hue=colours.ink, width=3)
    sketch.arrow((JOIN, MIDDLE), (ENDS[1].left, MIDDLE), hue=colours.ink, width=3)
    for box, name in zip(ENDS, (say("Past values"), say("Forecast")), strict=True):
        sketch.box(box, [_large(name)], hue=colours.muted, told=name)
    for crossing in TAKEN:
        _draw_crossing(sketch, crossing, written.get(crossing))
    return sketch.drawn(finding)


def _large(name: str) -> str:
    return f'<span style="font-size:{TYPE}px"><b>{name}</b></span>'


def _draw_crossing(sketch: Sketch, crossing: Fusion, written: Written | None) -> None:
    """Draw an arrow from one path to the other, and beside it what it adds."""
    hue, x = fusion_colour(crossing, sketch.look), TAKEN[crossing]
    speaker, listener = (GRU, CONV) if crossing is Fusion.GRU_TO_CNN else (CONV, GRU)
    near = 10 if listener < speaker else -10
    sketch.arrow((x, speaker), (x, listener + near), hue=hue, on=written is not None, width=4)
    if written is not None:
        sketch.sum((x, listener), hue=hue)
    added = say("off") if written is None else say("adds {share} %", share=number(written.added, 2))
    known = written is None or np.isfinite(written.added)
    lines = [_large(label(crossing, sketch.look.language)), *([added] if known else [])]
    sketch.text((x + 14, MIDDLE), lines, size=TYPE, colour=hue, anchor="left")


def paths_sentence(written: Mapping[Fusion, Written], look: Look) -> str:
    """Return in a sentence what the crossings add."""
    known = {label(crossing, look.language): one.added for crossing, one in written.items() if np.isfinite(one.added)}
    if not known:
        return say(
            "Each path writes a small filter for the other, new for every window; how much that adds is known once "
            "the models are read."
        )
    return say(
        "Each path writes a small filter for the other, new for every window; what that adds is {sizes} of the path "
        "it is added to.",
        sizes=listed(f"{number(added, 2)} % ({name})" for name, added in known.items()),
    )


def task_sentence(*, variables: int, lookback: int, horizon: int, windows: int, step: Step, ridge: float) -> str:
    """Return in a sentence what is to be forecast from what, and how far ridge gets."""
    told = {
        **{
            "rows": counted(lookback, "row"),
            "read": span_of(step, lookback),
            "variables": counted(variables, "variable"),
        },
        **{"horizon": horizon, "ahead": span_of(step, horizon), "windows": counted(windows, "test window")},
    }
    if not np.isfinite(ridge):
        return say(
            "From {rows} ({read}) of {variables} the next {horizon:,} ({ahead}) are forecast, in {windows}.", **told
        )
    return say(
        "From {rows} ({read}) of {variables} the next {horizon:,} ({ahead}) are forecast, in {windows}; ridge, which "
        "is no network, leaves an MSE of {mse}.",
        **told,
        mse=number(ridge),
    )
