"""Figures of what a forecast rests on: shares of past values, and whether their order knows more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.figures.kernels import symmetric
from core.figures.labels import category_axis, label_room, panel_title
from core.figures.lettering import number
from core.figures.marks import heat, limits_of, line, milliseconds
from core.figures.names import IN_MARGIN, UNIT, shortened, shown, whole, with_unit
from core.figures.palette import Look, diverging
from core.figures.theme import DATE_AXIS, Drawing, Margins, drawn
from core.figures.trust import INFORMED, shares_of
from core.text.amounts import counted, signed
from core.text.words import say

Values = NDArray[np.float64]
MOST = 20  # variables of a map; the others are counted
ROW = 22  # px of a variable
NAME = IN_MARGIN - 110  # px of its name: its share stands beside it, and the colour bar opposite


def attribution_map(
    scores: Values,
    history: Values,
    *,
    edges: NDArray[np.datetime64],
    stamps: NDArray[np.datetime64],
    variables: Sequence[str],
    variable: str,
    unit: str,
    what: str,
    change: float,
    background: str,
    informed: bool,
    look: Look,
) -> Drawing:
    """Show by how much each block of past rows of each variable moves one number of a forecast.

    Parameters
    ----------
    scores
        [block, variable], in units of the explained variable.
    history
        The rows of the explained variable that the model reads, [row].
    edges, stamps
        First times of the blocks and the time of the forecast, [block + 1]; times of the rows, [row].
    variables, variable, unit
        Names; the explained one and its unit ("" if unknown).
    what, background
        In words: what is explained, and what stands for a block that is taken away.
    change
        Of what is explained against the background, in its unit.
    informed
        Whether the order of the blocks knows more than a random one.
    """
    share = shares_of(scores)
    order = np.argsort(-share, kind="stable")[:MOST]
    names = [f"{shown(variables[each], NAME)}  {share[each]:.0%}" for each in order]
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[110, ROW * len(order)], vertical_spacing=0.06)
    colour = look.colours.truth
    fig.add_trace(line(milliseconds(stamps), history, name=say("rows read"), colour=colour, width=1.2), row=1, col=1)
    ends = milliseconds(edges)
    point = {"variable": "%{customdata}", "time": "%{x}", "score": "%{z:.3g}"}
    picture = heat(
        scores[:, order[::-1]].T,
        scale=diverging(look.colours.gru, look),
        limits=symmetric(scores),
        look=look,
        bar=shown(with_unit(say("moves it by"), unit)),
        x=(ends[:-1] + ends[1:]) / 2,
        y=list(range(len(order))),
        name=say("share"),
        meta=[shown(variables[each], NAME) for each in order[::-1]],  # of each row: every map ranks them its own way
        customdata=[[whole(variables[each])] * len(scores) for each in order[::-1]],
        hovertemplate=say("{variable}<br>block around {time}: {score}", **point) + "<extra></extra>",
    )
    fig.add_trace(picture, row=2, col=1)
    category_axis(fig, names[::-1], look=look)
    told = shown(with_unit(variable, unit))
    fig.update_yaxes(range=limits_of(history), tickmode="auto", title_text=told, row=1, col=1)  # no category
    fig.update_xaxes(type="date", range=[ends[0], ends[-1]])
    fig.update_xaxes(title_text=say("Date"), row=2, col=1)
    height = 110 + ROW * len(order) + 90
    margins = Margins(left=label_room(names), right=96, above=16, below=DATE_AXIS, height=height)
    finding = _map_sentence(scores, share, order, variables, variable, unit, what, change, background, informed)
    return drawn(fig, finding, margins, look)


def _map_sentence(
    scores: Values,
    share: Values,
    order: NDArray[np.int64],
    variables: Sequence[str],
    variable: str,
    unit: str,
    what: str,
    change: float,
    background: str,
    informed: bool,
) -> str:
    suffix = f" {shortened(unit, UNIT)}" if unit else ""
    late, first = shares_of(scores.T)[-1], order[0]
    told = [
        say(
            "Against {background}, what the model read moves {what} of {variable} by {change}.",
            background=background,
            what=what,
            variable=shortened(variable),
            change=f"{signed(change, 2)}{suffix}",
        ),
        say(
            "{variable} holds {share:.0%} of all movement, the last block {late:.0%}.",
            variable=shortened(variables[first]),
            share=share[first],
            late=late,
        ),
    ]
    told.append(left_out(len(order), len(variables)))
    if not informed:
        told.append(say("The order of these shares knows no more than chance, as below: read nothing into it."))
    return " ".join(filter(None, told))


def left_out(there: int, variables: int) -> str:
    """Return how many of the variables a map shows, in a sentence; "" where all of them."""
    if there == variables:
        return ""
    return say("Shown are {n} of {variables}.", n=there, variables=counted(variables, "variable"))


@dataclass(frozen=True, eq=False)
class Told:
    """What is measured of a map beside its curves: `gap`, `sampling` and `sensitivity` are shares; nan: not measured.

    Attributes
    ----------
    beaten : share of random orders that lie between the order and its reverse.
    gap : what the scores miss of the whole change.
    sampling : standard error of a score; 0 where nothing is drawn.
    infidelity : what the scores do not foretell of random removals.
    sensitivity : how far a small change of the input moves the scores.
    """

    beaten: float
    gap: float
    sampling: float
    infidelity: float
    sensitivity: float


def deletion_curve(
    taken: Mapping[str, Values], put_in: Mapping[str, Values], *, told: Told, unit: str, look: Look
) -> Drawing:
    """Show how far a forecast moves when blocks are taken away or put in, by their scores and in other orders.

    Parameters
    ----------
    taken, put_in
        By name, [point] each: `share` of the blocks, and the forecast's fall or rise, in units of the explained
        variable: those that raise it most first, those that lower it most first, random orders.
    unit
        Of the explained variable ("" if unknown).
    """
    fig = make_subplots(rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.08)
    colours, dashes = (look.colours.gru, look.colours.conv, look.colours.muted), ("solid", "8px,3px", "dot")
    for column, curves in enumerate((taken, put_in), start=1):
        values = {name: each for name, each in curves.items() if name != "share"}
        for (name, each), colour, dash in zip(values.items(), colours, dashes, strict=True):
            style = {"dash": dash, "width": 2, "showlegend": column == 1}
            drawn_line = line(100 * curves["share"], each, name=name, colour=colour, **style)
            fig.add_trace(drawn_line, row=1, col=column)
    for axis, name in (("", say("Taken away: it falls")), ("2", say("Put in: it rises"))):
        panel_title(fig, name, axis, look=look)
    fig.update_xaxes(title_text=say("Blocks (%)"), range=[0, 100])
    moved = [values for curves in (taken, put_in) for name, values in curves.items() if name != "share"]
    fig.update_yaxes(range=limits_of(*moved))
    fig.update_yaxes(title_text=shown(with_unit(say("Forecast moves by"), unit)), col=1)
    margins = Margins(left=70, legend=True, above=22, height=320)
    return drawn(fig, _order_sentence(told), margins, look)


def _order_sentence(told: Told) -> str:
    order = say(
        "The order of the shares knows more than chance: {beaten:.0%} of random orders lie between it and its "
        "reverse."
        if told.beaten >= INFORMED
        else "The order of the shares knows no more than chance: {beaten:.0%} of random orders lie between it and "
        "its reverse.",
        beaten=told.beaten,
    )
    missed = say(
        "The shares miss less than 0.01 % of the whole change."
        if abs(told.gap) < 1e-4
        else "The shares miss {missed} % of the whole change.",
        missed=number(100 * abs(told.gap), 2),
    )
    finding = [order, missed]
    if told.sampling:
        share = 100 * told.sampling
        finding.append(say("Drawn from permutations, a share is uncertain by {n:.0f} % of the usual size.", n=share))
    if np.isfinite(told.infidelity) and np.isfinite(told.sensitivity):
        removals = say(
            "They do not foretell {infidelity} % of what random removals do, and a change of the input by .02 "
            "changes them by {sensitivity} % at most.",
            infidelity=number(100 * told.infidelity, 2),
            sensitivity=number(100 * told.sensitivity, 2),
        )
        finding.append(removals)
    return " ".join(finding)
