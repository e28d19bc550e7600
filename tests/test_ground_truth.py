"""Planted answers: every measure finds them on any draw, the null is kept, and nothing found is told as missed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.analysis.changes import shared_events
from core.analysis.dependence import distance_correlation
from core.analysis.events import PATCH, ProfileStatistic, amplification, contrast, lead, measure_events
from core.analysis.ground_truth import COLUMNS, ground_truth
from core.analysis.planted import Dependence, hourly_clock, kernels, leaky_integrator, responding, slow_level
from core.analysis.response import half_rise
from core.figures.ground_truth import found
from core.figures.ground_truth import ground_truth as figure
from core.figures.palette import Look

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.concat([ground_truth(seed).assign(seed=seed) for seed in range(2)], ignore_index=True)


def test_every_measure_finds_what_was_planted_on_every_draw(rows: pd.DataFrame) -> None:
    assert tuple(rows.columns[:-1]) == COLUMNS
    missed = rows[~found(rows)]
    assert missed.empty, missed[["seed", "measure", "case", "truth", "value"]].to_string()
    assert (rows["reason"] == "").all() and not rows.duplicated(["seed", "measure", "case"]).any()


def test_effects_are_significant_and_their_absence_is_not(rows: pd.DataFrame) -> None:
    tested = rows.dropna(subset="p_value").groupby(["measure", "case"])["p_value"].median()
    for name in (("response lead", "3 steps"), ("response lead", "1 steps"), ("amplification", "to the power 1.2")):
        assert tested[name] < 0.01
    assert tested["dCor", "full"] == tested["dCor", "half"] == 0.01
    for name in (("response lead", "0 steps"), ("amplification", "rescaled by 1.3"), ("dCor", "none")):
        assert tested[name] > 0.1


@pytest.mark.parametrize("statistic", [lead, amplification])
def test_equal_responses_are_told_apart_at_the_stated_rate(statistic: ProfileStatistic) -> None:
    generator = np.random.default_rng(1)
    p_values = []
    for _ in range(100):
        level = slow_level(generator)
        mode, none = (responding(generator, level, shared=0.08, own=0.06) for _ in range(2))
        pair, events = [contrast(gru) for _, gru in (mode, none)], shared_events(mode, none, PATCH)
        p_values.append(measure_events(statistic, *pair, events, generator=generator, draws=19).estimate.p_value)
    assert np.mean(np.array(p_values) <= 0.05) <= 0.11  # 5 % stated; 100 series allow 6 % more
    assert np.mean(np.array(p_values) <= 0.5) == pytest.approx(0.5, abs=0.16)


def test_half_dependence_has_the_stated_distance_correlation() -> None:
    generator, clock = np.random.default_rng(2), hourly_clock(80)
    found = [distance_correlation(kernels(Dependence.HALF, clock, generator), clock.circle) for _ in range(3)]
    assert np.mean([one.corrected for one in found]) == pytest.approx(Dependence.HALF.distance_correlation, abs=0.01)


def test_a_leaky_integrator_rises_when_theory_says() -> None:
    assert half_rise(leaky_integrator(0.9, length=40))[0] == pytest.approx(5.45, abs=0.005)
    assert half_rise(leaky_integrator(0.8, delay=3))[0] - half_rise(leaky_integrator(0.8))[0] == pytest.approx(
        3, abs=1e-4
    )


def test_a_missed_answer_is_drawn_hollow_and_named(rows: pd.DataFrame) -> None:
    wrong = rows[rows["seed"] == 0].copy()
    place = wrong.index[wrong["case"] == "3 steps"][0]
    wrong.loc[place, "value"] = 1.0
    made = figure(wrong, look=Look())
    assert "response lead: 3 steps is missed (3.00 → 1.00)" in made.finding
    hollow = next(trace for trace in made.figure.data if trace.name == "missed")
    assert len(hollow.x) == 1 and hollow.x[0] == -3.0 and hollow.marker.symbol.endswith("open")
    whole = figure(rows[rows["seed"] == 0], look=Look())
    assert f"{len(wrong)} of {len(wrong)} planted answers" in whole.finding
