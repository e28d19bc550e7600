"""Memory: how long the GRU keeps what it holds; asked of the warm engine."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.estimate import Estimate
from core.analysis.memory import by_slot, half_life, half_lives, held_after, held_by_gates
from core.data.calendar import cycle_of
from core.exhibits import needs
from core.exhibits.abrupt import MODE
from core.exhibits.asked import answered
from core.exhibits.case import Case
from core.exhibits.exhibit import Absent, Chart, Chosen, exhibit
from core.exhibits.trust import MEMORY
from core.figures import memory as figures
from core.figures.palette import Look
from core.serve.warm import ask_memory
from core.text.words import say

PAGE = "gates"
Asked = dict[str, NDArray[np.float64]]


def _memory(case: Case, chosen: Chosen) -> Asked:
    """Return what the GRU of the chosen mode keeps, as `core.serve.memory.Memory` has it."""
    needs.check_trained(case)
    told = answered(ask_memory, case.chosen_runs[chosen["mode"]])
    found = {name: np.array(values, dtype=np.float64) for name, values in told.items()}
    for name in ("log_gate", "log_gate_of"):
        found[name] = np.nan_to_num(found[name], nan=-np.inf, neginf=-np.inf)  # null: a gate was 0
    return found


def _foot(case: Case, chosen: Chosen, found: Asked, *more: str) -> str:
    drawn = say("{n:,} windows drawn at random", n=len(found["slots"]))
    return case.foot([case.chosen_runs[chosen["mode"]]], drawn, *more)


@exhibit(
    "What does the GRU still hold of an edit some tokens later?",
    page=PAGE,
    needs=needs.pair,
    choices=(MODE,),
    checks=MEMORY,
)
def held_edit(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show what is left of an edit in each block, beside what the update gates alone would leave."""
    found, parts = _memory(case, chosen), []
    for block, gates in enumerate(found["log_gate"], start=1):
        shares = found["held"][:, block - 1]
        alone = held_by_gates(gates, range(shares.shape[1]))
        part = _columns(held_after(shares)).assign(gates=alone, block=block, k=range(shares.shape[1]))
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)[["block", "k", "value", "low", "high", "gates", "n"]]
    patch = case.config.model.patch
    drawing = figures.held_edit(table, patch=patch, step=case.dataset.step, look=look)
    what = say("the middle token replaced by another window's where the GRU reads")
    return Chart(drawing, table, _foot(case, chosen, found, what))


@exhibit(
    "How long does each unit of the GRU remember?",
    page=PAGE,
    needs=needs.pair,
    choices=(MODE,),
    checks=MEMORY,
)
def gate_half_life(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the half-life of each unit from its update gates."""
    found = _memory(case, chosen)
    rows = [
        {"block": block, "unit": unit, "half_life": one.value, "reason": str(one.reason or "")}
        for block, gates in enumerate(found["log_gate"], start=1)
        for unit, one in enumerate(half_lives(gates), start=1)
    ]
    table, patch = pd.DataFrame(rows), case.config.model.patch
    if table["half_life"].isna().all():
        raise Absent(say("No unit has a half-life: the update gate is 1 throughout. Choose another mode."))
    drawing = figures.gate_half_life(table, patch=patch, step=case.dataset.step, look=look)
    return Chart(drawing, table, _foot(case, chosen, found))


@exhibit(
    "When do the GRU's gates keep, and when do they decide?",
    page=PAGE,
    needs=needs.pair,
    choices=(MODE,),
    checks=MEMORY,
)
def gates_by_slot(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show half-life and saturated share of the update gates by the slot of the last row read."""
    found, cycle = _memory(case, chosen), cycle_of(case.dataset)
    slots, blocks = found["slots"].astype(np.int64), found["saturated"].shape[1]
    shares = _columns(by_slot(100 * found["saturated"].mean(1), slots, cycle.count))
    logs = _columns(by_slot(found["log_gate_of"].mean(1), slots, cycle.count))
    ends = {"": "value", "_low": "low", "_high": "high"}
    lives = {f"half_life{end}": [_half_life(value) for value in logs[column]] for end, column in ends.items()}
    if not np.isfinite(lives["half_life"]).any():
        raise Absent(say("No slot has a half-life: the update gate is 1 throughout. Choose another mode."))
    table = pd.DataFrame({"slot": range(cycle.count), "label": cycle.labels, **lives})
    for end, column in ends.items():
        table[f"saturated{end}"] = shares[column]
    table["n"] = shares["n"]
    drawing = figures.gates_by_slot(table, cycle.labels, cycle=case.calendar.title, look=look)
    what = say("last token, mean over {blocks} blocks", blocks=blocks)
    return Chart(drawing, table, _foot(case, chosen, found, what))


def _half_life(log_gate: float) -> float:
    """Return the half-life of a mean logarithm, nan where there is none; an interval may end above a gate of 1."""
    return np.nan if np.isnan(log_gate) else half_life(min(log_gate, 0.0)).value


def _columns(estimates: list[Estimate]) -> pd.DataFrame:
    names = ("value", "low", "high", "n")
    return pd.DataFrame({name: [getattr(one, name) for one in estimates] for name in names})
