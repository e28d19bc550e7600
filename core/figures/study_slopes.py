"""Figures of what gains and losses go with: training by training with slopes, and data set by data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.analysis.estimate import Estimate
from core.claims.published import DATASETS, SOURCES
from core.figures.labels import named_line, panel_title
from core.figures.lettering import interval
from core.figures.marks import dots, limits_of, line, whiskers
from core.figures.palette import Look
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import counted, signed
from core.text.words import mark, say
from core.vocabulary import Reference, label

SYMBOLS = {"ETTh2": "circle", "ETTm2": "circle", "ETTh1": "square", "ETTm1": "square", "Weather": "triangle-up"}
HOURLY = ("ETTh2", "ETTh1")  # hollow: the same source as the full mark of its shape
LEAST = 3  # points that a line of published averages is drawn through
NEAR = 0.28  # of the range of x: names of data sets closer than this stand on one another
ASIDE = 0.012  # of the range of x, from the data set to each weakened form
MEASURES = {"spai": mark("SPAI (correlation)"), "phase_drift": mark("Phase-drift (days)")}
WEAKENED = {Reference.EMA: "pentagon", Reference.STATIC: "star"}


@dataclass(frozen=True)
class Names:
    """What a picture of slopes is of: its axes with their units, and x as the subject of a sentence."""

    x: str
    y: str
    subject: str
    digits: int  # decimals of x


def gain_by(
    points: pd.DataFrame, published: pd.DataFrame, slopes: Mapping[str, Estimate], names: Names, *, look: Look
) -> Drawing:
    """Show the extra gain against what it is said to go with: published averages, then every training.

    Parameters
    ----------
    points : columns dataset, horizon, seed, x, y, a row a training.
    published : columns dataset, x, y, a row a data set.
    slopes : "pooled" through all trainings, "within" data sets after the mean of each is removed; y for one of x.
    """
    fig = make_subplots(rows=1, cols=2, horizontal_spacing=0.14)
    for column, rows in enumerate((published, points), start=1):
        for name in DATASETS:
            _cloud(fig, rows.loc[rows["dataset"] == name], name, column, look)
    if len(published) >= LEAST:
        slope, rise = np.polyfit(published["x"], published["y"], 1)
        ends = np.array([published["x"].min(), published["x"].max()])
        style: dict[str, Any] = {"colour": look.colours.muted, "width": 1.2, "dash": "4px,3px"}
        style["name"] = say("published averages")
        fig.add_trace(line(ends, slope * ends + rise, showlegend=False, **style), row=1, col=1)
    _pooled(fig, points, slopes["pooled"], look)
    _within(fig, points, slopes["within"], look)
    panels = ((say("Published averages"), published), (say("Trainings here"), points))
    for column, (title, rows) in enumerate(panels, start=1):
        axis = "" if column == 1 else "2"
        panel_title(fig, title, axis, look=look)
        named_line(fig, look=look, text="", y=0, axis=axis)
        reach = limits_of(rows["x"].to_numpy(float))
        fig.update_xaxes(title_text=say(names.x), range=reach, nticks=5, row=1, col=column)
    fig.update_yaxes(title_text=say(names.y), row=1, col=1)
    return drawn(
        fig, _slopes_told(points, published, slopes, names), Margins(legend=True, above=22, height=380), look
    )


def _style(dataset: str, look: Look) -> dict[str, Any]:
    colours = {"ETT2": look.colours.both, "ETT1": look.colours.muted, "Weather": look.colours.truth}
    return {"colour": colours[SOURCES[dataset]], "symbol": SYMBOLS[dataset], "hollow": dataset in HOURLY}


def _cloud(fig: go.Figure, rows: pd.DataFrame, name: str, column: int, look: Look) -> None:
    """Draw the points of one data set in one panel; the legend names those of the second."""
    if rows.empty:
        return
    hover = "%{x:.3g}, %{y:.2f}<extra>" + name + "</extra>"
    style = {"size": 10 if column == 1 else 7, "hover": hover, "showlegend": column == 2, **_style(name, look)}
    fig.add_trace(dots(rows["x"], rows["y"], name=name, **style), row=1, col=column)


def _pooled(fig: go.Figure, points: pd.DataFrame, pooled: Estimate, look: Look) -> None:
    if not pooled.defined:
        return
    centre, ends = points[["x", "y"]].mean(), np.array([points["x"].min(), points["x"].max()])
    values = centre["y"] + pooled.value * (ends - centre["x"])
    style: dict[str, Any] = {"colour": look.colours.muted, "width": 1.6, "dash": "4px,3px"}
    fig.add_trace(line(ends, values, name=say("pooled slope"), showlegend=True, **style), row=1, col=2)


def _within(fig: go.Figure, points: pd.DataFrame, within: Estimate, look: Look) -> None:
    """Draw the one slope inside data sets through the mean of each that has several trainings."""
    several = [of for _, of in points.groupby("dataset", sort=False) if len(of) > 1] if within.defined else []
    for place, of in enumerate(several):
        centre, ends = of[["x", "y"]].mean(), np.array([of["x"].min(), of["x"].max()])
        values = centre["y"] + within.value * (ends - centre["x"])
        style: dict[str, Any] = {"colour": look.colours.both, "width": 1.6, "showlegend": place == 0}
        fig.add_trace(line(ends, values, name=say("slope within data sets"), **style), row=1, col=2)


def _slopes_told(points: pd.DataFrame, published: pd.DataFrame, slopes: Mapping[str, Estimate], names: Names) -> str:
    least, most = points["x"].min(), points["x"].max()
    parts = []
    for name, found in slopes.items():
        is_within = name == "within"
        if found.defined:  # over the measured range, never beyond it
            value, low, high = (signed((most - least) * one, 2) for one in (found.value, found.low, found.high))
            told = say(
                "within data sets by {value} % ({low} to {high})"
                if is_within
                else "pooled by {value} % ({low} to {high})",
                value=value,
                low=low,
                high=high,
            )
        else:
            why = str(found.reason or say("too few trainings")).rstrip(".")
            told = say("within data sets no slope: {why}" if is_within else "pooled no slope: {why}", why=why)
        parts.append(told)
    correlation = float(np.corrcoef(published["x"], published["y"])[0, 1])
    ends = [signed(one, names.digits) for one in (least, most, published["x"].min(), published["x"].max())]
    return say(
        "{subject} runs from {least} to {most} over {trainings}, where {published_least} to {published_most} are "
        "published; over the measured range the extra gain changes {changes}. The published averages correlate by "
        "{correlation}.",
        subject=say(names.subject),
        **dict(zip(("least", "most", "published_least", "published_most"), ends, strict=True)),
        trainings=counted(len(points), "training"),
        changes=", ".join(parts),
        correlation=signed(correlation, 2),
    )


def weakened_losses(
    rows: pd.DataFrame, measures: pd.DataFrame, slopes: Mapping[str, Estimate], *, look: Look
) -> Drawing:
    """Show what weakened references lose against SPAI and phase-drift: published (hollow) beside measured (full).

    Parameters
    ----------
    rows : columns dataset, reference (ema or static), published (% of the RMSE of both, NaN where nothing is), value,
        low, high (NaN where not measured).
    measures : columns dataset, spai, phase_drift.
    slopes : change of the loss from the smallest to the largest value of each measure, as the claim is decided.
    """
    fig = make_subplots(rows=1, cols=2, horizontal_spacing=0.1, shared_yaxes=True)
    if rows["published"].notna().any():
        fig.add_trace(dots([None], [None], name=say("published"), colour=look.colours.muted, hollow=True, size=11))
    for column, (measure, title) in enumerate(MEASURES.items(), start=1):
        at = measures.set_index("dataset")[measure]
        for reference, symbol in WEAKENED.items():
            _losses(fig, rows.loc[rows["reference"] == reference], at, Reference(reference), symbol, column, look)
        axis = "" if column == 1 else "2"
        _line_through(fig, rows, at, slopes[measure], column, look)
        _name_sets(fig, at, axis, look)
        named_line(fig, look=look, text="", y=0, axis=axis)
        fig.update_xaxes(title_text=say(title), range=limits_of(at.to_numpy(float), margin=0.14), row=1, col=column)
    fig.update_yaxes(title_text=say("RMSE increase over both (%), horizon 720"), row=1, col=1)
    ends = limits_of(rows[["published", "value", "low", "high"]].to_numpy(float), [0.0])
    fig.update_yaxes(range=ends)
    return drawn(fig, _losses_told(rows, slopes), Margins(legend=True, above=36, height=410), look)


def _losses(
    fig: go.Figure, of: pd.DataFrame, at: pd.Series, reference: Reference, symbol: str, column: int, look: Look
) -> None:
    """Draw the losses of one weakened form in one panel."""
    colour = look.colours.both if reference is Reference.EMA else look.colours.truth
    aside = ASIDE * float(np.ptp(at)) * (-1 if reference is Reference.EMA else 1)
    x, name = at.reindex(of["dataset"]).to_numpy(float) + aside, label(reference, look.language)
    hover = "%{customdata}: %{y:.1f} %<extra>" + name + "</extra>"
    style: dict[str, Any] = {"symbol": symbol, "hover": hover, "colour": colour}
    style["customdata"] = of["dataset"].to_numpy()
    reported = say("{mode}, published", mode=name)
    said = dots(x, of["published"], name=reported, size=11, hollow=True, showlegend=False, **style)
    found = dots(x, of["value"], name=name, size=8, showlegend=column == 1, **style)
    found.error_y = whiskers(of["low"], of["value"], of["high"], colour)
    fig.add_traces([said, found], rows=1, cols=column)


def _line_through(
    fig: go.Figure, rows: pd.DataFrame, at: pd.Series, change: Estimate, column: int, look: Look
) -> None:
    """Draw the measured change over the range of a measure, through the means of both forms together."""
    means = rows.groupby("dataset")["value"].mean().dropna()
    if not change.defined or means.empty:
        return
    ends = np.array([at.min(), at.max()])
    slope = change.value / (ends[1] - ends[0])
    values = means.mean() + slope * (ends - at[means.index].mean())
    style: dict[str, Any] = {"colour": look.colours.muted, "width": 1.6, "dash": "4px,3px"}
    fig.add_trace(line(ends, values, name=say("measured slope"), showlegend=column == 1, **style), row=1, col=column)


def _name_sets(fig: go.Figure, at: pd.Series, axis: str, look: Look) -> None:
    """Write the names of the data sets above their x; those close together on one another."""
    groups: list[list[str]] = []
    ordered = at.sort_values()
    for name, x in ordered.items():
        if groups and x - ordered[groups[-1][0]] <= NEAR * (ordered.iloc[-1] - ordered.iloc[0]):
            groups[-1].append(str(name))
        else:
            groups.append([str(name)])
    for names in groups:
        place = {"x": float(ordered[names].mean()), "xref": f"x{axis}", "xanchor": "center"}
        place |= {"y": 1, "yref": f"y{axis} domain", "yanchor": "bottom", "yshift": 2, "showarrow": False}
        fig.add_annotation(text="<br>".join(names), font={"size": 11, "color": look.colours.muted}, **place)


def _losses_told(rows: pd.DataFrame, slopes: Mapping[str, Estimate]) -> str:
    known = rows.dropna(subset="value")
    said = rows["published"].dropna()
    parts = [
        say(
            "{change} %{interval} from the smallest to the largest {measure}",
            change=signed(found.value, 2),
            interval=interval(found.low, found.high, 2),
            measure=name,
        )
        for name, found in (("SPAI", slopes["spai"]), (say("phase-drift"), slopes["phase_drift"]))
        if found.defined
    ]
    told = say(
        "Weakened references lose {least} to {most} % in {pairs} of data set and form, where {published_least} to "
        "{published_most} % are published.",
        **{"least": signed(known["value"].min()), "most": signed(known["value"].max())},
        **{"published_least": signed(said.min()), "published_most": signed(said.max())},
        pairs=counted(len(known), "pair"),
    )
    return f"{told} {_changes(parts)}"


def _changes(parts: Sequence[str]) -> str:
    match parts:
        case [first, second]:
            return say("They change by {first} and by {second}.", first=first, second=second)
        case [first]:
            return say("They change by {first}.", first=first)
        case _:
            return say("Not measured: a slope over data sets.")
