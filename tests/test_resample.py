"""Resampling against theory, exact enumeration and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.analysis.estimate import mean_interval, undefined
from core.analysis.resample import (
    block_bootstrap,
    bootstrap,
    exceedance_p,
    holm,
    permutation_p,
    sign_flip_p,
    wilson,
)
from core.text.message import Message


def mean(sample: np.ndarray) -> float:
    return float(sample.mean())


def test_t_interval_equals_scipy() -> None:
    values = np.random.default_rng(0).normal(size=10)
    low, high = stats.t.interval(0.95, 9, values.mean(), stats.sem(values))
    found = mean_interval([*values, math.nan])
    assert (found.low, found.high, found.n) == (pytest.approx(low), pytest.approx(high), 10)


def test_one_or_no_unit_keeps_its_reason() -> None:
    single = mean_interval([2.5])
    assert (single.value, single.n, str(single.reason)) == (2.5, 1, "One seed only: no interval.")
    assert math.isnan(single.low) and math.isnan(single.high)
    assert not mean_interval([]).defined
    assert not undefined(Message.plain("why")).defined


def test_bootstrap_interval_of_a_mean_is_that_of_theory() -> None:
    sample = np.random.default_rng(1).normal(size=200)
    found = bootstrap(mean, sample, generator=np.random.default_rng(2))
    error = 1.96 * sample.std() / math.sqrt(200)
    assert found.value == pytest.approx(sample.mean())
    assert found.high - found.low == pytest.approx(2 * error, rel=0.12)


def test_the_same_generator_gives_the_same_interval() -> None:
    sample = np.arange(30.0)
    first, second = (bootstrap(mean, sample, generator=np.random.default_rng(7)) for _ in range(2))
    assert first == second


def test_blocks_widen_the_interval_of_a_correlated_series() -> None:
    generator = np.random.default_rng(3)
    series = np.repeat(generator.normal(size=60), 10)  # 10 equal neighbours: 60 independent values
    single = block_bootstrap(mean, series, block=1, generator=generator)
    blocked = block_bootstrap(mean, series, block=30, generator=generator)
    assert blocked.high - blocked.low > 2 * (single.high - single.low)


def test_samples_too_small_say_so() -> None:
    generator = np.random.default_rng(0)
    assert "needs 2" in str(bootstrap(mean, [1.0], generator=generator).reason)
    assert "fit twice" in str(block_bootstrap(mean, np.arange(5.0), block=4, generator=generator).reason)


def test_permutation_accepts_equal_groups_and_rejects_shifted_ones() -> None:
    generator = np.random.default_rng(4)
    values = np.concatenate([generator.normal(size=30), generator.normal(size=30) + 2])

    def shuffled(source: np.random.Generator) -> float:
        mixed = source.permutation(values)
        return float(mixed[30:].mean() - mixed[:30].mean())

    observed = values[30:].mean() - values[:30].mean()
    assert permutation_p(observed, shuffled, generator=generator) == 1 / 200
    assert permutation_p(0.0, shuffled, generator=generator) > 0.3
    assert math.isnan(exceedance_p(math.nan, [1.0]))


def test_sign_flips_are_exact_and_agree_with_scipy() -> None:
    differences = np.array([0.4, 1.2, -0.3, 0.8, 0.5, 0.9, -0.1])
    oracle = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative="two-sided"
    )
    assert sign_flip_p(differences) == pytest.approx(oracle.pvalue)
    assert sign_flip_p(np.ones(10)) == 2 / 1024
    many = np.random.default_rng(5).normal(size=30) + 1
    assert sign_flip_p(many, generator=np.random.default_rng(6)) < 0.001
    with pytest.raises(ValueError, match="pass a generator"):
        sign_flip_p(many)


@given(st.integers(1, 200), st.data())
def test_wilson_equals_scipy_and_holds_its_share(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    oracle = stats.binomtest(successes, trials).proportion_ci(method="wilson")
    found = wilson(successes, trials)
    assert found.low == pytest.approx(oracle.low, abs=1e-12)
    assert found.high == pytest.approx(oracle.high, abs=1e-12)
    assert found.low <= found.value + 1e-12 and found.value <= found.high + 1e-12


def test_wilson_refuses_impossible_counts() -> None:
    assert not wilson(0, 0).defined
    with pytest.raises(ValueError, match="from 0 to 3"):
        wilson(4, 3)


def test_holm_by_hand_with_a_missing_test() -> None:
    adjusted = holm([0.04, math.nan, 0.01, 0.03, 0.5])
    assert adjusted[[0, 2, 3, 4]].tolist() == pytest.approx([0.09, 0.04, 0.09, 0.5])
    assert math.isnan(adjusted[1])
