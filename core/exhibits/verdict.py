"""The verdict: whether crossing both ways helps on this data set and horizon, and what speaks against it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from core.analysis.errors import delta_rmse, delta_rmse_by_seed
from core.analysis.estimate import Estimate, mean_interval
from core.analysis.statistic import Over, Statistic, statistic_name
from core.analysis.wobble import daily_share, without_daily_mean
from core.claims.helps import Beside, Numbers, paragraph, side_of
from core.claims.published import ALL_HORIZONS, PublishedNumber, Quantity, published_numbers
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.errors import BLEND, by_seed
from core.exhibits.exhibit import Chart, Chosen, exhibit
from core.exhibits.measured import by_seed as measures_by_seed
from core.exhibits.measured import found
from core.exhibits.ranking import TEST
from core.exhibits.seeds import Training
from core.figures.palette import Look
from core.figures.rivals import rivals as figure
from core.text.message import tell, word
from core.text.words import mark, say
from core.vocabulary import Fusion, Language, label

PAGE = "tour"
DAILY = 0.5  # of the movement within days: a mean day that explains as much makes a variable repeat day by day
EXCESS = tuple(
    statistic_name(Statistic.DCOR_KERNEL_OVER_UNTRAINED, crossing=crossing, over=Over.MEAN)
    for crossing in Fusion.BOTH.crossings
)
RIVALS = {
    "matched": mark("none, matched size"),
    "gru_to_cnn": mark("GRU → CNN alone"),
    "cnn_to_gru": mark("CNN → GRU alone"),
    "ridge": mark("ridge"),
    "averaged": mark("none, both averaged with ridge"),
}


@exhibit("Does cross learning help here, and how sure is that?", page=PAGE, needs=needs.partners)
def verdict(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the gain of crossing both ways over everything it is held against, and the verdict in one paragraph."""
    numbers = numbers_of(case)
    gains = pd.DataFrame(
        [
            (_rival(name, look.language), seed, gain)
            for name, pair in _errors(case).items()
            for seed, gain in delta_rmse_by_seed(*pair).items()
        ],
        columns=["rival", "seed", "gain"],
    )
    drawing = figure(gains, finding=tell(paragraph(numbers), look.language), look=look)
    runs = [run for found in case.known_runs.values() for run in found]
    return Chart(drawing, _table(numbers), case.foot([*runs, *case.matched]))


def _rival(name: str, language: Language) -> str:
    return say(RIVALS[name]) if name in RIVALS else label(Fusion(name), language)


def numbers_of(case: Case) -> Numbers:
    """Return what the verdict is made from: errors that are known, and what was measured of trained models."""
    runs, own = case.known_runs, {name: delta_rmse(*pair) for name, pair in _errors(case).items()}
    none, both = (runs.get(mode, []) for mode in (Fusion.NONE, Fusion.BOTH))
    rmse = {mode: by_seed(found, "rmse") for mode, found in runs.items()}
    gains = {mode: delta_rmse(rmse.get(Fusion.NONE, {}), rmse[mode]) for mode in runs if mode is not Fusion.NONE}
    inside = {
        Beside.SILENCED: _over_seeds(case, [f"mse_change_silenced_{Fusion.BOTH}"]),
        Beside.KERNELS: _over_seeds(case, EXCESS),
    }
    of_errors = {
        Beside.MATCHED: own["matched"],
        Beside.RIDGE: own["ridge"],
        Beside.AVERAGED: own["averaged"],
        Beside.VARIABLES: _share_lowered(_by_variable(none), _by_variable(both)),
        Beside.STEPS: _share_lowered(_by_step(none), _by_step(both)),
        **_daily(case, _by_variable(none), _by_variable(both)),
    }
    return Numbers(
        {mode: gain for mode, gain in gains.items() if gain.defined},
        of_errors | inside,
        published=_published(case.dataset.key),
        coming=tuple(inside) if case.inspection is not None and not case.is_whole else (),
    )


def _errors(case: Case) -> dict[str, tuple[dict[int, float], dict[int, float]]]:
    """Return the RMSE by seed of each rival, and of both beside it."""
    runs = {mode: case.known_runs.get(mode, []) for mode in Fusion}
    none, both = runs[Fusion.NONE], by_seed(runs[Fusion.BOTH], "rmse")
    ridge = {run.config.train.seed: math.sqrt(run.metrics["baselines"]["ridge"]["mse"]) for run in runs[Fusion.BOTH]}
    alone = {
        "none": by_seed(none, "rmse"),
        "matched": by_seed(case.matched, "rmse"),
        **{mode.value: by_seed(runs[mode], "rmse") for mode in (Fusion.GRU_TO_CNN, Fusion.CNN_TO_GRU)},
        "ridge": ridge,
    }
    averaged = [
        by_seed([run for run in runs[mode] if BLEND in run.metrics], "rmse", BLEND)
        for mode in (Fusion.NONE, Fusion.BOTH)
    ]
    return {name: (own, both) for name, own in alone.items()} | {"averaged": (averaged[0], averaged[1])}


def _over_seeds(case: Case, names: Sequence[str]) -> Estimate:
    """Return the mean of measures of both over seeds."""
    seeds = measures_by_seed(case, Fusion.BOTH).values()
    return mean_interval([np.mean([found(rows, name).value for name in names]) for rows in seeds])


def _by_variable(runs: Iterable[Training]) -> pd.DataFrame:
    """Return the MSE of each variable, [seed, variable]; NaN where nothing was measured."""
    return pd.DataFrame(
        {
            run.config.train.seed: {name: of["mse"] for name, of in run.metrics[TEST]["per_variable"].items()}
            for run in runs
        }
    ).T.astype(float)


def _by_step(runs: Iterable[Training]) -> pd.DataFrame:
    """Return the MSE of each step ahead, [seed, step]."""
    return pd.DataFrame({run.config.train.seed: run.metrics[TEST]["per_step"]["mse"] for run in runs}).T.astype(float)


def _lowered(none: pd.DataFrame, both: pd.DataFrame) -> pd.DataFrame:
    """Return by how many per cent each MSE is lower than that of none with the same seed, [seed, part]."""
    shared = none.index.intersection(both.index)
    return 100 * (1 - both.loc[shared] / none.loc[shared])


def _share_lowered(none: pd.DataFrame, both: pd.DataFrame) -> Estimate:
    """Return the share of parts whose MSE, averaged over seeds, is lower; `n` counts parts."""
    mean = _lowered(none, both).mean().dropna()
    return Estimate(float((mean > 0).mean()), n=len(mean))


def _daily(case: Case, none: pd.DataFrame, both: pd.DataFrame) -> dict[Beside, Estimate]:
    """Return by how many per cent the MSE is lower over the variables that repeat day by day, where some do."""
    steps, rows, lowered = case.dataset.steps_per_day, case.dataset.splits.train, _lowered(none, both)
    if steps is None:
        return {}
    known = case.dataset.frame.iloc[rows.start : rows.stop].ffill().bfill()
    shares = daily_share(without_daily_mean(known.to_numpy(), steps))
    repeating = lowered.columns.intersection(known.columns[shares >= DAILY])
    return {Beside.DAILY: mean_interval(lowered[repeating].mean(axis=1))} if len(repeating) else {}


def _published(dataset: str) -> PublishedNumber | None:
    """Return the published gain of both on a data set, which is a mean over all horizons."""
    wanted = (dataset, ALL_HORIZONS, Fusion.BOTH.value, Quantity.DELTA_RMSE)
    found = (one for one in published_numbers() if (one.dataset, one.horizon, one.mode, one.quantity) == wanted)
    return next(found, None)


def _table(numbers: Numbers) -> pd.DataFrame:
    """Return everything that was weighed: a row each, with its interval and for what it speaks."""
    told = {Beside.VARIABLES: "share", Beside.STEPS: "share", Beside.KERNELS: "dCor"}
    rows = [
        {"what": say("RMSE gain of {mode} over none", mode=mode.value), "unit": "%", **_numbers(gain), "speaks": ""}
        for mode, gain in numbers.gains.items()
    ]
    rows += [
        {"what": str(word(of)), "unit": told.get(of, "%"), **_numbers(one), "speaks": str(word(side_of(of, one)))}
        for of, one in numbers.beside.items()
    ]
    return pd.DataFrame(rows)


def _numbers(estimate: Estimate) -> dict[str, float]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}
