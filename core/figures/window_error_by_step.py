"""Figure of the error at every step of one window."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.data.step import Step
from core.figures.labels import EndLabel, end_labels, label_room
from core.figures.lettering import number
from core.figures.marks import last_of, limits_of, line
from core.figures.names import UNIT, shortened, shown, with_unit
from core.figures.palette import BASELINE_DASHES, FUSION_DASH, Look, baseline_label, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.vocabulary import Fusion, label

Errors = NDArray[np.float64]


def window_error_by_step(
    modes: Mapping[Fusion, Errors],
    baselines: Mapping[str, Errors],
    *,
    step: Step,
    unit: str,
    look: Look,
) -> Drawing:
    """Show by how much each forecast of one window misses the truth, step by step.

    Parameters
    ----------
    modes, baselines
        Absolute error in original units, [step], per fusion mode and per baseline name; NaN where the truth is
        missing.
    step
        How the rows of the data follow each other.
    unit
        Unit of the variable ("" if unknown).
    """
    curves = [
        (baseline_label(name), look.colours.muted, dash, 1.1, values)
        for (name, values), dash in zip(baselines.items(), BASELINE_DASHES, strict=False)
    ]
    curves += [
        (label(mode, look.language), fusion_colour(mode, look), FUSION_DASH[mode], 2.0, values)
        for mode, values in modes.items()
    ]
    fig, ends = go.Figure(), []
    for name, colour, dash, width, values in curves:
        steps = np.arange(1, len(values) + 1, dtype=np.int16)
        fig.add_trace(line(steps, values, name=name, colour=colour, dash=dash, width=width))
        ends.append(EndLabel(name, last_of(values), colour))
    steps_ahead = len(next(iter(modes.values())))
    top = limits_of(*modes.values(), *baselines.values())[1]
    end_labels(fig, ends, limits=(0.0, top), pixels=230)
    fig.update_xaxes(range=[1, steps_ahead], title_text=f"Step ahead (1 step = {step.span(1)})")
    fig.update_yaxes(range=(0.0, top), title_text=shown(with_unit("Absolute error", shortened(unit, UNIT))))
    fig.update_layout(hovermode="x unified", hoverdistance=20)
    margins = Margins(left=66, right=label_room([end.text for end in ends]), above=12, height=280)
    finding = _sentence(modes, unit, look)
    return drawn(fig, finding, margins, look)


def _sentence(modes: Mapping[Fusion, Errors], unit: str, look: Look) -> str:
    mode = Fusion.BOTH if Fusion.BOTH in modes else next(iter(modes))
    values, suffix = modes[mode], f" {shortened(unit, UNIT)}" if unit else ""
    worst = int(np.nanargmax(values))
    sentence = (
        f"{label(mode, look.language)} misses most at step {worst + 1}, by {number(float(values[worst]))}{suffix}"
    )
    others = {other: errors for other, errors in modes.items() if other is not mode}
    if not others:
        return f"{sentence}."
    known = np.isfinite(values)
    closest = np.stack([values[known], *(errors[known] for errors in others.values())]).argmin(axis=0) == 0
    return f"{sentence}; it is the closest of {len(modes)} modes at {closest.sum()} of {known.sum()} steps."
