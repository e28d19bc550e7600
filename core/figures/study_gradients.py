"""Figure of three ways to join two paths: what joining them late or not at all costs, and how evenly they learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.labels import category_axis, label_room, named_line, panel_title
from core.figures.marks import dots, limits_of
from core.figures.palette import Look
from core.figures.theme import Drawing, Margins, drawn
from core.text.words import mark, say

PROPOSED, LATE, NONE = mark("proposed"), mark("late fusion"), mark("no fusion")
FUSIONS = (PROPOSED, LATE, NONE)
ERROR, OUTPUTS, WEIGHTS = "rmse", "outputs", "weights"
PANELS = {
    ERROR: "RMSE",
    OUTPUTS: mark("Outputs"),
    WEIGHTS: mark("Weights"),
}
SYMBOLS = {PROPOSED: "circle", LATE: "square", NONE: "diamond"}
LANE, ROW = 0.18, 58  # of a row: from its means up to its trainings; px


def fusions(points: pd.DataFrame, means: pd.DataFrame, finding: str, *, look: Look) -> Drawing:
    """Show the error and both readings of the gradients of each fusion: every training, and the mean of seeds.

    Parameters
    ----------
    points : columns fusion (one of FUSIONS), what (a key of PANELS), seed, value; a row a training.
    means : columns fusion, what, value, low, high (NaN limits with one seed).
    finding : the sentence, made from these numbers where they are judged.
    """
    there = [name for name in FUSIONS if (points["fusion"] == name).any()][::-1]
    shown = [what for what in PANELS if (points["what"] == what).any()]
    fig = make_subplots(rows=1, cols=len(shown), shared_yaxes=True, horizontal_spacing=0.05)
    names = [say(name) for name in there]
    for name, hollow in ((say("a training"), True), (say("mean, 95 % interval"), False)):
        style = {"hollow": hollow, "size": 5 if hollow else 10}
        fig.add_trace(dots([None], [None], name=name, colour=look.colours.muted, **style), row=1, col=1)
    for column, what in enumerate(shown, start=1):
        axis = "" if column == 1 else str(column)
        for row, name in enumerate(there):
            _fusion(fig, points, means, (name, what), row, column, look)
        category_axis(fig, names, look=look, column=column)
        named_line(fig, look=look, text="", x=0, axis=axis)
        panel_title(fig, say(PANELS[what]), axis, look=look)
        ends = limits_of(
            *(table.loc[table["what"] == what, "value"] for table in (points, means)), _limits(means, what), [0.0]
        )
        title = say("% over proposed") if what == ERROR else say("imbalance")
        fig.update_xaxes(title_text=title, range=ends, showgrid=True, nticks=5, row=1, col=column)
    margins = Margins(left=label_room(names), legend=True, above=22, height=130 + ROW * len(names))
    return drawn(fig, finding, margins, look)


def _limits(means: pd.DataFrame, what: str) -> np.ndarray:
    return means.loc[means["what"] == what, ["low", "high"]].to_numpy(float)


def _fusion(
    fig: go.Figure,
    points: pd.DataFrame,
    means: pd.DataFrame,
    of: tuple[str, str],
    row: int,
    column: int,
    look: Look,
) -> None:
    """Draw one fusion in one panel: its trainings, and their mean below them."""
    name, what = of
    text, colour = say(name), look.colours.both if name == PROPOSED else look.colours.truth
    style: dict[str, Any] = {"showlegend": False, "symbol": SYMBOLS[name], "colour": colour, "name": text}
    each, mean = (table.loc[(table["fusion"] == name) & (table["what"] == what)] for table in (points, means))
    seeds: dict[str, Any] = {
        "customdata": each["seed"],
        "hover": say("seed {seed}: {value}", seed="%{customdata}", value="%{x:.2f}"),
    }
    fig.add_trace(dots(each["value"], [row + LANE] * len(each), size=5, hollow=True, **seeds, **style), 1, column)
    limits = (mean["low"].to_numpy(float), mean["high"].to_numpy(float))
    hover = say("mean {value}", value="%{x:.2f}") + f"<extra>{text}</extra>"
    drawn_mean = dots(mean["value"], [row - LANE] * len(mean), size=10, interval=limits, hover=hover, **style)
    fig.add_trace(drawn_mean, 1, column)
