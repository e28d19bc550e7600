"""Figures of the forecast error: modes against none, variable by variable, and during training."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.analysis.ranking import Ranking, changes, ranked
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, MATCHED, NONE, Arm, arm_label
from core.figures.labels import MOST_ROWS, category_axis, label_room, name_rows, named_line, panel_title
from core.figures.lettering import interval, number
from core.figures.marks import dots, limits_of, line
from core.figures.names import shortened
from core.figures.palette import FUSION_DASH, FUSION_MARKER, MATCHED_DASH, MATCHED_MARKER, Look, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import counted, signed
from core.text.words import mark, say
from core.vocabulary import Fusion, label

KEPT = {
    Ranking.ERROR: mark("The {n} hardest of {total} variables are shown."),
    Ranking.GAIN: mark("Shown are the {n} of {total} variables that crossing helps most."),
    Ranking.LOSS: mark("Shown are the {n} of {total} variables that crossing harms most."),
}
ORDER = (NONE, MATCHED, GRU_TO_CNN, CNN_TO_GRU, BOTH)


def mode_comparison(per_seed: pd.DataFrame, summary: pd.DataFrame, *, look: Look) -> Drawing:
    """Show the RMSE reduction of each mode against `none` of the same seed.

    Parameters
    ----------
    per_seed : columns fusion, matched, seed, delta_rmse (per cent of the RMSE of `none`; positive is better), a row
        per seed. `matched` tells none with as many parameters as both, which shows what mere size does.
    summary : columns fusion, matched, value, low, high, n (mean over seeds and its interval; NaN limits with one
        seed).
    """
    rows = {_arm(row): row for row in summary.to_dict("records")}
    arms = [arm for arm in reversed(ORDER) if arm in rows and arm != NONE]
    fig = go.Figure()
    named_line(fig, look=look, text=label(Fusion.NONE, look.language), x=0)
    for place, arm in enumerate(arms):
        _mode_row(fig, place, arm, _of_arm(per_seed, arm), rows[arm], look)
    names = [arm_label(arm, look.language) for arm in arms]
    category_axis(fig, names, look=look)
    reach = summary[["value", "low", "high"]].to_numpy(float)
    fig.update_xaxes(
        title_text=say("RMSE reduction against none of the same seed (%), right is better"),
        range=limits_of(reach, per_seed["delta_rmse"].to_numpy(float), [0.0], margin=0.1),
        showgrid=True,
    )
    margins = Margins(left=label_room(names), right=160, above=18, height=70 + 62 * len(arms))
    return drawn(fig, _comparison_sentence(per_seed, rows, look), margins, look)


def _arm(row: Mapping[Hashable, Any]) -> Arm:
    return Arm(Fusion(row["fusion"]), matched=bool(row["matched"]))


def _of_arm(table: pd.DataFrame, arm: Arm) -> pd.DataFrame:
    return table.loc[(table["fusion"] == arm.fusion) & (table["matched"] == arm.matched)]


def _mode_row(
    fig: go.Figure, place: int, arm: Arm, seeds: pd.DataFrame, mean: Mapping[Hashable, Any], look: Look
) -> None:
    colour, name = fusion_colour(arm.fusion, look), arm_label(arm, look.language)
    lane, changes = np.full(len(seeds), place - 0.24), seeds["delta_rmse"].to_numpy(float)
    hover = say("seed {seed}: {gain} %", seed="%{customdata}", gain="%{x:.2f}") + f"<extra>{name}</extra>"
    style = {"size": 7, "hollow": True, "hover": hover, "customdata": seeds["seed"].to_numpy()}
    fig.add_trace(dots(changes, lane, name=say("{mode}, seeds", mode=name), colour=colour, **style))
    style = {"size": 12, "symbol": MATCHED_MARKER if arm.matched else FUSION_MARKER[arm.fusion]}
    limits = [mean["low"]], [mean["high"]]
    fig.add_trace(dots([mean["value"]], [place], name=name, colour=colour, interval=limits, **style))
    text = f"<b>{signed(mean['value'])} %</b>{interval(mean['low'], mean['high'])}"
    at = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 12, "y": place}
    fig.add_annotation(text=text, **at, font={"color": colour})


def _comparison_sentence(per_seed: pd.DataFrame, rows: Mapping[Arm, Mapping[Hashable, Any]], look: Look) -> str:
    known = {arm: row for arm, row in rows.items() if np.isfinite(row["value"])}
    best = max(known, key=lambda arm: known[arm]["value"])
    seeds = _of_arm(per_seed, best)["delta_rmse"]
    bracket = interval(known[best]["low"], known[best]["high"])
    told = {
        "mode": arm_label(best, look.language),
        "size": number(abs(known[best]["value"]), 2),
        "bracket": bracket,
        "n": int((seeds > 0).sum()),
        "seeds": counted(len(seeds), "seed"),
    }
    if known[best]["value"] <= 0:
        return say(
            "No mode lowers RMSE: the best, {mode}, raises it by {size} %{bracket}, better in {n} of {seeds}."
            if bracket
            else "No mode lowers RMSE: the best, {mode}, raises it by {size} % with one seed, so without an "
            "interval.",
            **told,
        )
    return say(
        "Most with {mode}: RMSE falls by {size} % against none{bracket}, better in {n} of {seeds}."
        if bracket
        else "Most with {mode}: RMSE falls by {size} % against none with one seed, so without an interval.",
        **told,
    )


def error_by_variable(errors: pd.DataFrame, *, by: Ranking = Ranking.ERROR, look: Look) -> Drawing:
    """Show, per variable, each mode's change of MSE against `none`, and the MSE itself.

    Parameters
    ----------
    errors : columns variable, source (a fusion mode's value), mse (standardised). Without `none` or without another
        mode there is nothing to compare, and only the MSE is drawn.
    by : which variables are kept of more than fit, and stand on top.
    """
    table = errors.pivot_table(index="variable", columns="source", values="mse", sort=False)
    modes = [mode for mode in Fusion if mode.value in table.columns]
    every = table[[mode.value for mode in modes]]
    table = every.loc[ranked(every, by)[:MOST_ROWS][::-1]]
    names = [str(variable) for variable in table.index]
    paired = Fusion.NONE in modes and len(modes) > 1
    fig = make_subplots(rows=1, cols=1 + paired, shared_yaxes=True, horizontal_spacing=0.07)
    if paired:
        others = table[[mode.value for mode in modes if mode is not Fusion.NONE]]
        change = 100 * (others.div(table[Fusion.NONE.value], axis=0) - 1)
        _modes(fig, change, 1, look, changes=True)
        named_line(fig, look=look, text="", x=0)
        fig.update_xaxes(title_text=say("Change of MSE (%), left is better"), row=1, col=1)
    levels = table[[Fusion.NONE.value] if paired else [mode.value for mode in modes]]
    _modes(fig, levels, 1 + paired, look)
    limits = [0, float(np.nanmax(levels.to_numpy())) * 1.08]
    fig.update_xaxes(title_text=say("MSE (standardised)"), range=limits, col=1 + paired)
    left = name_rows(fig, names, look=look)
    fig.update_yaxes(showgrid=True)
    margins = Margins(left=left, legend=True, above=22, height=126 + 26 * len(names))
    return drawn(fig, _variables_sentence(every, len(table), by), margins, look)


def _modes(fig: go.Figure, table: pd.DataFrame, column: int, look: Look, *, changes: bool = False) -> None:
    """Draw a panel of errors or of their changes, [variable, mode]: a row a variable."""
    for mode in map(Fusion, table.columns):
        name, style = label(mode, look.language), {"symbol": FUSION_MARKER[mode]}
        style |= {"hover": "%{x:+.2f} %<extra>" + name + "</extra>"} if changes else {}
        marks = dots(table[mode.value], list(range(len(table))), name=name, colour=fusion_colour(mode, look), **style)
        fig.add_trace(marks, row=1, col=column)
    title = say("Change against none" if changes else "Error")
    panel_title(fig, title, "" if column == 1 else str(column), look=look)


def _variables_sentence(table: pd.DataFrame, shown: int, by: Ranking) -> str:
    """Return what crossing does to all variables, and which of them are shown where these are fewer."""
    told = [_of_variables(table)]
    if shown < len(table):
        told.append(say(KEPT[by], n=shown, total=len(table)))
    return " ".join(told)


def _of_variables(table: pd.DataFrame) -> str:
    if not {Fusion.NONE.value, Fusion.BOTH.value} <= set(table.columns):
        hardest = ranked(table, Ranking.ERROR)[0]
        return say(
            "{variable} is the hardest to forecast (MSE {error} at best).",
            variable=shortened(hardest),
            error=number(float(table.loc[hardest].to_numpy().min())),
        )
    change = changes(table)
    assert change is not None, "there is a pair"
    least, most = (shortened(str(name)) for name in (change.idxmin(), change.idxmax()))
    return say(
        "Crossing both ways lowers the MSE of {n} of {total} variables: from {least} % for {first} to {most} % for "
        "{last}.",
        n=int((change < 0).sum()),
        total=len(change),
        least=signed(float(change.min())),
        first=least,
        most=signed(float(change.max())),
        last=most,
    )


def training_curves(histories: pd.DataFrame, *, look: Look) -> Drawing:
    """Show the validation error of several runs while they train; meant to be redrawn live.

    Parameters
    ----------
    histories : columns fusion, matched, seed, epoch (may be fractional), validation_mse; any number of rows, none
        included.
    """
    fig = go.Figure()
    groups = dict(list(histories.groupby(["fusion", "matched", "seed"])))
    for arm, key in [(arm, key) for arm in ORDER for key in sorted(groups) if key[:2] == (arm.fusion, arm.matched)]:
        run, seed = groups[key].sort_values("epoch"), key[2]
        name, point = arm_label(arm, look.language), {"epoch": "%{x:g}", "error": "%{y:.4f}"}
        curve = line(
            run["epoch"].to_numpy(float),
            run["validation_mse"],
            name=name,
            colour=fusion_colour(arm.fusion, look),
            dash=MATCHED_DASH if arm.matched else FUSION_DASH[arm.fusion],
            hover=say("seed {seed}, epoch {epoch}: {error}", seed=seed, **point) + f"<extra>{name}</extra>",
            legendgroup=name,
            showlegend=name not in {trace.name for trace in fig.data},
        )
        symbol = MATCHED_MARKER if arm.matched else FUSION_MARKER[arm.fusion]
        fig.add_trace(curve.update(mode="lines+markers", marker={"symbol": symbol, "size": 7}))
    fig.update_xaxes(title_text=say("Epoch"), dtick=1 if histories["epoch"].max() <= 12 else None)
    fig.update_yaxes(title_text=say("Validation MSE (standardised)"))
    best = histories.to_dict("records")[int(np.nanargmin(histories["validation_mse"]))]
    finding = say(
        "Lowest so far: {mode}, seed {seed}, with {error:.4f} at epoch {epoch:g} ({runs} shown).",
        mode=arm_label(_arm(best), look.language),
        seed=best["seed"],
        error=best["validation_mse"],
        epoch=best["epoch"],
        runs=counted(len(groups), "run"),
    )
    margins = Margins(left=72, legend=True, height=280)
    return drawn(fig, finding, margins, look)
