"""Figure of one measure over every mode and data set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.labels import label_room
from core.figures.lettering import interval
from core.figures.marks import heat
from core.figures.names import IN_MARGIN, shown
from core.figures.palette import Look, diverging
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import counted, listed, signed
from core.text.words import say, say_many

CELL = 58  # px: height of a cell, three lines
PALE = 0.28  # opacity of a cell that may be chance
DEEP = 0.5  # of the scale: beyond, a cell is so deep that its words are written in the colour of the paper


def measure_grid(
    cells: pd.DataFrame,
    *,
    axis: str,
    unit: str,
    decimals: int,
    counts: str,
    above: str,
    below: str,
    titles: Mapping[str, str],
    look: Look,
) -> Drawing:
    """Show a measure of every form of the model (across) on every data set (down), with interval and number of seeds.

    Parameters
    ----------
    cells : columns dataset, arm, value, low, high, n, beyond; n 0 where nothing was measured.
    axis, unit, decimals : name of the measure with its unit, the unit alone, and how its numbers are rounded.
    counts : what n counts ("seed").
    above, below : what a value above and below zero says.
    titles : name of each data set for people.
    """
    sets, arms = list(dict.fromkeys(cells["dataset"])), list(dict.fromkeys(cells["arm"]))
    limit = float(np.nanmax(cells["value"].abs(), initial=0.0)) or 1.0
    fig, scale = go.Figure(), diverging(look.colours.both, look)
    for beyond, name in ((True, say("beyond chance")), (False, say("may be chance"))):
        values = cells["value"].where(cells["beyond"] == beyond).to_numpy(float)
        grid = values.reshape(len(sets), len(arms))
        has_bar = beyond or not cells["beyond"].any()
        style = {"bar": axis if has_bar else None, "opacity": 1.0 if beyond else PALE, "name": name}
        style |= {"xgap": 3, "ygap": 3, "hoverongaps": False, "hovertemplate": "%{z:+.4g}<extra>" + name + "</extra>"}
        fig.add_trace(heat(grid, scale=scale, limits=(-limit, limit), look=look, **style))
    for cell in cells.to_dict("records"):
        deep = cell["beyond"] and abs(cell["value"]) > DEEP * limit
        colour = look.colours.paper if deep else look.colours.ink if cell["n"] else look.colours.muted
        fig.add_annotation(
            text=_text(cell, unit, decimals, counts),
            **{"x": arms.index(cell["arm"]), "y": sets.index(cell["dataset"]), "showarrow": False},
            font={"size": 11, "color": colour},
        )
    names = [shown(titles.get(name, name), IN_MARGIN) for name in sets]
    rows = {"tickvals": list(range(len(sets))), "ticktext": names, "range": (len(sets) - 0.5, -0.5)}
    columns = {"tickvals": list(range(len(arms))), "ticktext": arms, "range": (-0.5, len(arms) - 0.5)}
    bare = {"showgrid": False, "showline": False, "ticks": "", "tickfont": {"color": look.colours.ink}}
    fig.update_yaxes(**rows, **bare)
    fig.update_xaxes(**columns, **bare, side="top", title_text=say("Form of the model"))
    margins = Margins(left=label_room(names), right=96, above=46, below=8, height=80 + CELL * len(sets))
    return drawn(fig, _sentence(cells, axis, above, below), margins, look)


def _text(cell: Mapping[Any, Any], unit: str, decimals: int, counts: str) -> str:
    """Return a cell in up to three lines."""
    if not cell["n"]:
        return say("not measured")
    short = unit.split(" ")[0]
    number = "<b>" + f"{signed(cell['value'], decimals)} {short}".strip() + "</b>"
    within = interval(cell["low"], cell["high"], decimals)
    return "<br>".join(filter(None, [number, within.strip(), counted(cell["n"], counts)]))


def _sentence(cells: pd.DataFrame, axis: str, above: str, below: str) -> str:
    measured = cells.loc[cells["n"] > 0]
    able = measured.loc[measured["low"].notna()]
    beyond = able.loc[able["beyond"]]
    up, down = int((beyond["value"] > 0).sum()), int((beyond["value"] < 0).sum())
    ways = [say("{n} above zero ({reading})", n=up, reading=above)] if up else []
    ways += [say("{n} below ({reading})", n=down, reading=below)] if down else []
    told = say(
        "{measure}: beyond chance in {n} of {cells} with an interval, {ways}; about 1 in 20 would be by chance alone."
        if ways
        else "{measure}: beyond chance in {n} of {cells} with an interval.",
        measure=axis,
        n=len(beyond),
        cells=counted(len(able), "cell"),
        ways=listed(ways),
    )
    pale = say("Pale cells may be chance.") if len(beyond) < len(measured) else ""
    rest = _rest_sentence(alone=len(measured) - len(able), lacking=len(cells) - len(measured))
    return " ".join(filter(None, [told, rest, pale]))


def _rest_sentence(*, alone: int, lacking: int) -> str:
    """Return how many cells have one seed alone, and how many nothing; "" without any."""
    cells = counted(alone, "cell")
    if alone and lacking:
        return say_many(
            "{cells} with one seed cannot tell and {n} was not measured.",
            "{cells} with one seed cannot tell and {n} were not measured.",
            n=lacking,
            cells=cells,
        )
    if alone:
        return say("{cells} with one seed cannot tell.", cells=cells)
    return say_many("{n} was not measured.", "{n} were not measured.", n=lacking) if lacking else ""
