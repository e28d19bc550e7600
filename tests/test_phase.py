"""Phase-drift and SPAI: the published numbers, shifts that are known, and what has no phase."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.data_measures import phase_of
from core.analysis.phase import PhaseMeasures, match_days, phase_measures, random_phases, whole_days
from core.data.catalog import load_dataset
from core.text.message import Message

pytestmark = pytest.mark.slow

PUBLISHED = {
    "ETTh2": (0.041667, 0.819263),
    "ETTm2": (0.020833, 0.822088),
    "ETTh1": (0.083333, 0.653041),
    "ETTm1": (0.088542, 0.649564),
    "Weather": (0.048611, 0.767454),
}
CONTROLS = {  # robust phase-drift and SPAI, null of SPAI
    "ETTh2": (0.042, 0.852, 0.808),
    "ETTm2": (0.031, 0.855, 0.813),
    "ETTh1": (0.125, 0.679, 0.661),
    "ETTm1": (0.104, 0.676, 0.661),
    "Weather": (0.049, 0.770, 0.724),
}


def shape(steps: int = 24) -> np.ndarray:
    angle = 2 * np.pi * np.arange(steps) / steps
    return np.cos(angle) + 0.3 * np.sin(2 * angle)


def shifted(shifts: np.ndarray, steps: int = 24) -> np.ndarray:
    return np.stack([np.roll(shape(steps), shift) for shift in shifts])


def measured(days: np.ndarray, draws: int = 39) -> PhaseMeasures:
    return phase_measures(days, generator=np.random.default_rng(0), draws=draws)


@pytest.mark.data
@pytest.mark.usefixtures("official_data")
@pytest.mark.parametrize("key", PUBLISHED)
def test_the_published_numbers_and_their_controls(key: str) -> None:
    dataset = load_dataset(key)
    found = phase_of(dataset, "OT")
    assert (found.phase_drift.value, found.spai.value) == pytest.approx(PUBLISHED[key], abs=1e-6)
    assert found.phase_drift.n == (362 if key == "Weather" else 724)
    drift, spai, null = CONTROLS[key]
    assert found.phase_drift_robust.value == pytest.approx(drift, abs=5e-4)
    assert found.spai_robust.value == pytest.approx(spai, abs=5e-4)
    assert found.spai_null.value == pytest.approx(null, abs=3e-3)
    assert found.phase_drift_null.value == pytest.approx(0.25, abs=0.01)
    for estimate in (found.phase_drift, found.spai, found.spai_robust):
        assert estimate.low <= estimate.value <= estimate.high


@pytest.mark.parametrize("steps", [23, 24, 96])
def test_known_shifts_are_found_to_the_step(steps: int) -> None:
    shifts = np.random.default_rng(1).integers(-3, 4, size=60)
    matches = match_days(shifted(shifts, steps))
    assert np.allclose(matches.drift * steps, np.abs(np.diff(shifts)))
    assert np.allclose(matches.similarity, 1)
    half = match_days(shifted(np.array([0, steps // 2]), steps))
    assert half.drift[0] == pytest.approx((steps // 2) / steps)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 100), st.floats(-100, 100), st.integers(0, 23), st.integers(0, 1000))
def test_scale_level_and_a_turn_of_all_days_do_not_matter(scale: float, level: float, turn: int, seed: int) -> None:
    days = np.random.default_rng(seed).normal(size=(12, 24))
    plain, moved = match_days(days), match_days(np.roll(scale * days + level, turn, axis=1))
    assert np.array_equal(plain.drift, moved.drift)
    assert np.allclose(plain.similarity, moved.similarity)
    assert (plain.drift <= 0.5).all() and (plain.similarity <= 1 + 1e-12).all()


def test_days_that_do_not_move_count_as_published_and_are_left_out_of_the_robust_form() -> None:
    days = shifted(np.arange(60) % 2)
    days[30] = 7.0
    found = measured(days)
    assert found.phase_drift.n == 59 and found.phase_drift_robust.n == 57
    assert found.spai.value == pytest.approx(57 / 59)
    assert found.spai_robust.value == pytest.approx(1)
    assert found.phase_drift_robust.value == pytest.approx(1 / 24)


def test_series_that_cannot_be_compared_say_why() -> None:
    one = measured(shifted(np.array([0])))
    assert not one.phase_drift.defined and "there is 1 whole day" in str(one.spai_null.reason)
    still = measured(np.ones((40, 24)))
    assert (still.phase_drift.value, still.spai.value) == (0, 0)
    assert "does not move" in str(still.spai_robust.reason) and not still.spai_null.defined
    short = measured(shifted(np.arange(10)))
    assert short.phase_drift.value == pytest.approx(1 / 24) and "no interval" in str(short.phase_drift.reason)


def test_random_phases_keep_mean_and_spectrum_and_are_found_to_have_no_phase() -> None:
    generator = np.random.default_rng(2)
    days = shifted(np.zeros(200, dtype=int)) + generator.normal(size=(200, 24)) + 5
    made = random_phases(days, generator)
    assert np.allclose(made.mean(axis=1), days.mean(axis=1))
    assert np.allclose(np.abs(np.fft.rfft(made)), np.abs(np.fft.rfft(days)))
    assert measured(days).phase_drift_robust.p_value == 1 / 40
    null = [measured(random_phases(days[:60], generator), draws=19).spai_robust.p_value for _ in range(40)]
    assert np.mean(np.array(null) <= 0.05) <= 0.15  # 5 % stated; 40 series allow 10 % more


def test_only_dates_with_every_row_are_days() -> None:
    stamps = np.datetime64("2020-01-01T00", "h") + np.arange(24 * 5)
    kept = np.delete(np.arange(24 * 5), [30])
    days = whole_days(kept, stamps[kept], 24)
    assert days[:, 0].tolist() == [0, 48, 72, 96]
    assert whole_days(np.arange(3.0), stamps[:3], 24).shape == (0, 24)


def test_a_data_set_without_days_has_no_phase() -> None:
    assert math.isnan(PhaseMeasures.missing(Message.plain("why")).spai.value)
