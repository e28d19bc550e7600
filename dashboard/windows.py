"""Selecting windows on charts: what a click or a drag takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.exhibits.case import Case
from core.exhibits.choices import SELECTED
from core.exhibits.selected import (
    CHANGE,
    MOST_STRETCHES,
    SLOT,
    WINDOWS,
    change_text,
    rows_text,
    selected,
    slot_text,
)
from core.figures.error_pairs import every_of
from core.figures.lettering import stamp_text
from core.text.words import mark, say
from dashboard import state
from dashboard.chart import SelectionMode, Taken, taken

NONE_THERE = mark("No test window begins in the stretch that was marked: mark one inside the test part.")


@dataclass(frozen=True)
class Way:
    """How windows are selected on one exhibit."""

    selects: tuple[SelectionMode, ...]
    hint: str  # marked
    text: Callable[[Case, Taken], str]  # what was taken as a text of a link; empty: nothing


def _slot(case: Case, taken: Taken) -> str:
    return slot_text(str(taken["points"][-1][0])) if taken["points"] else ""


def _stretches(case: Case, taken: Taken) -> str:
    """Return the rows between the ends of each box that was drawn over dates, as far as windows begin there."""
    found = [_rows(case, *map(_stamp, box["x"])) for box in taken["boxes"]]
    return rows_text(found) if found else ""


def between(case: Case, one: pd.Timestamp, other: pd.Timestamp) -> str:
    """Return the windows that begin between two times as a text of a link; ValueError where none does."""
    return rows_text([_rows(case, one, other)])


def _rows(case: Case, one: pd.Timestamp, other: pd.Timestamp) -> tuple[int, int]:
    low, high = sorted((one, other))
    index = pd.DatetimeIndex(case.dataset.frame.index)
    first = max(int(index.searchsorted(low)), int(case.origins[0]))
    last = min(int(index.searchsorted(high, side="right")) - 1, int(case.origins[-1]))
    if first > last:
        raise ValueError(say(NONE_THERE))
    return first, last


def _stamp(end: Any) -> pd.Timestamp:
    """Return the end of a box as a time: plotly tells text, or milliseconds."""
    return pd.Timestamp(end, unit="ms") if isinstance(end, int | float) else pd.Timestamp(end)


def _change(case: Case, taken: Taken) -> str:
    """Return the abrupt change of a click, or the stretch of a box."""
    if taken["boxes"] or not taken["points"]:
        return _stretches(case, taken)
    return change_text(int(taken["points"][-1][0]))


def _windows(case: Case, taken: Taken) -> str:
    """Return the stretch of a box, or the window of a click."""
    if taken["boxes"]:
        return _stretches(case, taken)
    rows = [int(point[0]) for point in taken["points"][-1:]]
    return rows_text([(row, row) for row in rows]) if rows else ""


def _points(case: Case, taken: Taken) -> str:
    """Return the windows of some points; between two neighbouring ones of those drawn, all that are not drawn too."""
    rows, every = sorted({int(point[0]) for point in taken["points"]}), every_of(len(case.origins))
    found: list[tuple[int, int]] = []
    for row in rows:
        joined = found and row - found[-1][1] <= every
        found[-1:] = [(found[-1][0], row)] if joined else [*found[-1:], (row, row)]
    if len(found) > MOST_STRETCHES:
        told = mark("The points that were marked are {n} stretches of windows and a link holds {most}: mark fewer.")
        raise ValueError(say(told, n=len(found), most=MOST_STRETCHES))
    return rows_text(found) if found else ""


_CYCLE = Way(("points",), mark("Click a slot of the cycle to select its windows on all pages."), _slot)
WAYS = {
    "series_plot": Way(("box",), mark("Drag over a stretch of the test part to select its windows."), _stretches),
    "error_timeline": Way(
        ("points", "box"),
        mark(
            "Click a window, or drag over several with the box tool above the chart: they are selected on all pages."
        ),
        _windows,
    ),
    "error_pairs": Way(
        ("points", "box", "lasso"),
        mark(
            "Click a window, or mark several with the box or lasso tool above the chart: they are selected on all "
            "pages."
        ),
        _points,
    ),
    "kernel_by_slot": _CYCLE,
    "kernel_profile": _CYCLE,
    "attention_by_slot": _CYCLE,
    "abrupt_changes": Way(
        ("points", "box"),
        mark(
            "Click a change to select the windows around it, or drag over several with the box tool above the chart."
        ),
        _change,
    ),
}


def take(name: str, case: Case) -> None:
    """Select what was taken on an exhibit (its chart's callback); where there is nothing, say so."""
    try:
        text = WAYS[name].text(case, taken(name))
        if text:  # none: nothing was inside
            select(case, text)
    except ValueError as error:
        state.note(WINDOWS.name, str(error))


def select(case: Case, text: str) -> None:
    """Select windows in a callback: pages about one window show the one in the middle, maps the mean of all."""
    found = selected(case, text)
    state.move_to(WINDOWS.name, text)
    state.move_to("origin", str(case.origins[found.middle]))
    state.move_to("map", SELECTED)
    state.forget("event")  # the largest change inside is shown
    kind, _, label = text.partition(":")
    if kind == SLOT:
        state.move_to("slot", label)
    elif kind == CHANGE:
        state.move_to("event", stamp_text(case.dataset.frame.index.to_numpy()[int(label)]))
