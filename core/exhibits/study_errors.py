"""Errors of all trainings: every change run by run, errors by horizon, excess gain and win rates."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.estimate import Estimate, mean_interval
from core.analysis.synergy import interaction_ols, win_rate
from core.claims.about_errors import MODES, NO_EXCESS, excess, four_modes
from core.claims.evidence import RMSE, Evidence, Values
from core.claims.published import DATASETS, Quantity, published_numbers
from core.claims.quantities import measure
from core.claims.reading import NO_PAIR, mean_over_seeds, percent_of
from core.claims.verdict import judge
from core.config import NONE, Arm
from core.exhibits.choices import worded
from core.exhibits.exhibit import Absent, Chart, Chosen, Kind, exhibit
from core.exhibits.study import AHEAD, FORM, PAGE, Studies, absent, foot
from core.figures import study_errors as figures
from core.figures import study_synergy as synergy
from core.figures.palette import Look
from core.text.words import mark, say

CROSSED = tuple(map(Arm, figures.CROSSED))
BASELINES = ("ridge",)
LEVEL, CHANGE = "rmse", "change"
SHOWN = worded("error", mark("Shown"), {LEVEL: "RMSE", CHANGE: mark("Reduction against none")}, kind=Kind.SEGMENTED)
OLS, PAIRED = "ols", "paired"
FIT = worded(
    "fit",
    mark("Estimated"),
    {OLS: mark("Least squares, as published"), PAIRED: mark("Paired by seed")},
    kind=Kind.SEGMENTED,
)
NO_CHANGE = mark("Not measured: these models hold no mode beside none of the same seed.")
NO_FOUR = mark("Not measured: no data set and horizon of these models has all four modes with one seed.")


@exhibit("How does each mode change the RMSE, training by training?", page=PAGE, needs=absent, choices=(FORM, AHEAD))
def rmse_changes(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show every training against none of the same seed, with the means that the claims are judged by."""
    evidence, horizon = studies.evidence(chosen), chosen["ahead"]
    points = changes_of(evidence, horizon)
    if points.empty:
        raise Absent(say(NO_CHANGE))
    summary = pd.DataFrame(_summaries(evidence, points, horizon))
    drawing = figures.rmse_changes(points, summary, look=look)
    at = say("all horizons") if horizon is None else say("horizon {horizon}", horizon=horizon)
    return Chart(drawing, summary, foot(studies, chosen, at))


def changes_of(evidence: Evidence, horizon: int | None = None) -> pd.DataFrame:
    """Return the RMSE reduction of every training: columns dataset, mode, horizon, seed, reduction (% of none)."""
    rows = [
        (dataset, arm.fusion.value, at, seed, value)
        for dataset in DATASETS
        for arm in CROSSED
        for (at, seed), value in percent_of(evidence, dataset, NONE, arm).items()
        if horizon in (None, at)
    ]
    return pd.DataFrame(rows, columns=["dataset", "mode", "horizon", "seed", "reduction"])


def _summaries(evidence: Evidence, points: pd.DataFrame, horizon: int | None) -> Iterator[dict[str, Any]]:
    """Yield quartiles and mean of each data set and mode; beside a mean over all horizons the published one."""
    said = {(one.dataset, one.mode): one for one in published_numbers() if one.quantity is Quantity.DELTA_RMSE}
    for (dataset, mode), of in points.groupby(["dataset", "mode"], sort=False):
        q1, median, q3 = np.quantile(of["reduction"], (0.25, 0.5, 0.75))
        number = said[str(dataset), str(mode)]
        if horizon is None:
            found = measure(number, evidence).estimate
            beside = {"published": number.value, "verdict": judge(number, found).verdict.value}
        else:
            found, beside = mean_interval(of["reduction"]), {"published": math.nan, "verdict": ""}
        box = {"q1": q1, "median": median, "q3": q3, "trainings": len(of)}
        yield {"dataset": dataset, "mode": mode, **box, **_numbers(found), "seeds": found.n, **beside}


def _numbers(found: Estimate) -> dict[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high}


@exhibit("How far ahead does crossing help?", page=PAGE, needs=absent, choices=(FORM, SHOWN))
def rmse_by_horizon(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show errors, or what each mode takes off them, against the horizon."""
    evidence, level = studies.evidence(chosen), chosen["error"] == LEVEL
    rows = pd.DataFrame(_levels(evidence) if level else _reductions(evidence))
    if rows.empty:
        raise Absent(say(NO_CHANGE))
    draw = figures.rmse_by_horizon if level else figures.change_by_horizon
    return Chart(draw(rows, look=look), rows, foot(studies, chosen))


def _levels(evidence: Evidence) -> Iterator[dict[str, Any]]:
    rows = evidence.table
    references = rows.loc[(rows["statistic"] == RMSE) & (rows["fusion"] == "") & rows["seed"].isna()]
    references = references.loc[references["run_id"].isin(BASELINES)].sort_values("horizon")
    for dataset in DATASETS:
        for arm in MODES:
            yield from _by_horizon(evidence.values(RMSE, dataset, arm), dataset, arm.fusion.value)
        for row in references.loc[references["dataset"] == dataset].to_dict("records"):
            name = {"dataset": dataset, "horizon": row["horizon"], "source": row["run_id"]}
            yield {**name, **_numbers(Estimate(row["value"])), "n": 0}


def _reductions(evidence: Evidence) -> Iterator[dict[str, Any]]:
    for dataset in DATASETS:
        for arm in CROSSED:
            yield from _by_horizon(percent_of(evidence, dataset, NONE, arm), dataset, arm.fusion.value)


def _by_horizon(values: Values, dataset: str, source: str) -> Iterator[dict[str, Any]]:
    for horizon in sorted({at for at, _ in values}):
        found = mean_over_seeds({key: value for key, value in values.items() if key[0] == horizon}, NO_PAIR).estimate
        yield {"dataset": dataset, "horizon": horizon, "source": source, **_numbers(found), "n": found.n}


@exhibit("Do both directions gain more than the sum of each alone?", page=PAGE, needs=absent, choices=(FORM, FIT))
def excess_gain(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show beta_12 of every data set and horizon with its interval."""
    evidence = studies.evidence(chosen)
    rows = pd.DataFrame(_excesses(evidence, paired=chosen["fit"] == PAIRED))
    if rows.empty:
        raise Absent(say(NO_FOUR))
    decision = excess(evidence)
    drawing = synergy.excess_gain(rows, decision.estimate, look=look)
    return Chart(drawing, rows, foot(studies, chosen, FIT.text(chosen["fit"], look.language)))


def _excesses(evidence: Evidence, *, paired: bool) -> Iterator[dict[str, Any]]:
    """Yield beta_12 of each cell in % of the RMSE of none: of each seed's own none where seeds are paired."""
    for (dataset, horizon), table in four_modes(evidence):
        none, gru_to_cnn, cnn_to_gru, both = table.T
        if paired:
            found = mean_interval(100 * (both - cnn_to_gru - gru_to_cnn + none) / none)
        else:
            beta, size = interaction_ols(table), 100 / float(none.mean())
            found = Estimate(size * beta.value, size * beta.low, size * beta.high)
        claimed = "not below 0" if (dataset, horizon) in NO_EXCESS else "below 0"
        place = {"dataset": dataset, "horizon": horizon, "seeds": len(table)}
        yield {**place, **_numbers(found), "published": claimed}


@exhibit("How often do both directions beat the better single one?", page=PAGE, needs=absent, choices=(FORM,))
def win_rates(studies: Studies, chosen: Chosen, look: Look) -> Chart:
    """Show the share of seeds in which both win, by data set and horizon."""
    tables = dict(four_modes(studies.evidence(chosen)))
    if not tables:
        raise Absent(say(NO_FOUR))
    rows = [
        {"dataset": dataset, "horizon": horizon, **_numbers(found), "p_value": found.p_value, "seeds": found.n}
        for (dataset, horizon), table in tables.items()
        for found in (win_rate(table),)
    ]
    every = win_rate(np.concatenate(list(tables.values())))
    table = pd.DataFrame(rows)
    return Chart(synergy.win_rates(table, every, look=look), table, foot(studies, chosen))
