"""Figures of the forecast error: modes against none, variable by variable, and during training."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.catalogue import QUESTIONS
from core.figures.lettering import counted, interval, number, signed
from core.figures.marks import dots, empty, label_room, limits_of, line, named_line, whiskers
from core.figures.theme import (
    BASELINE_MARKERS,
    FUSION_DASH,
    FUSION_MARKER,
    Look,
    Room,
    baseline_label,
    finish,
    fusion_colour,
)
from core.vocabulary import Fusion, label

MOST_VARIABLES = 21  # rows that stay readable; more are cut, the worst kept


def category_axis(fig: go.Figure, names: Sequence[str], *, look: Look) -> None:
    """Name the rows 0, 1, 2 ... of a dot plot on the y axis."""
    fig.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=list(names),
        range=[-0.6, len(names) - 0.4],
        showgrid=False,
        showline=False,
        ticks="",
        tickfont={"color": look.colours.ink},
    )


def mode_comparison(per_seed: pd.DataFrame, summary: pd.DataFrame, *, look: Look, provenance: str) -> go.Figure:
    """Show the RMSE reduction of each mode against `none` of the same seed.

    Parameters
    ----------
    per_seed
        Columns fusion, seed, delta_rmse (per cent of the RMSE of `none`; positive is better), a row per seed.
    summary
        Columns fusion, value, low, high, n (mean over seeds and its interval; NaN limits with one seed).
    look, provenance
        Appearance, and the sources for the foot.
    """
    title = QUESTIONS["mode_comparison"]
    modes = [mode for mode in reversed(Fusion) if mode is not Fusion.NONE and mode in set(summary["fusion"])]
    if not modes:
        sentence = "No mode has a partner run of none with the same seed yet: train none and another mode."
        return empty(look=look, title=title, sentence=sentence, provenance=provenance)
    fig = go.Figure()
    named_line(fig, look=look, text=label(Fusion.NONE, look.language), x=0)
    rows = {Fusion(row["fusion"]): row for row in summary.to_dict("records")}
    for place, mode in enumerate(modes):
        _mode_row(fig, place, mode, per_seed.loc[per_seed["fusion"] == mode], rows[mode], look)
    names = [label(mode, look.language) for mode in modes]
    category_axis(fig, names, look=look)
    reach = summary[["value", "low", "high"]].to_numpy(float)
    fig.update_xaxes(
        title_text="RMSE reduction against none of the same seed (%), right is better",
        range=limits_of(reach, per_seed["delta_rmse"].to_numpy(float), [0.0], margin=0.1),
        showgrid=True,
    )
    room = Room(left=label_room(names), right=160, above=18, height=190 + 62 * len(modes))
    finding = _comparison_sentence(per_seed, summary, look)
    return finish(fig, look=look, title=title, finding=finding, provenance=provenance, room=room)


def _mode_row(
    fig: go.Figure, place: int, mode: Fusion, seeds: pd.DataFrame, mean: Mapping[Hashable, Any], look: Look
) -> None:
    colour, name = fusion_colour(mode, look), label(mode, look.language)
    hover = "seed %{customdata}: %{x:.2f} %<extra>" + name + "</extra>"
    lane = np.full(len(seeds), place - 0.24)
    fig.add_trace(
        dots(
            seeds["delta_rmse"].to_numpy(float),
            lane,
            name=f"{name}, seeds",
            colour=colour,
            size=7,
            hollow=True,
            hover=hover,
            customdata=seeds["seed"].to_numpy(),
        )
    )
    centre = dots([mean["value"]], [place], name=name, colour=colour, size=12, symbol=FUSION_MARKER[mode])
    centre.error_x = whiskers([mean["low"]], [mean["value"]], [mean["high"]], colour)
    fig.add_trace(centre)
    fig.add_annotation(
        text=f"<b>{signed(mean['value'])} %</b>{interval(mean['low'], mean['high'])}",
        x=1,
        xref="paper",
        xanchor="left",
        xshift=12,
        y=place,
        font={"color": colour},
    )


def _comparison_sentence(per_seed: pd.DataFrame, summary: pd.DataFrame, look: Look) -> str:
    best = summary.to_dict("records")[int(np.nanargmax(summary["value"]))]
    seeds = per_seed.loc[per_seed["fusion"] == best["fusion"], "delta_rmse"]
    bracket = interval(best["low"], best["high"])
    certainty = (
        f"{bracket}, better in {int((seeds > 0).sum())} of {counted(len(seeds), 'seed')}"
        if bracket
        else " with one seed, so without an interval"
    )
    name, size = label(Fusion(best["fusion"]), look.language), number(abs(best["value"]), 2)
    if best["value"] <= 0:
        return f"No mode lowers RMSE: the best, {name}, raises it by {size} %{certainty}."
    return f"Most with {name}: RMSE falls by {size} % against none{certainty}."


def error_by_variable(errors: pd.DataFrame, *, look: Look, provenance: str, unit: str = "standardised") -> go.Figure:
    """Show the MSE of every variable, one marker per mode and small hollow ones for baselines.

    Parameters
    ----------
    errors
        Columns variable, source (a fusion mode's value or a baseline's name), mse.
    look, provenance
        Appearance, and the sources for the foot.
    unit
        What the squared values are measured in.
    """
    title = QUESTIONS["error_by_variable"]
    if errors.empty:
        sentence = "No trained run is chosen: choose at least one mode."
        return empty(look=look, title=title, sentence=sentence, provenance=provenance)
    table = errors.pivot_table(index="variable", columns="source", values="mse", sort=False)
    modes = [mode for mode in Fusion if mode.value in table.columns]
    ranked = table[[mode.value for mode in modes] or list(table.columns)].mean(axis=1).sort_values()
    table = table.loc[ranked.index[-MOST_VARIABLES:]]
    fig = go.Figure()
    rows = list(range(len(table)))
    baselines = [str(column) for column in table.columns if column not in set(modes)]
    for name, symbol in zip(baselines, BASELINE_MARKERS, strict=False):
        colour = look.colours.muted
        fig.add_trace(dots(table[name], rows, name=baseline_label(name), colour=colour, symbol=symbol, hollow=True))
    for mode in modes:
        name, colour, symbol = label(mode, look.language), fusion_colour(mode, look), FUSION_MARKER[mode]
        fig.add_trace(dots(table[mode.value], rows, name=name, colour=colour, symbol=symbol))
    names = [str(variable) for variable in table.index]
    category_axis(fig, names, look=look)
    fig.update_yaxes(showgrid=True)
    top = float(np.nanmax(table.to_numpy()))
    fig.update_xaxes(title_text=f"MSE over all test windows and steps ({unit})", range=[0, top * 1.06])
    room = Room(left=label_room(names), legend_rows=1 + (len(table.columns) > 5), height=230 + 26 * len(names))
    finding = _variable_sentence(table, len(ranked))
    return finish(fig, look=look, title=title, finding=finding, provenance=provenance, room=room)


def _variable_sentence(table: pd.DataFrame, total: int) -> str:
    cut = f" The {len(table)} hardest of {total} variables are shown." if len(table) < total else ""
    if not {Fusion.NONE.value, Fusion.BOTH.value} <= set(table.columns):
        hardest = str(table.index[-1])
        return f"{hardest} is the hardest to forecast (MSE {number(float(table.iloc[-1].min()))} at best).{cut}"
    gain = 100 * (1 - table[Fusion.BOTH.value] / table[Fusion.NONE.value])
    return (
        f"Crossing both ways lowers the MSE of {int((gain > 0).sum())} of {len(gain)} variables: most for "
        f"{gain.idxmax()} ({signed(-float(gain.max()))} %), least for {gain.idxmin()} "
        f"({signed(-float(gain.min()))} %).{cut}"
    )


def training_curves(histories: pd.DataFrame, *, look: Look, provenance: str) -> go.Figure:
    """Show the validation error of several runs while they train; meant to be redrawn live.

    Parameters
    ----------
    histories
        Columns fusion, seed, epoch (may be fractional), validation_mse; any number of rows, none included.
    look, provenance
        Appearance, and the sources for the foot.
    """
    title = QUESTIONS["training_curves"]
    if histories.empty:
        sentence = "Waiting for the first validation error."
        return empty(look=look, title=title, sentence=sentence, provenance=provenance)
    fig = go.Figure()
    groups = dict(list(histories.groupby(["fusion", "seed"])))
    for mode, seed in [(mode, seed) for mode in Fusion for fusion, seed in sorted(groups) if fusion == mode]:
        run = groups[mode, seed].sort_values("epoch")
        name = label(mode, look.language)
        curve = line(
            run["epoch"].to_numpy(float),
            run["validation_mse"],
            name=name,
            colour=fusion_colour(mode, look),
            dash=FUSION_DASH[mode],
            hover=f"seed {seed}, epoch %{{x:g}}: %{{y:.4f}}<extra>{name}</extra>",
            legendgroup=name,
            showlegend=name not in {trace.name for trace in fig.data},
        )
        fig.add_trace(curve.update(mode="lines+markers", marker={"symbol": FUSION_MARKER[mode], "size": 7}))
    fig.update_xaxes(title_text="Epoch", dtick=1 if histories["epoch"].max() <= 12 else None)
    fig.update_yaxes(title_text="Validation MSE (standardised)")
    best = histories.to_dict("records")[int(np.nanargmin(histories["validation_mse"]))]
    finding = (
        f"Lowest so far: {label(Fusion(best['fusion']), look.language)}, seed {best['seed']}, with "
        f"{best['validation_mse']:.4f} at epoch {best['epoch']:g} ({counted(len(groups), 'run')} shown)."
    )
    room = Room(left=72, legend_rows=1, height=400)
    return finish(fig, look=look, title=title, finding=finding, provenance=provenance, room=room)
