"""One example of every figure, at the largest realistic size: d 256, seven blocks, 144 slots, 10,801 windows."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from core.analysis.cost import Design
from core.exhibits.card import Card
from core.exhibits.verdict import RIVALS
from core.figures import tour
from core.figures.abrupt import abrupt_changes
from core.figures.attention import CONTROLS, attention_by_slot, attention_controls, attention_map
from core.figures.claims import PANELS, published_measured
from core.figures.cost_comparison import PANELS as COST_PANELS
from core.figures.cost_comparison import cost_comparison
from core.figures.dependence import dcor_comparison
from core.figures.error_by_step import error_by_step, window_error_by_step
from core.figures.error_pairs import error_pairs
from core.figures.errors import error_by_variable, mode_comparison, training_curves
from core.figures.forecast import error_timeline, forecast_overlay
from core.figures.forecast_panels import ForecastPanel, forecast_panels
from core.figures.gradient import gradient_flow, gradient_share
from core.figures.ground_truth import ground_truth
from core.figures.kernels import CROSSINGS, kernel_by_slot, kernel_profile, window_kernels
from core.figures.model_diagram import model_diagram
from core.figures.palette import Look
from core.figures.peers import peers
from core.figures.response import event_response, gate_timeline, lead_amplification
from core.figures.rivals import rivals
from core.figures.series import daily_profile, scaling_shift, series_plot
from core.figures.theme import Drawing
from core.presets import preset_run
from core.vocabulary import Activation, Fusion, Split
from tests.support import figure_numbers as given
from tests.support.exhibits import EXHIBITS
from tests.support.figure_examples_asked import ASKED, Example
from tests.support.figure_examples_study import STUDY


def _mode_comparison(look: Look) -> Drawing:
    return mode_comparison(given.per_seed(), given.summary(), look=look)


def _error_by_step(look: Look) -> Drawing:
    modes = {mode: np.stack([given.steps(1 - 0.01 * index)] * 3) for index, mode in enumerate(Fusion)}
    return error_by_step(modes, step=given.TEN_MINUTES, look=look)


def _error_by_variable(look: Look) -> Drawing:
    sources = [mode.value for mode in Fusion]
    rows = [
        (name, source, 1 + i / 100 + j / 10) for i, name in enumerate(given.MANY) for j, source in enumerate(sources)
    ]
    return error_by_variable(given.table("variable source mse", rows), look=look)


def _peers(look: Look) -> Drawing:
    return peers(given.beside_peers(), look=look)


def _training_curves(look: Look) -> Drawing:
    rows = [(mode.value, seed, epoch, 1 / epoch) for mode in Fusion for seed in range(10) for epoch in range(1, 31)]
    histories = given.table("fusion seed epoch validation_mse", rows).assign(matched=False)
    return training_curves(histories, look=look)


def _series_plot(look: Look) -> Drawing:
    return series_plot(given.frame(), given.SPLITS, units={given.VARIABLES[0]: given.UNIT}, look=look)


def _daily_profile(look: Look) -> Drawing:
    parts = [
        given.profile_of(np.sin(np.arange(given.SLOTS) / 23 + place), variable=name)
        for place, name in enumerate(given.VARIABLES)
    ]
    return daily_profile(pd.concat(parts), cycle="Time of day", units={given.VARIABLES[0]: given.UNIT}, look=look)


def _scaling_shift(look: Look) -> Drawing:
    rows = [(name, split.value, index / 10, 1.0) for index, name in enumerate(given.VARIABLES) for split in Split]
    return scaling_shift(given.table("variable split mean sd", rows), look=look)


def _forecast_overlay(look: Look) -> Drawing:
    return forecast_overlay(
        np.arange(720.0),
        given.steps(),
        {mode: given.steps(1.1) for mode in Fusion},
        {name: given.steps(2.0) for name in given.BASELINES},
        stamps=np.datetime64("2020-06-01T00:00") + np.arange(-720, len(given.steps())) * np.timedelta64(10, "m"),
        step=given.TEN_MINUTES,
        variable=given.VARIABLES[0],
        unit=given.UNIT,
        look=look,
    )


def _forecast_panels(look: Look) -> Drawing:
    panels = [
        ForecastPanel(
            name,
            given.UNIT,
            np.arange(96.0),
            given.steps(1 + place),
            {mode: given.steps(1.1 + place) for mode in Fusion},
        )
        for place, name in enumerate(given.VARIABLES[:5])
    ]
    stamps = np.datetime64("2020-06-01T00:00") + np.arange(-96, len(given.steps())) * np.timedelta64(10, "m")
    return forecast_panels(panels, stamps=stamps, step=given.TEN_MINUTES, look=look)


def _window_error_by_step(look: Look) -> Drawing:
    return window_error_by_step(
        {mode: given.steps(1 - 0.01 * index) for index, mode in enumerate(Fusion)},
        {name: given.steps(2.0) for name in given.BASELINES},
        step=given.TEN_MINUTES,
        unit=given.UNIT,
        look=look,
    )


def _error_timeline(look: Look) -> Drawing:
    origins = np.arange(10_801) + 42_157
    stamps = given.frame().index.to_numpy()[-10_801:]
    landmarks = {"worst": 5, "median": 701, "best": 9_000}
    return error_timeline(
        given.window_errors(), origins, stamps, landmarks=landmarks, landmark_mode=Fusion.BOTH, look=look
    )


def _error_pairs(look: Look) -> Drawing:
    origins, errors = np.arange(10_801) + 42_157, given.window_errors()
    stamps, selected = given.frame().index.to_numpy()[-10_801:], np.arange(10_801) // 500 == 4
    none, both = errors[Fusion.NONE], errors[Fusion.BOTH]
    return error_pairs(none, both, origins, stamps, mode=Fusion.BOTH, selected=selected, look=look)


def _abrupt_changes(look: Look) -> Drawing:
    windows = given.frame().index.to_numpy()[-10_801:]
    places = np.arange(108) * 100
    sizes, selected = np.linspace(3, 1.2, 108), np.arange(10_801) // 500 == 4
    return abrupt_changes(
        sizes, places + 42_157, windows[places], windows=windows, mode=Fusion.BOTH, selected=selected, look=look
    )


def _kernel_by_slot(look: Look) -> Drawing:
    return kernel_by_slot(
        given.kernels(),
        crossing=Activation.KERNEL_GRU_TO_CNN,
        taps=given.TAPS,
        slot_labels=given.LABELS,
        cycle="Time of day",
        look=look,
    )


def _kernel_profile(look: Look) -> Drawing:
    waves = [
        (crossing, tap, np.cos(np.arange(given.SLOTS) / 23 + tap)) for crossing in CROSSINGS for tap in given.TAPS
    ]
    profile = pd.concat([given.profile_of(wave, crossing=crossing.value, tap=tap) for crossing, tap, wave in waves])
    spread = "10–90 % of windows"
    return kernel_profile(profile, slot_labels=given.LABELS, cycle="Time of day", spread=spread, look=look)


def _window_kernels(look: Look) -> Drawing:
    chosen = {crossing: given.kernels()[0] for crossing in CROSSINGS}
    return window_kernels(chosen, taps=given.TAPS, shown="window of 2020-06-01 00:00", look=look)


def _dcor_comparison(look: Look) -> Drawing:
    rows = [
        (crossing.value, block, 0.5, 0.4, 0.6, 0.01, 0.55, 0.45) for crossing in CROSSINGS for block in range(1, 8)
    ]
    table = given.table("crossing block value low high p_value biased untrained", rows)
    return dcor_comparison(table, floor=0.37, look=look)


def _gate_timeline(look: Look) -> Drawing:
    event = np.datetime64("2020-06-01T08:00")
    words = {"variable": given.VARIABLES[0], "unit": given.UNIT}
    return gate_timeline(given.gates(), np.linspace(0, 1, 97), event=event, look=look, **words)


def _event_response(look: Look) -> Drawing:
    numbers = {mode: 1.5 for mode in list(Fusion)[1:]}
    return event_response(
        given.responses(),
        amplification=numbers,
        lead=numbers,
        step=given.TEN_MINUTES,
        look=look,
    )


def _lead_amplification(look: Look) -> Drawing:
    quantities = ("amplification", "lead")
    rows = [(mode.value, quantity, 1.0, 0.5, 1.5, 0.02) for mode in list(Fusion)[1:] for quantity in quantities]
    table = given.table("fusion quantity value low high p_value", rows)
    return lead_amplification(table, look=look)


def _attention_map(look: Look) -> Drawing:
    return attention_map(given.attention(), token="6 h", window="mean over windows", look=look)


def _attention_by_slot(look: Look) -> Drawing:
    weights = given.generator().dirichlet(np.ones(given.TOKENS), size=given.SLOTS)
    return attention_by_slot(weights, slot_labels=given.LABELS, cycle="Time of day", token="6 h", look=look)


def _attention_controls(look: Look) -> Drawing:
    rows = [(name, mode.value, 1.0, np.nan, np.nan) for name in CONTROLS for mode in Fusion]
    return attention_controls(given.table("control fusion change low high", rows), look=look)


def _gradient_flow(look: Look) -> Drawing:
    imbalance = {"proposed": 0.3, "late fusion": 1.5, "no fusion": 1.8}
    return gradient_flow(given.gradients(), imbalance, look=look)


def _gradient_share(look: Look) -> Drawing:
    rows = [
        (reading, name, block, 0.1 * block)
        for reading in ("outputs", "weights")
        for name in given.gradients()
        for block in range(1, 8)
    ]
    return gradient_share(given.table("reading model block value", rows), look=look)


def _ground_truth(look: Look) -> Drawing:
    rows = [("response lead", f"{row} steps", "steps", 1.0, 0.06, 1 + row / 200, 0.98, 1.02) for row in range(30)]
    table = given.table("measure case unit truth tolerance value low high", rows)
    return ground_truth(table, look=look)


def _published_measured(look: Look) -> Drawing:
    sets = ("ETTh2", "ETTm2", "ETTh1", "ETTm1", "Weather")
    modes = {"rmse_increase": ("ema", "static"), "phase_drift": ("data",), "spai": ("data",)}
    usual = [mode.value for mode in list(Fusion)[1:]]
    rows = [
        ("models", name, mode, quantity, 2.0 + place, 1.0 + lane, 0.5, 2.5, "reproduced", False)
        for quantity in PANELS
        for lane, mode in enumerate(modes.get(quantity, usual))
        for place, name in enumerate(sets)
    ]
    names = "group dataset mode quantity published measured low high verdict no_more_than_control"
    table = given.table(names, rows)
    return published_measured(table, look=look)


def _model_diagram(look: Look) -> Drawing:
    run = preset_run("ETTh1", "published", horizon=720)
    rows = np.sin(np.arange(run.window.lookback) / 9)
    return model_diagram(run, len(given.VARIABLES), given.example_numbers(run), rows=rows, block=1, look=look)


def _cost_comparison(look: Look) -> Drawing:
    rows = [(design.value, part, 1e6, 1e6, 2e5) for design in Design for part in COST_PANELS]
    return cost_comparison(given.table("design part published counted here", rows), look=look)


def _verdict(look: Look) -> Drawing:
    rows = [(name, seed, place - seed / 5) for place, name in enumerate(RIVALS.values()) for seed in range(10)]
    return rivals(given.table("rival seed gain", rows), finding="Yes: by 1 % (0 to 2) in 10 seeds.", look=look)


def _task(look: Look) -> Drawing:
    values = given.steps()
    return tour.task(
        np.arange(720.0),
        values,
        stamps=np.datetime64("2020-06-01T00:00") + np.arange(720 + len(values)) * np.timedelta64(10, "m"),
        variable=given.VARIABLES[0],
        unit=given.UNIT,
        finding=tour.task_sentence(
            variables=21, lookback=720, horizon=len(values), windows=10_801, step=given.TEN_MINUTES, ridge=0.4
        ),
        look=look,
    )


def _two_paths(look: Look) -> Drawing:
    written = {crossing: tour.Written(12.5, 0.1) for crossing in Fusion.BOTH.crossings}
    return tour.two_paths(written, blocks=7, finding=tour.paths_sentence(written, look), look=look)


EXAMPLES: dict[str, Example] = {
    **ASKED,
    **STUDY,
    "mode_comparison": _mode_comparison,
    "error_by_step": _error_by_step,
    "error_by_variable": _error_by_variable,
    "training_curves": _training_curves,
    "series_plot": _series_plot,
    "daily_profile": _daily_profile,
    "scaling_shift": _scaling_shift,
    "forecast_overlay": _forecast_overlay,
    "forecast_panels": _forecast_panels,
    "window_error_by_step": _window_error_by_step,
    "error_timeline": _error_timeline,
    "error_pairs": _error_pairs,
    "kernel_by_slot": _kernel_by_slot,
    "kernel_profile": _kernel_profile,
    "window_kernels": _window_kernels,
    "dcor_comparison": _dcor_comparison,
    "abrupt_changes": _abrupt_changes,
    "gate_timeline": _gate_timeline,
    "event_response": _event_response,
    "lead_amplification": _lead_amplification,
    "attention_map": _attention_map,
    "attention_by_slot": _attention_by_slot,
    "attention_controls": _attention_controls,
    "gradient_flow": _gradient_flow,
    "gradient_share": _gradient_share,
    "ground_truth": _ground_truth,
    "published_measured": _published_measured,
    "model_diagram": _model_diagram,
    "cost_comparison": _cost_comparison,
    "verdict": _verdict,
    "task": _task,
    "two_paths": _two_paths,
    "peers": _peers,
    "silenced": _attention_controls,
}


@cache
def kept_card(name: str, look: Look) -> Card:
    """Return an example that is drawn once; for tests that only read it."""
    return card(name, look)


def card(name: str, look: Look) -> Card:
    """Return an example with its words, as pages and exports take it; `PROVENANCE` is read when it is called."""
    drawing = EXAMPLES[name](look)
    return Card(EXHIBITS[name].question, drawing.finding, given.PROVENANCE, drawing.figure, None, name, look)
