"""Figure of what letting the paths correct each other costs, in three designs."""

from __future__ import annotations

import math

import pandas as pd
from plotly.subplots import make_subplots

from core.analysis.cost import Design
from core.figures.labels import category_axis, label_room, panel_title
from core.figures.marks import dots
from core.figures.network import compact
from core.figures.palette import Look
from core.figures.theme import Drawing, Margins, drawn
from core.text.words import mark, say

NAMES = {
    Design.PROPOSED: mark("Depth-wise"),
    Design.STANDARD_CONV: mark("Standard"),
    Design.NO_EMBEDDING: mark("Every row"),
}
PANELS = {"embedding": mark("First layer"), "crossing": mark("All crossings"), "total": mark("Together")}
MARKS = {  # column: name, symbol, size, hollow
    "published": (mark("published"), "circle", 13, True),
    "counted": (mark("counted"), "circle", 6, False),
    "here": (mark("here"), "diamond", 9, True),
}
LANE = 0.18


def cost_comparison(costs: pd.DataFrame, *, look: Look) -> Drawing:
    """Show the multiply-accumulates (MACs) of a window: published (hollow) beside counted (full).

    Parameters
    ----------
    costs : columns design (of `core.analysis.cost.Design`), part (a key of PANELS), published (NaN where nothing is
        printed), counted, here (by formula at the sizes of the runs shown).
    """
    colours, designs = look.colours, list(reversed(Design))
    fig = make_subplots(rows=1, cols=len(PANELS), horizontal_spacing=0.04)
    for column, (part, title) in enumerate(PANELS.items(), start=1):
        rows = costs.loc[costs["part"] == part]
        for name, (text, symbol, size, hollow) in MARKS.items():
            shift = -LANE if name == "here" else LANE
            places = [designs.index(Design(design)) + shift for design in rows["design"]]
            style = {"symbol": symbol, "size": size, "hollow": hollow, "showlegend": column == 1}
            style["hover"] = f"{say(text)} %{{x:,}} MACs<extra>{say(title)}</extra>"
            colour = colours.muted if name == "here" else colours.both
            fig.add_trace(dots(rows[name], places, name=say(text), colour=colour, **style), row=1, col=column)
        panel_title(fig, say(title), "" if column == 1 else str(column), look=look)
    names = [say(NAMES[design]) for design in designs]
    category_axis(fig, names, look=look)
    fig.update_yaxes(showticklabels=False)
    fig.update_yaxes(showticklabels=True, col=1)
    least, most = (math.log10(end) for end in (costs["here"].min(), costs["counted"].max()))
    limits = [math.floor(least), math.ceil(most)]
    title = say("MACs a window")
    fig.update_xaxes(title_text=title, type="log", showgrid=True, dtick=2, exponentformat="SI", range=limits)
    margins = Margins(left=label_room(names), legend=True, above=22, height=280)
    return drawn(fig, _sentence(costs), margins, look)


def _sentence(costs: pd.DataFrame) -> str:
    totals = costs.loc[costs["part"] == "total"].set_index("design")
    printed = costs.dropna(subset="published")
    same = int((printed["published"] == printed["counted"]).sum())
    ours, here = (totals[column] / totals[column][Design.PROPOSED] for column in ("published", "here"))
    published = say(
        "At the published size the depth-wise design takes {macs} multiply-accumulates (MACs) a window, a standard "
        "convolution {standard:.0f} times and one on every row {every:.0f} times as many; {same} of {printed} "
        "published numbers are counted alike on running modules.",
        macs=compact(totals["published"][Design.PROPOSED]),
        standard=ours[Design.STANDARD_CONV],
        every=ours[Design.NO_EMBEDDING],
        same=same,
        printed=len(printed),
    )
    times = here[Design.STANDARD_CONV]
    own = say("At the sizes of these runs a standard convolution takes {times:.1f} times as many.", times=times)
    return f"{published} {own}"
