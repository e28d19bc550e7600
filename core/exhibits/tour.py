"""What the tour tells shorter than other pages: the task, the two paths, and what silence costs; to be projected."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from core.analysis.data_measures import usual_target
from core.analysis.estimate import mean_interval
from core.analysis.parts import Part, Quantity
from core.exhibits import needs
from core.exhibits.attention import CHANGE
from core.exhibits.case import Case
from core.exhibits.choices import window_text
from core.exhibits.exhibit import Absent, Chart, Chosen, exhibit
from core.exhibits.measured import MISSING, by_seed, found
from core.exhibits.model import network_numbers
from core.figures import tour as figures
from core.figures.attention import CONTROLS, attention_controls
from core.figures.palette import Look
from core.text.words import say
from core.vocabulary import Fusion, label

PAGE = "tour"


@exhibit("What is to be forecast, and from what?", page=PAGE, needs=needs.errors)
def task(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the test window in the middle: what is read of the variable that is usually measured, and what came."""
    window, (variable, _), place = case.config.window, usual_target(case.dataset), len(case.origins) // 2
    origin = int(case.origins[place])
    rows = slice(origin - window.lookback, origin + window.horizon)
    values = case.dataset.frame[variable].to_numpy(np.float64)[rows]
    finding = figures.task_sentence(
        variables=len(case.dataset.variables),
        lookback=window.lookback,
        horizon=window.horizon,
        windows=len(case.origins),
        step=case.dataset.step,
        ridge=_ridge(case),
    )
    stamps = case.dataset.frame.index[rows]
    drawing = figures.task(
        values[: window.lookback],
        values[window.lookback :],
        stamps=stamps.to_numpy(),
        variable=variable,
        unit=case.dataset.units.get(variable, ""),
        finding=finding,
        look=look,
    )
    part = ["read"] * window.lookback + ["to forecast"] * window.horizon
    table = pd.DataFrame({"stamp": stamps, "part": part, variable: values})
    return Chart(drawing, table, case.foot((), variable, window_text(case, place)))


def _ridge(case: Case) -> float:
    run = next(iter(case.known_runs.values()))[0]
    return float(run.metrics["baselines"].get("ridge", {"mse": math.nan})["mse"])


def needs_crossing(case: Case) -> str:
    """Ask for a mode on this machine that crosses the paths; it need not be inspected."""
    return needs.models(case) or needs.trained_crossing(case)


def needs_known_crossing(case: Case) -> str:
    """Ask for a mode that crosses the paths of which anything is known."""
    return "" if _crossed(case) else needs_crossing(case)


@exhibit("What do the two paths write to each other?", page=PAGE, needs=needs_crossing)
def two_paths(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show both paths and the size of what each crossing adds to the other."""
    mode = next(mode for mode in _crossed(case) if mode in case.chosen_runs)
    run = case.chosen_runs[mode]
    numbers = network_numbers(case, run)
    written = {crossing: _written(numbers, crossing) for crossing in mode.crossings}
    finding = figures.paths_sentence(written, look)
    drawing = figures.two_paths(written, blocks=run.config.model.blocks, finding=finding, look=look)
    table = pd.DataFrame(
        [{"crossing": each.value, "added_percent": one.added, "gate": one.gate} for each, one in written.items()]
    )
    words = say("mode {mode}", mode=label(mode, look.language)), say("mean over blocks")
    return Chart(drawing, table, case.foot([run], *words))


def _crossed(case: Case) -> list[Fusion]:
    """Return the modes that cross the paths, both first."""
    return sorted((mode for mode in case.known_runs if mode.crossings), key=lambda mode: mode is not Fusion.BOTH)


def _written(numbers: pd.DataFrame, crossing: Fusion) -> figures.Written:
    own = numbers.loc[numbers["part"] == Part(crossing.value)]
    mean = own.groupby("quantity")["value"].mean()
    return figures.Written(*(float(mean.get(name, math.nan)) for name in (Quantity.CORRECTION, Quantity.GATE)))


@exhibit("What does it cost to silence what they write?", page=PAGE, needs=needs_known_crossing)
def silenced(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show by how much the error rises with crossings of the trained model silenced or frozen, over seeds."""
    mode = _crossed(case)[0]
    seeds = by_seed(case, mode)
    rows = []
    for control in CONTROLS:
        if control.startswith(("silenced_", "frozen_")):
            change = mean_interval([found(part, f"{CHANGE}{control}").value for part in seeds.values()])
            named = {"control": control, "fusion": mode.value}
            rows.append(named | {"change": change.value, "low": change.low, "high": change.high, "seeds": change.n})
    table = pd.DataFrame(rows).dropna(subset="change")
    if table.empty:
        needs.check_measured(case)
        raise Absent(say(MISSING[1]))
    words = (
        say("mode {mode}", mode=label(mode, look.language)),
        say("changes made after training, nothing trained again"),
    )
    return Chart(attention_controls(table, look=look), table, case.foot(case.known_runs[mode], *words))
