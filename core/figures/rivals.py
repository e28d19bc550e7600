"""Figure of the verdict: what crossing both ways gains over everything it is held against, on one scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analysis.estimate import mean_interval
from core.figures.labels import category_axis, label_room, named_line
from core.figures.lettering import interval
from core.figures.marks import dots, limits_of
from core.figures.palette import FUSION_MARKER, Look, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import signed
from core.text.words import say
from core.vocabulary import Fusion, label

LANE = 0.26  # of a row: how far the seeds stand below their mean
ROW, AROUND = 42, 74  # px of a row, and of what stands above and below all of them


def rivals(gains: pd.DataFrame, *, finding: str, look: Look) -> Drawing:
    """Show by how much the RMSE of `both` is lower than that of each rival, seed by seed and on average.

    Parameters
    ----------
    gains : columns rival (as it is told), seed, gain (% of the rival's RMSE; above 0 `both` is better); a row a seed.
    finding : the verdict.
    """
    names = list(dict.fromkeys(reversed(gains["rival"])))
    fig, colour = go.Figure(), fusion_colour(Fusion.BOTH, look)
    named_line(fig, look=look, text=say("as good"), x=0)
    reach = [0.0]
    for place, name in enumerate(names):
        own = gains.loc[gains["rival"] == name]
        seeds, mean = own["gain"].to_numpy(float), mean_interval(own["gain"])
        hover = say("seed {seed}: {gain} %", seed="%{customdata}", gain="%{x:+.2f}") + f"<extra>{name}</extra>"
        style = {"size": 6, "hollow": True, "hover": hover, "customdata": own["seed"].to_numpy()}
        lane = np.full(len(seeds), place - LANE)
        fig.add_trace(dots(seeds, lane, name=say("{mode}, seeds", mode=name), colour=look.colours.muted, **style))
        style = {"size": 12, "symbol": FUSION_MARKER[Fusion.BOTH], "interval": ([mean.low], [mean.high])}
        fig.add_trace(dots([mean.value], [place], name=name, colour=colour, **style))
        text = f"<b>{signed(mean.value)} %</b>{interval(mean.low, mean.high)}"
        at = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 12, "y": place}
        fig.add_annotation(text=text, **at, font={"color": colour})
        reach += [*seeds, mean.low, mean.high]
    category_axis(fig, names, look=look)
    both = label(Fusion.BOTH, look.language)
    title = say("RMSE that {both} saves against each (%), right is better", both=both)
    fig.update_xaxes(title_text=title, range=limits_of(reach, margin=0.08), showgrid=True)
    margins = Margins(left=label_room(names), right=150, above=18, height=AROUND + ROW * len(names))
    return drawn(fig, finding, margins, look)
