"""Gradient flow: how evenly the loss teaches both paths, in the proposed form and in the two it is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from core.analysis.estimate import Estimate
from core.analysis.gradient import imbalance, signed_share
from core.figures import gradient as figures
from core.figures.theme import Look
from core.report.slide import Slide
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


def imbalances(runs: Runs) -> dict[str, Estimate]:
    """Return the imbalance of both paths' gradients for each form: 0 balanced, 1 a factor of two."""
    return {name: imbalance(run.gradient["conv"], run.gradient["gru"]) for name, run in runs.items()}


def gradient_flow(runs: Runs, *, look: Look, provenance: str) -> Slide:
    """Show the gradient of both paths over training, block by block and form by form."""
    numbers = {name: estimate.value for name, estimate in imbalances(runs).items() if estimate.defined}
    tables = {name: run.gradient for name, run in runs.items()}
    figure = figures.gradient_flow(tables, numbers, look=look, provenance=provenance)
    parts = [table.assign(model=name) for name, table in tables.items()]
    columns = ["model", "step", "block", "conv", "gru"]
    table = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    return Slide.of(figure, name="gradient_flow", table=table)


def gradient_share(runs: Runs, *, look: Look, provenance: str) -> Slide:
    """Show which path gets the larger gradient in each block: the median over training of each form."""
    table = share_table(runs)
    figure = figures.gradient_share(table, look=look, provenance=provenance)
    return Slide.of(figure, name="gradient_share", table=table)


def share_table(runs: Runs) -> pd.DataFrame:
    """Return each form's signed share by block, -1 all GRU to 1 all convolution: columns model, block, value."""
    rows = [
        {"model": name, "block": block, "value": pd.Series(signed_share(part["conv"], part["gru"])).median()}
        for name, run in runs.items()
        for block, part in run.gradient.groupby("block")
    ]
    return pd.DataFrame(rows, columns=["model", "block", "value"])
