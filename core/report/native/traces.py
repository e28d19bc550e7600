"""One plotly trace as series of an office chart: positions, values, colours, error bars."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

from core.figures.names import plain
from core.report.native.panels import Series, Values
from core.report.table import inert
from core.text.words import mark, say

_GREY = "444444"
_POINTS_PER_PIXEL = 0.75
_EDGE_POINTS = 0.75  # width of a band's border
POINTS = 300  # of one series: an office chart with thousands of points cannot be edited


class NotNative(Exception):
    """A trace without a counterpart in office charts; the figure becomes a picture."""


def rgb(colour: object) -> str:
    """Return a CSS colour as RRGGBB on white paper; grey where it is not one colour.

    >>> rgb("#0072b2"), rgb("rgba(0,0,0,0.5)")
    ('0072B2', '808080')
    """
    text = str(colour).strip().lower()
    if re.fullmatch(r"#[0-9a-f]{6}", text):
        return text[1:].upper()
    parts = re.fullmatch(r"rgba?\(([\d.]+),\s*([\d.]+),\s*([\d.]+)(?:,\s*([\d.]+))?\)", text)
    if parts is None:
        return _GREY
    alpha = float(parts[4] or 1)
    return "".join(f"{round(255 + alpha * (float(part) - 255)):02X}" for part in parts.groups()[:3])


def decoded(values: Any) -> Any:
    """Return a trace's values as they were given: a figure that was pickled holds them as base64 text."""
    if isinstance(values, dict) and "bdata" in values:
        return np.frombuffer(b64decode(values["bdata"]), dtype=np.dtype(values["dtype"]))
    return values


def _paler(colour: str) -> str:
    """Return RRGGBB half-way to white."""
    return "".join(f"{(255 + part) // 2:02X}" for part in bytes.fromhex(colour))


def numbers(values: Any, *, date: bool = False) -> Values:
    """Return values as float64 [point]; stamps (or plotly's milliseconds) as days since 1970.

    float32 values are rounded to the seven digits they hold, so that a workbook shows 0.36, not 0.36000001.
    """
    array = np.asarray(decoded(values))
    if date:
        milliseconds = array.dtype.kind in "iuf"
        stamps = pd.to_datetime(array, unit="ms") if milliseconds else pd.to_datetime(array)
        return np.asarray(stamps.to_numpy().astype("datetime64[ms]").astype(np.float64) / 86_400_000)
    if array.dtype == np.float32:
        return np.array([float(f"{value:.7g}") for value in array])
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        raise NotNative from None


def point_series(trace: Any, *, dates: bool, notes: dict[str, None]) -> Series:
    """Translate a scatter trace, with stamps or numbers along x; long ones are thinned with a note."""
    y = numbers(trace.y)
    x = numbers(trace.x if trace.x is not None else np.arange(len(y)), date=dates)
    there = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(there) < len(y) and "lines" in (trace.mode or "lines"):
        notes[say("Lines bridge missing values.")] = None
    kept = there[thin(x[there], y[there])]
    if len(kept) < len(there):
        thinned = say(
            "Long curves are thinned to {n} points that keep their peaks (up to {all:,} in the figure).",
            n=POINTS,
            all=len(there),
        )
        notes[thinned] = None
    along = "x" if trace.error_x.array is not None else "y"
    return Series(
        positions=x[kept],
        values=y[kept],
        error=_error(trace, along, kept),
        error_along=along,
        **_style(trace, len(y)),
    )


def band_edges(trace: Any, *, dates: bool, notes: dict[str, None]) -> tuple[Series, ...]:
    """Translate a band drawn there and back again into its two borders; any other area is dropped with a note."""
    x, y = numbers(trace.x, date=dates), numbers(trace.y)
    half = len(x) // 2
    if trace.fill != "toself" or len(x) % 2 or not np.array_equal(x[:half], x[half:][::-1]):
        notes[say("Filled areas of the interactive figure are not part of the native chart.")] = None
        return ()
    notes[say("Bands are drawn as two thin lines, because an office line chart has no bands.")] = None
    colour = _paler(rgb(trace.line.color or trace.fillcolor))
    return tuple(
        Series(
            say(side, name=inert(plain(trace.name) or say("band"))),
            x[:half][kept],
            edge[kept],
            colour,
            _EDGE_POINTS,
            listed=False,
        )
        for side, edge in ((mark("{name} (low)"), y[:half]), (mark("{name} (high)"), y[half:][::-1]))
        for kept in [thin(x[:half], edge)]
    )


def _style(trace: Any, count: int) -> dict[str, Any]:
    """Return name, colours and marks of a trace."""
    mode = trace.mode or ("lines+markers" if count < 20 else "lines")
    lines, markers = "lines" in mode, "markers" in mode
    colour = trace.line.color or trace.marker.color if lines else trace.marker.color
    if colour is not None and not isinstance(colour, str):
        raise NotNative  # points coloured one by one need a colour bar
    return {
        "name": inert(plain(trace.name)),
        "colour": rgb(colour),
        "line_width": _POINTS_PER_PIXEL * float(trace.line.width or 2) if lines else 0.0,
        "dash": trace.line.dash or "solid",
        "marker_size": _marker_size(trace.marker) if markers else 0,
        "symbol": str(trace.marker.symbol or "circle"),
        "listed": trace.showlegend is not False and bool(trace.name),
    }


def _marker_size(marker: Any) -> int:
    """Return the size of markers in points; invisible ones, there to be clicked, have none."""
    if marker.opacity == 0:
        return 0
    size = np.mean(decoded(marker.size)) if marker.size is not None else 8
    return int(np.clip(round(float(size) * _POINTS_PER_PIXEL), 3, 20))


def _error(trace: Any, along: str, kept: Any) -> tuple[Values, Values] | None:
    """Return the lengths of the error bars below and above the kept points."""
    bars = getattr(trace, f"error_{along}")
    if bars.array is None or bars.visible is False:
        return None
    above = np.nan_to_num(numbers(bars.array))
    below = above if bars.arrayminus is None else np.nan_to_num(numbers(bars.arrayminus))
    return below[kept], above[kept]


def thin(positions: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the ascending indices of at most `POINTS` points that keep a curve's outline.

    Curves that run from left to right are thinned by MinMaxLTTB (Van Der Donckt et al. 2023), which keeps
    extremes; point clouds and loops by an even stride. Values must be finite.
    """
    if len(values) <= POINTS:
        return np.arange(len(values))
    if np.all(np.diff(positions) > 0):
        sampler = MinMaxLTTBDownsampler()
        chosen = sampler.downsample(np.ascontiguousarray(positions), np.ascontiguousarray(values), n_out=POINTS)
        return np.asarray(chosen, dtype=np.intp)
    return np.unique(np.linspace(0, len(values) - 1, POINTS).round().astype(np.intp))
