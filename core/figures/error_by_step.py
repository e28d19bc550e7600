"""Figures of the error at every step ahead: over all windows, and of one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.data.spans import span_of
from core.data.step import Step
from core.figures.labels import EndLabel, end_labels, label_room, named_line, panel_title
from core.figures.lettering import number
from core.figures.marks import baseline_lines, limits_of, mode_lines
from core.figures.names import UNIT, shortened, shown, with_unit
from core.figures.palette import Look, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import signed
from core.text.words import say
from core.vocabulary import Fusion, label

Errors = NDArray[np.float64]
HEIGHT, PAIRED_HEIGHT = 300, 380


def error_by_step(modes: Mapping[Fusion, Errors], *, step: Step, look: Look) -> Drawing:
    """Show MSE per step ahead and, below it, each mode's difference from `none`.

    Parameters
    ----------
    modes : MSE on standardised values per mode, [seed, step] (averaged here) or [step].
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
    fig.update_xaxes(range=[1, len(next(iter(means.values())))])
    title = say("Step ahead (1 step = {span})", span=span_of(step, 1))
    fig.update_xaxes(title_text=title, row=1 + paired, col=1)
    names = [label(mode, look.language) for mode in means]
    margins = Margins(left=66, right=label_room(names), above=20, height=PAIRED_HEIGHT if paired else HEIGHT)
    return drawn(fig, _sentence(means, look), margins, look)


def _steps(modes: Mapping[Fusion, Errors]) -> NDArray[np.int16]:
    return np.arange(1, len(next(iter(modes.values()))) + 1, dtype=np.int16)


def _absolute(fig: go.Figure, means: Mapping[Fusion, Errors], look: Look, pixels: float) -> None:
    ends = mode_lines(fig, _steps(means), means, look, row=1, col=1)
    if len(ends) > 1:  # the lines nearly coincide here: the panel below tells them apart
        middle = float(np.mean([end.value for end in ends]))
        ends = [EndLabel(say("all modes"), middle, look.colours.ink)]
    limits = limits_of(*means.values())
    end_labels(fig, ends, limits=limits, pixels=pixels)
    fig.update_yaxes(title_text=say("MSE (standardised)"), range=limits, row=1, col=1)
    panel_title(fig, say("Error at each step"), "", look=look)


def _relative(fig: go.Figure, means: Mapping[Fusion, Errors], look: Look, pixels: float) -> None:
    shares: dict[Fusion, Errors] = {
        mode: 100 * (values / means[Fusion.NONE] - 1) for mode, values in means.items() if mode is not Fusion.NONE
    }
    ends = mode_lines(fig, _steps(shares), shares, look, row=2, col=1)
    limits = limits_of(*shares.values(), [0.0], margin=0.12)
    ends.append(EndLabel(label(Fusion.NONE, look.language), 0.0, fusion_colour(Fusion.NONE, look)))
    named_line(fig, look=look, text="", y=0, axis="2")
    end_labels(fig, ends, limits=limits, pixels=pixels, axis="2")
    fig.update_yaxes(title_text=say("Change (%)"), range=limits, row=2, col=1)
    panel_title(fig, say("Change of MSE against none, lower is better"), "2", look=look)


def _sentence(means: Mapping[Fusion, Errors], look: Look) -> str:
    mode = Fusion.BOTH if Fusion.BOTH in means else next(iter(means))
    values, name = means[mode], label(mode, look.language)
    told = {"mode": name, "first": number(values[0]), "last": number(values[-1]), "steps": len(values)}
    if mode is Fusion.NONE or Fusion.NONE not in means:
        return say("{mode}: MSE {first} at step 1 and {last} at step {steps}.", **told)
    change = 100 * (values.mean() / means[Fusion.NONE].mean() - 1)
    return say(
        "{mode}: MSE {first} at step 1 and {last} at step {steps}, {change} % against none over all steps.",
        **told,
        change=signed(float(change)),
    )


def window_error_by_step(
    modes: Mapping[Fusion, Errors], baselines: Mapping[str, Errors], *, step: Step, unit: str, look: Look
) -> Drawing:
    """Show by how much each forecast of one window misses the truth, step by step.

    Parameters
    ----------
    modes, baselines : absolute error in original units, [step], per fusion mode and per baseline name; NaN where the
        truth is missing.
    unit : unit of the variable ("" if unknown).
    """
    fig, steps = go.Figure(), _steps(modes)
    ends = [*baseline_lines(fig, steps, baselines, look), *mode_lines(fig, steps, modes, look)]
    top = limits_of(*modes.values(), *baselines.values())[1]
    end_labels(fig, ends, limits=(0.0, top), pixels=230)
    title = say("Step ahead (1 step = {span})", span=span_of(step, 1))
    fig.update_xaxes(range=[1, len(next(iter(modes.values())))], title_text=title)
    fig.update_yaxes(range=(0.0, top), title_text=shown(with_unit(say("Absolute error"), shortened(unit, UNIT))))
    fig.update_layout(hovermode="x unified", hoverdistance=20)
    margins = Margins(left=66, right=label_room([end.text for end in ends]), above=12, height=280)
    return drawn(fig, _window_sentence(modes, unit, look), margins, look)


def _window_sentence(modes: Mapping[Fusion, Errors], unit: str, look: Look) -> str:
    mode = Fusion.BOTH if Fusion.BOTH in modes else next(iter(modes))
    values, suffix = modes[mode], f" {shortened(unit, UNIT)}" if unit else ""
    worst = int(np.nanargmax(values))
    error = f"{number(float(values[worst]))}{suffix}"
    told = {"mode": label(mode, look.language), "step": worst + 1, "error": error}
    others = {other: errors for other, errors in modes.items() if other is not mode}
    if not others:
        return say("{mode} misses most at step {step}, by {error}.", **told)
    known = np.isfinite(values)
    closest = np.stack([values[known], *(errors[known] for errors in others.values())]).argmin(axis=0) == 0
    return say(
        "{mode} misses most at step {step}, by {error}; it is the closest of {modes} modes at {closest} of {known} "
        "steps.",
        **told,
        modes=len(modes),
        closest=closest.sum(),
        known=known.sum(),
    )
