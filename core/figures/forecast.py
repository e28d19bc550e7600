"""Figures of the forecasts: one window overlaid, and the error of every window along time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.data.spans import span_of
from core.data.step import Step
from core.figures.labels import EndLabel, end_labels, label_room, named_line
from core.figures.lettering import number
from core.figures.marks import baseline_lines, last_of, limits_of, line, milliseconds, mode_lines
from core.figures.names import UNIT, shortened, shown, told, with_unit
from core.figures.palette import Look
from core.figures.selected import Mask, clickable, shade
from core.figures.theme import DATE_AXIS, TOOLS, Drawing, Margins, drawn
from core.text.amounts import counted, listed
from core.text.words import mark, say
from core.vocabulary import Fusion, label

Values = NDArray[np.float64]
MOST_CLICKABLE = 1_200  # points per mode: dense enough to click, small enough to send
LANDMARKS = {"best": mark("best"), "median": mark("median"), "worst": mark("worst")}  # windows with a name


def forecast_overlay(
    history: Values,
    truth: Values,
    modes: Mapping[Fusion, Values],
    baselines: Mapping[str, Values],
    *,
    stamps: NDArray[np.datetime64],
    step: Step,
    variable: str,
    unit: str,
    look: Look,
) -> Drawing:
    """Show the truth and every forecast of one window and variable, in original units.

    Parameters
    ----------
    history : last rows before the origin, [row].
    truth : what came, [step]; NaN where nothing was measured.
    modes, baselines : forecast [step] per fusion mode and per baseline name.
    stamps : of the history and the steps, [row + step].
    variable, unit : name and unit of the variable ("" if unknown).
    """
    times = milliseconds(stamps)
    before, ahead = times[: len(history) + 1], times[len(history) :]
    fig = go.Figure()
    past = np.append(history, truth[:1])  # joined to the truth
    fig.add_trace(line(before, past, name=say("history"), colour=look.colours.muted, width=1.4))
    ends = baseline_lines(fig, ahead, baselines, look)
    name = with_unit(variable, unit)
    hover = "%{y:.4g}" + told(name)
    fig.add_trace(line(ahead, truth, name=say("truth"), colour=look.colours.truth, width=2.6, hover=hover))
    ends.append(EndLabel(f"<b>{say('truth')}</b>", last_of(truth), look.colours.truth))
    ends += mode_lines(fig, ahead, modes, look)
    limits = limits_of(history, truth, *modes.values(), *baselines.values())
    end_labels(fig, ends, limits=limits, pixels=290)
    fig.update_xaxes(type="date", range=[times[0], times[-1]], title_text=say("Date"))
    fig.update_yaxes(range=limits, title_text=shown(name))
    fig.update_layout(hovermode="x unified", hoverdistance=20)
    named_line(fig, look=look, text=say("origin"), x=ahead[0])
    margins = Margins(left=70, right=label_room([end.text for end in ends]), above=16, below=DATE_AXIS, height=360)
    return drawn(fig, _overlay_sentence(truth, modes, unit, step, look), margins, look)


def _overlay_sentence(truth: Values, modes: Mapping[Fusion, Values], unit: str, step: Step, look: Look) -> str:
    steps = f"{counted(len(truth), 'step')} ({span_of(step, len(truth))})"
    if not modes:
        return say("Only baselines are shown over {steps}.", steps=steps)
    known = np.isfinite(truth)
    if not known.any():
        return say("Nothing was measured over these {steps}, so there is no error to report.", steps=steps)
    errors = {mode: float(np.abs(values - truth)[known].mean()) for mode, values in modes.items()}
    ranked = sorted(errors, key=lambda mode: errors[mode])
    suffix = f" {shortened(unit, UNIT)}" if unit else ""
    words = [f"{label(mode, look.language)} {number(errors[mode])}{suffix}" for mode in ranked]
    return say(
        "Mean absolute error over {steps}: {errors}."
        if len(words) == 1
        else "{mode} is closest here; mean absolute error over {steps}: {errors}.",
        mode=label(ranked[0], look.language),
        steps=steps,
        errors=listed(words),
    )


def error_timeline(
    errors: Mapping[Fusion, Values],
    origins: NDArray[np.int64],
    stamps: NDArray[np.datetime64],
    *,
    landmarks: Mapping[str, int],
    landmark_mode: Fusion,
    selected: Mask | None = None,
    look: Look,
) -> Drawing:
    """Show the error of every test window along time; a click gives the window's origin.

    The figure does not depend on the window that is shown elsewhere. Every point carries ``custom_data = [origin]``.

    Parameters
    ----------
    errors : MSE per window, [window], per mode; NaN where nothing was measured.
    origins : row index of each window's first target row, [window].
    stamps : stamp of that row, [window].
    landmarks : position (in `origins`) of windows to name, by a key of LANDMARKS; they are always kept.
    landmark_mode : the mode whose windows these are, and of which the finding speaks.
    selected : which windows are shaded, [window]; None where nothing is selected.
    """
    every = -(-len(origins) // MOST_CLICKABLE)
    kept = np.unique(np.append(np.arange(0, len(origins), every), list(landmarks.values()) or [0]))
    times = milliseconds(stamps)
    fig = go.Figure()
    ends = mode_lines(fig, times[kept], {mode: values[kept] for mode, values in errors.items()}, look)
    point = {"time": "%{x|%Y-%m-%d %H:%M}", "origin": "%{customdata[0]}", "error": "%{y:.4f}"}
    hover = say("{time}, origin {origin}: {error}", **point)
    for trace in fig.data:
        trace.update(line_width=1.5, hovertemplate=f"{hover}<extra>{trace.name}</extra>")
        clickable(trace, origins[kept].astype(np.int32))
    limits = limits_of(*errors.values(), margin=0.1)
    end_labels(fig, ends, limits=limits, pixels=240)
    for place, (name, position) in enumerate(sorted(landmarks.items(), key=lambda landmark: landmark[1])):
        named_line(fig, look=look, text=say(LANDMARKS[name]), x=float(times[position]), lift=13 * place)
    shade(fig, times, selected, look)
    fig.update_xaxes(type="date", title_text=say("First forecast step of the window"), range=[times[0], times[-1]])
    fig.update_yaxes(title_text=say("MSE of the window (standardised)"), range=limits)
    margins = Margins(
        left=66, right=label_room([end.text for end in ends]), above=45 + TOOLS, below=DATE_AXIS, height=333 + TOOLS
    )
    finding = _timeline_sentence(errors[landmark_mode], selected, label(landmark_mode, look.language), every)
    return drawn(fig, finding, margins, look, selectable=True)


def _timeline_sentence(values: Values, selected: Mask | None, name: str, every: int) -> str:
    ordered = np.sort(values[np.isfinite(values)])
    tail = ordered[-max(len(ordered) // 20, 1) :].sum() / max(float(ordered.sum()), 1e-12)
    inside = values[np.isfinite(values) & (selected if selected is not None else False)]
    sentences = [
        say(
            "{mode}: median window MSE {median}, worst {worst}; the worst 5 % of windows carry {share} % of the "
            "error.",
            mode=name,
            median=number(float(np.median(ordered))),
            worst=number(float(ordered[-1])),
            share=number(100 * float(tail), 2),
        )
    ]
    if inside.size:
        sentences.append(say("Median of the selected: {median}.", median=number(float(np.median(inside)))))
    if every > 1:
        sentences.append(say("One window in {every} is drawn.", every=every))
    return " ".join(sentences)
