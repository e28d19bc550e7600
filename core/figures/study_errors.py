"""Figures of errors over all trainings: how each mode changes them, run by run and horizon by horizon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.claims.published import DATASETS
from core.figures.claims import verdicts_told
from core.figures.colour import translucent
from core.figures.labels import category_axis, label_room, named_line, panel_title
from core.figures.marks import dots, limits_of, whiskers
from core.figures.palette import FUSION_DASH, FUSION_MARKER, Look, baseline_label, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import counted, listed, signed
from core.text.words import say
from core.vocabulary import Fusion, label

CROSSED = (Fusion.GRU_TO_CNN, Fusion.CNN_TO_GRU, Fusion.BOTH)
LANE, MEAN = 0.3, 0.11  # of a data set's row: between modes, and from a mode's box down to its mean
BOX = 9  # px: height of a box
COLUMNS = 3
PANEL, BETWEEN = 170, 74  # px: height of a panel, and of the room between two rows
STEP = 0.13  # of the way between two horizons, from mode to mode


def rmse_changes(points: pd.DataFrame, summary: pd.DataFrame, *, look: Look) -> Drawing:
    """Show the RMSE reduction of every training against none of the same seed: points, quartiles and means.

    Parameters
    ----------
    points : columns dataset, mode, reduction (% of the RMSE of none; positive is better), a row a training.
    summary : columns dataset, mode, q1, median, q3 (of the trainings), value, low, high (mean over seeds and its
        interval; NaN limits with one seed), published (NaN where nothing is), verdict (empty where nothing is).
    """
    names = [name for name in reversed(DATASETS) if (summary["dataset"] == name).any()]
    fig = go.Figure()
    if summary["published"].notna().any():
        fig.add_trace(dots([None], [None], name=say("published"), colour=look.colours.muted, hollow=True, size=11))
    named_line(fig, look=look, text=label(Fusion.NONE, look.language), x=0)
    for place, mode in enumerate(CROSSED):
        of = summary.loc[summary["mode"] == mode]
        if not of.empty:
            _mode(fig, mode, points.loc[points["mode"] == mode], of, names, LANE * (1 - place), look)
    category_axis(fig, names, look=look)
    reach = summary[["value", "low", "high", "published"]].to_numpy(float)
    fig.update_xaxes(
        title_text=say("RMSE reduction against none of the same seed (%), right is better"),
        range=limits_of(reach, points["reduction"].to_numpy(float), [0.0]),
        showgrid=True,
    )
    margins = Margins(left=label_room(names), legend=True, above=18, height=116 + 78 * len(names))
    return drawn(fig, _changes_told(points, summary), margins, look)


def _mode(
    fig: go.Figure, mode: Fusion, points: pd.DataFrame, of: pd.DataFrame, names: list[str], shift: float, look: Look
) -> None:
    """Draw the trainings of one mode: a pale box under their points, mean and published number below it."""
    colour, name, symbol = fusion_colour(mode, look), label(mode, look.language), FUSION_MARKER[mode]
    rows = np.array([names.index(dataset) for dataset in of["dataset"]], float) + shift
    hidden: dict[str, Any] = {"showlegend": False, "colour": colour}
    quartiles, hover = say("{mode}, quartiles", mode=name), say("median {value} %", value="%{x:.2f}")
    box = dots(of["median"], rows, name=quartiles, symbol="line-ns", size=BOX, hover=hover, **hidden)
    box.error_x = whiskers(of["q1"], of["median"], of["q3"], translucent(colour, 0.35)) | {"thickness": BOX}
    lanes = np.array([names.index(dataset) for dataset in points["dataset"]], float) + shift
    style: dict[str, Any] = {"size": 4, "hollow": True, "customdata": points[["horizon", "seed"]].to_numpy()}
    seen = {"horizon": "%{customdata[0]}", "seed": "%{customdata[1]}", "value": "%{x:.2f}"}
    extra = f"<extra>{name}</extra>"
    style["hover"] = say("horizon {horizon}, seed {seed}: {value} %", **seen) + extra
    cloud = dots(points["reduction"], lanes, name=say("{mode}, trainings", mode=name), **style, **hidden)
    limits, below = (of["low"].to_numpy(float), of["high"].to_numpy(float)), rows - MEAN
    style = {
        "symbol": symbol,
        "size": 8,
        "interval": limits,
        "hover": say("mean {value} %", value="%{x:.2f}") + extra,
    }
    mean = dots(of["value"], below, name=name, colour=colour, **style)
    hover = say("published {value} %", value="%{x:.1f}") + extra
    style = {"symbol": symbol, "size": 11, "hollow": True, "hover": hover}
    published = dots(of["published"], below, name=say("{mode}, published", mode=name), **style, **hidden)
    fig.add_traces([box, cloud, mean, published])


def _changes_told(points: pd.DataFrame, summary: pd.DataFrame) -> str:
    parts = []
    both, of = (table.loc[table["mode"] == Fusion.BOTH] for table in (points, summary))
    if len(both):
        better = int((both["reduction"] > 0).sum())
        means, published = of["value"], of["published"].dropna()
        ends = {"least": signed(published.min()), "most": signed(published.max())} if len(published) else {}
        told = say(
            "With both directions RMSE falls in {better} of {trainings}; its mean reduction by data set runs from "
            "{least} to {most} %{published}.",
            **{"better": better, "trainings": counted(len(both), "training")},
            **{"least": signed(means.min()), "most": signed(means.max())},
            published=say(", published {least} to {most} %", **ends) if ends else "",
        )
        parts.append(told)
    judged = summary.loc[summary["verdict"] != ""]
    if len(judged):
        parts.append(say("Of {means} published means: {counts}.", means=len(judged), counts=verdicts_told(judged)))
    if parts:
        return " ".join(parts)
    return say("{trainings} of single directions are shown.", trainings=counted(len(points), "training"))


def rmse_by_horizon(rows: pd.DataFrame, *, look: Look) -> Drawing:
    """Show the RMSE of each mode and of ridge against the horizon, one panel a data set.

    Parameters
    ----------
    rows : columns dataset, horizon, source (a mode or a baseline), value (RMSE, standardised, mean over seeds), low,
        high (NaN without an interval), n (seeds; 0 of a baseline).
    """
    fig = _panels(rows, say("RMSE (standardised)"), look, moved=False)
    table = rows.pivot_table(index=["dataset", "horizon"], columns="source", values="value")
    modes = table[[mode.value for mode in Fusion if mode.value in table]]
    whole = modes.dropna()
    lowest = whole.idxmin(axis=1).value_counts()
    named = [
        say("{mode} in {cells}", mode=label(Fusion(str(mode)), look.language), cells=count)
        for mode, count in lowest.items()
    ]
    told = {"modes": listed(named), "cells": counted(len(whole), "cell")}
    if "ridge" in table:
        known = table.loc[whole.index, "ridge"].dropna()
        finding = say(
            "Of the modes the lowest mean RMSE is that of {modes} of {cells} of data set and horizon; ridge without "
            "a network is lower still in {ridge}.",
            **told,
            ridge=int((known < whole.min(axis=1)).sum()),
        )
    else:
        finding = say(
            "Of the modes the lowest mean RMSE is that of {modes} of {cells} of data set and horizon.", **told
        )
    return drawn(fig, finding, _margins(rows), look)


def change_by_horizon(rows: pd.DataFrame, *, look: Look) -> Drawing:
    """Show by how much each mode lowers the RMSE of none against the horizon, one panel a data set.

    Parameters
    ----------
    rows : as of `rmse_by_horizon`, value in % of the RMSE of none, above 0 better; modes with a crossing alone.
    """
    fig = _panels(rows, say("RMSE reduction (%)"), look, moved=True)
    parts = []
    for mode, of in rows.groupby("source", sort=False):
        told = say(
            "{mode} lowers it in {lower} and raises it in {higher} of {cells}",
            mode=label(Fusion(str(mode)), look.language),
            lower=int((of["low"] > 0).sum()),
            higher=int((of["high"] < 0).sum()),
            cells=len(of),
        )
        parts.append(told)
    told = say("Where the interval excludes 0, by cell of data set and horizon: {modes}.", modes="; ".join(parts))
    return drawn(fig, told, _margins(rows), look)


def _margins(rows: pd.DataFrame) -> Margins:
    lines = -(-rows["dataset"].nunique() // COLUMNS)
    height = lines * PANEL + (lines - 1) * BETWEEN
    return Margins(left=62, legend=True, above=22, height=height + 116)


def _panels(rows: pd.DataFrame, unit: str, look: Look, *, moved: bool) -> go.Figure:
    """Draw every data set's panel; `moved` sets modes side by side, as points, instead of lines through them."""
    names = [name for name in DATASETS if (rows["dataset"] == name).any()]
    columns = min(COLUMNS, len(names))
    lines = -(-len(names) // columns)
    height = lines * PANEL + (lines - 1) * BETWEEN
    fig = make_subplots(rows=lines, cols=columns, horizontal_spacing=0.09, vertical_spacing=BETWEEN / height)
    horizons = sorted(rows["horizon"].unique())
    sources = list(dict.fromkeys(rows["source"]))
    for place, name in enumerate(names):
        row, column = divmod(place, columns)
        of = rows.loc[rows["dataset"] == name]
        for lane, source in enumerate(sources):
            shift = STEP * (lane - (len(sources) - 1) / 2) if moved else 0.0
            trace = _source(of.loc[of["source"] == source], source, horizons, shift, look, moved=moved)
            fig.add_trace(trace.update(showlegend=place == 0), row=row + 1, col=column + 1)
        axis = "" if place == 0 else str(place + 1)
        panel_title(fig, name, axis, look=look)
        fig.update_layout({f"yaxis{axis}": {"range": _reach(of, with_zero=moved), "nticks": 5}})
        if moved:
            named_line(fig, look=look, text="", y=0, axis=axis)
        if column == 0:
            fig.update_yaxes(title_text=unit, row=row + 1, col=1)
    ticks = {"tickvals": list(range(len(horizons))), "ticktext": [str(one) for one in horizons]}
    fig.update_xaxes(title_text=say("Horizon (rows)"), range=[-0.5, len(horizons) - 0.5], **ticks)
    for place in range(len(names), lines * columns):
        fig.update_layout({f"{letter}axis{place + 1}": {"visible": False} for letter in "xy"})
    return fig


def _source(
    of: pd.DataFrame, source: str, horizons: Sequence[int], shift: float, look: Look, *, moved: bool
) -> go.Scatter:
    """Return the numbers of one mode or baseline in one panel."""
    mode = Fusion(source) if source in set(Fusion) else None
    colour = fusion_colour(mode, look) if mode else look.colours.muted
    name = label(mode, look.language) if mode else baseline_label(source)
    x = [horizons.index(horizon) + shift for horizon in of["horizon"]]
    style = {"symbol": FUSION_MARKER[mode] if mode else "x", "size": 7}
    trace = dots(x, of["value"].to_numpy(float), name=name, colour=colour, **style)
    trace.update(hovertemplate="%{y:.4g}<extra>" + name + "</extra>")
    trace.error_y = whiskers(of["low"], of["value"], of["high"], colour) | {"thickness": 1.2}
    if not moved:
        trace.update(mode="lines+markers", line={"color": colour, "width": 1.4})
        trace.line.dash = FUSION_DASH[mode] if mode else "4px,3px"
    return trace


def _reach(of: pd.DataFrame, *, with_zero: bool) -> tuple[float, float]:
    ends = of[["value", "low", "high"]].to_numpy(float)
    return limits_of(ends, [0.0] if with_zero else [], margin=0.1)
