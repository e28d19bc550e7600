"""Figure of the four conditions that data should meet: published data sets and one's own, side by side."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd
from plotly.subplots import make_subplots

from core.analysis.suitability import Condition, Variant
from core.figures.labels import category_axis, label_room, panel_title
from core.figures.marks import dots
from core.figures.names import IN_MARGIN, shown
from core.figures.palette import Look
from core.figures.theme import Drawing, Margins, drawn
from core.text.words import mark, say

COLUMNS = ("dataset", "title", "condition", "variant", "value", "low", "high")
PANELS = {
    Condition.WOBBLE: mark("c1 wobbling cycle"),
    Condition.COMOVEMENT: mark("c2 moving together"),
    Condition.SKELETON: mark("c3 slow over fast"),
    Condition.SHIFT: mark("c4 shift"),
}
VARIANTS = {
    Variant.TARGET: (mark("the target alone"), "circle", False),
    Variant.ALL: (mark("all variables"), "square", True),
}
LANE = 0.16
ROW = 34  # px
ACROSS = 2  # panels side by side


def data_conditions(rows: pd.DataFrame, best: Collection[str], finding: str, *, look: Look) -> Drawing:
    """Show each condition of every data set, from 0 to 1, in two variants with their intervals.

    Parameters
    ----------
    rows : columns COLUMNS, a row a number; `title` is a name of any length, shown from the top in their order.
    best : data sets that are said to meet all conditions best; they wear the colour of both.
    finding : the sentence, made from these numbers where they are judged.
    """
    datasets = list(dict.fromkeys(rows["dataset"]))[::-1]
    titles = rows.drop_duplicates("dataset").set_index("dataset")["title"]
    names = [shown(titles[name], IN_MARGIN) for name in datasets]
    height, between = ROW * len(datasets), 62
    fig = make_subplots(
        rows=2, cols=ACROSS, horizontal_spacing=0.06, vertical_spacing=between / (2 * height + between)
    )
    for variant, (name, symbol, hollow) in VARIANTS.items():  # the legend, without a hue
        text = say(name)
        style: dict[str, Any] = {"symbol": symbol, "hollow": hollow}
        fig.add_trace(dots([None], [None], name=text, colour=look.colours.muted, **style), row=1, col=1)
        for place, condition in enumerate(PANELS):
            row, column = divmod(place, ACROSS)
            part = rows.loc[(rows["condition"] == condition) & (rows["variant"] == variant)]
            for named, colour in ((True, look.colours.both), (False, look.colours.muted)):
                of = part.loc[part["dataset"].isin(list(best)) == named]
                lane = LANE if variant is Variant.TARGET else -LANE
                y = [datasets.index(dataset) + lane for dataset in of["dataset"]]
                hover = "%{x:.3f}<extra>" + text + "</extra>"
                more = {"hover": hover, "showlegend": False, "size": 8, "interval": (of["low"], of["high"])}
                marks = dots(of["value"], y, name=text, colour=colour, **style, **more)
                fig.add_trace(marks, row=row + 1, col=column + 1)
    for place, title in enumerate(PANELS.values()):
        panel_title(fig, say(title), "" if place == 0 else str(place + 1), look=look)
    category_axis(fig, names, look=look)
    fig.update_yaxes(showticklabels=False, col=2)
    fig.update_xaxes(range=[-0.02, 1.02], showgrid=True, nticks=6)
    fig.update_xaxes(title_text=say("0: not met, 1: met in full"), row=2)
    margins = Margins(left=label_room(names), legend=True, above=22, height=2 * height + between + 106)
    return drawn(fig, finding, margins, look)
