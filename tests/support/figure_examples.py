"""One example of every figure, at the largest realistic size: d 256, seven blocks, 144 slots, 10,801 windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from core.analysis.cost import Design
from core.analysis.parts import Part, Quantity
from core.config import RunConfig
from core.data.step import Step
from core.exhibits.card import Card
from core.figures.attention import CONTROLS, attention_by_slot, attention_controls, attention_map
from core.figures.claims import PANELS, published_measured
from core.figures.cost_comparison import PANELS as COST_PANELS
from core.figures.cost_comparison import cost_comparison
from core.figures.dependence import dcor_comparison
from core.figures.error_by_step import error_by_step
from core.figures.error_by_variable import error_by_variable
from core.figures.errors import mode_comparison, training_curves
from core.figures.forecast import error_timeline, forecast_overlay
from core.figures.gradient import gradient_flow, gradient_share
from core.figures.ground_truth import ground_truth
from core.figures.kernels import CROSSINGS, kernel_by_slot, kernel_profile, window_kernels
from core.figures.model_diagram import model_diagram
from core.figures.palette import Look
from core.figures.response import event_response, gate_timeline, lead_amplification
from core.figures.series import daily_profile, scaling_shift, series_plot
from core.figures.theme import Drawing
from core.figures.window_error_by_step import window_error_by_step
from core.presets import preset_run
from core.vocabulary import Activation, Fusion, Split
from tests.support.exhibits import EXHIBITS

PROVENANCE = "Weather · horizon 720 · published, 4 checkpoints · seed 0 · 9,820 windows · CrossLens 0.1.0"
SLOTS, CHANNELS, TAPS, TOKENS = 144, 256, (-1, 0, 1), 20
LABELS = tuple(f"{slot // 6:02d}:{slot % 6}0" for slot in range(SLOTS))
VARIABLES = ("온도", "p (mbar)", *(f"v{index}" for index in range(2, 8)))
MANY = tuple(f"variable {index}" for index in range(1_000))
UNIT = "°C"
TEN_MINUTES = Step(pd.Timedelta(minutes=10))
BASELINES = ("ridge", "seasonal_naive", "repeat_last")
Example = Callable[[Look], Drawing]


def _random() -> np.random.Generator:
    return np.random.default_rng(0)


def _table(columns: str, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def frame(rows: int = 52_696) -> pd.DataFrame:
    stamps = pd.date_range("2020-01-01", periods=rows, freq="10min", name="date")
    values = _random().normal(size=(rows, len(VARIABLES))).cumsum(axis=0)
    return pd.DataFrame(values, index=stamps, columns=list(VARIABLES))


SPLITS = {Split.TRAIN: range(36_887), Split.VALIDATION: range(36_887, 42_157), Split.TEST: range(42_157, 52_696)}


def per_seed() -> pd.DataFrame:
    rows = [(mode.value, False, seed, 0.5 + seed / 10) for mode in list(Fusion)[1:] for seed in range(3)]
    return _table("fusion matched seed delta_rmse", rows)


def summary() -> pd.DataFrame:
    rows = [(mode.value, False, 0.6, 0.3, 0.9, 3) for mode in list(Fusion)[1:]]
    return _table("fusion matched value low high n", rows)


def steps(factor: float = 1.0) -> np.ndarray:
    return factor * (0.3 + 0.2 * np.sqrt(np.arange(1, 721) / 720))


def window_errors(windows: int = 10_801) -> dict[Fusion, np.ndarray]:
    return {mode: _random().gamma(2.0, 0.2, windows) * (1 + 0.01 * index) for index, mode in enumerate(Fusion)}


def profile_of(mean: np.ndarray, **columns: object) -> pd.DataFrame:
    slots = {"slot": np.arange(len(mean)), "label": LABELS[: len(mean)]}
    return pd.DataFrame({**columns, **slots, "mean": mean, "low": mean - 0.5, "high": mean + 0.5})


def kernels() -> np.ndarray:
    wave = np.cos(2 * np.pi * (np.arange(SLOTS)[:, None] / SLOTS - np.arange(CHANNELS) / CHANNELS))
    return _random().normal(0, 0.1, (CHANNELS, 3)) + 0.1 * wave[:, :, None]


def attention() -> np.ndarray:
    return _random().dirichlet(np.ones(TOKENS), size=(8, TOKENS))


def gates(length: int = 97) -> dict[Fusion, pd.DataFrame]:
    stamps = pd.date_range("2020-06-01", periods=length, freq="10min")
    return {mode: pd.DataFrame(_random().uniform(size=(length, 2)), stamps, ["update", "reset"]) for mode in Fusion}


def gradients() -> dict[str, pd.DataFrame]:
    index = pd.MultiIndex.from_product([range(0, 20_000, 10), range(1, 8)], names=["step", "block"]).to_frame(
        index=False
    )
    frame = index.assign(conv=_random().lognormal(-7, 0.3, len(index)), gru=_random().lognormal(-8, 0.3, len(index)))
    return {"proposed": frame, "late fusion": frame, "no fusion": frame}


def responses() -> pd.DataFrame:
    lag = np.arange(-12, 13)
    peak = np.exp(-((lag / 3.0) ** 2))
    parts = [
        pd.DataFrame(
            {"lag": lag, "mean": 1 + height * peak, "low": 0.9 + height * peak, "high": 1.1 + height * peak}
        ).assign(fusion=mode.value, of=of, events=40)
        for mode in list(Fusion)[1:]
        for of, height in (("mode", 1.0), ("none", 0.8))
    ]
    return pd.concat(parts, ignore_index=True)


def _mode_comparison(look: Look) -> Drawing:
    return mode_comparison(per_seed(), summary(), look=look)


def _error_by_step(look: Look) -> Drawing:
    modes = {mode: np.stack([steps(1 - 0.01 * index)] * 3) for index, mode in enumerate(Fusion)}
    return error_by_step(modes, step=TEN_MINUTES, look=look)


def _error_by_variable(look: Look) -> Drawing:
    sources = [mode.value for mode in Fusion]
    rows = [(name, source, 1 + i / 100 + j / 10) for i, name in enumerate(MANY) for j, source in enumerate(sources)]
    return error_by_variable(_table("variable source mse", rows), look=look)


def _training_curves(look: Look) -> Drawing:
    rows = [(mode.value, seed, epoch, 1 / epoch) for mode in Fusion for seed in range(10) for epoch in range(1, 31)]
    histories = _table("fusion seed epoch validation_mse", rows).assign(matched=False)
    return training_curves(histories, look=look)


def _series_plot(look: Look) -> Drawing:
    return series_plot(frame(), SPLITS, units={VARIABLES[0]: UNIT}, look=look)


def _daily_profile(look: Look) -> Drawing:
    parts = [profile_of(np.sin(np.arange(SLOTS) / 23 + place), variable=name) for place, name in enumerate(VARIABLES)]
    return daily_profile(pd.concat(parts), cycle="Time of day", units={VARIABLES[0]: UNIT}, look=look)


def _scaling_shift(look: Look) -> Drawing:
    rows = [(name, split.value, index / 10, 1.0) for index, name in enumerate(VARIABLES) for split in Split]
    return scaling_shift(_table("variable split mean sd", rows), look=look)


def _forecast_overlay(look: Look) -> Drawing:
    return forecast_overlay(
        np.arange(720.0),
        steps(),
        {mode: steps(1.1) for mode in Fusion},
        {name: steps(2.0) for name in BASELINES},
        stamps=np.datetime64("2020-06-01T00:00") + np.arange(-720, len(steps())) * np.timedelta64(10, "m"),
        step=TEN_MINUTES,
        variable=VARIABLES[0],
        unit=UNIT,
        look=look,
    )


def _window_error_by_step(look: Look) -> Drawing:
    return window_error_by_step(
        {mode: steps(1 - 0.01 * index) for index, mode in enumerate(Fusion)},
        {name: steps(2.0) for name in BASELINES},
        step=TEN_MINUTES,
        unit=UNIT,
        look=look,
    )


def _error_timeline(look: Look) -> Drawing:
    origins = np.arange(10_801) + 42_157
    stamps = frame().index.to_numpy()[-10_801:]
    landmarks = {"worst": 5, "median": 701, "best": 9_000}
    return error_timeline(window_errors(), origins, stamps, landmarks=landmarks, landmark_mode=Fusion.BOTH, look=look)


def _kernel_by_slot(look: Look) -> Drawing:
    return kernel_by_slot(
        kernels(),
        crossing=Activation.KERNEL_GRU_TO_CNN,
        taps=TAPS,
        slot_labels=LABELS,
        cycle="Time of day",
        look=look,
    )


def _kernel_profile(look: Look) -> Drawing:
    waves = [(crossing, tap, np.cos(np.arange(SLOTS) / 23 + tap)) for crossing in CROSSINGS for tap in TAPS]
    profile = pd.concat([profile_of(wave, crossing=crossing.value, tap=tap) for crossing, tap, wave in waves])
    return kernel_profile(profile, cycle="Time of day", spread="10–90 % of windows", look=look)


def _window_kernels(look: Look) -> Drawing:
    chosen = {crossing: kernels()[0] for crossing in CROSSINGS}
    return window_kernels(chosen, taps=TAPS, shown="window of 2020-06-01 00:00", look=look)


def _dcor_comparison(look: Look) -> Drawing:
    rows = [
        (crossing.value, block, 0.5, 0.4, 0.6, 0.01, 0.55, 0.45) for crossing in CROSSINGS for block in range(1, 8)
    ]
    table = _table("crossing block value low high p_value biased untrained", rows)
    return dcor_comparison(table, floor=0.37, look=look)


def _gate_timeline(look: Look) -> Drawing:
    event = np.datetime64("2020-06-01T08:00")
    words = {"variable": VARIABLES[0], "unit": UNIT}
    return gate_timeline(gates(), np.linspace(0, 1, 97), event=event, look=look, **words)


def _event_response(look: Look) -> Drawing:
    numbers = {mode: 1.5 for mode in list(Fusion)[1:]}
    return event_response(
        responses(),
        amplification=numbers,
        lead=numbers,
        step=TEN_MINUTES,
        look=look,
    )


def _lead_amplification(look: Look) -> Drawing:
    quantities = ("amplification", "lead")
    rows = [(mode.value, quantity, 1.0, 0.5, 1.5, 0.02) for mode in list(Fusion)[1:] for quantity in quantities]
    table = _table("fusion quantity value low high p_value", rows)
    return lead_amplification(table, look=look)


def _attention_map(look: Look) -> Drawing:
    return attention_map(attention(), token="6 h", window="mean over windows", look=look)


def _attention_by_slot(look: Look) -> Drawing:
    weights = _random().dirichlet(np.ones(TOKENS), size=SLOTS)
    return attention_by_slot(weights, slot_labels=LABELS, cycle="Time of day", token="6 h", look=look)


def _attention_controls(look: Look) -> Drawing:
    rows = [(name, mode.value, 1.0, np.nan, np.nan) for name in CONTROLS for mode in Fusion]
    return attention_controls(_table("control fusion change low high", rows), look=look)


def _gradient_flow(look: Look) -> Drawing:
    imbalance = {"proposed": 0.3, "late fusion": 1.5, "no fusion": 1.8}
    return gradient_flow(gradients(), imbalance, look=look)


def _gradient_share(look: Look) -> Drawing:
    rows = [
        (reading, name, block, 0.1 * block)
        for reading in ("outputs", "weights")
        for name in gradients()
        for block in range(1, 8)
    ]
    return gradient_share(_table("reading model block value", rows), look=look)


def _ground_truth(look: Look) -> Drawing:
    rows = [("response lead", f"{row} steps", "steps", 1.0, 0.06, 1 + row / 200, 0.98, 1.02) for row in range(30)]
    table = _table("measure case unit truth tolerance value low high", rows)
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
    table = _table(names, rows)
    return published_measured(table, look=look)


def example_numbers(run: RunConfig) -> pd.DataFrame:
    """Return a table with every number there may be, each as long as numbers get."""
    blocks = range(1, run.model.blocks + 1)
    sizes, paths = (Quantity.PARAMETERS, Quantity.MACS), (Part.CONV_PATH, Part.GRU_PATH)
    rows: list[tuple[object, ...]] = [
        (part, pd.NA, size, 45.6e6) for part in (Part.FIRST_LAYER, Part.MERGE, Part.HEAD) for size in sizes
    ]
    rows += [(part, block, size, 45.6e6) for part in paths for block in blocks for size in sizes]
    rows += [(part, block, Quantity.GRADIENT_SHARE, 50.0) for part in paths for block in blocks]
    told = (*sizes, Quantity.GATE, Quantity.KERNEL_NORM, Quantity.CORRECTION)
    for crossing in run.model.crossings:
        part = Part(crossing.value)
        rows += [(part, block, one, 45.6e6 if one in sizes else 0.1234) for block in blocks for one in told]
    return pd.DataFrame(rows, columns=["part", "block", "quantity", "value"]).assign(reason="")


def _model_diagram(look: Look) -> Drawing:
    run = preset_run("ETTh1", "published", horizon=720)
    rows = np.sin(np.arange(run.window.lookback) / 9)
    return model_diagram(run, len(VARIABLES), example_numbers(run), rows=rows, block=1, look=look)


def _cost_comparison(look: Look) -> Drawing:
    rows = [(design.value, part, 1e6, 1e6, 2e5) for design in Design for part in COST_PANELS]
    return cost_comparison(_table("design part published counted here", rows), look=look)


EXAMPLES: dict[str, Example] = {
    "mode_comparison": _mode_comparison,
    "error_by_step": _error_by_step,
    "error_by_variable": _error_by_variable,
    "training_curves": _training_curves,
    "series_plot": _series_plot,
    "daily_profile": _daily_profile,
    "scaling_shift": _scaling_shift,
    "forecast_overlay": _forecast_overlay,
    "window_error_by_step": _window_error_by_step,
    "error_timeline": _error_timeline,
    "kernel_by_slot": _kernel_by_slot,
    "kernel_profile": _kernel_profile,
    "window_kernels": _window_kernels,
    "dcor_comparison": _dcor_comparison,
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
}


def card(name: str, look: Look) -> Card:
    """Return an example with its words, as pages and exports take it; `PROVENANCE` is read when it is called."""
    drawing = EXAMPLES[name](look)
    return Card(EXHIBITS[name].question, drawing.finding, PROVENANCE, drawing.figure, None, name, look)
