"""What may not matter to measures of runs: units, levels that a seed shares, order; and intervals that cover."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.changes import shared_events
from core.analysis.errors import delta_rmse
from core.analysis.events import PATCH, amplification, contrast, lead, measure_events
from core.analysis.planted import correlated_pair, responding, slow_level
from core.analysis.response import spearman_gain
from core.analysis.synergy import interaction_ols, interaction_paired, win_rate

SCALE = st.floats(0.01, 100)


def runs(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(1.0, 0.1, size=(10, 4))


@settings(max_examples=25, deadline=None)
@given(SCALE, st.floats(-10, 10), st.integers(0, 1000))
def test_interaction_takes_the_unit_of_the_error_and_no_level_of_a_seed(
    scale: float, level: float, seed: int
) -> None:
    table, order = runs(seed), np.random.default_rng(seed).permutation(10)
    of_seed = level * np.arange(10)[:, None]
    for measure in (interaction_ols, interaction_paired):
        assert measure((scale * table + of_seed)[order]).value == pytest.approx(
            scale * measure(table).value, abs=1e-9
        )
    moved, plain = interaction_paired((scale * table + of_seed)[order]), interaction_paired(table)
    assert moved.high - moved.low == pytest.approx(scale * (plain.high - plain.low), rel=1e-6)
    assert moved.p_value == pytest.approx(plain.p_value, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(SCALE, st.integers(0, 1000))
def test_percentages_and_wins_have_no_unit_and_no_order(scale: float, seed: int) -> None:
    table, order = runs(seed), np.random.default_rng(seed).permutation(10)
    assert win_rate(scale * table[order]) == win_rate(table)
    plain, moved = (
        delta_rmse(dict(enumerate(one[:, 0])), dict(enumerate(one[:, 3]))) for one in (table, scale * table[order])
    )
    assert (moved.value, moved.low, moved.high) == pytest.approx((plain.value, plain.low, plain.high))


@settings(max_examples=6, deadline=None)
@given(SCALE, SCALE, st.integers(0, 100))
def test_responses_have_no_unit(one: float, other: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    level = slow_level(generator)
    mode, none = responding(generator, level, lead=1.5), responding(generator, level)
    events = shared_events(mode, none, PATCH)
    larger = (one * mode[0], one * mode[1]), (other * none[0], other * none[1])
    assert shared_events(*larger, PATCH).places.tolist() == events.places.tolist()
    for statistic in (lead, amplification):
        plain, scaled = (
            measure_events(
                statistic, *(contrast(gru) for _, gru in pair), events, generator=np.random.default_rng(0), draws=19
            ).estimate
            for pair in ((mode, none), larger)
        )
        assert (scaled.value, scaled.p_value) == pytest.approx((plain.value, plain.p_value), abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(SCALE, st.integers(0, 1000))
def test_a_rank_gain_survives_any_rising_function(scale: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    mode, none = correlated_pair(0.5, generator, 240), correlated_pair(0.0, generator, 240)
    day = np.arange(240) // 24
    bent = (np.exp(mode[0]), scale * mode[1] ** 3)
    plain, moved = (
        spearman_gain(pair, none, day=day, generator=np.random.default_rng(0), draws=19) for pair in (mode, bent)
    )
    assert (moved.value, moved.low, moved.high) == pytest.approx((plain.value, plain.low, plain.high))


def test_the_interval_of_a_rank_gain_covers_none_at_its_level() -> None:
    generator, day = np.random.default_rng(5), np.arange(960) // 24
    covered = 0
    for _ in range(150):
        mode, none = (correlated_pair(0.3, generator, 960) for _ in range(2))
        found = spearman_gain(mode, none, day=day, generator=generator, draws=99)
        covered += found.low <= 0 <= found.high
    assert covered / 150 == pytest.approx(0.95, abs=0.06)  # 95 % stated; 40 days and 150 series allow 6 %


def test_sign_flips_reject_no_interaction_at_the_stated_rate() -> None:
    generator = np.random.default_rng(6)
    p_values = [interaction_paired(generator.normal(size=(8, 4))).p_value for _ in range(400)]
    assert np.mean(np.array(p_values) <= 0.05) == pytest.approx(0.05, abs=0.03)
