"""Distance correlation against the dcor package, the known answers of its theory, and its null."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from core.analysis.clock import Clock, clock_dependence, eta_squared, last_day, rotated_sums
from core.analysis.dependence import CHUNK, distance_correlation, distance_sums, is_constant, ratio, signed_root
from core.analysis.resample import subsample
from core.config import WindowConfig
from core.data.catalog import load_dataset
from core.data.windows import make_windows
from core.vocabulary import Split


@pytest.fixture(scope="module")
def clock() -> Clock:
    """120 days of hourly origins, of which 2,000 are drawn at random."""
    stamps = np.datetime64("2020-01-01T00", "h") + np.arange(120 * 24)
    return Clock.read(stamps, 24).take(subsample(120 * 24, 2000, np.random.default_rng(0)))


def hourly(days: int) -> Clock:
    return Clock.read(np.datetime64("2020-01-01T00", "h") + np.arange(days * 24), 24)


def autoregressive(generator: np.random.Generator, count: int, memory: float = 0.9) -> np.ndarray:
    return np.asarray(lfilter([1.0], [1.0, -memory], generator.normal(size=count + 100))[100:])


@pytest.mark.slow
@pytest.mark.parametrize("features", [(1, 1), (1, 2), (5, 2), (64, 3)])
def test_equals_the_dcor_package(features: tuple[int, int]) -> None:
    dcor = pytest.importorskip("dcor")
    generator = np.random.default_rng(3)
    x = generator.normal(size=(400, features[0]))
    y = np.sin(x[:, :1]) + generator.normal(size=(400, features[1]))
    found = distance_correlation(x, y)
    assert found.corrected == pytest.approx(signed_root(dcor.u_distance_correlation_sqr(x, y)), abs=1e-5)
    assert found.biased == pytest.approx(dcor.distance_correlation(x, y), abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.integers(4, 40), st.integers(2, 4), st.integers(0, 10_000))
def test_one_pass_equals_centred_matrices_for_any_small_sample(n: int, features: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=(n, features)), generator.normal(size=(n, 2))
    xy, xx, _ = distance_sums(x, y)
    a, b = (np.linalg.norm(z[:, None] - z, axis=2) for z in (x, y))
    assert xy.corrected == pytest.approx(float((u_centred(a) * b).sum()) / (n * (n - 3)), abs=1e-6)
    centred = a - a.mean(0) - a.mean(1)[:, None] + a.mean()
    assert xx.biased == pytest.approx(float((centred**2).mean()), abs=1e-6)


def u_centred(a: np.ndarray) -> np.ndarray:
    n = len(a)
    rows = a.sum(1) / (n - 2)
    centred = a - rows - rows[:, None] + a.sum() / ((n - 1) * (n - 2))
    np.fill_diagonal(centred, 0)
    return centred


@settings(max_examples=15, deadline=None)
@given(st.floats(0.01, 100), st.floats(-50, 50), st.integers(0, 1000))
def test_scale_shift_turn_and_order_do_not_matter(scale: float, shift: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(60, 3))
    y = x[:, :2] ** 2 + generator.normal(size=(60, 2))
    turn, _ = np.linalg.qr(generator.normal(size=(3, 3)))
    order = generator.permutation(60)
    plain, moved = distance_correlation(x, y), distance_correlation((scale * x @ turn + shift)[order], y[order])
    assert moved.corrected == pytest.approx(plain.corrected, abs=1e-6)
    assert moved.biased == pytest.approx(plain.biased, abs=1e-6)
    assert 0 <= plain.biased <= 1


@pytest.mark.parametrize(("features", "biased"), [(1, 0.05), (16, 0.09), (768, 0.19)])
def test_independent_samples_have_a_bias_that_the_correction_removes(features: int, biased: float) -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(size=(2000, features)).astype(np.float32)
    angle = generator.uniform(0, 2 * math.pi, 2000)
    found = distance_correlation(x, np.column_stack([np.sin(angle), np.cos(angle)]))
    assert found.biased == pytest.approx(biased, abs=0.02)
    assert found.corrected**2 < 0.004


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        (lambda t: np.column_stack([np.sin(t), np.cos(t)]), 1.0),
        (np.sin, 0.840),
        (lambda t: ((t >= 8 / 24 * 2 * math.pi) & (t < 18 / 24 * 2 * math.pi)).astype(float), 0.737),
        (lambda t: np.sin(2 * t), 0.376),
    ],
    ids=["clock itself", "sine", "office hours", "half-day sine"],
)
def test_known_dependence_on_the_clock(clock: Clock, signal: object, expected: float) -> None:
    state = signal(2 * math.pi * clock.slot / 24)  # type: ignore[operator]
    assert distance_correlation(state, clock.circle).corrected == pytest.approx(expected, abs=0.01)


def test_a_constant_has_zero_by_convention_and_says_so(clock: Clock) -> None:
    rounding = np.random.default_rng(0).normal(size=(len(clock), 4)).astype(np.float32) * 1e-8 + 3
    assert is_constant(rounding)
    found = clock_dependence(rounding, clock, generator=np.random.default_rng(0))
    assert found.corrected.value == found.eta_squared.value == 0
    assert "convention" in str(found.corrected.reason)
    assert math.isnan(found.corrected.p_value)


def test_too_few_observations_and_bad_input_are_named() -> None:
    assert "needs 4" in str(distance_correlation([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).reason)
    with pytest.raises(ValueError, match="as many of both"):
        distance_correlation(np.ones((5, 2)), np.ones((6, 2)))
    with pytest.raises(ValueError, match="missing or infinite"):
        distance_correlation([1.0, math.nan, 3.0, 4.0, 5.0], np.eye(5))


def test_eta_squared_of_no_full_and_half_dependence(clock: Clock) -> None:
    generator = np.random.default_rng(2)
    cycle = np.sin(2 * math.pi * clock.slot / 24) * math.sqrt(2)
    noise = generator.normal(size=len(clock))
    assert eta_squared(cycle, clock.slot).value == pytest.approx(1, abs=1e-9)
    assert eta_squared(noise, clock.slot).value == pytest.approx(0, abs=0.02)
    assert eta_squared(cycle + noise, clock.slot).value == pytest.approx(0.5, abs=0.03)
    assert "more than once" in str(eta_squared(noise[:10], clock.slot[:10]).reason)


def test_a_rotation_by_sums_equals_the_rotation_itself() -> None:
    """Two routes: the table of day pairs against labels that are really rotated."""
    generator = np.random.default_rng(4)
    clock = hourly(20).take(subsample(480, 150, generator))
    x = generator.normal(size=(150, 3)) + clock.circle[:, :1] / 2
    turns = generator.integers(24, size=(7, clock.day.max() + 1))
    xy, xx, yy = rotated_sums(x, clock, turns)
    for turn, shared, own in zip(turns, xy, yy, strict=True):
        turned = Clock((clock.slot + turn[clock.day]) % 24, clock.day, 24)
        wanted = distance_correlation(x, turned.circle)
        found = signed_root(ratio(shared.corrected, xx.corrected, own.corrected))
        assert found == pytest.approx(wanted.corrected, abs=1e-7)
        assert math.sqrt(ratio(shared.biased, xx.biased, own.biased)) == pytest.approx(wanted.biased, abs=1e-7)


def test_dependence_on_the_clock_is_the_distance_correlation_with_its_circle(clock: Clock) -> None:
    x = np.random.default_rng(8).normal(size=(len(clock), 5)) + clock.circle[:, :1]
    found, wanted = (
        clock_dependence(x, clock, generator=np.random.default_rng(0)),
        distance_correlation(x, clock.circle),
    )
    assert found.corrected.value == pytest.approx(wanted.corrected, abs=1e-7)
    assert found.biased.value == pytest.approx(wanted.biased, abs=1e-7)
    assert found.corrected.p_value == 1 / 200
    few = clock_dependence(x[:3], clock.take(np.arange(3)), generator=np.random.default_rng(0))
    assert "needs 4" in str(few.corrected.reason)


def test_rotation_keeps_its_level_on_autocorrelated_series_and_finds_a_cycle() -> None:
    clock, generator = hourly(12), np.random.default_rng(6)
    cycle = np.cos(2 * math.pi * clock.slot / 24)
    null, real = np.empty(120), np.empty(120)
    for i in range(120):
        series = autoregressive(generator, len(clock))
        for p_values, state in ((null, series), (real, series + 4 * cycle)):
            p_values[i] = clock_dependence(state, clock, generator=generator, draws=39).corrected.p_value
    assert np.mean(null <= 0.05) <= 0.11  # 5 % stated; 120 series allow +- 4 %
    assert np.mean(null <= 0.5) == pytest.approx(0.5, abs=0.13)
    assert np.mean(real <= 0.05) > 0.95


def test_the_clock_reads_stamps_and_survives_selection() -> None:
    stamps = np.array(["2020-01-01T23:50", "2020-01-02T00:00", "2020-01-04T12:00"], dtype="datetime64[m]")
    clock = Clock.read(stamps, 144)
    assert clock.slot.tolist() == [143, 0, 72]
    assert clock.day.tolist() == [0, 1, 2]
    assert clock.take(np.array([0, 2])).day.tolist() == [0, 1]
    assert np.allclose(np.linalg.norm(clock.circle, axis=1), 1)


def test_a_subsample_is_without_replacement_and_does_not_alias_the_day() -> None:
    chosen = subsample(2785, 1000, np.random.default_rng(0))
    assert len(np.unique(chosen)) == 1000
    assert np.bincount(chosen % 24).min() > 20
    assert subsample(5, 10, np.random.default_rng(0)).tolist() == [0, 1, 2, 3, 4]


def test_the_floor_takes_evenly_spaced_points_of_the_last_day_without_its_mean() -> None:
    inputs = np.random.default_rng(0).normal(size=(6, 300, 2)) + 10
    floor = last_day(inputs, 96)
    assert floor.shape == (6, 48)
    assert np.allclose(floor.mean(axis=1), 0)
    day = inputs[:, -96::4]
    assert np.allclose(floor, (day - day.mean(axis=(1, 2), keepdims=True)).reshape(6, -1))
    with pytest.raises(ValueError, match="last day needs 400"):
        last_day(inputs, 400)


@pytest.mark.data
@pytest.mark.parametrize(
    ("key", "expected"), [("ETTh2", 0.40), ("ETTm2", 0.41), ("ETTh1", 0.80), ("ETTm1", 0.81), ("Weather", 0.37)]
)
@pytest.mark.usefixtures("official_data")
def test_the_floor_of_the_official_test_splits(key: str, expected: float) -> None:
    dataset = load_dataset(key)
    steps = dataset.steps_per_day
    assert steps is not None
    windows = make_windows(dataset, WindowConfig(lookback=steps, horizon=96), Split.TEST)
    places = subsample(len(windows), 1000, np.random.default_rng(0))
    clock = Clock.read(windows.stamps[places], steps)
    found = distance_correlation(last_day(windows.x[places], steps), clock.circle)
    assert found.corrected == pytest.approx(expected, abs=0.03)


def test_memory_grows_with_a_chunk_of_rows_and_not_with_their_square() -> None:
    """Distances are held CHUNK rows at a time, whatever the number of pairs."""

    def bound(n: int, features: int) -> int:
        return 8 * (4 * n * features + 6 * CHUNK * n)  # tables and their centred copies; distances in several forms

    assert bound(2880, 768) < 300e6
    x = np.random.default_rng(9).normal(size=(3000, 16))
    clock = hourly(125)
    for measure in (
        lambda: distance_correlation(x, clock.circle),
        lambda: clock_dependence(x, clock, generator=np.random.default_rng(0), draws=9),
    ):
        tracemalloc.start()
        measure()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < bound(3000, 16) < 8 * 3000 * 3000
