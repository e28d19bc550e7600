"""Figures of what changes inside a model do to its error: step by step, and part by part of every mode."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.data.spans import span_of
from core.data.step import Step
from core.figures.labels import category_axis, label_room, named_line, panel_title
from core.figures.lettering import interval, number
from core.figures.marks import band, dots, limits_of, line
from core.figures.palette import FUSION_MARKER, Look, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import counted, signed
from core.text.words import mark, say
from core.vocabulary import Fusion, Language, ModelPath, label

_LANES = {Fusion.NONE: 0.3, Fusion.GRU_TO_CNN: 0.1, Fusion.CNN_TO_GRU: -0.1, Fusion.BOTH: -0.3}
_PANELS = {
    mark("Crossings and attention"): (
        "gru_to_cnn",
        "cnn_to_gru",
        "crossings",
        "attention",
        "crossings_and_attention",
    ),
    mark("Paths"): ("convolution", "gru", "paths"),
}


def effect_by_step(effect: pd.DataFrame, *, mode: Fusion, step: Step, look: Look) -> Drawing:
    """Show by how many per cent a change inside a model raises the MSE at each step, with its paired interval.

    Parameters
    ----------
    effect : columns step (from 1; 0 for all of them), value, low, high (%; limits NaN without an interval), n
        (windows).
    """
    of_all, steps = effect.loc[effect["step"] == 0].iloc[0], effect.loc[effect["step"] > 0]
    x, colour = steps["step"].to_numpy(np.int16), fusion_colour(mode, look)
    fig = go.Figure()
    if len(x) > 1 and np.isfinite(steps["low"]).all():
        fig.add_trace(band(x, steps["low"], steps["high"], colour=colour, name=say("95 % interval")))
    hover = say("step {step}: {change} %", step="%{x}", change="%{y:+.2f}") + "<extra></extra>"
    fig.add_trace(line(x, steps["value"], name=label(mode, look.language), colour=colour, hover=hover))
    named_line(fig, look=look, text=say("as trained"), y=0)
    title = say("Step ahead (1 step = {span})", span=span_of(step, 1))
    fig.update_xaxes(range=[1, max(len(x), 2)], title_text=title)
    fig.update_yaxes(title_text=say("Change of MSE (%), higher is worse"))
    fig.update_yaxes(range=limits_of(steps[["value", "low", "high"]].to_numpy(float), [0.0], margin=0.1))
    return drawn(fig, _effect_sentence(of_all, steps), Margins(left=66, above=12, height=300), look)


def _effect_sentence(of_all: pd.Series[float], steps: pd.DataFrame) -> str:
    value, over = float(of_all["value"]), counted(int(of_all["n"]), "test window")
    bracket = interval(of_all["low"], of_all["high"])
    size = number(abs(value))
    if not bracket:
        return say(
            "The change raises the MSE over all steps by {size} % over {windows}; too few windows for an interval."
            if value > 0
            else "The change lowers the MSE over all steps by {size} % over {windows}; too few windows for an "
            "interval.",
            size=size,
            windows=over,
        )
    if of_all["low"] <= 0 <= of_all["high"]:
        return say(
            "Over all steps the MSE changes by {change} %{bracket} over {windows}: no more than chance may do.",
            change=signed(value),
            bracket=bracket,
            windows=over,
        )
    clear = steps.loc[(steps["low"] > 0) if value > 0 else (steps["high"] < 0)]
    return say(
        "The change raises the MSE over all steps by {size} %{bracket} over {windows}, at {n} of {steps} by more "
        "than chance may do."
        if value > 0
        else "The change lowers the MSE over all steps by {size} %{bracket} over {windows}, at {n} of {steps} by "
        "more than chance may do.",
        size=size,
        bracket=bracket,
        windows=over,
        n=len(clear),
        steps=counted(len(steps), "step"),
    )


def two_path_account(account: pd.DataFrame, *, look: Look) -> Drawing:
    """Show by how many per cent the MSE of each mode rises when a part is removed, alone and together with others.

    Parameters
    ----------
    account : columns fusion, part (a word of `core.serve.removed.Removed`), value, low, high (%), beyond,
        beyond_low, beyond_high (% more than the sum of each part alone; NaN for single parts), n (windows).
    """
    parts = {title: [part for part in rows if (account["part"] == part).any()] for title, rows in _PANELS.items()}
    parts = {title: rows[::-1] for title, rows in parts.items() if rows}
    sizes = [len(rows) for rows in parts.values()]
    fig = make_subplots(rows=len(parts), cols=1, row_heights=sizes, vertical_spacing=0.2)
    for row, (title, rows) in enumerate(parts.items(), start=1):
        axis, part = "" if row == 1 else str(row), account.loc[account["part"].isin(rows)]
        for mode in (mode for mode in Fusion if (part["fusion"] == mode.value).any()):
            _add_mode(fig, part.loc[part["fusion"] == mode.value], rows, mode, row, look)
        named_line(fig, look=look, text="", x=0, axis=axis)
        category_axis(fig, [part_label(each, look.language) for each in rows], look=look, row=row)
        reach = part[["value", "low", "high"]].to_numpy(float)
        fig.update_xaxes(range=limits_of(reach, [0.0]), showgrid=True, row=row, col=1)
        panel_title(fig, say(title), axis, look=look)
    fig.update_xaxes(title_text=say("Change of MSE without it (%), right is worse"), row=len(parts), col=1)
    left = label_room([part_label(each, look.language) for rows in parts.values() for each in rows])
    margins = Margins(left=left, legend=True, above=22, height=170 + 46 * sum(sizes))
    return drawn(fig, _account_sentence(account, look), margins, look)


def _add_mode(fig: go.Figure, part: pd.DataFrame, rows: list[str], mode: Fusion, row: int, look: Look) -> None:
    name = label(mode, look.language)
    marks = dots(
        part["value"].to_numpy(float),
        [rows.index(each) + _LANES[mode] for each in part["part"]],
        name=name,
        colour=fusion_colour(mode, look),
        symbol=FUSION_MARKER[mode],
        interval=(part["low"], part["high"]),
        hover="%{x:+.1f} %<extra>" + name + "</extra>",
        legendgroup=name,
        showlegend=name not in {trace.name for trace in fig.data},
    )
    fig.add_trace(marks, row=row, col=1)


def part_label(part: str, language: Language) -> str:
    """Return the name of what is removed, for people."""
    match part:
        case "gru_to_cnn" | "cnn_to_gru":
            return label(Fusion(part), language)
        case "convolution" | "gru":
            return label(ModelPath(part), language)
    names = {
        "crossings": mark("both crossings"),
        "attention": mark("attention (uniform)"),
        "crossings_and_attention": mark("crossings and attention"),
        "paths": mark("both paths"),
    }
    return say(names[part])


def _account_sentence(account: pd.DataFrame, look: Look) -> str:
    modes = [mode for mode in reversed(Fusion) if (account["fusion"] == mode.value).any()]
    mode = modes[0]
    rows = {row["part"]: row for row in account.loc[account["fusion"] == mode.value].to_dict("records")}
    told = rows.get("crossings") or max(
        (row for part, row in rows.items() if part != "paths"), key=lambda row: abs(row["value"])
    )
    has_beyond = told["part"] == "crossings" and np.isfinite(told["beyond"])
    return say(
        "{mode}: without {part} the MSE changes by {change} %{bracket} over {windows}, {beyond} %{beyond_bracket} "
        "beyond the sum of each alone."
        if has_beyond
        else "{mode}: without {part} the MSE changes by {change} %{bracket} over {windows}.",
        mode=label(mode, look.language),
        part=part_label(told["part"], look.language),
        change=signed(told["value"]),
        bracket=interval(told["low"], told["high"]),
        windows=counted(int(told["n"]), "window"),
        beyond=signed(told["beyond"]),
        beyond_bracket=interval(told["beyond_low"], told["beyond_high"]),
    )
