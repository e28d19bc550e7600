"""Figures of how far one forecast moves with the kernels of other windows, or of the slots of the calendar cycle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.labels import named_line, quarter_ticks
from core.figures.lettering import number, stamp_text
from core.figures.marks import dots, limits_of, milliseconds
from core.figures.names import UNIT, shortened, shown, with_unit
from core.figures.palette import Look, fusion_colour
from core.figures.theme import DATE_AXIS, Drawing, Margins, drawn
from core.text.amounts import counted
from core.text.words import mark, say
from core.vocabulary import Fusion

Values = NDArray[np.float64]
_TITLE = mark("Mean change of the forecast")


def swaps_by_window(
    moved: Values,
    origins: NDArray[np.int64],
    stamps: NDArray[np.datetime64],
    *,
    here: np.datetime64,
    mode: Fusion,
    unit: str,
    look: Look,
) -> Drawing:
    """Show how far a forecast moves with the kernels of other windows; a click gives the window's origin.

    The figure does not depend on the window that is chosen by it, so that its selection survives redraws. Every point
    carries ``custom_data = [origin]``.

    Parameters
    ----------
    moved : mean absolute change over the steps of the forecast, [window], original units.
    origins : row index of each window's first target row, [window].
    stamps : stamp of that row, [window].
    here : stamp of the window whose forecast moves.
    unit : unit of the variable ("" if unknown).
    """
    times = milliseconds(stamps)
    fig = go.Figure()
    seen = {"stamp": "%{x|%Y-%m-%d %H:%M}", "origin": "%{customdata[0]}", "value": "%{y:.4g}"}
    hover = say("{stamp}, origin {origin}: {value}", **seen) + "<extra></extra>"
    fig.add_trace(_points(times, moved, mode, hover, look, origins[:, None].astype(np.int32)))
    named_line(fig, look=look, text=say("this window"), x=float(milliseconds([here])[0]))
    fig.update_xaxes(type="date", title_text=say("First forecast step of the window whose kernels are used"))
    _finish(fig, moved, unit)
    most = int(np.argmax(moved))
    finding = say(
        "Of {windows} tried, the kernels of {stamp} move this forecast most, by {most} on average over its steps; "
        "half of them move it by less than {half}.",
        windows=counted(len(moved), "window"),
        stamp=stamp_text(stamps[most]),
        most=_amount(moved[most], unit),
        half=_amount(float(np.median(moved)), unit),
    )
    margins = Margins(left=70, above=18, below=DATE_AXIS, height=280)
    return drawn(fig, finding, margins, look, selectable=True)


def swaps_by_slot(
    moved: Values,
    slots: NDArray[np.int64],
    labels: Sequence[str],
    *,
    here: int,
    cycle: str,
    mode: Fusion,
    unit: str,
    look: Look,
) -> Drawing:
    """Show how far a forecast moves with the mean kernels of each slot of the cycle; a click gives the slot's label.

    Every point carries ``custom_data = [label]``.

    Parameters
    ----------
    moved : mean absolute change over the steps of the forecast, [slot], original units.
    slots : places of the slots in the cycle, [slot].
    labels : of all slots of the cycle.
    here : the slot of the last row that this window reads.
    cycle : name of the cycle, for the axis.
    unit : unit of the variable ("" if unknown).
    """
    fig = go.Figure()
    named = np.array([labels[slot] for slot in slots])
    hover = "%{customdata[0]}: %{y:.4g}<extra></extra>"
    fig.add_trace(_points(slots, moved, mode, hover, look, named[:, None]))
    named_line(fig, look=look, text=say("this window"), x=float(here))
    fig.update_xaxes(title_text=say("{cycle} whose mean kernels are used", cycle=cycle))
    fig.update_xaxes(range=[-0.6, len(labels) - 0.4], **quarter_ticks(labels))
    _finish(fig, moved, unit)
    most, least = int(np.argmax(moved)), int(np.argmin(moved))
    finding = say(
        "The mean kernels of {first} move this forecast most, by {most} on average over its steps, those of {last} "
        "least, by {least}.",
        first=say(str(named[most])),
        most=_amount(moved[most], unit),
        last=say(str(named[least])),
        least=_amount(moved[least], unit),
    )
    return drawn(fig, finding, Margins(left=70, above=18, height=280), look, selectable=True)


def _points(
    x: NDArray[np.generic], moved: Values, mode: Fusion, hover: str, look: Look, carried: NDArray[np.generic]
) -> go.Scatter:
    colour = fusion_colour(mode, look)
    marks = dots(x, moved, name=say("change"), colour=colour, size=8, hover=hover, customdata=carried)
    return marks.update(selected_marker={"size": 14, "opacity": 1}, unselected_marker={"opacity": 0.5})


def _finish(fig: go.Figure, moved: Values, unit: str) -> None:
    fig.update_yaxes(range=limits_of(moved, [0.0], margin=0.1))
    fig.update_yaxes(title_text=shown(with_unit(say(_TITLE), shortened(unit, UNIT))))


def _amount(value: float, unit: str) -> str:
    return f"{number(float(value))} {shortened(unit, UNIT)}".rstrip()
