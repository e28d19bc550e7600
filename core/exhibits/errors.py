"""Errors: the modes against none, step by step and variable by variable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.analysis.errors import delta_rmse_by_seed
from core.analysis.estimate import mean_interval
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.exhibit import Absent, Chart, Choice, Chosen, Kind, exhibit
from core.exhibits.ranking import RANKED, TEST, RunsByMode, errors_of_variables
from core.exhibits.seeds import Training
from core.figures import errors as figures
from core.figures.error_by_step import error_by_step as step_figure
from core.figures.palette import Look
from core.text.amounts import without_truth
from core.text.words import say
from core.vocabulary import Fusion

BLEND = "blend"  # errors of the average of a run's forecasts with ridge's
PAGE = "overview"

SEEDS = Choice("seeds", "Seeds", lambda case, chosen: {str(seed): seed for seed in case.known_seeds}, kind=Kind.PILLS)


def of_chosen_seeds(case: Case, chosen: Chosen) -> Case:
    """Return the case of the seeds chosen; of all where none is."""
    found = case.of_seeds(chosen["seeds"]) if chosen["seeds"] else case
    if not found.known_runs:
        raise Absent(say("No mode is trained in this form with these seeds: choose others, or train it with them."))
    return found


@exhibit("Does crossing the paths lower the error?", page=PAGE, needs=needs.partners, choices=(SEEDS,))
def mode_comparison(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show by how much each mode, and none of matched size, lowers the RMSE of none: seed by seed and on average."""
    case = of_chosen_seeds(case, chosen)
    per_seed, means = reductions(case.known_runs, case.matched)
    if means.empty:
        raise Absent(say("No other mode was trained with a seed of none: choose more seeds, or train them."))
    return Chart(figures.mode_comparison(per_seed, means, look=look), per_seed, _foot(case))


@exhibit("How far ahead does each mode stay accurate?", page=PAGE, needs=needs.errors, choices=(SEEDS,))
def error_by_step(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the error at each step ahead, seeds averaged."""
    case = of_chosen_seeds(case, chosen)
    errors = {
        mode: np.array([record.metrics[TEST]["per_step"]["mse"] for record in found], dtype=float)  # [seed, step]
        for mode, found in case.known_runs.items()
    }
    table = pd.DataFrame({mode.value: values.mean(axis=0) for mode, values in errors.items()})
    table.insert(0, "step", range(1, len(table) + 1))
    return Chart(step_figure(errors, step=case.dataset.step, look=look), table, _foot(case))


@exhibit("Which variables gain, and which do not?", page=PAGE, needs=needs.errors, choices=(SEEDS, RANKED))
def error_by_variable(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the error of each variable, seeds averaged."""
    case = of_chosen_seeds(case, chosen)
    table = errors_of_variables(case.known_runs)
    return Chart(figures.error_by_variable(table, by=chosen["ranked"], look=look), table, _foot(case))


def missing_truth(runs: RunsByMode) -> str:
    """Return how many test cells were missing and count in no error, in a sentence; "" where none was."""
    return without_truth(max(record.metrics[TEST].get("missing", 0) for found in runs.values() for record in found))


def _foot(case: Case) -> str:
    """Return the foot of a figure of errors: their sources, and what they leave out."""
    return case.foot(
        [run for runs in case.known_runs.values() for run in runs], missing_truth(case.known_runs).rstrip(".")
    )


def by_seed(runs: Sequence[Training], kind: str, of: str = TEST) -> dict[int, float]:
    """Return one error over the test windows (mse, mae, rmse) by seed: of the forecasts, or of their BLEND."""
    return {record.config.train.seed: float(record.metrics[of][kind]) for record in runs}


def reductions(runs: RunsByMode, matched: Sequence[Training] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return RMSE reductions against none in per cent, above 0 better.

    Parameters
    ----------
    matched : runs of none with as many parameters as both.

    Returns
    -------
    per_seed : columns fusion, matched, seed, delta_rmse.
    means : columns fusion, matched, value, low, high, n: mean over seeds with its t interval.
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
