"""Figure of what forecasts rest on, averaged over many windows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.attribution import MOST, NAME, ROW, left_out
from core.figures.labels import category_axis, label_room
from core.figures.marks import heat
from core.figures.names import shortened, shown, whole, with_unit
from core.figures.palette import Look, sequential
from core.figures.theme import Drawing, Margins, drawn
from core.figures.trust import shares_of
from core.text.amounts import counted
from core.text.words import say

Values = NDArray[np.float64]
MIDDLE = (10, 90)  # percentiles of windows between which 8 in 10 lie


def mean_map(
    sizes: Values,
    shares: Values,
    *,
    edges: NDArray[np.int64],
    variables: Sequence[str],
    variable: str,
    unit: str,
    what: str,
    of: int,
    informed: int,
    look: Look,
) -> Drawing:
    """Show by how much each block of past rows of each variable moves one number of a forecast, on average.

    Parameters
    ----------
    sizes
        Mean size of the scores, [block, variable], in units of the explained variable.
    shares
        Of all movement, by window, [window, variable].
    edges
        Rows before the forecast at which the blocks begin, and 0, [block + 1]: below zero, ascending.
    variables, variable, unit
        Names; the explained one and its unit ("" if unknown).
    what
        In words: what is explained.
    of
        Windows that were asked for; there are as many as `shares` has rows.
    informed
        Windows in which the order of the blocks knows more than a random one.
    """
    mean = shares.mean(0)
    order = np.argsort(-mean, kind="stable")[:MOST]
    low, high = np.percentile(shares, MIDDLE, axis=0)
    names = [f"{shown(variables[each], NAME)}  {mean[each]:.0%}" for each in order]
    ranges = [f"{whole(variables[each])}, {_middle(low, high, each)}" for each in order[::-1]]
    point = {"variable": "%{customdata}", "row": "%{x}", "size": "%{z:.3g}"}
    picture = heat(
        sizes[:, order[::-1]].T,
        scale=sequential(look.colours.gru, look),
        limits=(0.0, float(sizes.max()) or 1.0),
        look=look,
        bar=shown(with_unit(say("moves it by"), unit)),
        x=(edges[:-1] + edges[1:]) / 2,
        y=list(range(len(order))),
        name=say("mean size"),
        customdata=[[told] * len(sizes) for told in ranges],
        hovertemplate=say("{variable}<br>around row {row}: {size}", **point) + "<extra></extra>",
    )
    fig = go.Figure(picture)
    category_axis(fig, names[::-1], look=look)
    fig.update_xaxes(title_text=say("Rows before the forecast"), range=[edges[0], edges[-1]])
    margins = Margins(left=label_room(names), right=96, above=8, height=90 + ROW * len(order))
    windows = counted(of, "window")
    if len(shares) < of:
        windows = say("{n} of {windows}", n=len(shares), windows=windows)
    first = int(order[0])
    told = say(
        "Mean over {windows}: {variable} holds {share:.0%} of all movement of {what} of {explained} ({middle}), the "
        "last block {late:.0%}.",
        windows=windows,
        variable=shortened(variables[first]),
        share=mean[first],
        what=what,
        explained=shortened(variable),
        middle=_middle(low, high, first),
        late=shares_of(sizes.T)[-1],
    )
    knows = say("The order knows more than chance in {n} of {windows}.", n=informed, windows=len(shares))
    finding = " ".join(filter(None, [told, knows, left_out(len(order), len(variables))]))
    return drawn(fig, finding, margins, look)


def _middle(low: Values, high: Values, variable: int) -> str:
    """Return in words between which shares of a variable 8 in 10 windows lie."""
    return say("{low:.0%} to {high:.0%} in 8 of 10 windows", low=low[variable], high=high[variable])
