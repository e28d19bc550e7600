"""Figure of one forecast before and after something was changed inside the network."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.data.spans import span_of
from core.data.step import Step
from core.figures.labels import EndLabel, end_labels, label_room, named_line
from core.figures.lettering import number
from core.figures.marks import last_of, limits_of, line, milliseconds
from core.figures.names import UNIT, shortened, shown, told, with_unit
from core.figures.palette import Look, fusion_colour
from core.figures.theme import DATE_AXIS, Drawing, Margins, drawn
from core.text.amounts import counted
from core.text.words import say
from core.vocabulary import Fusion

Values = NDArray[np.float64]


def changed_forecast(
    history: Values,
    truth: Values,
    as_is: Values,
    changed: Values,
    *,
    stamps: NDArray[np.datetime64],
    step: Step,
    mode: Fusion,
    variable: str,
    unit: str,
    look: Look,
) -> Drawing:
    """Show the truth and a mode's forecast of one window and variable, as it is and changed, in original units.

    Parameters
    ----------
    history
        Last rows before the origin, [row].
    truth, as_is, changed
        [step]; the truth is NaN where nothing was measured.
    stamps
        Of the history and the steps, [row + step].
    step
        How the rows of the data follow each other.
    variable, unit
        Name and unit of the variable ("" if unknown).
    """
    times = milliseconds(stamps)
    before, ahead = times[: len(history) + 1], times[len(history) :]
    muted, hue, name = look.colours.muted, fusion_colour(mode, look), with_unit(variable, unit)
    hover = "%{y:.4g}" + told(name)
    fig = go.Figure()
    fig.add_trace(line(before, np.append(history, truth[:1]), name=say("history"), colour=muted, width=1.4))
    fig.add_trace(line(ahead, truth, name=say("truth"), colour=look.colours.truth, width=2.6, hover=hover))
    fig.add_trace(line(ahead, as_is, name=say("as trained"), colour=hue, dash="dot", width=1.6, hover=hover))
    ends = [
        EndLabel(f"<b>{say('truth')}</b>", last_of(truth), look.colours.truth),
        EndLabel(say("as trained"), float(as_is[-1]), hue),
    ]
    if not np.array_equal(as_is, changed):
        fig.add_trace(line(ahead, changed, name=say("changed"), colour=hue, width=2.6, hover=hover))
        ends.append(EndLabel(f"<b>{say('changed')}</b>", float(changed[-1]), hue))
    limits = limits_of(history, truth, as_is, changed)
    end_labels(fig, ends, limits=limits, pixels=290)
    fig.update_xaxes(type="date", range=[times[0], times[-1]], title_text=say("Date"))
    fig.update_yaxes(range=limits, title_text=shown(name))
    fig.update_layout(hovermode="x unified", hoverdistance=20)
    named_line(fig, look=look, text=say("origin"), x=ahead[0])
    room = label_room([end.text for end in ends])
    margins = Margins(left=70, right=room, above=16, below=DATE_AXIS, height=360)
    return drawn(fig, _sentence(truth, as_is, changed, unit, step), margins, look)


def _sentence(truth: Values, as_is: Values, changed: Values, unit: str, step: Step) -> str:
    suffix = f" {shortened(unit, UNIT)}" if unit else ""
    steps = f"{counted(len(truth), 'step')} ({span_of(step, len(truth))})"
    moved = np.abs(changed - as_is)
    if not moved.any():
        return say("Nothing is changed: this is the forecast of the network alone over {steps}.", steps=steps)
    where = int(np.argmax(moved))
    moves = say(
        "The change moves the forecast by {mean} on average over {steps}; most, by {most}, {span} ahead.",
        mean=f"{number(float(moved.mean()))}{suffix}",
        steps=steps,
        most=f"{number(float(moved[where]))}{suffix}",
        span=span_of(step, where + 1),
    )
    known = np.isfinite(truth)
    if not known.any():
        return f"{moves} {say('Nothing was measured in this window, so there is no error to report.')}"
    before, after = (float(np.abs(values - truth)[known].mean()) for values in (as_is, changed))
    error = say(
        "Its mean absolute error here goes from {before} to {after}.",
        before=number(before),
        after=f"{number(after)}{suffix}",
    )
    return f"{moves} {error}"
