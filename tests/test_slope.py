"""Slopes within data sets, against scipy and on data whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.analysis.errors import rmse_increase
from core.analysis.slope import within_slope

SETS = np.repeat(["ETTh1", "ETTh2", "Weather"], 20)
ONE = np.repeat("ETTh1", 60)


def test_the_slope_of_one_data_set_is_that_of_scipy() -> None:
    generator = np.random.default_rng(0)
    x = generator.normal(size=60)
    y = 0.4 * x + generator.normal(size=60)
    found, oracle = within_slope(x, y, ONE), stats.linregress(x, y)
    half = stats.t.ppf(0.975, 58) * oracle.stderr
    assert (found.value, found.p_value) == pytest.approx((oracle.slope, oracle.pvalue))
    assert (found.low, found.high) == pytest.approx((oracle.slope - half, oracle.slope + half))


def test_differences_between_data_sets_leave_the_within_slope() -> None:
    generator = np.random.default_rng(1)
    level = np.repeat([0.0, 5.0, 10.0], 20)
    x = level + generator.normal(size=60)
    y = -3 * level + 2 * (x - level) + 0.1 * generator.normal(size=60)
    found = within_slope(x, y, SETS)
    assert found.value == pytest.approx(2, abs=0.1) and within_slope(x, y, ONE).value < -2
    assert found.p_value < 1e-6


def test_no_relation_is_rejected_at_the_stated_rate() -> None:
    generator = np.random.default_rng(2)
    p_values = np.array(
        [
            [within_slope(x, y, sets).p_value for sets in (ONE, SETS)]
            for x, y in (generator.normal(size=(2, 60)) for _ in range(600))
        ]
    )
    assert np.mean(p_values < 0.05, axis=0) == pytest.approx([0.05, 0.05], abs=0.027)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 100), st.floats(-100, 100), st.integers(0, 1000))
def test_scale_shift_and_order(scale: float, level: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=(2, 60))
    order = generator.permutation(60)
    for sets in (ONE, SETS):
        one = within_slope(x, y, sets)
        other = within_slope((scale * x + level)[order], (y - level)[order], sets[order])
        assert other.value * scale == pytest.approx(one.value, rel=1e-6, abs=1e-9)
        assert other.p_value == pytest.approx(one.p_value, rel=1e-5)


def test_too_few_points_and_missing_ones_are_told() -> None:
    few = within_slope([1.0, 2.0, np.nan], [1.0, 2.0, 3.0], ["a", "a", "b"])
    assert few.n == 2 and "2 points in 1 data set:" in str(few.reason) and not few.defined
    x, y = [1.0, 1.0, 2.0, 2.0], [0.0, 1.0, 2.0, 3.0]
    same = within_slope(x, y, ["a", "a", "b", "b"])
    assert within_slope(x, y, ["a"] * 4).defined and "same x within data sets" in str(same.reason)
    assert not within_slope([], [], []).defined
    with pytest.raises(ValueError, match="one of each per point"):
        within_slope([1.0], [1.0, 2.0], ["a"])


def test_increase_of_a_weakened_reference_is_paired_by_seed() -> None:
    found = rmse_increase({0: 1.0, 1: 2.0, 2: 4.0}, {0: 1.2, 1: 2.2, 5: 9.0})
    assert (found.value, found.n) == (pytest.approx(15.0), 2)
    assert not rmse_increase({0: 1.0}, {1: 1.0}).defined
    assert "One seed only" in str(rmse_increase({0: 1.0}, {0: 1.1}).reason)
