"""Figures of what both directions do together: excess gain and win rate, cell by cell of data set and horizon."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analysis.estimate import Estimate
from core.analysis.synergy import CHANCE
from core.claims.published import DATASETS
from core.figures.colour import translucent
from core.figures.labels import category_axis, label_room, named_line
from core.figures.lettering import interval
from core.figures.marks import dots, heat, limits_of, whiskers
from core.figures.palette import Look, diverging
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import counted, fixed, signed
from core.text.words import say

BAR = 11  # px
ROW = 23  # px of a cell in the list of bars
SQUARE = 46  # px of a row of the map
PALE = 0.7  # share of wins from which a map's ground is so dark that letters turn to the colour of the paper


def excess_gain(rows: pd.DataFrame, over_sources: Estimate, *, look: Look) -> Drawing:
    """Show beta_12 of each cell as a bar from 0 with its interval; hollow marks where the interval holds 0.

    Parameters
    ----------
    rows : columns dataset, horizon, value, low, high (% of the RMSE of none; NaN limits with one seed), seeds,
        published ("below 0" or "not below 0").
    over_sources : the mean over independent data sources, as the claim is decided.
    """
    rows = rows.iloc[::-1].reset_index(drop=True)
    names = [f"{one.dataset}, {one.horizon}" for one in rows.itertuples()]
    below, above = (rows["high"] < 0).to_numpy(), (rows["low"] > 0).to_numpy()
    colours = look.colours
    fig = go.Figure()
    for text, kept, colour, hollow in (
        (say("excess gain"), below, colours.both, False),
        (say("less than the sum"), above, colours.none, False),
        (say("interval holds 0, or one seed"), ~(below | above), colours.muted, True),
    ):
        part = rows.loc[kept]
        if part.empty:
            continue
        places, values = part.index.to_numpy(float), part["value"].to_numpy(float)
        bar = dots(values, places, name=text, colour=colour, size=1, showlegend=False)
        bar.update(hoverinfo="skip", hovertemplate=None)
        bar.error_x = whiskers(
            np.minimum(values, 0), values, np.maximum(values, 0), translucent(colour, 0.15 if hollow else 0.4)
        )
        bar.error_x.thickness = BAR
        style = {"size": 9, "hollow": hollow, "customdata": part["seeds"], "interval": (part["low"], part["high"])}
        hover = say("{share} % of RMSE, {seeds} seeds", share="%{x:.2f}", seeds="%{customdata}")
        style["hover"] = f"{hover}<extra>{text}</extra>"
        mark = dots(values, places, name=text, colour=colour, **style)
        fig.add_traces([bar, mark])
    named_line(fig, look=look, text=say("sum of each alone"), x=0)
    category_axis(fig, names, look=look)
    reach = limits_of(rows[["value", "low", "high"]].to_numpy(float), [0.0])
    title = say("β₁₂ (% of the RMSE of none), left is an excess gain")
    fig.update_xaxes(title_text=title, range=reach, showgrid=True)
    margins = Margins(left=label_room(names), legend=True, above=18, height=122 + ROW * len(names))
    return drawn(fig, _excess_told(rows, int(below.sum()), int(above.sum()), over_sources), margins, look)


def _excess_told(rows: pd.DataFrame, below: int, above: int, over_sources: Estimate) -> str:
    claimed = int((rows["published"] == "below 0").sum())
    told = say(
        "The interval of β₁₂ lies below 0 in {below} and above 0 in {above} of {cells} of data set and horizon; "
        "published is an excess gain in {claimed} of these.",
        below=below,
        above=above,
        cells=counted(len(rows), "cell"),
        claimed=claimed,
    )
    if not over_sources.defined:
        return told
    mean = say(
        "Over {sources} it is {share} % of RMSE{interval}, Weather at 336 and 720 left out as published.",
        sources=counted(over_sources.n, "independent data source"),
        share=signed(over_sources.value, 2),
        interval=interval(over_sources.low, over_sources.high, 2),
    )
    return f"{told} {mean}"


def win_rates(rows: pd.DataFrame, every: Estimate, *, look: Look) -> Drawing:
    """Show the share of seeds in which both beat the better single direction as a map, data set by horizon.

    Parameters
    ----------
    rows : columns dataset, horizon, value, low, high (shares, Wilson's interval), seeds.
    every : the share over all trainings.
    """
    names = [name for name in reversed(DATASETS) if (rows["dataset"] == name).any()]
    horizons = sorted(rows["horizon"].unique())
    table = rows.pivot_table(index="dataset", columns="horizon", values="value").reindex(names)[horizons]
    limits = (2 * CHANCE - 1, 1.0)  # chance in the middle
    fig = go.Figure()
    scale = diverging(look.colours.both, look)
    style = {"bar": say("share of seeds"), "hovertemplate": "%{z:.0%}<extra></extra>", "xgap": 3, "ygap": 3}
    fig.add_trace(heat(table.to_numpy(float), scale=scale, limits=limits, look=look, **style))
    fig.data[0].colorbar.update(tickvals=[0, CHANCE, 1], ticktext=["0", say("chance, 1/3"), "1"])
    for row in rows.to_dict("records"):
        wins = row["value"] * row["seeds"]
        fig.add_annotation(
            text=say("{wins:g} of {seeds}", wins=wins, seeds=row["seeds"]),
            x=horizons.index(row["horizon"]),
            y=names.index(row["dataset"]),
            font={"color": look.colours.paper if row["value"] > PALE else look.colours.ink},
            showarrow=False,
        )
    category_axis(fig, names, look=look)
    ticks = {"tickvals": list(range(len(horizons))), "ticktext": [str(one) for one in horizons]}
    fig.update_xaxes(title_text=say("Horizon (rows)"), **ticks)
    margins = Margins(left=label_room(names), right=118, height=86 + SQUARE * len(names))
    return drawn(fig, _wins_told(rows, every), margins, look)


def _wins_told(rows: pd.DataFrame, every: Estimate) -> str:
    share, low, high = (fixed(100 * end, 0) for end in (every.value, every.low, every.high))
    above, most = int((rows["low"] > CHANCE).sum()), int((rows["value"] > 0.5).sum())
    return say(
        "Both directions beat the better single one in {share} % of {trainings} ({low} to {high} %); chance is a "
        "third. They win in more than half of the seeds in {most} of {cells} of data set and horizon, and the "
        "interval lies above chance in {above}; published is most seeds in most cells.",
        **{"share": share, "low": low, "high": high, "trainings": counted(every.n, "training")},
        **{"most": most, "above": above, "cells": counted(len(rows), "cell")},
    )
