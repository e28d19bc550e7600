"""Abrupt changes and responses: the places that were planted, and gains and leads whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.analysis.changes import shared_events
from core.analysis.events import (
    FEWEST,
    PATCH,
    REACH,
    SHIFTS,
    Events,
    amplification,
    around,
    contrast,
    event_profile,
    lead,
    measure_events,
    select_events,
    wanted_events,
)
from core.analysis.planted import ORIGINS, PLACES, bursts, responding, slow_level

Pair = tuple[np.ndarray, np.ndarray]


def model(seed: int, level: np.ndarray | None = None, **planted: float) -> Pair:
    """Return the changes of both paths of one model, on a level of its own unless one is shared."""
    generator = np.random.default_rng(seed)
    return responding(generator, slow_level(generator) if level is None else level, **planted)


def profiles(mode: Pair, none: Pair) -> np.ndarray:
    places = shared_events(mode, none, PATCH).places
    return np.stack([around(contrast(gru), places).mean(axis=0) for _, gru in (mode, none)])


def shifted(series: np.ndarray, steps: float) -> np.ndarray:
    """Return a series that comes so many steps earlier, between its points by interpolation."""
    rows = np.arange(series.size, dtype=float)
    return np.interp(rows + steps, rows, series)


def test_a_contrast_has_no_scale_no_slow_level_and_is_missing_where_the_change_is() -> None:
    change = np.exp(slow_level(np.random.default_rng(0)) + 2 * bursts())
    slope = np.exp(np.arange(ORIGINS) / 1000)
    inside = slice(PATCH, -PATCH)
    assert np.allclose(contrast(7.5 * change), contrast(change))
    assert np.abs(contrast(slope * change) - contrast(change))[inside].max() < 0.04  # the slope over one patch
    change[[5, 9]] = math.nan, 0
    assert np.flatnonzero(np.isnan(contrast(change))).tolist() == [5, 9]


@pytest.mark.parametrize("seed", range(8))
def test_every_chosen_place_is_a_planted_burst_on_a_slow_background(seed: int) -> None:
    level = slow_level(np.random.default_rng(seed))
    found = shared_events(model(10 + seed, level), model(20 + seed, level), PATCH)
    assert not found.reason and len(found) == wanted_events(ORIGINS) == 30
    assert np.abs(found.places[:, None] - PLACES).min(axis=1).max() <= 1
    assert np.diff(found.places).min() >= PATCH


@pytest.mark.parametrize(("origins", "events"), [(1500, 24), (2161, 24), (2785, 27), (10_444, 104), (11_425, 114)])
def test_one_origin_in_a_hundred_is_taken_and_24_at_least(origins: int, events: int) -> None:
    score = np.random.default_rng(origins).normal(size=origins)
    found = select_events(score, score)
    assert (len(found), found.reason) == (events, None)
    assert found.places[0] >= REACH and found.places[-1] < origins - REACH
    highest = int(np.argmax(score[REACH:-REACH])) + REACH
    assert highest in found.places and (score[found.places] > 0).all()


def test_both_modes_choose_the_higher_of_two_near_places_wins_and_a_break_keeps_events_away() -> None:
    quiet = np.random.default_rng(5).uniform(-1, -0.5, size=3000)
    mode, none = quiet.copy(), quiet.copy()
    mode[500], none[500] = 9, 3
    mode[500 + PATCH - 1], none[500 + PATCH - 1] = 3, 8
    mode[700] = 1.2  # below its surroundings for both together
    none[700] = -2
    none[900] = mode[900] = 20
    mode[905] = math.nan
    assert select_events(mode, none).places.tolist() == [500]
    assert select_events(none, mode).places.tolist() == [500]


def test_too_few_events_leave_the_measures_undefined_with_the_count() -> None:
    score = np.random.default_rng(6).normal(size=120)
    few = select_events(score, score)
    assert 0 < len(few) < FEWEST and f"needs {FEWEST}" in str(few.reason)
    found = measure_events(lead, score, score, few, generator=np.random.default_rng(0))
    assert not found.estimate.defined and found.estimate.n == len(few) and not found.anywhere.defined
    for nothing in (np.full(500, math.nan), np.zeros(500), np.zeros(10)):
        assert "no abrupt change" in str(select_events(nothing, nothing).reason)


def test_a_shorter_patch_lets_events_stand_closer() -> None:
    score = np.random.default_rng(7).normal(size=1500)
    near = select_events(score, score, patch=6).places
    assert 6 <= np.diff(near).min() < PATCH


def test_a_profile_finds_shape_and_band() -> None:
    profile = event_profile(contrast(model(1, np.zeros(ORIGINS))[1]), Events(PLACES))
    assert profile.mean[REACH] == pytest.approx(1, abs=0.03)
    assert np.abs(profile.mean[[0, -1]]).max() < 0.03
    assert ((profile.low < profile.mean) & (profile.mean < profile.high)).all()


def test_a_mere_rescaling_is_neither_stronger_nor_earlier() -> None:
    none = model(2)
    mode = (none[0], 1.3 * none[1])
    both = profiles(mode, none)
    assert amplification(both) == pytest.approx(0, abs=1e-9) and lead(both) == pytest.approx(0, abs=1e-9)
    found = measure_events(
        amplification,
        *(contrast(gru) for _, gru in (mode, none)),
        shared_events(mode, none, PATCH),
        generator=np.random.default_rng(0),
        draws=39,
    )
    assert found.estimate.p_value == 1 and found.estimate.high - found.estimate.low < 1e-9


@pytest.mark.parametrize("power", [0.2, -0.1])
def test_a_response_raised_to_a_power_peaks_higher_by_its_formula(power: float) -> None:
    none = model(3)
    both = profiles((none[0], none[1] ** (1 + power)), none)
    assert amplification(both) == pytest.approx(100 * math.expm1(power * both[1].max()), abs=1e-9)


@pytest.mark.parametrize(("steps", "found"), [(1, 0.976), (3, 2.974), (0.5, 0.495), (0.96, 0.947), (-1.5, -1.489)])
def test_a_response_that_comes_earlier_has_its_lead_and_no_amplification(steps: float, found: float) -> None:
    leads = []
    for seed in range(5):
        none = model(seed, own=0.0)
        both = profiles((none[0], shifted(none[1], steps)), none)
        leads.append(lead(both))
        if steps == int(steps):  # interpolation blunts a peak
            assert amplification(both) == pytest.approx(0, abs=3)
    assert np.mean(leads) == pytest.approx(found, abs=0.05)


def test_without_an_effect_no_amplification_is_seen_on_average() -> None:
    found = []
    for seed in range(40):
        level = slow_level(np.random.default_rng(seed))
        noisy = {"shared": 0.08, "own": 0.06}
        found.append(amplification(profiles(model(100 + seed, level, **noisy), model(200 + seed, level, **noisy))))
    assert abs(np.mean(found)) < 1.5


def test_events_of_one_mode_alone_would_favour_a_side() -> None:
    """The reason why both choose: the same null as above, events from none, then from the mode."""
    means = []
    for chooser in (1, 0):
        found = []
        for seed in range(40):
            level = np.zeros(ORIGINS)  # without bursts of their own, noise decides
            generator = np.random.default_rng(seed)
            pair = []
            for _ in range(2):
                shared = 0.08 * generator.normal(size=ORIGINS)
                pair.append([np.exp(level + shared + 0.06 * generator.normal(size=ORIGINS)) for _ in range(2)])
            places = select_events(*[contrast(pair[chooser][0])] * 2).places
            found.append(amplification(np.stack([around(contrast(gru), places).mean(axis=0) for _, gru in pair])))
        means.append(float(np.mean(found)))
    assert means[0] < -3 and means[1] > 3


def test_the_interval_holds_the_value_and_an_effect_is_told_from_none() -> None:
    level = np.zeros(ORIGINS)
    none, mode = model(9, level), model(10, level, power=1.2, lead=1.0)
    events, pair = shared_events(mode, none, PATCH), [contrast(gru) for _, gru in (mode, none)]
    for statistic, truth, tolerance in ((amplification, 100 * math.expm1(0.2), 3.0), (lead, 1.0, 0.1)):
        found = measure_events(statistic, *pair, events, generator=np.random.default_rng(11), draws=99)
        assert found.estimate.value == pytest.approx(truth, abs=tolerance)
        assert found.estimate.low <= found.estimate.value <= found.estimate.high
        assert found.estimate.p_value == 0.01 and found.estimate.n == 30
    peak = measure_events(amplification, *pair, events, generator=np.random.default_rng(11), draws=99)
    assert abs(peak.anywhere.value) < 5 < peak.estimate.value


def test_a_lead_beyond_the_window_or_of_a_flat_profile_is_undefined() -> None:
    bump = np.exp(-(((np.arange(SHIFTS.size) - 4) / 2) ** 2))
    assert math.isnan(lead(np.stack([bump, np.roll(bump, 11)])))
    assert math.isnan(lead(np.stack([bump, np.ones(SHIFTS.size)])))
    still = np.full(ORIGINS, math.nan)
    flat = measure_events(lead, still, contrast(model(12)[1]), Events(PLACES), generator=np.random.default_rng(0))
    assert "stands still" in str(flat.estimate.reason)
