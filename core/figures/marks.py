"""The few marks all figures are drawn with: lines, bands, dots and heat maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from core.figures.colour import translucent
from core.figures.labels import EndLabel
from core.figures.palette import BASELINE_DASHES, FUSION_DASH, ColourScale, Look, baseline_label, fusion_colour
from core.vocabulary import Fusion, label

HEAT_CELLS = 120_000  # float32 in base64: 0.64 MB of JSON


def milliseconds(stamps: ArrayLike | pd.DatetimeIndex) -> NDArray[np.float64]:
    """Return stamps as milliseconds since 1970, the smallest form plotly's date axes read."""
    return np.asarray(stamps).astype("datetime64[ms]").astype(np.float64)


def line(x: Any, y: ArrayLike, *, name: str, colour: str, **style: Any) -> go.Scatter:
    """Return a line; `style` may hold width, dash, hover, opacity, showlegend and legendgroup."""
    return go.Scatter(
        x=x,
        y=np.asarray(y, dtype=np.float32),
        name=name,
        mode="lines",
        line={"color": colour, "width": style.pop("width", 2), "dash": style.pop("dash", "solid")},
        hovertemplate=style.pop("hover", "%{y:.4g}"),
        **style,
    )


def mode_lines(
    fig: go.Figure, x: ArrayLike, modes: Mapping[Fusion, NDArray[np.float64]], look: Look, **panel: int
) -> list[EndLabel]:
    """Draw the line of each mode, [point], in a panel (`row`, `col`), and return what to write at their ends."""
    ends = []
    for mode, values in modes.items():
        text, colour = label(mode, look.language), fusion_colour(mode, look)
        fig.add_trace(line(x, values, name=text, colour=colour, dash=FUSION_DASH[mode]), **panel)
        ends.append(EndLabel(text, last_of(values), colour))
    return ends


def baseline_lines(
    fig: go.Figure, x: ArrayLike, baselines: Mapping[str, NDArray[np.float64]], look: Look
) -> list[EndLabel]:
    """Draw the line of each baseline, [point], and return what to write at their ends."""
    ends, colour = [], look.colours.muted
    for (name, values), dash in zip(baselines.items(), BASELINE_DASHES, strict=False):
        text = baseline_label(name)
        fig.add_trace(line(x, values, name=text, colour=colour, width=1.1, dash=dash))
        ends.append(EndLabel(text, last_of(values), colour))
    return ends


def band(x: ArrayLike, low: ArrayLike, high: ArrayLike, *, colour: str, **style: Any) -> go.Scatter:
    """Return the area between two curves (at least two points), without hover."""
    there, up, down = np.asarray(x), np.asarray(low, np.float32), np.asarray(high, np.float32)
    return go.Scatter(
        x=np.concatenate([there, there[::-1]]),
        y=np.concatenate([down, up[::-1]]),
        fill="toself",
        fillcolor=translucent(colour, style.pop("opacity", 0.16)),
        line={"width": 0, "color": colour},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
        **style,
    )


def dots(x: Any, y: Any, *, name: str, colour: str, **style: Any) -> go.Scatter:
    """Return points; `style` may hold symbol, size, hollow, hover and `interval`: the limits (low, high) along x."""
    size, hollow = style.pop("size", 9), style.pop("hollow", False)
    symbol = style.pop("symbol", "circle")
    if "interval" in style:
        low, high = style.pop("interval")
        style["error_x"] = whiskers(low, x, high, colour)
    return go.Scatter(
        x=x,
        y=y,
        name=name,
        mode="markers",
        marker={
            "color": colour,
            "size": size,
            "symbol": f"{symbol}-open" if hollow else symbol,
            "line": {"color": colour, "width": 1.4},
        },
        hovertemplate=style.pop("hover", "%{x:.4g}"),
        **style,
    )


def whiskers(low: ArrayLike, value: ArrayLike, high: ArrayLike, colour: str) -> dict[str, Any]:
    """Return plotly's asymmetric error bar for intervals; missing limits draw nothing."""
    centre = np.asarray(value, float)
    return {
        "type": "data",
        "symmetric": False,
        "array": np.nan_to_num(np.asarray(high, float) - centre),
        "arrayminus": np.nan_to_num(centre - np.asarray(low, float)),
        "color": colour,
        "thickness": 1.8,
        "width": 0,
    }


def limits_of(*arrays: ArrayLike, margin: float = 0.06) -> tuple[float, float]:
    """Return a y range that holds every finite value, with a margin."""
    flat = np.concatenate([np.asarray(array, float).ravel() for array in arrays]) if arrays else np.zeros(0)
    flat = flat[np.isfinite(flat)]
    if flat.size == 0:
        return 0.0, 1.0
    low, high = float(flat.min()), float(flat.max())
    pad = (high - low or abs(high) or 1.0) * margin
    return low - pad, high + pad


def last_of(values: ArrayLike) -> float:
    """Return the last finite value; NaN where there is none."""
    flat = np.asarray(values, float)
    flat = flat[np.isfinite(flat)]
    return float(flat[-1]) if flat.size else float("nan")


def block_means(values: ArrayLike, cells: int = HEAT_CELLS) -> tuple[NDArray[np.float32], int]:
    """Average neighbouring columns of [row, column] until at most `cells` remain; also the columns per block."""
    grid = np.asarray(values, np.float32)
    block = max(int(np.ceil(grid.size / cells)), 1)
    if block == 1:
        return grid, 1
    starts = np.arange(0, grid.shape[1], block)
    counts = np.diff(np.append(starts, grid.shape[1]))
    return (np.add.reduceat(grid, starts, axis=1) / counts).astype(np.float32), block


def heat(
    values: ArrayLike, *, scale: ColourScale, limits: tuple[float, float], look: Look, **style: Any
) -> go.Heatmap:
    """Return a heat map [row, column] with an explicit scale; `bar` names its colour bar (None: no bar)."""
    title = style.pop("bar", None)
    bar = {
        "title": {"text": title, "side": "right", "font": {"size": 11, "color": look.colours.muted}},
        "thickness": 10,
        "outlinewidth": 0,
        "tickcolor": look.colours.line,
        "tickfont": {"size": 11, "color": look.colours.muted},
        "nticks": 5,
        "x": 1.0,
        "xpad": 10,
        "ypad": 0,
    }
    return go.Heatmap(
        z=np.asarray(values, np.float32),
        colorscale=scale,
        zmin=limits[0],
        zmax=limits[1],
        showscale=title is not None,
        colorbar=bar if title is not None else None,
        **style,
    )
