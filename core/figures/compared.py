"""What two figures of one kind hold at the same places, mark by mark, or why they cannot be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from core.figures.lettering import stamp_text
from core.figures.names import plain
from core.figures.one_scale import Pair, paired, paired_axes
from core.figures.panels import LETTERS, Letter, axes, cells, is_rows, number_of, panel_names, quantity
from core.text.amounts import MINUS, counted
from core.text.words import say

Values = NDArray[np.float64]


class Incomparable(ValueError):
    """Two figures have no difference: one sentence that says why."""


@dataclass(frozen=True, eq=False)
class Mark:
    """One line, row of dots or heat map of both figures at the same places; values are [point] or [row, column]."""

    trace: Any  # of the first figure
    name: str  # of both traces
    panel: str  # name of the panel; empty where it has none
    axis: Letter | None  # the axis that tells the values; None where a colour does
    places: tuple[tuple[str, ...], ...]  # text of each point along x; of a heat map along y, then x
    first: Values
    second: Values

    @property
    def less(self) -> Values:
        """What the first has more than the second."""
        return self.first - self.second

    def at(self, flat: int) -> str:
        """Return in words where a value is, counted through the values row by row."""
        place = np.unravel_index(flat, self.first.shape)
        where = [texts[index] for texts, index in zip(self.places, place, strict=True)]
        return ", ".join(filter(None, [self.panel, self.name if self.name != self.panel else "", *where[::-1]]))

    def table(self) -> pd.DataFrame:
        """Return one row a value: panel, name, where, first, second, difference."""
        grid = pd.MultiIndex.from_product(self.places).to_frame(index=False)
        columns = {f"at {letter}": grid[place] for place, letter in enumerate(("y", "x")[-len(self.places) :])}
        numbers = {"first": self.first.ravel(), "second": self.second.ravel(), "difference": self.less.ravel()}
        return pd.DataFrame({"panel": self.panel, "name": self.name, **columns, **numbers})


def marks(first: go.Figure, second: go.Figure) -> list[Mark]:
    """Return what two figures hold at the same places.

    Raises
    ------
    Incomparable : they differ in panels, lines, places, shape or quantity.
    """
    both = (first, second)
    numbers = [list(axes(fig, "y")) or [""] for fig in both]
    if len(numbers[0]) != len(numbers[1]):
        panels = counted(len(numbers[0]), "panel")
        raise Incomparable(say("The first has {panels} and the second {n}.", panels=panels, n=len(numbers[1])))
    found = [mark for pair in paired_axes(both) for mark in _of_panel(both, pair)]
    if not found:
        raise Incomparable(say("This figure has neither lines nor maps that could be taken from each other."))
    return found


def _of_panel(both: Pair, numbers: tuple[str, str]) -> Iterator[Mark]:
    of = [
        [trace for trace in fig.data if number_of(trace, "y") == number and _is_mark(fig, trace)]
        for fig, number in zip(both, numbers, strict=True)
    ]
    if len(of[0]) != len(of[1]):
        told = say(
            "The first draws {first} maps in a panel and the second {second}."
            if (of[0] or of[1])[0].type == "heatmap"
            else "The first draws {first} lines in a panel and the second {second}.",
            first=len(of[0]),
            second=len(of[1]),
        )
        raise Incomparable(told)
    panel = panel_names(both[0]).get(numbers[0], "")
    for one, other in paired(*[[str(trace.name) for trace in traces] for traces in of]):
        yield _mark(both, of[0][one], of[1][other], panel)


def _is_mark(fig: go.Figure, trace: Any) -> bool:
    """Return whether a trace holds numbers to compare: a band is no line, and dots on a line only mark a place."""
    if trace.type == "heatmap":
        return True
    rows = is_rows(axes(fig, "y")[number_of(trace, "y")])
    return trace.type == "scatter" and trace.fill != "toself" and (rows or "lines" in str(trace.mode))


def _mark(both: Pair, one: Any, other: Any, panel: str) -> Mark:
    names = list(dict.fromkeys(plain(trace.name) for trace in (one, other) if trace.name))
    name = f" {MINUS} ".join(names)
    if one.type == "heatmap":
        return _map(both, one, other, name, panel)
    along: Letter = "x" if is_rows(axes(both[0], "y")[number_of(one, "y")]) else "y"
    told = [quantity(fig, along, number_of(trace, along)) for fig, trace in zip(both, (one, other), strict=True)]
    _check_quantity(*told)
    if along == "x":
        rows = [_by_row(fig, trace) for fig, trace in zip(both, (one, other), strict=True)]
        if rows[0].keys() != rows[1].keys():
            raise Incomparable(say("Their rows are not the same."))
        values = [np.array([row[name] for name in rows[0]]) for row in rows]
        return Mark(one, name, panel, "x", (tuple(rows[0]),), *values)
    places = [np.asarray(trace.x, np.float64) for trace in (one, other)]
    if not np.array_equal(places[0], places[1]):
        raise Incomparable(_other_places(both, one, *places))
    values = [np.asarray(trace.y, np.float64) for trace in (one, other)]
    return Mark(one, name, panel, "y", (_texts(both[0], one, "x", places[0]),), *values)


def _map(both: Pair, one: Any, other: Any, name: str, panel: str) -> Mark:
    """Return two heat maps; rows that each figure sorts in its own way stand as the first sorts them."""
    shapes = [np.shape(trace.z) for trace in (one, other)]
    if shapes[0] != shapes[1]:
        raise Incomparable(_other_sizes(*shapes))
    along = [{letter: cells(trace, letter) for letter in LETTERS} for trace in (one, other)]
    if not np.array_equal(along[0]["x"], along[1]["x"]):
        raise Incomparable(_other_places(both, one, along[0]["x"], along[1]["x"]))
    bars = [[plain(trace.colorbar.title.text) for trace in fig.data if trace.type == "heatmap"] for fig in both]
    told = ["".join(dict.fromkeys(of)) for of in bars]
    _check_quantity(told[0], told[1])
    rows = [
        tuple(trace.meta) if trace.meta else _texts(fig, trace, "y", of["y"])
        for fig, trace, of in zip(both, (one, other), along, strict=True)
    ]
    if set(rows[0]) != set(rows[1]):
        raise Incomparable(say("Their rows are not the same."))
    second = np.asarray(other.z, np.float64)[[rows[1].index(row) for row in rows[0]]]
    places = (tuple(map(plain, rows[0])), _texts(both[0], one, "x", along[0]["x"]))
    is_alone = len(bars[0]) == 1
    return Mark(one, "" if is_alone else name, panel, None, places, np.asarray(one.z, np.float64), second)


def _other_sizes(first: tuple[int, ...], second: tuple[int, ...]) -> str:
    return say(
        "The first is a map of {columns} by {rows} cells, the second one of {other_columns} by {other_rows}.",
        columns=first[1],
        rows=first[0],
        other_columns=second[1],
        other_rows=second[0],
    )


def _check_quantity(first: str, second: str) -> None:
    if first != second:
        both = {"first": first or say("no unit"), "second": second or say("no unit")}
        raise Incomparable(say("They are not of one quantity: {first} and {second}.", **both))


def _by_row(fig: go.Figure, trace: Any) -> dict[str, float]:
    """Return the value of each row of a dot plot by its name."""
    names = [plain(text) for text in axes(fig, "y")[number_of(trace, "y")].ticktext]  # of the rows 0, 1, 2 ...
    rows = [names[round(place)] for place in np.asarray(trace.y, np.float64)]
    if len(set(rows)) < len(rows):
        raise Incomparable(say("Its rows hold several dots each."))
    return dict(zip(rows, np.asarray(trace.x, np.float64).tolist(), strict=True))


def _other_places(both: Pair, trace: Any, first: Values, second: Values) -> str:
    ends = [
        say("{points} from {first} to {last}", points=counted(len(places), "point"), first=texts[0], last=texts[-1])
        if len(places)
        else say("no point")
        for fig, places in zip(both, (first, second), strict=True)
        for texts in [_texts(fig, trace, "x", places)]
    ]
    return say(
        "They are drawn at other places: the first at {first}, the second at {second}.",
        first=ends[0],
        second=ends[1],
    )


def _texts(fig: go.Figure, trace: Any, letter: Letter, places: ArrayLike) -> tuple[str, ...]:
    """Return places along an axis in words: a stamp, the name of a tick, or the number with what it counts."""
    of, values = number_of(trace, letter), np.asarray(places, np.float64)
    axis, what = axes(fig, letter)[of], quantity(fig, letter, of).partition(" (")[0]
    if axis.type == "date":
        return tuple(stamp_text(np.datetime64(int(value), "ms")) for value in values)
    ticks = dict(zip(axis.tickvals or (), map(plain, axis.ticktext or ()), strict=False))
    return tuple(ticks.get(value) or f"{what[:1].lower()}{what[1:]} {value:g}" for value in values)
