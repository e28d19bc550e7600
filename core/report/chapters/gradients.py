"""Gradient flow: how evenly the loss teaches both paths, in the proposed form and in the two it is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from core.analysis.estimate import Estimate, undefined
from core.analysis.gradient import Reading, imbalance, reading_of, signed_share
from core.figures import gradient as figures
from core.figures.theme import Look
from core.report.slide import Slide
from core.text.message import Message
from core.train.record import RunRecord
from core.vocabulary import Fusion, Merge, Reference

# Name -> (crossings, merge) of the three forms that are compared.
FORMS: dict[str, tuple[Fusion, Merge]] = {
    "proposed": (Fusion.BOTH, Merge.ATTENTION),
    "late fusion": (Fusion.NONE, Merge.CONCAT),
    "no fusion": (Fusion.NONE, Merge.MEAN),
}

Runs = Mapping[str, RunRecord]


def runs_of_forms(records: Iterable[RunRecord]) -> dict[str, RunRecord]:
    """Return the run of each form, in the order of `FORMS`, where there is one.

    Parameters
    ----------
    records
        Of one data set, preset, window and seed.
    """
    found: dict[str, RunRecord] = {}
    for record in records:
        model = record.config.model
        if model.reference is Reference.DYNAMIC:
            found |= {name: record for name, form in FORMS.items() if form == (model.fusion, model.merge)}
    return {name: found[name] for name in FORMS if name in found}


def imbalances(runs: Runs, reading: Reading = Reading.OUTPUTS) -> dict[str, Estimate]:
    """Return the imbalance of both paths' gradients for each form: 0 balanced, 1 a factor of two."""
    tables = {name: reading_of(run.gradient, reading) for name, run in runs.items()}
    return {
        name: undefined(table) if isinstance(table, Message) else imbalance(table["conv"], table["gru"])
        for name, table in tables.items()
    }


def recorded(runs: Runs, reading: Reading) -> dict[str, pd.DataFrame]:
    """Return what was recorded of each form in a reading (step, block, conv, gru); forms without it are left out."""
    tables = {name: reading_of(run.gradient, reading) for name, run in runs.items()}
    return {name: table for name, table in tables.items() if not isinstance(table, Message)}


def gradient_flow(runs: Runs, *, reading: Reading = Reading.OUTPUTS, look: Look, provenance: str) -> Slide:
    """Show the gradient of both paths over training, block by block and form by form."""
    numbers = {name: found.value for name, found in imbalances(runs, reading).items() if found.defined}
    tables = recorded(runs, reading)
    figure = figures.gradient_flow(tables, numbers, reading=reading, look=look, provenance=provenance)
    parts = [table.assign(model=name) for name, table in tables.items()]
    columns = ["model", "step", "block", "conv", "gru"]
    table = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    return Slide.of(figure, name="gradient_flow", table=table)


def gradient_share(runs: Runs, *, look: Look, provenance: str) -> Slide:
    """Show which path gets the larger gradient in each block, in both readings: the median over training."""
    table = share_table(runs)
    figure = figures.gradient_share(table, look=look, provenance=provenance)
    return Slide.of(figure, name="gradient_share", table=table)


def share_table(runs: Runs) -> pd.DataFrame:
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
