"""Forecasts of several variables beside each other, for one window: small multiples of the overlay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.data.spans import span_of
from core.data.step import Step
from core.figures.labels import named_line, panel_title
from core.figures.lettering import NARROWEST
from core.figures.marks import line, milliseconds
from core.figures.names import two_lines, with_unit
from core.figures.palette import FUSION_DASH, Look, fusion_colour
from core.figures.theme import DATE_AXIS, Drawing, Margins, drawn
from core.text.amounts import counted
from core.text.words import say
from core.vocabulary import Fusion, label

Values = NDArray[np.float64]
MOST_PANELS = 8
LEFT, RIGHT = 56, 24
BETWEEN = 0.28  # share of the width that its gaps take, counted one a panel


class ForecastPanel(NamedTuple):
    """One variable in the window, in its own unit."""

    variable: str
    unit: str
    history: Values  # last rows before the origin, [row]
    truth: Values  # [step]; NaN where nothing was measured
    modes: Mapping[Fusion, Values]  # [step] each


def forecast_panels(
    panels: Sequence[ForecastPanel], *, stamps: NDArray[np.datetime64], step: Step, look: Look
) -> Drawing:
    """Show truth and modes of several variables, each in a panel of its own with its own scale.

    Parameters
    ----------
    panels : at most `MOST_PANELS`, of as many rows and steps each.
    stamps : of the history and the steps, [row + step].
    """
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    titles = [two_lines(with_unit(one.variable, one.unit), _panel_width(columns)) for one in panels]
    second = max(map(len, titles)) - 1  # whether titles take a second line
    gaps = {"horizontal_spacing": BETWEEN / columns, "vertical_spacing": (0.26 + 0.1 * second) / rows}
    there: list[list[dict[str, str] | None]] = [
        [{} if row * columns + column < len(panels) else None for column in range(columns)] for row in range(rows)
    ]
    fig = make_subplots(rows=rows, cols=columns, specs=there, shared_xaxes="all", **gaps)
    times = milliseconds(stamps)
    for place, (one, title) in enumerate(zip(panels, titles, strict=True)):
        _draw(fig, one, times, look, first=place == 0, row=place // columns + 1, col=place % columns + 1)
        axis = "" if place == 0 else str(place + 1)
        panel_title(fig, "<br>".join(title), axis, look=look)
        named_line(fig, look=look, text="", x=times[len(one.history)], axis=axis)
    fig.update_xaxes(type="date", range=[times[0], times[-1]], nticks=5)
    for column in range(1, columns + 1):
        lowest = max(row for row in range(1, rows + 1) if (row - 1) * columns + column <= len(panels))
        fig.update_xaxes(title_text=say("Date"), showticklabels=True, row=lowest, col=column)
    fig.update_yaxes(nticks=4)
    above = 22 + 16 * second
    height = 96 + (150 + 16 * second) * rows
    margins = Margins(left=LEFT, right=RIGHT, above=above, below=DATE_AXIS, legend=True, height=height)
    return drawn(fig, _sentence(panels, step, look), margins, look)


def _panel_width(columns: int) -> float:
    """Return the px that a panel's title may take in the narrowest picture."""
    return (NARROWEST - LEFT - RIGHT) * (1 - BETWEEN * (columns - 1) / columns) / columns


def _draw(
    fig: go.Figure, one: ForecastPanel, times: NDArray[np.float64], look: Look, *, first: bool, **panel: int
) -> None:
    """Draw one variable in its panel; the first one names the lines for all."""
    before, ahead = times[: len(one.history) + 1], times[len(one.history) :]
    past = np.append(one.history, one.truth[:1])  # joined to the truth
    lines = [
        line(before, past, name=say("history"), colour=look.colours.muted, width=1.2),
        line(ahead, one.truth, name=say("truth"), colour=look.colours.truth, width=2.2),
    ]
    lines += [
        line(
            ahead,
            values,
            name=label(mode, look.language),
            colour=fusion_colour(mode, look),
            dash=FUSION_DASH[mode],
            width=1.6,
        )
        for mode, values in one.modes.items()
    ]
    for drawn_line in lines:
        fig.add_trace(drawn_line.update(legendgroup=drawn_line.name, showlegend=first), **panel)


def _sentence(panels: Sequence[ForecastPanel], step: Step, look: Look) -> str:
    """Return in how many of the variables each mode is closest."""
    steps = f"{counted(len(panels[0].truth), 'step')} ({span_of(step, len(panels[0].truth))})"
    closest = [mode for mode in map(_closest, panels) if mode is not None]
    if not closest:
        return say("Nothing was measured over these {steps}, so there is no error to report.", steps=steps)
    most = max(closest, key=closest.count)
    return say(
        "Over {steps}, {mode} is closest in {n} of {variables}.",
        steps=steps,
        mode=label(most, look.language),
        n=closest.count(most),
        variables=counted(len(closest), "variable"),
    )


def _closest(one: ForecastPanel) -> Fusion | None:
    known = np.isfinite(one.truth)
    if not known.any():
        return None
    return min(one.modes, key=lambda mode: float(np.abs(one.modes[mode] - one.truth)[known].mean()))
