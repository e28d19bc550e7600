"""Figures of a window whose rows are edited: the rows, and the forecasts before over after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, wraps
from typing import Any, TypeVarTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.data.spans import span_of
from core.data.step import Step
from core.figures.colour import translucent
from core.figures.labels import EndLabel, end_labels, label_room, named_line, panel_title
from core.figures.lettering import number, stamp_text
from core.figures.marks import last_of, limits_of, line, milliseconds, mode_lines
from core.figures.names import UNIT, shortened, shown, told, with_unit
from core.figures.palette import EDITED_DASH, Look, fusion_colour
from core.figures.theme import DATE_AXIS, Drawing, Margins, drawn
from core.text.amounts import counted, listed
from core.text.words import mark, say, speaking, spoken
from core.vocabulary import Fusion, Language, label

Values = NDArray[np.float64]
AROUND, LEAST_ROWS = 3, 96  # rows shown, in spans back to the first one edited; at least
MOST_ROWS = 2_000  # of a line: more are thinned out
BETWEEN = 62.0  # px between two panels: ticks of dates, a title
PANELS = 16  # without numbers that are kept: making them is what takes time
BEGIN = mark("Add an edit to see what follows.")
RECORDED, EDITED = mark("as recorded"), mark("edited")
_Of = TypeVarTuple("_Of")


def kept_panels(make: Callable[[*_Of], go.Figure]) -> Callable[[*_Of], go.Figure]:
    """Have the last panels that a function makes kept, those of each language that is spoken apart."""

    @lru_cache(PANELS)
    def made(language: Language, *of: *_Of) -> go.Figure:
        with speaking(language):
            return make(*of)

    @wraps(make)
    def recalled(*of: *_Of) -> go.Figure:
        return made(spoken(), *of)

    return recalled


def rows_shown(first: int, lookback: int) -> int:
    """Return how many of the rows read are shown around a span that begins at a row, counted back from the origin.

    >>> rows_shown(-24, 720), rows_shown(-300, 720)
    (96, 720)
    """
    return min(max(AROUND * -first, LEAST_ROWS), lookback)


def edited_rows(
    rows: Values,
    made: Values,
    *,
    stamps: NDArray[np.datetime64],
    span: tuple[int, int],
    room: float,
    variable: str,
    unit: str,
    step: Step,
    look: Look,
) -> Drawing:
    """Show the rows that a window reads of one variable, as recorded and edited, and the span of the edit in hand.

    Parameters
    ----------
    rows, made : [row], oldest first, as recorded and edited.
    span : first and last row, counted back from the origin: -1 is the last one read.
    room : kept free above and below, in the variable's unit: rows are dragged there.
    variable, unit : name and unit of the variable ("" if unknown).
    """
    times, every = milliseconds(stamps), -(-len(rows) // MOST_ROWS)
    fig = go.Figure(_row_panel(with_unit(variable, unit), look))
    for trace, values in zip(fig.data, (rows, np.where(made != rows, made, np.nan)), strict=True):
        trace.x, trace.y = times[::every], values[::every].astype(np.float32)
    first, last = (float(times[len(rows) + place]) for place in span)
    half = float(times[-1] - times[-2]) / 2 if len(times) > 1 else 0.0
    fig.layout.shapes[0].update(x0=first - half, x1=last + half)
    since = -rows_shown(span[0], len(rows))
    fig.layout.xaxis.range = [times[since] - half, times[-1] + half]
    seen = made[since:][np.isfinite(made[since:])]
    fig.layout.yaxis.range = limits_of(rows[since:], [seen.min() - room, seen.max() + room] if seen.size else [])
    end = "" if span[1] == -1 else stamp_text(stamps[span[1]])
    return Drawing(fig, f"{_read(len(rows), -since, variable, step)} {_span(span[1] - span[0] + 1, end, step)}")


def _read(many: int, seen: int, variable: str, step: Step) -> str:
    return say(
        "{rows} ({span}) of {variable} are read."
        if seen == many
        else "{rows} ({span}) of {variable} are read, the last {seen} are shown.",
        rows=counted(many, "row"),
        span=span_of(step, many),
        variable=shortened(variable),
        seen=seen,
    )


def _span(many: int, end: str, step: Step) -> str:
    return say(
        "The span: {rows} ({span}) up to {end}." if end else "The span: {rows} ({span}) up to the last row read.",
        rows=counted(many, "row"),
        span=span_of(step, many),
        end=end,
    )


@kept_panels
def _row_panel(name: str, look: Look) -> go.Figure:
    """Return the panel of rows without numbers: as recorded, edited, and the span."""
    hue, fig = look.colours.edited, go.Figure()
    hover = "%{x|%Y-%m-%d %H:%M}: %{y:.4g}" + told(name)
    fig.add_trace(line([], [], name=say(RECORDED), colour=look.colours.truth, width=1.3, hover=hover))
    fig.add_trace(line([], [], name=say(EDITED), colour=hue, dash=EDITED_DASH, width=1.3, hover=hover))
    whole = {"y0": 0, "y1": 1, "yref": "y domain", "layer": "below"}
    fig.add_shape(type="rect", **whole, fillcolor=translucent(hue, 0.22), line={"color": hue, "width": 1})
    fig.update_xaxes(type="date", title_text=say("Date"))
    fig.update_yaxes(title_text=shown(name), fixedrange=True)
    margins = Margins(left=70, right=16, above=4, below=DATE_AXIS, height=260)
    drawn(fig, "", margins, look, selectable=True)
    return fig.update_layout(dragmode="select", selectdirection="h")


def edited_forecasts(
    rows: Values,
    made: Values,
    truth: Values,
    recorded: Mapping[Fusion, Values],
    edited: Mapping[Fusion, Values],
    *,
    stamps: NDArray[np.datetime64],
    past: int,
    variable: str,
    unit: str,
    step: Step,
    look: Look,
) -> Drawing:
    """Show what every mode forecasts of the rows as recorded, and below it of the edited ones, on one scale.

    Parameters
    ----------
    rows, made : what is read of the variable, as recorded and edited, [row]; the same where no edit is of it.
    truth : what came after the rows as recorded, [step]; NaN where nothing was measured.
    recorded, edited : forecast [step] per mode; none edited where there is no edit.
    stamps : of the rows and the steps, [row + step].
    past : rows shown before the forecasts.
    variable, unit : name and unit of the variable ("" if unknown).
    """
    times, name = milliseconds(stamps), with_unit(variable, unit)
    fig = go.Figure(_forecast_panels(tuple(recorded), bool(edited), name, look))
    lines, there = iter(fig.data), times[len(rows) - past :]
    limits = limits_of(rows[-past:], made[-past:], truth, *recorded.values(), *edited.values())
    for row, modes in enumerate([recorded, edited] if edited else [recorded], start=1):
        _fill(lines, there[: past + 1], np.append(rows[-past:], truth[:1]))
        if row > 1:
            _fill(lines, there[:past], np.where(made != rows, made, np.nan)[-past:])
        for values in (truth, *modes.values()):
            _fill(lines, there[past:], values)
        ends = [EndLabel(f"<b>{say('truth')}</b>", last_of(truth), look.colours.truth)]
        ends += [
            EndLabel(label(mode, look.language), last_of(modes[mode]), fusion_colour(mode, look)) for mode in modes
        ]
        axis = "" if row == 1 else str(row)
        end_labels(fig, ends, limits=limits, pixels=120, axis=axis)
        named_line(fig, look=look, text=say("origin") if row == 1 else "", x=float(there[past]), axis=axis)
        fig.layout[f"xaxis{axis}"].range, fig.layout[f"yaxis{axis}"].range = (there[0], there[-1]), limits
    return Drawing(fig, _moved_sentence(recorded, edited, unit, step, look))


@kept_panels
def _forecast_panels(modes: tuple[Fusion, ...], is_edited: bool, name: str, look: Look) -> go.Figure:
    """Return the panels without numbers: forecasts as recorded, forecasts edited."""
    hue, muted, told_name = look.colours.edited, look.colours.muted, "%{y:.4g}" + told(name)
    titles = [say("Forecasts, as recorded")] + [say("Forecasts, edited")] * is_edited
    height, truth = 110 + 180 * len(titles), say("truth")
    fig = make_subplots(rows=len(titles), cols=1, vertical_spacing=BETWEEN / (height - 110) if is_edited else 0)
    for row, title in enumerate(titles, start=1):
        panel: dict[str, Any] = {"row": row, "col": 1}
        fig.add_trace(line([], [], name=say("history"), colour=muted, width=1.3), **panel)
        if row > 1:
            fig.add_trace(line([], [], name=say(EDITED), colour=hue, dash=EDITED_DASH), **panel)
        fig.add_trace(line([], [], name=truth, colour=look.colours.truth, width=2.6, hover=told_name), **panel)
        mode_lines(fig, [], dict.fromkeys(modes, np.zeros(0)), look, **panel)
        panel_title(fig, title, "" if row == 1 else str(row), look=look, colour=hue if row > 1 else None)
    fig.update_xaxes(type="date")
    if is_edited:
        fig.update_xaxes(showticklabels=False, row=1, col=1)
    fig.update_xaxes(title_text=say("Date"), row=len(titles), col=1)
    fig.update_yaxes(title_text=shown(name), nticks=5)
    right = label_room([*(label(mode, look.language) for mode in modes), f"<b>{truth}</b>"])
    margins = Margins(left=70, right=right, above=20, below=DATE_AXIS, height=height)
    return drawn(fig, "", margins, look).figure


def _fill(lines: Iterator[Any], x: Values, y: Values) -> None:
    """Give the next line its points."""
    trace = next(lines)
    trace.x, trace.y = x, y.astype(np.float32)


def _moved_sentence(
    recorded: Mapping[Fusion, Values], edited: Mapping[Fusion, Values], unit: str, step: Step, look: Look
) -> str:
    many = len(next(iter(recorded.values())))
    steps, suffix = f"{counted(many, 'step')} ({span_of(step, many)})", f" {shortened(unit, UNIT)}" if unit else ""
    if not edited:
        still = say("Nothing is edited: these are the forecasts of the rows as recorded, over {steps}.", steps=steps)
        return f"{still} {say(BEGIN)}"
    moved = {mode: float(np.abs(edited[mode] - recorded[mode]).mean()) for mode in edited}
    ranked = sorted(moved, key=lambda mode: -moved[mode])
    if moved[ranked[0]] == 0:
        return say("The edits move no forecast of this variable over {steps}.", steps=steps)
    words = [f"{label(mode, look.language)} {number(moved[mode])}{suffix}" for mode in ranked]
    if len(words) == 1:
        by = f"{number(moved[ranked[0]])}{suffix}"
        return say("The edits move the forecast by {distance} on average over {steps}.", distance=by, steps=steps)
    return say(
        "The edits move the forecast of {mode} most; on average over {steps}: {distances}.",
        mode=label(ranked[0], look.language),
        steps=steps,
        distances=listed(words),
    )
