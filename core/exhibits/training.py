"""Training: how evenly the loss teaches both paths in three forms of the model, and how the error falls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from core.analysis.estimate import Estimate, undefined
from core.analysis.gradient import Reading, imbalance, reading_of, signed_share
from core.config import BOTH, LATE_FUSION, NO_FUSION, Arm
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.errors import SEEDS, of_chosen_seeds
from core.exhibits.exhibit import Absent, Chart, Choice, Chosen, Kind, exhibit
from core.exhibits.trust_asked import GRADIENTS
from core.figures import errors as error_figures
from core.figures import gradient as figures
from core.figures.palette import Look
from core.text.message import Message
from core.text.words import mark, say
from core.train.record import RunRecord

PAGE = "gradients"
FORMS: dict[str, Arm] = {mark("proposed"): BOTH, mark("late fusion"): LATE_FUSION, mark("no fusion"): NO_FUSION}
READINGS = {Reading.OUTPUTS: mark("the outputs"), Reading.WEIGHTS: mark("the weights")}
READING = Choice(
    "reading",
    "Gradient of",
    lambda case, chosen: {reading.value: reading for reading in Reading},
    kind=Kind.SEGMENTED,
    text=lambda reading, language: say(READINGS[Reading(reading)]),
)
NOT_RECORDED = {
    Reading.OUTPUTS: mark(
        "No gradients were recorded: train a run of this data set; they are recorded from then on."
    ),
    Reading.WEIGHTS: mark(
        "Gradients of the weights were not recorded when these runs were trained: train them again."
    ),
}
SEEDS_HERE = replace(SEEDS, options=lambda case, chosen: {str(seed): seed for seed in case.seeds})
RunByForm = Mapping[str, RunRecord]


def runs_of_forms(case: Case) -> dict[str, RunRecord]:
    """Return the run of each form with the seed looked into, in the order of `FORMS`, where there is one."""
    return {name: run for name, arm in FORMS.items() if (run := case.of_seed(arm)) is not None}


def needs_forms(case: Case) -> str:
    """Ask for one of the three forms."""
    if runs_of_forms(case):
        return ""
    return say("None of the three forms is trained: train one on the Gradient flow page.")


@exhibit("Do gradients reach both paths evenly?", page=PAGE, needs=needs_forms, choices=(READING,), checks=GRADIENTS)
def gradient_flow(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the gradient of both paths over training, block by block and form by form."""
    runs, reading = runs_of_forms(case), chosen["reading"]
    tables = recorded(runs, reading)
    if not tables:
        raise Absent(say(NOT_RECORDED[reading]))
    numbers = {name: found.value for name, found in imbalances(runs, reading).items() if found.defined}
    drawing = figures.gradient_flow(tables, numbers, reading=reading, look=look)
    columns = ["model", "step", "block", "conv", "gru"]
    table = pd.concat([one.assign(model=name) for name, one in tables.items()], ignore_index=True)[columns]
    return Chart(drawing, table, case.foot(runs.values()))


@exhibit("Which path gets the larger gradient in each block?", page=PAGE, needs=needs_forms, checks=GRADIENTS)
def gradient_share(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show which path gets the larger gradient in each block, in both readings: the median over training."""
    runs = runs_of_forms(case)
    table = share_table(runs)
    if table.empty:
        raise Absent(say(NOT_RECORDED[Reading.OUTPUTS]))
    return Chart(figures.gradient_share(table, look=look), table, case.foot(runs.values()))


@exhibit("How does the validation error fall during training?", page=PAGE, needs=needs.runs, choices=(SEEDS_HERE,))
def training_curves(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the validation error of every run over its epochs."""
    case = of_chosen_seeds(case, chosen)
    parts = [
        record.history.assign(fusion=mode.value, matched=False, seed=record.config.train.seed)
        for mode, found in case.runs.items()
        for record in found
    ]
    table = pd.concat(parts, ignore_index=True)
    foot = case.foot([run for runs in case.runs.values() for run in runs])
    return Chart(error_figures.training_curves(table, look=look), table, foot)


def imbalances(runs: RunByForm, reading: Reading = Reading.OUTPUTS) -> dict[str, Estimate]:
    """Return the imbalance of both paths' gradients for each form: 0 balanced, 1 a factor of two."""
    tables = {name: reading_of(run.gradient, reading) for name, run in runs.items()}
    return {
        name: undefined(table) if isinstance(table, Message) else imbalance(table["conv"], table["gru"])
        for name, table in tables.items()
    }


def recorded(runs: RunByForm, reading: Reading) -> dict[str, pd.DataFrame]:
    """Return what was recorded of each form in a reading (step, block, conv, gru); forms without it are left out."""
    tables = {name: reading_of(run.gradient, reading) for name, run in runs.items()}
    return {name: table for name, table in tables.items() if not isinstance(table, Message)}


def share_table(runs: RunByForm) -> pd.DataFrame:
    """Return each form's share by block, -1 all GRU to 1 all convolution: columns reading, model, block, value."""
    rows = [
        {
            "reading": reading.value,
            "model": name,
            "block": block,
            "value": pd.Series(signed_share(part["conv"], part["gru"])).median(),
        }
        for reading in Reading
        for name, table in recorded(runs, reading).items()
        for block, part in table.groupby("block")
    ]
    return pd.DataFrame(rows, columns=["reading", "model", "block", "value"])
