"""Figure of planted answers: how far each measure is off, in units of what it may be."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.labels import category_axis, label_room, named_line
from core.figures.lettering import number, widest
from core.figures.marks import dots, whiskers
from core.figures.palette import Look
from core.figures.theme import Drawing, Margins, drawn
from core.text.words import mark, say

PLANTED = (  # rows of `core.analysis.ground_truth`, as the figure names them
    mark("phase-drift: no wobble"),
    mark("phase-drift: 2 steps to and fro"),
    mark("phase-drift: any phase"),
    mark("SPAI: any phase"),
    mark("c1: size .5 to 1.5"),
    mark("c2: correlation .6"),
    mark("c3: power 9 slow, 1 fast"),
    mark("c4: N(0, 1) to N(1, 4)"),
    mark("dCor: none"),
    mark("dCor: half"),
    mark("dCor: full"),
    mark("eta squared: none"),
    mark("eta squared: half"),
    mark("eta squared: full"),
    mark("abrupt changes: bursts, within a row"),
    mark("response lead: 0 steps"),
    mark("response lead: 1 steps"),
    mark("response lead: 3 steps"),
    mark("amplification: rescaled by 1.3"),
    mark("amplification: to the power 1.2"),
    mark("lead, intervened: 3 steps"),
    mark("Spearman gain: correlation .8"),
    mark("gain, no cycle: shared cycle only"),
    mark("beta 12, OLS: −.07"),
    mark("beta 12, paired: −.07"),
    mark("delta RMSE: a tenth lower"),
    mark("RMSE increase: a tenth higher"),
    mark("win rate: 7 of 10 seeds"),
    mark("within slope: 2, sets apart"),
    mark("imbalance: a quarter"),
)
WIDEST = 3.0  # tolerances shown; what lies farther off is drawn at the edge


def ground_truth(rows: pd.DataFrame, *, look: Look) -> Drawing:
    """Show estimate minus planted truth, in tolerances: a dot between the lines at ±1 is a measure that finds it.

    Parameters
    ----------
    rows : of `core.analysis.ground_truth.ground_truth`: measure, case, unit, truth, tolerance, value, low, high.
    """
    table = rows.iloc[::-1].reset_index(drop=True)
    value, low, high = (
        ((table[name] - table["truth"]) / table["tolerance"]).to_numpy(float).clip(-WIDEST, WIDEST)
        for name in ("value", "low", "high")
    )
    fig = go.Figure()
    for name, kept, hollow in ((say("found"), found(table), False), (say("missed"), ~found(table), True)):
        places = np.flatnonzero(kept)
        if places.size:
            trace = dots(value[places], places, name=name, colour=look.colours.truth, hollow=hollow, size=9)
            trace.error_x = whiskers(low[places], value[places], high[places], look.colours.muted)
            fig.add_trace(trace)
    records = table.to_dict("records")
    names = [say(_name(row)) for row in records]
    texts = [f"{number(row['truth'], 3)} → {number(row['value'], 3)}" for row in records]
    category_axis(fig, names, look=look)
    for edge in (-1.0, 0.0, 1.0):
        named_line(fig, look=look, text=say("truth") if edge == 0 else "", x=edge)
    for place, text in enumerate(texts):
        at = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": place}
        fig.add_annotation(text=text, **at, font={"color": look.colours.muted}, showarrow=False)
    fig.update_xaxes(title_text=say("Estimate minus truth (tolerances)"), range=[-WIDEST - 0.1, WIDEST + 0.1])
    right = widest(texts) + 14
    margins = Margins(left=label_room(names), right=right, legend=True, above=18, height=80 + 22 * len(names))
    return drawn(fig, _sentence(table), margins, look)


def found(rows: pd.DataFrame) -> np.ndarray:
    """Return whether each planted answer is found within its tolerance, [row]."""
    return np.asarray((rows["value"] - rows["truth"]).abs() <= rows["tolerance"])


def _name(row: Mapping[Hashable, Any] | pd.Series[Any]) -> str:
    """Return which measure is held against which planted answer, one of PLANTED."""
    return f"{row['measure']}: {row['case']}"


def _sentence(table: pd.DataFrame) -> str:
    missed = table.loc[~found(table)]
    told = {"n": len(table) - len(missed), "total": len(table)}
    if missed.empty:
        return say(
            "{n} of {total} planted answers are found within the stated tolerance (right: truth → estimate).", **told
        )
    row = missed.iloc[0]
    return say(
        "{n} of {total} planted answers are found within the stated tolerance; {missed} is missed ({truth} → "
        "{value}).",
        **told,
        missed=say(_name(row)),
        truth=number(row["truth"]),
        value=number(row["value"]),
    )
