"""Two figures of one kind on one scale: equal ranges, equal colours and equal room, the data as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.figures.labels import respread
from core.figures.panels import LETTERS, Letter, axes, group, is_rows, panel_names, quantity, reach
from core.text.amounts import listed
from core.text.words import say

Pair = tuple[go.Figure, go.Figure]


def one_scale(first: go.Figure, second: go.Figure) -> tuple[go.Figure, go.Figure, str]:
    """Return copies of two figures that share their scales, and in a sentence which they cannot share.

    Axes that stand for each other (of panels with one name, else in one place) get the union of their ranges where
    both are of one quantity in one unit; heat maps of one quantity the union of their limits. Panels get the same
    room, so that they line up above or beside each other.

    Returns
    -------
    The two figures, and a sentence about scales that stay apart; empty where none does.
    """
    both = (go.Figure(first), go.Figure(second))
    apart = [name for letter in LETTERS for name in _share_axes(both, letter)]
    _share_colours(both)
    _share_room(both)
    for fig in both:
        respread(fig)
    if not apart:
        return *both, ""
    return *both, say("Not on one scale, as they are not of one quantity: {quantities}.", quantities=listed(apart))


def paired(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int]]:
    """Return which of two lists of names stand for each other: those of one name, and what is left in order.

    >>> paired(["a", "b"], ["b", "c"])
    [(1, 0), (0, 1)]
    """
    named = [(list(first).index(name), place) for place, name in enumerate(second) if name in first]
    left = [place for place in range(len(first)) if place not in {one for one, _ in named}]
    right = [place for place in range(len(second)) if place not in {other for _, other in named}]
    return [*named, *zip(left, right, strict=False)]


def paired_axes(both: Pair) -> list[tuple[str, str]]:
    """Return the numbers of the axes of two figures that stand for each other, panel by panel."""
    numbers = [list(axes(fig, "y")) for fig in both]
    names = [[panel_names(fig).get(number, number) for number in of] for fig, of in zip(both, numbers, strict=True)]
    return [(numbers[0][one], numbers[1][other]) for one, other in paired(*names)]


def _share_axes(both: Pair, letter: Letter) -> list[str]:
    """Give axes that stand for each other one range; return the quantities that have none in common."""
    apart = []
    for numbers in paired_axes(both):
        if not all(number in axes(fig, letter) for fig, number in zip(both, numbers, strict=True)):
            continue
        one, other = (axes(fig, letter)[number] for fig, number in zip(both, numbers, strict=True))
        names = [quantity(fig, letter, number) for fig, number in zip(both, numbers, strict=True)]
        if names[0] != names[1]:
            apart += [] if is_rows(one) else [say("{first} with {second}", first=names[0], second=names[1])]
        elif _is_one_scale(one, other):
            _unite(both, letter, [group(fig, letter, number) for fig, number in zip(both, numbers, strict=True)])
    return list(dict.fromkeys(apart))


def _is_one_scale(one: Any, other: Any) -> bool:
    """Return whether a place on one axis is the same place on the other: ticks by name stand at the same places."""
    if one.type != other.type:
        return False
    if one.type == "log" or (one.tickvals is None and other.tickvals is None):
        return True
    ticks = [(list(axis.tickvals or ()), list(axis.ticktext or ())) for axis in (one, other)]
    return ticks[0] == ticks[1]


def _unite(both: Pair, letter: Letter, numbers: Sequence[Sequence[str]]) -> None:
    """Set the axes of two groups to the range that holds what both reach to; dates far apart keep their own."""
    ranges = [reach(fig, letter, of) for fig, of in zip(both, numbers, strict=True)]
    if ranges[0] is None or ranges[1] is None or ranges[0] == ranges[1]:
        return
    (low, high), (other_low, other_high) = ranges[0], ranges[1]
    of_dates = axes(both[0], letter)[numbers[0][0]].type == "date"
    if of_dates and (low > other_high or other_low > high):
        return
    for fig, of in zip(both, numbers, strict=True):
        for number in of:
            axes(fig, letter)[number].range = (min(low, other_low), max(high, other_high))


def _share_colours(both: Pair) -> None:
    """Give heat maps that stand for each other the same limits, where their colour bars tell the same quantity."""
    maps = [[trace for trace in fig.data if trace.type == "heatmap"] for fig in both]
    for one, other in paired(*[[str(trace.name) for trace in of] for of in maps]):
        first, second = maps[0][one], maps[1][other]
        if first.colorbar.title.text == second.colorbar.title.text:
            limits = {"zmin": min(first.zmin, second.zmin), "zmax": max(first.zmax, second.zmax)}
            first.update(limits)
            second.update(limits)


def _share_room(both: Pair) -> None:
    """Give both figures the larger margins, and the larger height where their panels are as many."""
    one, other = (fig.layout for fig in both)
    room = {side: max(one.margin[side], other.margin[side]) for side in ("l", "r", "t", "b")}
    as_many = len(axes(both[0], "y")) == len(axes(both[1], "y"))
    for fig in both:
        height = max(one.height, other.height) if as_many else fig.layout.height
        fig.update_layout(margin=room, height=height)
