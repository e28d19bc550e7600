"""Figure of what edits of a window do to its forecasts in numbers: how far they move, and by how much they miss."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.labels import category_axis, label_room, named_line, panel_title
from core.figures.lettering import number
from core.figures.marks import dots, limits_of
from core.figures.names import UNIT, shortened, shown
from core.figures.palette import FUSION_MARKER, Look, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.figures.whatif import BEGIN, kept_panels
from core.text.amounts import listed
from core.text.words import mark, say
from core.vocabulary import Fusion, label

_KINDS = {"recorded": mark("recorded"), "edited": mark("edited"), "moved": mark("moved")}


def edited_errors(table: pd.DataFrame, *, unit: str, look: Look) -> Drawing:
    """Show how far each forecast moved, and its error before and after.

    Parameters
    ----------
    table : columns fusion, recorded, edited (mean absolute errors against the truth of the rows as recorded), moved
        (mean absolute distance of the two forecasts); edited and moved are NaN where nothing is edited. Original
        units; recorded and edited are NaN where nothing was measured.
    unit : of the variable ("" if unknown).
    """
    modes = tuple(Fusion(mode) for mode in reversed(table["fusion"].to_list()))
    is_edited = bool(table["moved"].notna().any())
    fig = go.Figure(_error_panels(modes, is_edited, unit, look))
    points = iter(fig.data)
    for column, kept in enumerate([("recorded", "edited"), ("moved",)][: 1 + is_edited], start=1):
        values = table[list(kept)].to_numpy(float)[::-1]
        for along in values.T:  # [mode], the first one on top
            next(points).x = along
        fig.layout[f"xaxis{'' if column == 1 else column}"].range = limits_of(values, [0.0], margin=0.12)
    return Drawing(fig, _error_sentence(table, unit, look))


@kept_panels
def _error_panels(modes: tuple[Fusion, ...], is_edited: bool, unit: str, look: Look) -> go.Figure:
    """Return the panels without numbers: errors before and after, and how far the forecasts move."""
    suffix = f" ({shown(unit, UNIT)})" if unit else ""
    panels: dict[str, tuple[str, ...]] = {say("Error against the truth"): ("recorded", "edited")}
    panels |= {say("How far the forecast moves"): ("moved",)} if is_edited else {}
    names = [label(mode, look.language) for mode in modes]
    fig = make_subplots(rows=1, cols=len(panels), shared_yaxes=True, horizontal_spacing=0.08)
    for column, (title, kept) in enumerate(panels.items(), start=1):
        for name in kept:
            hollow = name == "recorded"
            trace = dots([], np.arange(len(modes)), name=say(_KINDS[name]), colour=look.colours.edited, size=11)
            trace.marker.symbol = [f"{FUSION_MARKER[mode]}{'-open' * hollow}" for mode in modes]
            if hollow:
                trace.marker.color = trace.marker.line.color = [fusion_colour(mode, look) for mode in modes]
            fig.add_trace(trace, row=1, col=column)
        what = say("Mean absolute error") if column == 1 else say("Mean distance")
        fig.update_xaxes(title_text=f"{what}{suffix}", showgrid=True, row=1, col=column)
        axis = "" if column == 1 else str(column)
        named_line(fig, look=look, text="", x=0, axis=axis)
        panel_title(fig, title, axis, look=look)
        category_axis(fig, names, look=look, column=column)
    margins = Margins(left=label_room(names), above=20, height=110 + 34 * len(names))
    return drawn(fig, "", margins, look).figure


def _error_sentence(table: pd.DataFrame, unit: str, look: Look) -> str:
    suffix = f" {shortened(unit, UNIT)}" if unit else ""
    rows = table.to_dict("records")
    best = min(rows, key=lambda row: row["recorded"])
    if not table["moved"].notna().any():
        name = label(Fusion(best["fusion"]), look.language)
        error = f"{number(best['recorded'])}{suffix}"
        told = say("Nothing is edited: {mode} is closest here, {error} off.", mode=name, error=error)
        return f"{told} {say(BEGIN)}"
    words = [
        say(
            "{mode} from {before} to {after}",
            mode=label(Fusion(row["fusion"]), look.language),
            before=number(row["recorded"]),
            after=f"{number(row['edited'])}{suffix}",
        )
        for row in rows
    ]
    return say(
        "Hollow as recorded, filled edited: the mean absolute error goes for {modes}. The truth is that of the rows "
        "as recorded; what would have followed edited ones nobody measured.",
        modes=listed(words),
    )
