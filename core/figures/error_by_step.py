"""Figure of the error at every step ahead."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.data.step import Step
from core.english import signed
from core.figures.labels import EndLabel, end_labels, label_room, named_line, panel_title
from core.figures.lettering import number
from core.figures.marks import limits_of, line
from core.figures.palette import FUSION_DASH, Look, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.vocabulary import Fusion, label

Errors = NDArray[np.float64]
HEIGHT, PAIRED_HEIGHT = 300, 380


def error_by_step(
    modes: Mapping[Fusion, Errors],
    *,
    step: Step,
    look: Look,
) -> Drawing:
    """Show MSE per step ahead and, below it, each mode's difference from `none`.

    Parameters
    ----------
    modes
        MSE on standardised values per mode, [seed, step] (averaged here) or [step].
    step
        How the rows of the data follow each other.
    """
    means = {mode: np.atleast_2d(errors).mean(axis=0) for mode, errors in modes.items()}  # [step]
    paired = Fusion.NONE in means and len(means) > 1
    fig = make_subplots(
        rows=1 + paired,
        cols=1,
        shared_xaxes=True,
        row_heights=[0.62, 0.38] if paired else [1.0],
        vertical_spacing=0.14,
    )
    _absolute(fig, means, look, pixels=190 if paired else 290)
    if paired:
        _relative(fig, means, look, pixels=110)
    steps = len(next(iter(means.values())))
    fig.update_xaxes(range=[1, steps])
    fig.update_xaxes(title_text=f"Step ahead (1 step = {step.span(1)})", row=1 + paired, col=1)
    names = [label(mode, look.language) for mode in means]
    margins = Margins(left=66, right=label_room(names), above=20, height=PAIRED_HEIGHT if paired else HEIGHT)
    finding = _sentence(means, look)
    return drawn(fig, finding, margins, look)


def _absolute(fig: go.Figure, means: Mapping[Fusion, Errors], look: Look, pixels: float) -> None:
    ends = []
    for mode, values in means.items():
        text, colour = label(mode, look.language), fusion_colour(mode, look)
        steps = np.arange(1, len(values) + 1, dtype=np.int16)
        fig.add_trace(line(steps, values, name=text, colour=colour, dash=FUSION_DASH[mode]), row=1, col=1)
        if len(means) == 1:
            ends.append(EndLabel(text, float(values[-1]), colour))
    if len(means) > 1:  # the lines nearly coincide here: the panel below tells them apart
        middle = float(np.mean([values[-1] for values in means.values()]))
        ends.append(EndLabel("all modes", middle, look.colours.ink))
    limits = limits_of(*means.values())
    end_labels(fig, ends, limits=limits, pixels=pixels)
    fig.update_yaxes(title_text="MSE (standardised)", range=limits, row=1, col=1)
    panel_title(fig, "Error at each step", "", look=look)


def _relative(fig: go.Figure, means: Mapping[Fusion, Errors], look: Look, pixels: float) -> None:
    shares = {
        mode: 100 * (values / means[Fusion.NONE] - 1) for mode, values in means.items() if mode is not Fusion.NONE
    }
    ends = []
    for mode, values in shares.items():
        text, colour = label(mode, look.language), fusion_colour(mode, look)
        steps = np.arange(1, len(values) + 1, dtype=np.int16)
        fig.add_trace(line(steps, values, name=text, colour=colour, dash=FUSION_DASH[mode]), row=2, col=1)
        ends.append(EndLabel(text, float(values[-1]), colour))
    limits = limits_of(*shares.values(), [0.0], margin=0.12)
    ends.append(EndLabel(label(Fusion.NONE, look.language), 0.0, fusion_colour(Fusion.NONE, look)))
    named_line(fig, look=look, text="", y=0, axis="2")
    end_labels(fig, ends, limits=limits, pixels=pixels, axis="2")
    fig.update_yaxes(title_text="Change (%)", range=limits, row=2, col=1)
    panel_title(fig, "Change of MSE against none, lower is better", "2", look=look)


def _sentence(means: Mapping[Fusion, Errors], look: Look) -> str:
    mode = Fusion.BOTH if Fusion.BOTH in means else next(iter(means))
    values, name = means[mode], label(mode, look.language)
    sentence = f"{name}: MSE {number(values[0])} at step 1 and {number(values[-1])} at step {len(values)}"
    if mode is not Fusion.NONE and Fusion.NONE in means:
        change = 100 * (values.mean() / means[Fusion.NONE].mean() - 1)
        sentence += f", {signed(float(change))} % against none over all steps"
    return sentence + "."
