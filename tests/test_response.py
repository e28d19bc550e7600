"""Changes of states and responses to interventions on signals whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammaln

from core.analysis.response import (
    change,
    follows,
    half_rise,
    intervention_lead,
    ranks,
    spearman,
    spearman_gain,
)

HOURS = np.arange(3000)


def every_hour(count: int) -> np.ndarray:
    return np.datetime64("2020-01-01T00", "h") + np.arange(count)


def all_follow(count: int) -> np.ndarray:
    return follows(np.arange(count), every_hour(count))


@pytest.mark.parametrize("features", [1, 16, 256])
def test_change_of_independent_gaussian_states(features: int) -> None:
    """sqrt(2) times the mean of a chi variable over its root mean square; 1.394 at the 16-18 features of the note."""
    state = np.random.default_rng(features).normal(size=(6000, features))
    chi = math.exp(gammaln((features + 1) / 2) - gammaln(features / 2)) * math.sqrt(2 / features)
    found = change([state], all_follow(6000))
    assert np.nanmean(found) == pytest.approx(math.sqrt(2) * chi, rel=0.02)
    if features == 16:
        assert np.nanmean(found) == pytest.approx(1.394, abs=0.01)


def test_change_has_no_first_value_drops_breaks_and_counts_still_layers_as_zero() -> None:
    state = np.random.default_rng(0).normal(size=(50, 2, 3))
    stamps = every_hour(50)
    stamps[20:] += np.timedelta64(5, "h")
    found = change([state, np.ones((50, 4))], follows(np.arange(50), stamps))
    assert np.flatnonzero(np.isnan(found)).tolist() == [0, 20]
    assert np.allclose(found[1:20] * 2, change([state], all_follow(50))[1:20])
    assert np.nansum(change([np.full((50, 3), 7.0)], all_follow(50))) == 0
    with pytest.raises(ValueError, match="no layer"):
        change([], all_follow(50))


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 100), st.floats(-100, 100))
def test_change_ignores_scale_and_level(scale: float, level: float) -> None:
    state = np.random.default_rng(1).normal(size=(40, 3))
    moved = change([scale * state + level], all_follow(40))
    assert np.allclose(moved, change([state], all_follow(40)), equal_nan=True, rtol=1e-6)


def test_rows_left_out_between_origins_are_breaks() -> None:
    assert follows([0, 2, 3, 4], every_hour(5)[[0, 2, 3, 4]]).tolist() == [False, False, True, True]
    assert not follows([0, 5, 10], every_hour(11)[::5]).any()
    assert follows([4], every_hour(1)).tolist() == [False]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=3, max_size=40), st.integers(0, 100))
def test_ranks_and_spearman_equal_scipy(values: list[int], seed: int) -> None:
    other = np.random.default_rng(seed).normal(size=len(values))
    assert np.array_equal(ranks(values), stats.rankdata(values))
    if len(set(values)) == 1:
        assert math.isnan(spearman(values, other))
    else:
        assert spearman(values, other) == pytest.approx(stats.spearmanr(values, other).statistic, abs=1e-12)


def test_a_shared_daily_cycle_alone_makes_a_gain_that_vanishes_without_it() -> None:
    generator = np.random.default_rng(2)
    slot, day = HOURS % 24, HOURS // 24
    cycle = 1 + np.cos(2 * math.pi * slot / 24)
    conv, gru = (cycle + 0.3 * generator.normal(size=3000) for _ in range(2))
    none = (generator.normal(size=3000), generator.normal(size=3000))
    plain = spearman_gain((conv, gru), none, day=day, generator=generator)
    bare = spearman_gain((conv, gru), none, day=day, generator=generator, slot=slot)
    assert plain.value == pytest.approx(0.83, abs=0.06)
    assert plain.low < plain.value < plain.high and plain.low > 0.5
    assert bare.value == pytest.approx(0, abs=0.05)
    assert bare.low < 0 < bare.high


def test_spearman_gain_of_the_mode_itself_is_nothing_and_of_a_still_path_undefined() -> None:
    generator = np.random.default_rng(3)
    pair = tuple(np.concatenate([[math.nan], generator.normal(size=99)]) for _ in range(2))
    same = spearman_gain(pair, pair, day=np.arange(100) // 24, generator=generator)
    assert (same.value, same.low, same.high, same.n) == (0, 0, 0, 99)
    still = spearman_gain((pair[0], np.zeros(100)), pair, day=np.arange(100), generator=generator)
    assert not still.defined and "never changes" in str(still.reason)
    short = spearman_gain((pair[0][:3], pair[1][:3]), (pair[0][:3], pair[1][:3]), day=[0, 0, 0], generator=generator)
    assert "needs 3 changes" in str(short.reason)


@pytest.mark.parametrize(("memory", "expected"), [(0.9, 5.45), (0.8, 2.12)])
def test_half_rise_of_a_leaky_integrator(memory: float, expected: float) -> None:
    response = 1 - memory ** (np.arange(40) + 1)
    assert half_rise(response)[0] == pytest.approx(expected, abs=0.005)


def test_intervention_lead_is_a_delay_exactly_and_a_still_state_has_none() -> None:
    generator = np.random.default_rng(11)
    rise = np.cumsum(generator.uniform(size=(100, 40)), axis=1)
    delayed = np.concatenate([np.zeros((100, 3)), rise], axis=1)
    prompt = np.concatenate([np.zeros((100, 1)), rise, np.repeat(rise[:, -1:], 2, axis=1)], axis=1)
    found = intervention_lead(prompt, delayed)
    assert (found.value, found.n) == (pytest.approx(2.0), 100)
    assert not intervention_lead(np.zeros((4, 9)), np.zeros((4, 9))).defined
    assert half_rise([5.0, 5.0]).tolist() == [0.0]
