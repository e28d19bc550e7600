"""Figures of plain numbers, for tests of what is done to figures that are made already."""

from __future__ import annotations

import plotly.graph_objects as go

from core.figures.kernels import kernel_profile
from core.figures.palette import Look
from core.figures.theme import Margins, drawn
from core.vocabulary import Activation
from tests.support.figure_numbers import table

LOOK = Look()


def lines(values: list[float], *, title: str, x: list[float] | None = None, axis: str = "linear") -> go.Figure:
    """Return a figure of one line over places 0, 1, 2 ..."""
    fig = go.Figure(go.Scatter(x=x or list(range(len(values))), y=values, mode="lines", name="line"))
    fig.update_xaxes(title_text="Step ahead")
    fig.update_yaxes(title_text=title, type=axis)
    return drawn(fig, "One line of 3 points.", Margins(), LOOK).figure


def profile(scale: float) -> go.Figure:
    """Return a figure of two panels, three lines and bands each, whose values grow with `scale`."""
    rows = [
        (
            crossing.value,
            tap,
            slot,
            f"{slot:02d}:00",
            scale * (slot + tap),
            scale * (slot + tap - 1),
            scale * (slot + 3),
        )
        for crossing in (Activation.KERNEL_GRU_TO_CNN, Activation.KERNEL_CNN_TO_GRU)
        for tap in (-1, 0, 1)
        for slot in range(24)
    ]
    frame = table("crossing tap slot label mean low high", rows)
    hours = [f"{slot:02d}:00" for slot in range(24)]
    return kernel_profile(frame, slot_labels=hours, cycle="Time of day", spread="all", look=LOOK).figure
