"""Figures of the gradients that reach the two paths in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.analysis.gradient import Reading
from core.figures.labels import category_axis, label_room, named_line, panel_title
from core.figures.lettering import number
from core.figures.marks import dots, line
from core.figures.palette import Look, path_colour
from core.figures.series import downsample
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import MINUS, listed
from core.text.words import mark, say
from core.vocabulary import ModelPath, label

PATHS = {ModelPath.CONVOLUTION: ("conv", "solid"), ModelPath.GRU: ("gru", "6px,3px")}
READINGS = {Reading.OUTPUTS: mark("outputs"), Reading.WEIGHTS: mark("weights")}
MODEL_MARKERS = ("diamond", "square", "circle", "triangle-up")
MOST_BLOCKS = 3  # rows: the first, a middle and the last block
PANEL, BETWEEN = 104, 36  # px: height of a row, and the room of its title below the one above


def shown_blocks(blocks: Sequence[int]) -> list[int]:
    """Return the blocks that are drawn: all, or the first, the middle and the last.

    >>> shown_blocks([1, 2, 3, 4, 5, 6, 7])
    [1, 4, 7]
    """
    ordered = sorted(blocks)
    places = np.unique(np.linspace(0, len(ordered) - 1, min(len(ordered), MOST_BLOCKS)).round().astype(int))
    return [int(ordered[place]) for place in places]


def gradient_flow(
    gradients: Mapping[str, pd.DataFrame],
    imbalance: Mapping[str, float],
    *,
    reading: Reading = Reading.OUTPUTS,
    look: Look,
) -> Drawing:
    """Show the RMS gradient of both paths over training: a row per block, a column per model.

    Parameters
    ----------
    gradients : per model name (proposed, late fusion, no fusion): columns step, block, conv, gru.
    imbalance : median |log2(conv / gru)| per model name: 0 balanced, 1 a factor of two.
    reading : whether the gradients are those of the paths' outputs or of their weights.
    """
    blocks = shown_blocks([int(block) for block in next(iter(gradients.values()))["block"].unique()])
    height = len(blocks) * PANEL + (len(blocks) - 1) * BETWEEN
    fig = make_subplots(
        rows=len(blocks),
        cols=len(gradients),
        shared_xaxes=True,
        shared_yaxes="all",
        horizontal_spacing=0.04,
        vertical_spacing=BETWEEN / height,
    )
    for column, (name, frame) in enumerate(gradients.items(), start=1):
        for row, block in enumerate(blocks, start=1):
            part = frame.loc[frame["block"] == block].sort_values("step")
            _paths(fig, part, row, column, look)
            place = (row - 1) * len(gradients) + column
            title = say("{model}, block {block}", model=say(name), block=block)
            panel_title(fig, title, "" if place == 1 else str(place), look=look)
    ticks = _ticks(gradients)
    fig.update_yaxes(
        type="log",
        tickvals=[digit * 10.0**power for digit, power in ticks],
        ticktext=[_power(*tick) for tick in ticks],
    )
    fig.update_yaxes(title_text=say("RMS gradient"), col=1)
    fig.update_xaxes(nticks=4)
    fig.update_xaxes(title_text=say("Training step"), row=len(blocks))
    margins = Margins(left=70, legend=True, above=22, height=height + 112)
    finding = _flow_sentence({name: imbalance[name] for name in gradients if name in imbalance}, reading)
    return drawn(fig, finding, margins, look)


def _ticks(gradients: Mapping[str, pd.DataFrame]) -> list[tuple[int, int]]:
    """Return digit and power of ten of each tick: the decades of the values, with 2 and 5 where those are few."""
    values = np.concatenate([frame[["conv", "gru"]].to_numpy(float).ravel() for frame in gradients.values()])
    powers = np.log10(values[np.isfinite(values) & (values > 0)])
    if not powers.size:
        return [(1, 0)]
    digits = (1, 2, 5) if np.ptp(powers) < 2 else (1,)
    decades = range(int(np.floor(powers.min())), int(np.ceil(powers.max())) + 1)
    return [(digit, power) for power in decades for digit in digits]


def _power(digit: int, exponent: int) -> str:
    """Return a tick in one line (plotly's raised exponents are drawn too large for small panels).

    >>> _power(2, -3)
    '2e−3'
    """
    return f"{digit}e{exponent}".replace("-", MINUS)


def _paths(fig: go.Figure, part: pd.DataFrame, row: int, column: int, look: Look) -> None:
    steps = part["step"].to_numpy(np.int32)
    for path, (field, dash) in PATHS.items():
        values = part[field].to_numpy(float)
        kept = downsample(np.log(np.clip(values, 1e-12, None)), limit=600)
        name, colour = label(path, look.language), path_colour(path, look)
        hover = say("step {step}: {gradient}", step="%{x}", gradient="%{y:.2e}")
        style = {"dash": dash, "width": 1.6, "hover": f"{hover}<extra>{name}</extra>"}
        style |= {"legendgroup": name, "showlegend": row == column == 1}
        fig.add_trace(line(steps[kept], values[kept], name=name, colour=colour, **style), row=row, col=column)


def _flow_sentence(imbalance: Mapping[str, float], reading: Reading) -> str:
    what = say(READINGS[reading])
    if not imbalance:
        return say("RMS of the loss gradient of each path's {reading}; equal heights mean balance.", reading=what)
    return say(
        "Imbalance of the {reading}' gradients (0 balanced, 1 a factor of two): {models}; {best} is the most "
        "balanced."
        if len(imbalance) > 1
        else "Imbalance of the {reading}' gradients (0 balanced, 1 a factor of two): {models}.",
        reading=what,
        models=listed(f"{say(name)} {number(value, 2)}" for name, value in imbalance.items()),
        best=say(min(imbalance, key=lambda name: imbalance[name])),
    )


def gradient_share(shares: pd.DataFrame, *, look: Look) -> Drawing:
    """Show the signed share of the gradient per block: right the convolution path gets more, left the GRU path.

    Parameters
    ----------
    shares : columns reading ("outputs" or "weights", a panel each), model (name), block, value, -1 to 1:
        (conv - gru) / (conv + gru).
    """
    readings = [reading for reading in Reading if (shares["reading"] == reading.value).any()]
    blocks = sorted({int(block) for block in shares["block"]}, reverse=True)
    names = [say("block {block}", block=block) for block in blocks]
    fig = make_subplots(rows=1, cols=len(readings), shared_yaxes=True, horizontal_spacing=0.08)
    reach = max(0.1, float(np.nanmax(np.abs(shares["value"].to_numpy(float)))) * 1.15)
    for column, reading in enumerate(readings, start=1):
        axis = "" if column == 1 else str(column)
        _share_dots(fig, shares.loc[shares["reading"] == reading.value], blocks, column, look)
        category_axis(fig, names, look=look, column=column)
        named_line(fig, look=look, text="", x=0, axis=axis)
        panel_title(fig, say("of their {reading}", reading=say(READINGS[reading])), axis, look=look)
        fig.update_xaxes(range=[-reach, reach], showgrid=True, nticks=5, col=column)
    sides = " · ".join(
        f'<span style="color:{path_colour(path, look)}">{before}{label(path, look.language)}{after}</span>'
        for path, before, after in ((ModelPath.GRU, "← ", ""), (ModelPath.CONVOLUTION, "", " →"))
    )
    fig.update_xaxes(title_text=f"{say('Signed share (−1 to 1)')}<br>{sides}")
    margins = Margins(left=label_room(names), legend=True, above=20, below=64, height=142 + 34 * len(names))
    return drawn(fig, _share_sentence(shares, look), margins, look)


def _share_dots(fig: go.Figure, shares: pd.DataFrame, blocks: Sequence[int], column: int, look: Look) -> None:
    """Draw the shares of every model in lanes of its own; the legend names each once."""
    models = [str(name) for name in shares["model"].unique()]
    shades = [look.colours.truth, look.colours.muted, look.colours.line, look.colours.none]
    for index, (name, symbol, shade) in enumerate(zip(models, MODEL_MARKERS, shades, strict=False)):
        part = shares.loc[shares["model"] == name]
        lane = 0.16 * ((len(models) - 1) / 2 - index)
        places = [blocks.index(int(block)) + lane for block in part["block"]]
        style = {"symbol": symbol, "size": 10, "legendgroup": name, "showlegend": column == 1}
        trace = dots(part["value"].to_numpy(float), places, name=say(name), colour=shade, **style)
        fig.add_trace(trace, row=1, col=column)


def _share_sentence(shares: pd.DataFrame, look: Look) -> str:
    row = shares.to_dict("records")[int(np.nanargmax(np.abs(shares["value"].to_numpy(float))))]
    path = ModelPath.CONVOLUTION if row["value"] > 0 else ModelPath.GRU
    factor = (1 + abs(row["value"])) / max(1 - abs(row["value"]), 1e-9)
    return say(
        "Least balanced: block {block} of {model}, where the {path} gets {factor} times the gradient of the other "
        "(of their {reading}).",
        block=int(row["block"]),
        model=say(row["model"]),
        path=label(path, look.language),
        factor=number(factor, 2),
        reading=say(READINGS[Reading(row["reading"])]),
    )
