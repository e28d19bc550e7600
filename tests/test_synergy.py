"""Interaction of both crossings: exact data, agreement of both forms, and stated error rates."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from core.analysis.synergy import interaction_ols, interaction_paired, win_rate

EXACT = [1.0, 0.99, 0.98, 0.90]


def test_exact_data_give_the_planted_interaction_by_both_routes() -> None:
    noise = np.random.default_rng(0).normal(scale=0.01, size=(10, 1))  # of the seed: shared by its four runs
    table = np.array(EXACT) + noise
    assert interaction_ols(table).value == pytest.approx(-0.07)
    paired = interaction_paired(table)
    assert paired.value == pytest.approx(-0.07)
    assert paired.high - paired.low == pytest.approx(0, abs=1e-9)
    assert paired.p_value == 2 / 1024


def test_the_paired_interval_covers_at_its_level_and_least_squares_over_covers_shared_seeds() -> None:
    generator = np.random.default_rng(1)
    covered = np.zeros(2)
    for _ in range(1000):
        table = generator.normal(scale=0.02, size=(10, 1)) + generator.normal(scale=0.01, size=(10, 4))
        for route, found in enumerate((interaction_ols(table), interaction_paired(table))):
            covered[route] += found.low <= 0 <= found.high
    assert covered[0] / 1000 > 0.97
    assert covered[1] / 1000 == pytest.approx(0.95, abs=0.02)


def test_win_rate_against_chance() -> None:
    table = np.ones((10, 4))
    table[:7, 3], table[7:, 3] = 0.9, 1.1
    found = win_rate(table)
    assert found.value == pytest.approx(0.7)
    assert found.p_value == pytest.approx(0.020, abs=0.0005)
    assert found.p_value == pytest.approx(stats.binomtest(7, 10, 1 / 3, alternative="greater").pvalue)
    assert win_rate(np.ones((4, 4))).value == 0.5


def test_incomplete_seeds_are_left_out_and_one_seed_says_so() -> None:
    table = [EXACT, [1.0, math.nan, 0.98, 0.9]]
    for found in (interaction_ols(table), interaction_paired(table)):
        assert found.value == pytest.approx(-0.07)
        assert "One seed only" in str(found.reason) and math.isnan(found.low)
    nothing = [[math.nan] * 4]
    assert not interaction_ols(nothing).defined
    assert not interaction_paired(nothing).defined
    assert "every mode" in str(win_rate(nothing).reason)
    with pytest.raises(ValueError, match="four modes"):
        interaction_ols([[1.0, 2.0]])
