"""The panels of a finished figure, read back: its axes by number, what they are of, and how far their data reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.labels import PANEL
from core.figures.lettering import NARROWEST
from core.figures.marks import limits_of
from core.figures.names import plain

Letter = Literal["x", "y"]
Range = tuple[float, float]
PANEL_ROOM = 180  # px across that the only panel of a figure needs
LETTERS: tuple[Letter, Letter] = ("x", "y")


def axes(fig: go.Figure, letter: Letter) -> dict[str, Any]:
    """Return the axes of a letter by their number ("" for the first, then "2", "3" ...)."""
    found = fig.select_xaxes() if letter == "x" else fig.select_yaxes()
    return {axis.plotly_name.removeprefix(f"{letter}axis"): axis for axis in found}


def number_of(trace: Any, letter: Letter) -> str:
    """Return the number of the axis that a trace is drawn on."""
    return str(trace[f"{letter}axis"] or letter).removeprefix(letter)


def panel_names(fig: go.Figure) -> dict[str, str]:
    """Return what is written above each panel by the number of its y axis; no panel without a name of its own."""
    above = (note for note in fig.layout.annotations if note.name == PANEL)
    return {note.yref.removeprefix("y").removesuffix(" domain"): plain(note.text) for note in above}


def quantities(fig: go.Figure, letter: Letter) -> tuple[str, ...]:
    """Return the titles of the axes of a letter, unit included, each once."""
    titles = (plain(axis.title.text) for axis in axes(fig, letter).values())
    return tuple(dict.fromkeys(filter(None, titles)))


def quantity(fig: go.Figure, letter: Letter, number: str) -> str:
    """Return what an axis is of; of one without a title, what the first with one is of."""
    own = plain(axes(fig, letter)[number].title.text)
    return own or next(iter(quantities(fig, letter)), "")


def is_rows(axis: Any) -> bool:
    """Return whether an axis has no scale: it names rows, one below the other."""
    return axis.type != "log" and axis.tickmode != "auto" and axis.ticktext is not None and axis.ticks == ""


def group(fig: go.Figure, letter: Letter, number: str) -> list[str]:
    """Return the numbers of the axes that move together with one, itself among them."""
    found = axes(fig, letter)
    root = _root(found, letter, number)
    return [other for other in found if _root(found, letter, other) == root]


def _root(found: dict[str, Any], letter: Letter, number: str) -> str:
    matches = found[number].matches
    return number if not matches else str(matches).removeprefix(letter)


def reach(fig: go.Figure, letter: Letter, numbers: Sequence[str]) -> Range | None:
    """Return how far axes that move together reach: as it is set, else as far as what is drawn; None without data."""
    of = [axes(fig, letter)[number] for number in numbers]
    if set_to := [axis.range for axis in of if axis.range is not None]:
        return min(float(one[0]) for one in set_to), max(float(one[1]) for one in set_to)
    ends = [end for trace in fig.data if number_of(trace, letter) in numbers for end in _ends(trace, letter)]
    if of[0].type == "log":
        ends = [float(np.log10(end)) for end in ends if end > 0]
    if not ends:
        return None
    drawn = [str(trace.type if trace.type == "heatmap" else trace.mode) for trace in fig.data]
    is_tight = "heatmap" in drawn or (letter == "x" and not any("markers" in mode for mode in drawn))
    return limits_of(ends, margin=0.0 if is_tight else 0.06)


def cells(trace: Any, letter: Letter) -> NDArray[np.float64]:
    """Return the middles of the cells of a heat map along a letter."""
    if trace[letter] is not None:
        return np.asarray(trace[letter], dtype=np.float64)
    count = np.shape(trace.z)[1 if letter == "x" else 0]
    return (trace[f"{letter}0"] or 0) + (trace[f"d{letter}"] or 1) * np.arange(count, dtype=np.float64)


def _ends(trace: Any, letter: Letter) -> Iterator[float]:
    """Yield the least and the largest place of a trace along a letter, error bars included."""
    if trace.type == "heatmap":
        middles = cells(trace, letter)
        half = float(middles[1] - middles[0]) / 2 if len(middles) > 1 else 0.5
        yield from (float(middles[0]) - half, float(middles[-1]) + half)
        return
    places = np.asarray(trace[letter], dtype=np.float64)
    bars = trace[f"error_{letter}"] if trace.type == "scatter" else None
    for bar, sign in (("arrayminus", -1), ("array", 1)):
        moved = places if bars is None or bars[bar] is None else places + sign * np.asarray(bars[bar], np.float64)
        known = moved[np.isfinite(moved)]
        yield from (float(known.min()), float(known.max())) if known.size else ()


def room_of(fig: go.Figure) -> float:
    """Return the px across that a figure needs to be read: with one panel less than it is made for."""
    one = len({number_of(trace, "y") for trace in fig.data}) == 1
    return min(NARROWEST, fig.layout.margin.l + PANEL_ROOM + fig.layout.margin.r) if one else NARROWEST
