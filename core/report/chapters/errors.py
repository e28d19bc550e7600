"""Errors: the modes against none, step by step, variable by variable, and while they were trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.analysis.errors import delta_rmse_by_seed
from core.analysis.estimate import mean_interval
from core.data.step import Step
from core.english import without_truth
from core.figures import errors as figures
from core.figures.horizon import error_by_step as step_figure
from core.figures.theme import Look
from core.figures.variables import error_by_variable as variable_figure
from core.report.slide import Slide
from core.train.record import RunRecord
from core.vocabulary import Fusion

TEST, BLEND = "test", "blend"  # errors of a run's forecasts, and of their average with ridge's
Runs = Mapping[Fusion, Sequence[RunRecord]]  # the runs of each mode, one a seed


def mode_comparison(runs: Runs, matched: Sequence[RunRecord] = (), *, look: Look, provenance: str) -> Slide:
    """Show by how much each mode, and none of matched size, lowers the RMSE of none: seed by seed and on average."""
    per_seed, means = reductions(runs, matched)
    figure = figures.mode_comparison(per_seed, means, look=look, provenance=_foot(runs, provenance))
    return Slide.of(figure, name="mode_comparison", table=per_seed)


def missing_truth(runs: Runs) -> str:
    """Return how many test cells were missing and count in no error, in a sentence; "" where none was."""
    return without_truth(max(record.metrics[TEST].get("missing", 0) for found in runs.values() for record in found))


def _foot(runs: Runs, provenance: str) -> str:
    """Return the foot of a figure of errors: their sources, and what they leave out."""
    return " · ".join(filter(None, [provenance, missing_truth(runs).rstrip(".")]))


def by_seed(runs: Sequence[RunRecord], kind: str, of: str = TEST) -> dict[int, float]:
    """Return one error over the test windows (mse, mae, rmse) by seed: of the forecasts, or of their BLEND."""
    return {record.config.train.seed: float(record.metrics[of][kind]) for record in runs}


def reductions(runs: Runs, matched: Sequence[RunRecord] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return RMSE reductions against none in per cent, above 0 better.

    Parameters
    ----------
    runs
    matched
        Runs of none with as many parameters as both.

    Returns
    -------
    per_seed : DataFrame
        Columns fusion, matched, seed, delta_rmse.
    means : DataFrame
        Columns fusion, matched, value, low, high, n: mean over seeds with its t interval.
    """
    none = by_seed(runs.get(Fusion.NONE, ()), "rmse")
    seeds, means = [], []
    arms = [(mode, False, found) for mode, found in runs.items() if mode is not Fusion.NONE]
    for mode, is_matched, found in [*arms, (Fusion.NONE, True, matched)]:
        changes = delta_rmse_by_seed(none, by_seed(found, "rmse"))
        key = {"fusion": mode.value, "matched": is_matched}
        seeds += [key | {"seed": seed, "delta_rmse": value} for seed, value in changes.items()]
        if changes:
            mean = mean_interval(list(changes.values()))
            means.append(key | {"value": mean.value, "low": mean.low, "high": mean.high, "n": mean.n})
    return (
        pd.DataFrame(seeds, columns=["fusion", "matched", "seed", "delta_rmse"]),
        pd.DataFrame(means, columns=["fusion", "matched", "value", "low", "high", "n"]),
    )


def error_by_step(runs: Runs, *, step: Step, look: Look, provenance: str) -> Slide:
    """Show the error at each step ahead, seeds averaged."""
    errors = {
        mode: np.array([record.metrics[TEST]["per_step"]["mse"] for record in found], dtype=float)  # [seed, step]
        for mode, found in runs.items()
    }
    figure = step_figure(errors, {}, step=step, look=look, provenance=_foot(runs, provenance))
    table = pd.DataFrame({mode.value: values.mean(axis=0) for mode, values in errors.items()})
    table.insert(0, "step", range(1, len(table) + 1))
    return Slide.of(figure, name="error_by_step", table=table)


def error_by_variable(runs: Runs, *, look: Look, provenance: str) -> Slide:
    """Show the error of each variable, seeds averaged."""
    rows = [
        {"variable": name, "source": mode.value, "mse": errors["mse"]}
        for mode, found in runs.items()
        for record in found
        for name, errors in record.metrics[TEST]["per_variable"].items()
        if errors["mse"] is not None  # nothing was measured of it in the test rows
    ]
    table = pd.DataFrame(rows).groupby(["variable", "source"], sort=False, as_index=False).mean()
    figure = variable_figure(table, look=look, provenance=_foot(runs, provenance))
    return Slide.of(figure, name="error_by_variable", table=table)


def training_curves(runs: Runs, *, look: Look, provenance: str) -> Slide:
    """Show the validation error of every run over its epochs."""
    parts = [
        record.history.assign(fusion=mode.value, matched=False, seed=record.config.train.seed)
        for mode, found in runs.items()
        for record in found
    ]
    table = pd.concat(parts, ignore_index=True)
    figure = figures.training_curves(table, look=look, provenance=provenance)
    return Slide.of(figure, name="training_curves", table=table)
