"""One example of every figure that the model is asked for, at the same sizes as `tests.support.figure_examples`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from core.analysis.estimate import Estimate
from core.exhibits.attribution import BACKGROUNDS
from core.figures.account import CrossingPart, Parts, forecast_account
from core.figures.attribution import Told, attribution_map, deletion_curve
from core.figures.attribution_mean import mean_map
from core.figures.changed_forecast import changed_forecast
from core.figures.effects import effect_by_step, two_path_account
from core.figures.errors import mode_comparison
from core.figures.measure_grid import measure_grid
from core.figures.memory import gate_half_life, gates_by_slot, held_edit
from core.figures.palette import Look
from core.figures.probe import probe_around_changes, probe_by_slot
from core.figures.swaps import swaps_by_slot, swaps_by_window
from core.figures.theme import Drawing
from core.figures.trust import Criterion, background_spread, trust
from core.figures.whatif import edited_forecasts, edited_rows
from core.figures.whatif_errors import edited_errors
from core.figures.whatif_inside import Pair, edited_attention, edited_gates
from core.figures.whatif_kernels import Kernel, edited_kernels
from core.serve.removed import Removed
from core.vocabulary import Activation, Fusion, ModelPath, label
from tests.support import figure_numbers as given


def _mode_comparison(look: Look) -> Drawing:
    return mode_comparison(given.per_seed(), given.summary(), look=look)


Example = Callable[[Look], Drawing]


def _changed_forecast(look: Look) -> Drawing:
    steps = given.steps()
    return changed_forecast(
        np.arange(720.0),
        steps,
        1.1 * steps,
        1.3 * steps,
        stamps=np.datetime64("2020-06-01T00:00") + np.arange(-720, len(steps)) * np.timedelta64(10, "m"),
        step=given.TEN_MINUTES,
        mode=Fusion.BOTH,
        variable=given.VARIABLES[0],
        unit=given.UNIT,
        look=look,
    )


def _swaps_by_window(look: Look) -> Drawing:
    origins = 42_157 + np.linspace(0, 9_819, 240).astype(int)
    stamps = given.frame().index.to_numpy()
    moved = given.generator().gamma(2.0, 0.4, len(origins))
    return swaps_by_window(
        moved, origins, stamps[origins], here=stamps[45_000], mode=Fusion.BOTH, unit=given.UNIT, look=look
    )


def _swaps_by_slot(look: Look) -> Drawing:
    moved = 1 + np.sin(np.arange(given.SLOTS) / 20)
    slots, cycle = np.arange(given.SLOTS), "Time of day"
    return swaps_by_slot(
        moved, slots, given.LABELS, here=40, cycle=cycle, mode=Fusion.BOTH, unit=given.UNIT, look=look
    )


def _effect_by_step(look: Look) -> Drawing:
    rows = [(step, 5 - step / 200, 2 - step / 200, 8 - step / 200, 9_820) for step in range(721)]
    effect = given.table("step value low high n", rows)
    return effect_by_step(effect, mode=Fusion.BOTH, step=given.TEN_MINUTES, look=look)


def _two_path_account(look: Look) -> Drawing:
    rows = [
        (mode.value, part.value, 40.0 * place, 30.0 * place, 55.0 * place, 5.0, 3.0, 7.0, 1_024)
        for mode in Fusion
        for place, part in enumerate(Removed)
    ]
    columns = "fusion part value low high beyond beyond_low beyond_high n"
    return two_path_account(given.table(columns, rows), look=look)


def _responses(along: str, places: Sequence[int]) -> pd.DataFrame:
    rows = [
        (mode.value, quantity, place, value, value - 0.02, value + 0.02, 75)
        for order, mode in enumerate(Fusion)
        for quantity in ("size", "lead")
        for place in places
        if (value := 0.1 + 0.02 * order + 0.01 * np.sin(place / 8)) and (order or quantity == "size")
    ]
    return given.table(f"fusion quantity {along} mean low high n", rows)


def _probe_by_slot(look: Look) -> Drawing:
    return probe_by_slot(
        _responses("slot", range(given.SLOTS)),
        {"size": Estimate(36.6, 31.1, 42.9), "lead": Estimate(0.9, -0.1, 1.8)},
        mode=Fusion.BOTH,
        share=Estimate(0.02, p_value=0.04),
        labels=given.LABELS,
        cycle="Time of day of the last row read",
        look=look,
    )


def _probe_around_changes(look: Look) -> Drawing:
    return probe_around_changes(
        _responses("lag", range(-48, 49)),
        {Fusion.BOTH: Estimate(0.5, -2.5, 3.4, n=104), Fusion.NONE: Estimate(1.2, -5.0, 7.5, n=104)},
        Estimate(0.83, 0.57, 1.09, n=104),
        mode=Fusion.BOTH,
        step=given.TEN_MINUTES,
        look=look,
    )


def _held_edit(look: Look) -> Drawing:
    rows = [
        (block, k, share**k, 0.9 * share**k, 1.1 * share**k, 0.95 * share**k, 512)
        for block, share in zip(range(1, 8), np.linspace(0.4, 0.7, 7), strict=True)
        for k in range(10)
    ]
    table = given.table("block k value low high gates n", rows)
    return held_edit(table, patch=36, step=given.TEN_MINUTES, look=look)


def _gate_half_life(look: Look) -> Drawing:
    rows = [(block, unit, block + unit / 100) for block in range(1, 8) for unit in range(given.CHANNELS)]
    table = given.table("block unit half_life", rows)
    return gate_half_life(table, patch=36, step=given.TEN_MINUTES, look=look)


def _gates_by_slot(look: Look) -> Drawing:
    rows = [(slot, 1.2, 1.1, 1.3, 3.0 + slot / 100, 2.0, 5.0, 4) for slot in range(given.SLOTS)]
    names = "slot half_life half_life_low half_life_high saturated saturated_low saturated_high n"
    return gates_by_slot(given.table(names, rows), given.LABELS, cycle="Time of day", look=look)


def _attribution_map(look: Look) -> Drawing:
    blocks, rows = 20, 720
    stamps = np.datetime64("2020-06-01T00:00") + np.arange(rows + 1) * np.timedelta64(10, "m")
    return attribution_map(
        np.random.default_rng(0).normal(size=(blocks, len(given.VARIABLES))),
        np.sin(np.arange(rows) / 20),
        edges=stamps[:: rows // blocks],
        stamps=stamps[:-1],
        variables=given.VARIABLES,
        variable=given.VARIABLES[0],
        unit=given.UNIT,
        what="the mean over all steps",
        change=1.5,
        background="the mean of the window",
        informed=False,
        look=look,
    )


def _deletion_curve(look: Look) -> Drawing:
    share = np.linspace(0, 1, 41)
    high, low = share + share * (1 - share), share**3
    taken = {"share": share, "raising first": high, "lowering first": low, "random orders": share}
    told = Told(beaten=0.97, gap=0.004, sampling=0.33, infidelity=0.0021, sensitivity=0.031)
    return deletion_curve(taken, taken, told=told, unit=given.UNIT, look=look)


def _attribution_spread(look: Look) -> Drawing:
    scores = {name: given.generator().normal(size=(20, len(given.VARIABLES))) for name in BACKGROUNDS.values()}
    return background_spread(scores, variables=given.VARIABLES, background="the last value", look=look)


def _attribution_trust(look: Look) -> Drawing:
    values = (1.0, 0.993, 0.95, np.nan, 0.97, 0.78, 0.61, 0.46, 0.65)
    checks = [Criterion(f"against the season before, {place}", value, 0.5) for place, value in enumerate(values)]
    return trust([*checks, Criterion("untrained twin", 0.33, 0.5, below=True)], informed=False, look=look)


def _mean_attribution(look: Look) -> Drawing:
    blocks, chance = 20, given.generator()
    shares = chance.dirichlet(np.ones(len(given.VARIABLES)), size=17)
    return mean_map(
        np.abs(chance.normal(size=(blocks, len(given.VARIABLES)))),
        shares,
        edges=np.arange(blocks + 1) * 36 - 720,
        variables=given.VARIABLES,
        variable=given.VARIABLES[0],
        unit=given.UNIT,
        what="the mean over all steps",
        of=64,
        informed=15,
        look=look,
    )


def _crossing_account(look: Look) -> Drawing:
    parts = Parts(
        level=54.25,
        embedding=3.11,
        paths={ModelPath.CONVOLUTION: 0.28, ModelPath.GRU: -0.86},
        crossings={
            Fusion.GRU_TO_CNN: CrossingPart(share=0.88, silenced=0.81, gradients=0.93),
            Fusion.CNN_TO_GRU: CrossingPart(share=-0.39, silenced=-0.46, gradients=-0.44),
        },
        merge=-0.41,
        forecast=56.86,
    )
    words = {"what": "the mean over all steps", "variable": given.VARIABLES[0], "unit": given.UNIT}
    return forecast_account(parts, joint=0.14, gap=0.0, look=look, **words)


def _measure_grid(look: Look) -> Drawing:
    rows = [
        (name, label(mode, look.language), value, value - 0.4, value + 0.4, 3, abs(value) > 0.4)
        for place, name in enumerate(("ETTh2", "ETTm1", "uploads"))
        for mode, value in zip(list(Fusion)[1:], (-1.2, 0.3, 0.5 + place), strict=True)
    ]
    lacking = (np.nan, np.nan, np.nan, 0, False)
    rows += [("Weather", label(mode, look.language), *lacking) for mode in list(Fusion)[1:]]
    cells = given.table("dataset arm value low high n beyond", rows)
    words = {"axis": "RMSE below none (%)", "unit": "%", "above": "lower error", "below": "higher error"}
    titles = {"uploads": "Electricity drawn by all consumers of the third station.csv"}
    return measure_grid(cells, **words, decimals=2, counts="seed", titles=titles, look=look)


def _edited_rows(look: Look) -> Drawing:
    rows = np.sin(np.arange(720) / 20)
    stamps = np.datetime64("2020-06-01T00:00") + np.arange(-720, 0) * np.timedelta64(10, "m")
    made = rows + np.where(np.arange(720) >= 576, 0.5, 0.0)
    return edited_rows(
        rows,
        made,
        stamps=stamps,
        span=(-144, -1),
        room=1.0,
        variable=given.VARIABLES[0],
        unit=given.UNIT,
        step=given.TEN_MINUTES,
        look=look,
    )


def _edited_forecasts(look: Look) -> Drawing:
    steps, rows = given.steps(), np.sin(np.arange(720) / 20)
    made = rows + np.where(np.arange(720) >= 600, 0.5, 0.0)
    return edited_forecasts(
        rows,
        made,
        steps,
        {mode: steps * (1 + place / 50) for place, mode in enumerate(Fusion)},
        {mode: steps * (1.4 + place / 50) for place, mode in enumerate(Fusion)},
        stamps=np.datetime64("2020-06-01T00:00") + np.arange(-720, len(steps)) * np.timedelta64(10, "m"),
        past=720,
        variable=given.VARIABLES[0],
        unit=given.UNIT,
        step=given.TEN_MINUTES,
        look=look,
    )


def _edited_errors(look: Look) -> Drawing:
    rows = [(mode.value, 1.0 + place / 10, 1.5, 0.7 + place / 10) for place, mode in enumerate(Fusion)]
    return edited_errors(given.table("fusion recorded edited moved", rows), unit=given.UNIT, look=look)


def _edited_kernels(look: Look) -> Drawing:
    chance, shape = given.generator(), (given.CHANNELS, len(given.TAPS))
    written = [
        (Fusion.GRU_TO_CNN, Activation.KERNEL_GRU_TO_CNN),
        (Fusion.BOTH, Activation.KERNEL_GRU_TO_CNN),
        (Fusion.CNN_TO_GRU, Activation.KERNEL_CNN_TO_GRU),
        (Fusion.BOTH, Activation.KERNEL_CNN_TO_GRU),
    ]
    kernels = [Kernel(*pair, chance.normal(size=shape), chance.normal(size=shape)) for pair in written]
    return edited_kernels(kernels, taps=given.TAPS, look=look)


def _pairs() -> dict[Fusion, Pair]:
    chance = given.generator()
    return {mode: (chance.uniform(0.3, 0.6, given.TOKENS), chance.uniform(0.3, 0.6, given.TOKENS)) for mode in Fusion}


def _edited_gates(look: Look) -> Drawing:
    return edited_gates({"update": _pairs(), "reset": _pairs()}, look=look)


def _edited_attention(look: Look) -> Drawing:
    return edited_attention(_pairs(), look=look)


ASKED: dict[str, Example] = {
    "edited_rows": _edited_rows,
    "edited_forecasts": _edited_forecasts,
    "edited_errors": _edited_errors,
    "edited_kernels": _edited_kernels,
    "edited_gates": _edited_gates,
    "edited_attention": _edited_attention,
    "changed_forecast": _changed_forecast,
    "swaps_by_window": _swaps_by_window,
    "swaps_by_slot": _swaps_by_slot,
    "effect_by_step": _effect_by_step,
    "two_path_account": _two_path_account,
    "probe_by_slot": _probe_by_slot,
    "probe_around_changes": _probe_around_changes,
    "held_edit": _held_edit,
    "gate_half_life": _gate_half_life,
    "gates_by_slot": _gates_by_slot,
    "attribution_map": _attribution_map,
    "deletion_curve": _deletion_curve,
    "attribution_spread": _attribution_spread,
    "attribution_trust": _attribution_trust,
    "mean_attribution": _mean_attribution,
    "crossing_account": _crossing_account,
    "measure_grid": _measure_grid,
}
