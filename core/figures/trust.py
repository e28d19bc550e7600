"""Figures of whether a map of what a forecast rests on can be trusted: other backgrounds, and a line a criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.labels import MOST_ROWS, category_axis, label_room, name_rows
from core.figures.marks import dots, line
from core.figures.names import shortened
from core.figures.palette import Look
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import fixed, listed
from core.text.words import say

Values = NDArray[np.float64]
INFORMED = 0.95  # share of random orders that an order has to beat
SYMBOLS = ("circle", "square", "triangle-up", "cross")  # of backgrounds, in turn
ROW = 24  # px of a row


@dataclass(frozen=True)
class Criterion:
    """What a map has to meet to be trusted, and how it does: 1 is perfect.

    Attributes
    ----------
    name : what is asked of it, in a few words.
    value : nan where it was not measured.
    limit : what is wanted: at least this, or below it where `below`.
    """

    name: str
    value: float
    limit: float
    below: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether it holds; None where it was not measured."""
        if not np.isfinite(self.value):
            return None
        return self.value < self.limit if self.below else self.value >= self.limit

    @property
    def shown(self) -> str:
        """The value as text."""
        return fixed(self.value, 3) if np.isfinite(self.value) else "–"

    @property
    def verdict(self) -> str:
        """The outcome in a word or two."""
        if self.holds is None:
            return say("not measured")
        return say("holds" if self.holds else "fails")

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return say("below {limit}" if self.below else "at least {limit}", limit=fixed(self.limit, 2))


def shares_of(scores: Values) -> Values:
    """Return each variable's share of all movement, [variable], from scores [block, variable].

    Of transposed scores it is each block's.
    """
    size = np.abs(scores).sum(0)
    return np.asarray(size / (size.sum() or 1.0))


def background_spread(
    scores: Mapping[str, Values], *, variables: Sequence[str], background: str, look: Look
) -> Drawing:
    """Show each variable's share of all movement against several backgrounds, and their mean.

    Parameters
    ----------
    scores
        By background, in words: [block, variable] each.
    variables
        Names.
    background
        The one that the map beside it shows.
    """
    found = {name: 100 * shares_of(values) for name, values in scores.items()}
    every = np.stack(list(found.values()))  # [background, variable]
    mean = every.mean(0)
    order = np.argsort(-mean, kind="stable")[:MOST_ROWS][::-1]  # the largest on top
    rows = np.arange(len(order))
    fig = go.Figure()
    x = np.stack([every.min(0)[order], every.max(0)[order], np.full(len(order), np.nan)], 1).ravel()
    colours = look.colours
    skip = {"hoverinfo": "skip", "hover": "", "showlegend": False}
    fig.add_trace(line(x, np.repeat(rows, 3), name=say("spread"), colour=colours.line, width=2, **skip))
    for (name, values), symbol in zip(found.items(), SYMBOLS, strict=False):
        shown = name == background
        style = {"symbol": symbol, "size": 9 if shown else 7, "hollow": not shown}
        style["hover"] = "%{x:.1f} %<extra>" + name + "</extra>"
        colour = colours.gru if shown else colours.muted
        fig.add_trace(dots(values[order], rows, name=name, colour=colour, **style))
    name = say("mean of these")
    style = {"symbol": "line-ns", "size": 16, "hover": "%{x:.1f} %<extra>" + name + "</extra>"}
    fig.add_trace(dots(mean[order], rows, name=name, colour=colours.ink, **style))
    left = name_rows(fig, [variables[each] for each in order], look=look)
    fig.update_xaxes(title_text=say("Share of all movement (%)"), rangemode="tozero", showgrid=True)
    margins = Margins(left=left, legend=True, above=8, height=120 + ROW * len(order))
    return drawn(fig, _spread_sentence(found, mean, variables, len(order)), margins, look)


def _spread_sentence(found: Mapping[str, Values], mean: Values, variables: Sequence[str], drawn_rows: int) -> str:
    first = int(mean.argmax())
    lowest, highest = (min(found, key=lambda name: found[name][first]), max(found, key=lambda n: found[n][first]))
    told = say(
        "{variable} holds {mean:.0f} % of all movement on average, from {least:.0f} % against {lowest} to {most:.0f} "
        "% against {highest}.",
        **{"variable": shortened(variables[first]), "mean": mean[first]},
        **{"least": found[lowest][first], "lowest": lowest, "most": found[highest][first], "highest": highest},
    )
    others = [name for name, values in found.items() if int(values.argmax()) != first]
    more = (
        say(
            "Against {backgrounds} another variable holds most: which one it is depends on the background.",
            backgrounds=listed(others),
        )
        if others
        else say("It holds most against all {backgrounds} backgrounds.", backgrounds=len(found))
    )
    cut = len(variables) - drawn_rows
    return " ".join([told, more, *([say("The {rows} smallest are left out.", rows=cut)] if cut else [])])


def trust(criteria: Sequence[Criterion], *, informed: bool, look: Look) -> Drawing:
    """Show one row a criterion: its value, what is wanted, and whether it holds, by word, value and sign.

    Parameters
    ----------
    criteria
        In the order shown, from above.
    informed
        Whether the order of the blocks knows more than a random one on this window.
    """
    fig, colours = go.Figure(), look.colours
    rows = list(range(len(criteria)))[::-1]
    looks = {True: (say("holds"), "circle", colours.conv), False: (say("fails"), "x", colours.gru)}
    for row, each in zip(rows, criteria, strict=True):
        style = {"width": 1.4, "hoverinfo": "skip", "hover": "", "showlegend": False}
        ends = [-1.0, each.limit] if each.below else [each.limit, 1.0]
        fig.add_trace(line(ends, [row, row], name=say("wanted"), colour=colours.line, **style))
        text = f"<b>{each.verdict}</b> {each.shown}, {each.wanted}"
        at = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 12, "y": row}
        fig.add_annotation(
            text=text, **at, font={"size": 12, "color": colours.ink if each.holds is not None else colours.muted}
        )
    for holds, (name, symbol, colour) in looks.items():
        marks = [(each.value, row) for row, each in zip(rows, criteria, strict=True) if each.holds is holds]
        x, y = ([mark[part] for mark in marks] for part in (0, 1))
        fig.add_trace(dots(x, y, name=name, colour=colour, symbol=symbol, size=10, hover="%{x:.2f}"))
    names = [each.name for each in criteria][::-1]
    category_axis(fig, names, look=look)
    low = min([0.0, *(each.value for each in criteria if np.isfinite(each.value))])
    fig.update_xaxes(
        title_text=say("Share, or rank agreement; the thin line is what is wanted"),
        range=[low - 0.06, 1.06],
        showgrid=True,
    )
    room = label_room([f"{each.verdict} {each.shown}, {each.wanted}" for each in criteria])
    margins = Margins(left=label_room(names), right=room, above=10, height=80 + ROW * len(criteria))
    return drawn(fig, _trust_sentence(criteria, informed), margins, look)


def _trust_sentence(criteria: Sequence[Criterion], informed: bool) -> str:
    measured = [each for each in criteria if each.holds is not None]
    failed = [each for each in measured if not each.holds]
    told = [say("{held} of {measured} checks hold.", held=len(measured) - len(failed), measured=len(measured))]
    if not informed:
        told.insert(0, say("On this window the order knows no more than chance: read nothing into the map."))
    if failed:
        names = listed(f"{each.name} ({each.shown}, {each.wanted})" for each in failed)
        told.append(say("What fails: {checks}.", checks=names))
    left = [each.name for each in criteria if each.holds is None]
    return " ".join([*told, say("Not measured: {checks}.", checks=listed(left))] if left else told)
