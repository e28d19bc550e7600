"""Changes, events and responses on signals whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammaln

from core.analysis.events import (
    FEWEST,
    GAP,
    REACH,
    Events,
    amplification,
    event_profile,
    lead,
    measure_events,
    select_events,
)
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
STEP = np.arange(-60, 61)


def every_hour(count: int) -> np.ndarray:
    return np.datetime64("2020-01-01T00", "h") + np.arange(count)


def all_follow(count: int) -> np.ndarray:
    return follows(np.arange(count), every_hour(count))


def bursts(places: np.ndarray, *, shift: float = 0.0, height: float = 1.0, count: int = 3000) -> np.ndarray:
    """A level of 1 with a smooth bump at each place, `shift` steps later."""
    series = np.ones(count)
    for place in places:
        steps = place + STEP
        inside = (steps >= 0) & (steps < count)
        series[steps[inside]] += height * np.exp(-(((STEP[inside] - shift) / 2.5) ** 2))
    return series


PLACES = np.arange(100, 2900, 90)


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
    assert not still.defined and "never changes" in still.reason
    short = spearman_gain((pair[0][:3], pair[1][:3]), (pair[0][:3], pair[1][:3]), day=[0, 0, 0], generator=generator)
    assert "needs 3 changes" in short.reason


def test_events_are_the_planted_bursts_far_apart_and_inside() -> None:
    series = bursts(PLACES) + 0.001 * np.random.default_rng(4).normal(size=3000)
    found = select_events(series)
    assert not found.reason
    assert set(PLACES) <= {place + offset for place in found.places for offset in (-1, 0, 1)}
    assert np.diff(found.places).min() >= GAP
    assert found.places[0] >= REACH and found.places[-1] < 3000 - REACH


def test_the_larger_of_two_near_events_wins_and_a_break_keeps_events_away() -> None:
    series = np.random.default_rng(5).uniform(size=3000)
    series[500], series[500 + GAP - 1], series[900] = 50, 40, 60
    series[905] = math.nan
    places = select_events(series).places
    assert 500 in places
    assert 500 + GAP - 1 not in places
    assert 900 not in places


def test_too_few_events_leave_the_measures_undefined_with_the_count() -> None:
    few = select_events(np.random.default_rng(6).uniform(size=120))
    assert 0 < len(few) < FEWEST
    assert f"needs {FEWEST}" in few.reason
    found = measure_events(lead, np.ones(120), np.ones(120), few, generator=np.random.default_rng(0))
    assert not found.estimate.defined and found.estimate.n == len(few)
    assert "never changes" in select_events(np.zeros(500)).reason
    assert "never changes" in select_events(np.full(500, math.nan)).reason
    assert len(select_events(np.arange(10.0))) == 0


def test_profile_finds_shape_level_and_band() -> None:
    noise = 0.05 * np.random.default_rng(7).normal(size=3000)
    profile = event_profile(bursts(PLACES, height=2.0) + noise, Events(PLACES))
    assert profile.n == len(PLACES)
    assert profile.baseline == pytest.approx(1, abs=0.02)
    assert profile.mean[REACH] == pytest.approx(3, abs=0.05)
    assert ((profile.low < profile.mean) & (profile.mean < profile.high)).all()


@pytest.mark.parametrize(
    ("mode", "percent"),
    [
        (1.3 * bursts(PLACES), 0.0),  # a mere rescaling, which without the level would read +30 %
        (bursts(PLACES, height=2.0), 50.0),  # peak 3 over level 1, against peak 2
        (bursts(PLACES, height=0.0), -50.0),
    ],
)
def test_peak_amplification_of_known_responses(mode: np.ndarray, percent: float) -> None:
    noise = 0.02 * np.random.default_rng(8).normal(size=3000)
    found = measure_events(
        amplification, mode + noise, bursts(PLACES), Events(PLACES), generator=np.random.default_rng(9), draws=99
    )
    assert found.estimate.value == pytest.approx(percent, abs=1.5)
    assert found.estimate.low <= found.estimate.value <= found.estimate.high
    assert abs(found.placebo.value) < 1 + abs(percent) / 4  # random places meet some bursts by chance
    if percent:
        assert found.estimate.p_value == 0.01


@pytest.mark.parametrize("truth", [3.0, 1.0, 0.96, 0.0, -2.0])
def test_response_lead_recovers_a_known_lead(truth: float) -> None:
    generator = np.random.default_rng(10)
    mode = bursts(PLACES, shift=-truth) + 0.05 * generator.normal(size=3000)
    none = 2 * bursts(PLACES) + 0.05 * generator.normal(size=3000)
    found = measure_events(lead, mode, none, Events(PLACES), generator=generator, draws=99)
    assert found.estimate.value == pytest.approx(truth, abs=0.06)
    assert found.estimate.low - 0.05 <= truth <= found.estimate.high + 0.05


def test_a_lead_beyond_the_window_or_of_a_flat_profile_is_undefined() -> None:
    bump = np.exp(-(((np.arange(25) - 4) / 2) ** 2))
    assert math.isnan(lead(np.stack([bump, np.roll(bump, 11)])))
    assert math.isnan(lead(np.stack([bump, np.ones(25)])))
    flat = measure_events(lead, np.zeros(3000), bursts(PLACES), Events(PLACES), generator=np.random.default_rng(0))
    assert "does not move" in flat.estimate.reason


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
