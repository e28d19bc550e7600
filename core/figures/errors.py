"""Figures of the forecast error: modes against none, variable by variable, and during training."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.catalogue import QUESTIONS
from core.figures.labels import category_axis, label_room, named_line
from core.figures.lettering import counted, interval, number, signed
from core.figures.marks import dots, empty, limits_of, line, whiskers
from core.figures.palette import FUSION_DASH, FUSION_MARKER, Look, fusion_colour
from core.figures.theme import Room, finish
from core.vocabulary import Fusion, label


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
    room = Room(left=72, legend=True, height=400)
    return finish(fig, look=look, title=title, finding=finding, provenance=provenance, room=room)
