"""From the material to each figure of the story: which runs, variable, window and block a slide shows by default.

The choices are those that pages open with: the first variable, the first block, the largest abrupt change.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.figures.names import shortened
from core.figures.theme import Look
from core.report.chapters import attention, data, errors, forecasts, gradients, kernels, response
from core.report.material import Material
from core.report.slide import Slide
from core.train.record import RunRecord
from core.vocabulary import Dim, Fusion, label

BLOCK = 1


def mode_comparison(material: Material, look: Look) -> Slide:
    """Return the modes against none."""
    return errors.mode_comparison(material.runs, material.matched, look=look, provenance=_foot_of_runs(material))


def error_by_step(material: Material, look: Look) -> Slide:
    """Return the error at each step ahead."""
    step, foot = material.dataset.step, _foot_of_runs(material)
    return errors.error_by_step(material.runs, step=step, look=look, provenance=foot)


def error_by_variable(material: Material, look: Look) -> Slide:
    """Return the error of each variable."""
    return errors.error_by_variable(material.runs, look=look, provenance=_foot_of_runs(material))


def training_curves(material: Material, look: Look) -> Slide:
    """Return the validation error over training."""
    return errors.training_curves(material.runs, look=look, provenance=_foot_of_runs(material))


def series_plot(material: Material, look: Look) -> Slide:
    """Return the data as they are."""
    return data.series_plot(material.dataset, look=look, provenance=material.provenance(()))


def daily_profile(material: Material, look: Look) -> Slide:
    """Return the calendar cycle of the data, where they have one."""
    return data.daily_profile(material.dataset, look=look, provenance=material.provenance(()))


def scaling_shift(material: Material, look: Look) -> Slide:
    """Return level and spread of the parts."""
    return data.scaling_shift(material.dataset, look=look, provenance=material.provenance(()))


def forecast_overlay(material: Material, look: Look) -> Slide:
    """Return the forecasts of the window whose error in the shown mode is the median."""
    mode, _ = material.shown
    place = forecasts.landmarks(material.errors[mode][:, 0])["median"]
    config, variable = material.config.window, material.dataset.variables[0]
    window = forecasts.one_window(
        material.traces,
        material.dataset,
        material.windows,
        place=place,
        variable=variable,
        history=min(2 * config.horizon, config.lookback),
    )
    foot = _foot(material, material.opened.values())
    return forecasts.forecast_overlay(window, look=look, provenance=foot)


def error_timeline(material: Material, look: Look) -> Slide:
    """Return the error of every window for the first variable."""
    errors_of_first = {mode: found[:, 0] for mode, found in material.errors.items()}
    foot = _foot(material, material.opened.values(), _first_variable(material))
    return forecasts.error_timeline(
        errors_of_first, material.windows, reference=material.shown[0], look=look, provenance=foot
    )


def kernel_by_slot_gru_to_cnn(material: Material, look: Look) -> Slide:
    """Return what the GRU path writes, over the cycle."""
    return _kernel_by_slot(material, Fusion.GRU_TO_CNN, look)


def kernel_by_slot_cnn_to_gru(material: Material, look: Look) -> Slide:
    """Return what the convolution path writes, over the cycle."""
    return _kernel_by_slot(material, Fusion.CNN_TO_GRU, look)


def _kernel_by_slot(material: Material, crossing: Fusion, look: Look) -> Slide:
    return kernels.kernel_by_slot(
        material.kernels,
        crossing,
        material.calendar,
        block=BLOCK,
        look=look,
        provenance=_foot_inside(material, look),
    )


def kernel_profile(material: Material, look: Look) -> Slide:
    """Return each tap over the cycle."""
    foot = _foot_inside(material, look)
    return kernels.kernel_profile(material.kernels, material.calendar, block=BLOCK, look=look, provenance=foot)


def window_kernels(material: Material, look: Look) -> Slide:
    """Return the kernels of the middle window."""
    place = len(material.windows.origins) // 2
    stamp, foot = material.windows.stamps[place], _foot_inside(material, look)
    return kernels.window_kernels(material.kernels, place=place, stamp=stamp, block=BLOCK, look=look, provenance=foot)


def dcor_comparison(material: Material, look: Look) -> Slide:
    """Return the dependence of the kernels on the time of day."""
    mode, run = material.shown
    foot = _foot(material, [run], f"mode {label(mode, look.language)}")
    return kernels.dcor_comparison(material.rows, run.run_id, mode, look=look, provenance=foot)


def event_response(material: Material, look: Look) -> Slide:
    """Return the average response to abrupt changes."""
    table, measures = response.responses(material.traces), response.measures(material.rows)
    foot = _foot(material, material.opened.values())
    return response.event_response(table, measures, step=material.dataset.step, look=look, provenance=foot)


def lead_amplification(material: Material, look: Look) -> Slide:
    """Return strength and lead of the responses."""
    foot = _foot(material, material.opened.values())
    return response.lead_amplification(response.measures(material.rows), look=look, provenance=foot)


def gate_timeline(material: Material, look: Look) -> Slide:
    """Return the gates around the largest abrupt change."""
    place = int(material.changes["place"].iloc[0])
    origin = int(material.trace[Dim.ORIGIN][place])
    return response.gate_timeline(
        material.traces,
        material.dataset,
        place=place,
        variable=response.livelier_variable(material.dataset, origin),
        block=BLOCK,
        look=look,
        provenance=_foot(material, material.opened.values(), f"block {BLOCK}"),
    )


def attention_map(material: Material, look: Look) -> Slide:
    """Return where the merge routes, averaged over all windows."""
    weights = attention.mean_map(material.attention, material.calendar)
    token, foot = _token(material), _foot_routing(material, look)
    return attention.attention_map(weights, token=token, shown="mean over all windows", look=look, provenance=foot)


def attention_by_slot(material: Material, look: Look) -> Slide:
    """Return the routing over the cycle."""
    token, foot = _token(material), _foot_routing(material, look)
    return attention.attention_by_slot(material.attention, material.calendar, token=token, look=look, provenance=foot)


def attention_controls(material: Material, look: Look) -> Slide:
    """Return the error without routing and crossings."""
    changes = attention.effects(material.rows, {run.run_id: mode for mode, run in material.opened.items()})
    foot = _foot(material, material.opened.values())
    return attention.attention_controls(changes, look=look, provenance=foot)


def gradient_flow(material: Material, look: Look) -> Slide:
    """Return the gradients of both paths, form by form."""
    runs = gradients.runs_of_forms(material.members)
    return gradients.gradient_flow(runs, look=look, provenance=_foot(material, runs.values()))


def gradient_share(material: Material, look: Look) -> Slide:
    """Return the share of the gradient by block, form by form."""
    runs = gradients.runs_of_forms(material.members)
    return gradients.gradient_share(runs, look=look, provenance=_foot(material, runs.values()))


def _foot(material: Material, runs: Iterable[RunRecord], more: str = "") -> str:
    return " · ".join(part for part in (material.provenance(runs), more) if part)


def _foot_of_runs(material: Material) -> str:
    return material.provenance(run for runs in material.runs.values() for run in runs)


def _foot_inside(material: Material, look: Look) -> str:
    mode, run = material.shown
    return _foot(material, [run], f"mode {label(mode, look.language)}, {_first_variable(material)}")


def _foot_routing(material: Material, look: Look) -> str:
    mode, run = material.shown
    return _foot(material, [run], f"mode {label(mode, look.language)}, variables averaged")


def _first_variable(material: Material) -> str:
    return shortened(material.dataset.variables[0])


def _token(material: Material) -> str:
    """Return the length of a token in words."""
    return material.dataset.step.span(material.config.model.patch)
