"""Figures of the cross-modal attention: routing weights, and what the error does without them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.figures.labels import category_axis, label_room, named_line, panel_title, quarter_ticks
from core.figures.lettering import number
from core.figures.marks import block_means, dots, heat, limits_of
from core.figures.palette import FUSION_MARKER, Look, fusion_colour, sequential
from core.figures.selected import frame_map, slots_of_map
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import signed
from core.text.words import begun, mark, say
from core.vocabulary import Fusion, label

Values = NDArray[np.float64]
CONTROLS = {
    "uniform_attention": mark("attention uniform"),
    "shuffled_attention": mark("attention of another window"),
    "silenced_gru_to_cnn": mark("GRU → CNN silenced"),
    "silenced_cnn_to_gru": mark("CNN → GRU silenced"),
    "silenced_both": mark("both crossings silenced"),
    "frozen_gru_to_cnn": mark("GRU → CNN kernel frozen"),
    "frozen_cnn_to_gru": mark("CNN → GRU kernel frozen"),
}
_NO_IMPORTANCE = mark("Routing weights, not importance.")


def attention_map(weights: Values, *, token: str, window: str, look: Look) -> Drawing:
    """Show routing weights of every head: query tokens (GRU path) down, key tokens (convolution path) across.

    Parameters
    ----------
    weights : [head, query, key], tokens from oldest to newest; each query's weights sum to 1.
    token : length of one token, in words.
    window : what is shown: "window of 2017-12-03 20:00", "mean over windows".
    """
    heads, queries, keys = weights.shape
    columns = min(heads, 4)
    rows = -(-heads // columns)
    fig = make_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes=True,
        shared_yaxes=True,
        horizontal_spacing=0.03,
        vertical_spacing=0.16 / rows,
    )
    for head in range(heads):
        row, column, name = head // columns + 1, head % columns + 1, say("head {head}", head=head + 1)
        hover = say("query {query}, key {key}: {weight}", query="%{y}", key="%{x}", weight="%{z:.3f}")
        picture = heat(
            weights[head],
            scale=sequential(look.colours.conv, look),
            limits=(0.0, float(weights.max())),  # one scale for all heads
            look=look,
            bar=say("routing weight"),
            x0=1,
            y0=1,
            name=name,
            hovertemplate=f"{hover}<extra>{name}</extra>",
        )
        fig.add_trace(picture.update(showscale=head == heads - 1), row=row, col=column)
        panel_title(fig, name, "" if head == 0 else str(head + 1), look=look)
        if row == rows:
            fig.update_xaxes(title_text=say("Key token"), row=row, col=column)
    fig.update_xaxes(showline=False, tickvals=sorted({1, (keys + 1) // 2, keys}))
    fig.update_yaxes(tickvals=sorted({1, (queries + 1) // 2, queries}), ticks="", autorange="reversed")
    fig.update_yaxes(showgrid=False, showline=False)
    fig.update_yaxes(title_text=say("Query token"), col=1)
    margins = Margins(left=58, right=96, above=20, height=70 + 190 * rows)
    return drawn(fig, _map_sentence(weights, token, window), margins, look)


def reach(weights: Values) -> float:
    """Return over how many keys a query's weight is effectively spread: exp of the mean entropy."""
    safe = np.clip(weights, 1e-12, None)
    return float(np.exp(-(safe * np.log(safe)).sum(axis=-1).mean()))


def _map_sentence(weights: Values, token: str, window: str) -> str:
    keys = weights.shape[-1]
    strongest = int(weights.mean(axis=(0, 1)).argmax()) + 1
    told = say(
        "{map}: a query reads about {reach} of {keys} key tokens (1 oldest, {keys} newest, {token} each), most of "
        "all token {strongest}.",
        map=begun(window),
        reach=number(reach(weights), 2),
        keys=keys,
        token=token,
        strongest=strongest,
    )
    return f"{told} {say(_NO_IMPORTANCE)}"


def attention_by_slot(
    weights: Values,
    *,
    slot_labels: Sequence[str],
    cycle: str,
    token: str,
    selected: NDArray[np.int64] | None = None,
    look: Look,
) -> Drawing:
    """Show the mean weight of each key token by calendar slot; a click gives a slot's label.

    Parameters
    ----------
    weights : mean over windows, heads and queries, [slot, key], keys from oldest to newest; empty slots hold NaN.
    slot_labels : text of each slot.
    cycle : name of the cycle, for the x axis.
    token : length of one token, in words.
    selected : how many selected windows lie in each slot, [slot]; None where nothing is selected.
    """
    keys = weights.shape[1]
    grid, block = block_means(weights.T)  # [key, slot]
    point = {"token": "%{y}", "slot": "%{customdata[0]}", "weight": "%{customdata[1]}"}
    hover = say("key token {token}, {slot}: {weight}", **point) + "<extra></extra>"
    fig = go.Figure(
        heat(
            grid,
            scale=sequential(look.colours.conv, look),
            limits=(float(np.nanmin(weights)), float(np.nanmax(weights))),
            look=look,
            bar=say("routing weight"),
            x0=(block - 1) / 2,
            dx=block,
            y0=1,
            name=say("routing weight"),
            hoverinfo="skip",  # the points over it tell
        )
    )
    slots_of_map(fig, weights.T, slot_labels, hover, selected, look)
    frame_map(fig, keys, len(slot_labels), selected)
    fig.update_xaxes(**quarter_ticks(slot_labels), title_text=cycle, showline=False)
    title = say("Key token (1 oldest, {keys} newest)", keys=keys)
    fig.update_yaxes(title_text=title, showgrid=False, showline=False, ticks="")
    margins = Margins(left=58, right=96, height=300)
    return drawn(fig, _slot_sentence(weights, token), margins, look, selectable=True)


def _slot_sentence(weights: Values, token: str) -> str:
    low, high = np.nanmin(weights, axis=0), np.nanmax(weights, axis=0)  # [key]
    moving, most = int((high - low).argmax()), int(np.nanmean(weights, axis=0).argmax())
    told = say(
        "Key token {moving} varies most over the cycle: from {low} to {high}; token {most} gets most on average.",
        moving=moving + 1,
        low=number(float(low[moving]), 2),
        high=number(float(high[moving]), 2),
        most=most + 1,
    )
    return " ".join([told, say("A token is {token} long.", token=token), say(_NO_IMPORTANCE)])


def attention_controls(effects: pd.DataFrame, *, look: Look) -> Drawing:
    """Show how much the error changes when attention or crossings are replaced, against the model as it is.

    Parameters
    ----------
    effects : columns control (a key of `CONTROLS`), fusion, change (% of the MSE as is; above 0 is worse), low, high
        (NaN without seeds).
    """
    controls = [name for name in reversed(CONTROLS) if (effects["control"] == name).any()]
    fig = go.Figure()
    modes = [mode for mode in Fusion if (effects["fusion"] == mode.value).any()]
    for index, mode in enumerate(modes):
        part = effects.loc[(effects["fusion"] == mode.value) & effects["control"].isin(controls)]
        lane = 0.14 * ((len(modes) - 1) / 2 - index)
        places = [controls.index(control) + lane for control in part["control"]]
        change, low, high = (part[name].to_numpy(float) for name in ("change", "low", "high"))
        name, colour = label(mode, look.language), fusion_colour(mode, look)
        style = {"symbol": FUSION_MARKER[mode], "hover": "%{x:+.2f} % MSE<extra>" + name + "</extra>"}
        fig.add_trace(dots(change, places, name=name, colour=colour, interval=(low, high), **style))
    names = [say(CONTROLS[control]) for control in controls]
    category_axis(fig, names, look=look)
    named_line(fig, look=look, text=say("as is"), x=0)
    limits = limits_of(effects[["change", "low", "high"]].to_numpy(float), [0.0], margin=0.1)
    fig.update_xaxes(title_text=say("Change of test MSE (%), right is worse"), range=limits, showgrid=True)
    margins = Margins(left=label_room(names), legend=True, above=18, height=100 + 38 * len(names))
    return drawn(fig, _controls_sentence(effects, look), margins, look)


def _controls_sentence(effects: pd.DataFrame, look: Look) -> str:
    worst = effects.to_dict("records")[int(np.nanargmax(effects["change"].to_numpy(float)))]
    change = f"{signed(worst['change'])} % MSE"
    if worst["change"] <= 0:
        return say(
            "No removal raises the error: the largest change is {change}, so the forecast needs none of these parts.",
            change=change,
        )
    return say(
        "What hurts most is {control} in mode {mode}: {change}. A part whose removal changes nothing is not used, "
        "whatever its weights.",
        control=say(CONTROLS[worst["control"]]),
        mode=label(Fusion(worst["fusion"]), look.language),
        change=change,
    )
