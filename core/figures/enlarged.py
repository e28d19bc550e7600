"""Figures for a projector: type, marks, lines and margins larger by a factor, panels as large as their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

# What plotly counts in px, wherever it stands; data and shares of the picture have other names.
_PIXELS = frozenset(
    (
        *("l", "r", "t", "b", "height", "xshift", "yshift", "standoff", "ticklen", "linewidth", "tickwidth"),
        *("borderwidth", "borderpad", "arrowwidth", "thickness", "xpad", "ypad"),
    )
)
_THERE = {"size": ("font", "tickfont", "marker"), "width": ("line", "marker", "error_x", "error_y")}  # only there
_LENGTHS = {"dash": r"([\d.]+)(?=px)", "text": r"(?<=font-size:)([\d.]+)(?=px)"}  # within a string


def enlarged(figure: go.Figure, factor: float) -> go.Figure:
    """Return a copy with everything that is counted in px larger by a factor; its data stay as they are.

    Marks whose sizes are given one by one keep them: these are data.

    >>> enlarged(go.Figure(layout={"font": {"size": 12}, "margin": {"l": 40}}), 1.5).layout.font.size
    18.0
    """
    return go.Figure(_scaled(figure.to_plotly_json(), "", "", factor))


def _scaled(value: Any, name: str, of: str, factor: float) -> Any:
    """Return a value named so, of a thing named so, with its px scaled."""
    if isinstance(value, Mapping):
        return {key: _scaled(part, key, name or of, factor) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_scaled(part, name, of, factor) for part in value]
    if isinstance(value, str) and name in _LENGTHS:
        return re.sub(_LENGTHS[name], lambda length: f"{float(length[1]) * factor:g}", value)
    if name in _PIXELS or of in _THERE.get(name, ()):
        return value * factor if isinstance(value, int | float) else value
    return value
