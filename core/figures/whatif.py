"""Figures of a window whose rows were edited: the rows, the forecasts before over after, and their errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.data.step import Step
from core.english import counted, listed
from core.figures.colour import translucent
from core.figures.labels import EndLabel, category_axis, end_labels, label_room, named_line, panel_title
from core.figures.lettering import number, stamp_text
from core.figures.marks import dots, last_of, limits_of, line, milliseconds, mode_lines
from core.figures.names import UNIT, shortened, shown, told, with_unit
from core.figures.palette import EDITED_DASH, FUSION_MARKER, Look, fusion_colour
from core.figures.theme import DATE_AXIS, Drawing, Margins, drawn
from core.vocabulary import Fusion, label

Values = NDArray[np.float64]
MOST_ROWS = 2_000  # of a line: more are thinned out
BEGIN = "Add an edit to see what follows."
RECORDED, EDITED = "as recorded", "edited"


def recorded_window(
    rows: Values,
    *,
    stamps: NDArray[np.datetime64],
    span: tuple[int, int],
    variable: str,
    unit: str,
    step: Step,
    look: Look,
) -> Drawing:
    """Show the rows that a window reads of one variable, as recorded, and the span that the next edit is of.

    It depends on nothing that is edited, so that a span can be drawn on it again and again.

    Parameters
    ----------
    rows, stamps : [row], oldest first.
    span : first and last row, counted back from the origin: -1 is the last one read.
    variable, unit : name and unit of the variable ("" if unknown).
    """
    times, every = milliseconds(stamps), -(-len(rows) // MOST_ROWS)
    name, hue = with_unit(variable, unit), look.colours.edited
    fig = go.Figure()
    style: dict[str, Any] = {
        "colour": look.colours.truth,
        "width": 1.3,
        "hover": "%{x|%Y-%m-%d %H:%M}: %{y:.4g}" + told(name),
    }
    fig.add_trace(line(times[::every], rows[::every], name=RECORDED, **style))
    first, last = (float(times[len(rows) + place]) for place in span)
    half = float(times[-1] - times[-2]) / 2 if len(times) > 1 else 0.0
    at = {"x0": first - half, "x1": last + half, "y0": 0, "y1": 1, "yref": "y domain"}
    fig.add_shape(type="rect", **at, layer="below", fillcolor=translucent(hue, 0.22), line={"color": hue, "width": 1})
    fig.update_xaxes(type="date", range=[times[0] - half, times[-1] + half], title_text="Date")
    fig.update_yaxes(range=limits_of(rows), title_text=shown(name), fixedrange=True)
    margins = Margins(left=70, right=16, above=4, below=DATE_AXIS, height=220)
    many = span[1] - span[0] + 1
    beyond = "up to the last row read" if span[1] == -1 else f"up to {stamp_text(stamps[span[1]])}"
    finding = (
        f"{counted(len(rows), 'row')} ({step.span(len(rows))}) of {shortened(variable)} are read. The span: "
        f"{counted(many, 'row')} ({step.span(many)}) {beyond}. Drag across the chart to choose another."
    )
    made = drawn(fig, finding, margins, look, selectable=True)
    fig.update_layout(dragmode="select", selectdirection="h")
    return made


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
    moved = not np.array_equal(rows, made)
    titles = [
        *(["What is read"] if moved else []),
        "Forecasts, as recorded",
        *(["Forecasts, edited"] if edited else []),
    ]
    fig = make_subplots(rows=len(titles), cols=1, vertical_spacing=0.42 / (2 + len(titles)))
    times, name = milliseconds(stamps), with_unit(variable, unit)
    limits = limits_of(rows[-past:], made[-past:], truth, *recorded.values(), *edited.values())
    if moved:
        _rows_read(fig, times[: len(rows)], rows, made, look)
    shown_times = times[len(rows) - past :]
    for row, modes in enumerate([recorded, edited][: 1 + bool(edited)], start=1 + moved):
        axis = "" if row == 1 else str(row)
        ends = _forecasts(fig, shown_times, (rows[-past:], made[-past:]), truth, modes, row=row, look=look)
        end_labels(fig, ends, limits=limits, pixels=120, axis=axis)
        named_line(fig, look=look, text="origin" if row == 1 else "", x=float(shown_times[past]), axis=axis)
        fig.update_yaxes(range=limits, nticks=5, row=row, col=1)
        fig.update_xaxes(range=[shown_times[0], shown_times[-1]], row=row, col=1)
    for row, title in enumerate(titles, start=1):
        hue = look.colours.edited if "edited" in title else None
        panel_title(fig, title, "" if row == 1 else str(row), look=look, colour=hue)
    fig.update_xaxes(type="date")
    fig.update_xaxes(title_text="Date", row=len(titles), col=1)
    fig.update_yaxes(title_text=shown(name))
    right = label_room([*(label(mode, look.language) for mode in recorded), EDITED, "<b>truth</b>"])
    margins = Margins(left=70, right=right, above=20, below=DATE_AXIS, height=110 + 190 * len(titles))
    return drawn(fig, _moved_sentence(recorded, edited, unit, step, look), margins, look)


def _rows_read(fig: go.Figure, times: Values, rows: Values, made: Values, look: Look) -> None:
    """Draw the rows that are read in the first panel: as recorded, and edited apart from them."""
    every = -(-len(rows) // MOST_ROWS)
    apart, hue = np.where(made != rows, made, np.nan), look.colours.edited
    for trace in (
        line(times[::every], rows[::every], name=RECORDED, colour=look.colours.muted, width=1.3),
        line(times[::every], apart[::every], name=EDITED, colour=hue, dash=EDITED_DASH),
    ):
        fig.add_trace(trace, row=1, col=1)
    limits = limits_of(rows, made)
    end_labels(fig, [EndLabel(EDITED, last_of(apart), hue)], limits=limits, pixels=120)
    fig.update_yaxes(range=limits, nticks=5, row=1, col=1)
    fig.update_xaxes(range=[times[0], times[-1]], row=1, col=1)


def _forecasts(
    fig: go.Figure,
    times: Values,
    past: tuple[Values, Values],
    truth: Values,
    modes: Mapping[Fusion, Values],
    *,
    row: int,
    look: Look,
) -> list[EndLabel]:
    """Draw history, truth and one forecast a mode in a panel; edited rows stand apart where they differ."""
    recorded, made = past
    before, ahead = times[: len(recorded) + 1], times[len(recorded) :]
    past_line = np.append(recorded, truth[:1])
    fig.add_trace(line(before, past_line, name="history", colour=look.colours.muted, width=1.3), row=row, col=1)
    if row > 1 and not np.array_equal(recorded, made):
        apart, hue = np.where(made != recorded, made, np.nan), look.colours.edited
        fig.add_trace(line(before[:-1], apart, name=EDITED, colour=hue, dash=EDITED_DASH), row=row, col=1)
    fig.add_trace(line(ahead, truth, name="truth", colour=look.colours.truth, width=2.6), row=row, col=1)
    ends = [EndLabel("<b>truth</b>", last_of(truth), look.colours.truth)]
    return ends + mode_lines(fig, ahead, modes, look, row=row, col=1)


def _moved_sentence(
    recorded: Mapping[Fusion, Values], edited: Mapping[Fusion, Values], unit: str, step: Step, look: Look
) -> str:
    many = len(next(iter(recorded.values())))
    steps, suffix = f"{counted(many, 'step')} ({step.span(many)})", f" {shortened(unit, UNIT)}" if unit else ""
    if not edited:
        return f"Nothing is edited: these are the forecasts of the rows as recorded, over {steps}. {BEGIN}"
    moved = {mode: float(np.abs(edited[mode] - recorded[mode]).mean()) for mode in edited}
    ranked = sorted(moved, key=lambda mode: -moved[mode])
    if moved[ranked[0]] == 0:
        return f"The edits move no forecast of this variable over {steps}."
    words = [f"{label(mode, look.language)} {number(moved[mode])}{suffix}" for mode in ranked]
    if len(words) == 1:
        return f"The edits move the forecast by {number(moved[ranked[0]])}{suffix} on average over {steps}."
    first = label(ranked[0], look.language)
    return f"The edits move the forecast of {first} most; on average over {steps}: {listed(words)}."


def edited_errors(table: pd.DataFrame, *, unit: str, look: Look) -> Drawing:
    """Show how far each forecast moved, and its error before and after.

    Parameters
    ----------
    table : columns fusion, recorded, edited (mean absolute errors against the truth of the rows as recorded), moved
        (mean absolute distance of the two forecasts); edited and moved are NaN where nothing is edited. Original
        units; recorded and edited are NaN where nothing was measured.
    unit : of the variable ("" if unknown).
    """
    modes = [Fusion(mode) for mode in reversed(table["fusion"].to_list())]
    by_mode = {row["fusion"]: row for row in table.to_dict("records")}
    suffix = f" ({shown(unit, UNIT)})" if unit else ""
    is_edited = bool(table["moved"].notna().any())
    panels: dict[str, tuple[str, ...]] = {"Error against the truth": ("recorded", "edited")}
    panels |= {"How far the forecast moves": ("moved",)} if is_edited else {}
    names = [label(mode, look.language) for mode in modes]
    fig = make_subplots(rows=1, cols=len(panels), shared_yaxes=True, horizontal_spacing=0.08)
    for column, (title, kept) in enumerate(panels.items(), start=1):
        axis = "" if column == 1 else str(column)
        for place, mode in enumerate(modes):
            for name in kept:
                value, hollow = float(by_mode[mode.value][name]), name == "recorded"
                hue = fusion_colour(mode, look) if hollow else look.colours.edited
                style = {"symbol": FUSION_MARKER[mode], "hollow": hollow, "size": 11}
                fig.add_trace(dots([value], [place], name=name, colour=hue, **style), row=1, col=column)
        what = "Mean absolute error" if column == 1 else "Mean distance"
        reach = limits_of(table[list(kept)].to_numpy(float), [0.0], margin=0.12)
        fig.update_xaxes(title_text=f"{what}{suffix}", range=reach, showgrid=True, row=1, col=column)
        named_line(fig, look=look, text="", x=0, axis=axis)
        panel_title(fig, title, axis, look=look)
        category_axis(fig, names, look=look, column=column)
    margins = Margins(left=label_room(names), above=20, height=110 + 34 * len(names))
    return drawn(fig, _error_sentence(table, unit, look), margins, look)


def _error_sentence(table: pd.DataFrame, unit: str, look: Look) -> str:
    suffix = f" {shortened(unit, UNIT)}" if unit else ""
    rows = table.to_dict("records")
    best = min(rows, key=lambda row: row["recorded"])
    if not table["moved"].notna().any():
        name = label(Fusion(best["fusion"]), look.language)
        return f"Nothing is edited: {name} is closest here, {number(best['recorded'])}{suffix} off. {BEGIN}"
    words = []
    for row in rows:
        numbers = f"{number(row['recorded'])} to {number(row['edited'])}{suffix}"
        words.append(f"{label(Fusion(row['fusion']), look.language)} from {numbers}")
    return (
        f"Hollow as recorded, filled edited: the mean absolute error goes for {listed(words)}. The truth is that of "
        "the rows as recorded; what would have followed edited ones nobody measured."
    )
