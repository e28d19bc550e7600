"""The four conditions: the values of the official files, planted truth, invariances, and words for what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.data_measures import MOST_VARIABLES, measure_data, suitability, usual_target
from core.analysis.estimate import Estimate, undefined
from core.analysis.suitability import Condition, Variant, comovement, shift, skeleton, wobble
from core.analysis.verdict import GAINED_MOST, OTHERS, REFERENCE, Outlook, Standing, on_top, read_value, verdict
from core.analysis.wobble import without_daily_mean
from core.data.catalog import load_dataset
from core.data.dataset import DataError, Dataset, fraction_splits
from core.data.report import IngestReport
from core.data.step import Step
from core.text.message import Message

pytestmark = pytest.mark.slow

KNOWN = {  # c1 of OT, then c1 to c4 over all variables
    "ETTh2": (0.633, 0.162, 0.427, 0.902, 0.592),
    "ETTm2": (0.664, 0.163, 0.425, 0.929, 0.591),
    "ETTh1": (0.168, 0.197, 0.353, 0.873, 0.312),
    "ETTm1": (0.169, 0.197, 0.354, 0.899, 0.312),
    "Weather": (0.417, 0.237, 0.463, 0.895, 0.340),
}
HOURS = np.arange(24 * 200)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def dataset(values: np.ndarray, step: str = "1h", **changes: object) -> Dataset:
    index = pd.date_range("2024-01-01", periods=len(values), freq=step, name="date")
    names = [f"v{place}" for place in range(values.shape[1])]
    made = Dataset(
        key="made",
        title="made",
        frame=pd.DataFrame(values, index=index, columns=names),
        splits=fraction_splits(len(values)),
        step=Step(pd.Timedelta(step)),
        report=IngestReport(accepted=True),
        units={},
        licence="",
        source="",
        unbroken=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.data
@pytest.mark.usefixtures("official_data")
@pytest.mark.parametrize("key", KNOWN)
def test_the_official_files_have_the_known_values(key: str) -> None:
    found = suitability(load_dataset(key), "OT")
    target, *of_all = KNOWN[key]
    assert found[Condition.WOBBLE][Variant.TARGET].value == pytest.approx(target, abs=0.012)  # c1 draws surrogates
    for condition, value in zip(Condition, of_all, strict=True):
        exact = 0.008 if condition is Condition.WOBBLE else 6e-4
        assert found[condition][Variant.ALL].value == pytest.approx(value, abs=exact)
    place = (GAINED_MOST + OTHERS).index(key)
    for (condition, variant), values in REFERENCE.items():
        estimate = found[condition][variant]
        assert estimate.value == pytest.approx(values[place], abs=6e-4)
        assert estimate.low <= estimate.value <= estimate.high


def test_days_are_high_passed_by_a_centred_mean() -> None:
    series = rng().normal(size=(24 * 6 + 5, 2)).cumsum(axis=0)
    mean = pd.DataFrame(series).rolling(25, center=True).mean().to_numpy()
    wanted = (series - mean)[24 : 24 * 5].reshape(4, 24, 2)
    assert np.allclose(without_daily_mean(series, 24), wanted)
    assert without_daily_mean(series[:40], 24).shape == (0, 24, 2)


def test_a_wobbling_skeleton_is_found_and_noise_around_a_fixed_one_is_not() -> None:
    generator = rng(1)
    wave = np.cos(2 * np.pi * np.arange(24) / 24) + 0.4 * np.cos(4 * np.pi * np.arange(24) / 24)
    shifts = generator.integers(-3, 4, size=200)
    wobbling = np.concatenate([np.roll(wave, turn) for turn in shifts])
    fixed = np.tile(wave, 200) + 0.5 * generator.normal(size=len(HOURS))
    found = wobble(np.column_stack([wobbling, fixed]), 0, 24, generator=generator)
    mean_day = np.mean([np.roll(wave, turn) for turn in shifts], axis=0)
    share = np.square(mean_day).sum() / np.square(wave).sum()
    assert found[Variant.TARGET].value == pytest.approx(np.sqrt(share), abs=0.12)
    still = wobble(np.column_stack([fixed, wobbling]), 0, 24, generator=generator)
    assert still[Variant.TARGET].value < 0.15


def test_comovement_is_the_planted_correlation() -> None:
    common, own = rng(2).normal(size=(len(HOURS), 1)), rng(3).normal(size=(len(HOURS), 4))
    series = np.sqrt(0.6) * common + np.sqrt(0.4) * own
    found = comovement(series, 1, 24, generator=rng())
    assert found[Variant.TARGET].value == pytest.approx(0.6, abs=0.03)
    assert found[Variant.ALL].value == pytest.approx(0.6, abs=0.03)
    alone = comovement(series[:, :1], 0, 24, generator=rng())
    assert "One variable alone" in str(alone[Variant.ALL].reason)


def test_the_skeleton_is_the_share_of_slow_power() -> None:
    angle = 2 * np.pi * HOURS / 24
    series = np.column_stack([3 * np.sin(angle) + np.sin(6 * angle), np.sin(6 * angle)])
    found = skeleton(series, 0, 24, generator=rng())
    assert found[Variant.TARGET].value == pytest.approx(0.9, abs=0.01)
    assert found[Variant.ALL].value == pytest.approx(0.45, abs=0.01)


def test_the_shift_of_two_known_normal_distributions() -> None:
    train, test = rng(4).normal(0, 1, (20_000, 1)), rng(5).normal(1, 2, (20_000, 1))
    wanted = np.sqrt(1 - np.sqrt(2 * 2 / 5) * np.exp(-1 / 20))
    found = shift(train, test, 0, 24, generator=rng())[Variant.TARGET]
    assert found.value == pytest.approx(wanted, abs=0.01) and found.low < wanted < found.high
    same = shift(train, train, 0, None, generator=rng())[Variant.ALL]
    assert same.value == pytest.approx(0, abs=1e-6)


@settings(max_examples=8, deadline=None)
@given(st.floats(0.01, 100), st.floats(-100, 100), st.permutations([0, 1, 2]))
def test_scale_level_and_order_of_variables_do_not_matter(scale: float, level: float, order: list[int]) -> None:
    series = rng(6).normal(size=(24 * 70, 3)).cumsum(axis=0)
    series += 10 * np.sin(2 * np.pi * np.arange(len(series)) / 24)[:, None]
    moved = (scale * series + level)[:, order]
    for measure in (comovement, skeleton):
        plain, other = (
            measure(series, 0, 24, generator=rng())[Variant.ALL].value,
            measure(moved, 0, 24, generator=rng())[Variant.ALL].value,
        )
        assert other == pytest.approx(plain, rel=1e-6)
    half = len(series) // 2
    plain = shift(series[:half], series[half:], 0, 24, generator=rng())[Variant.ALL].value
    assert shift(moved[:half], moved[half:], 0, 24, generator=rng())[Variant.ALL].value == pytest.approx(
        plain, rel=1e-6
    )
    target = wobble(scale * series + level, 0, 24, generator=rng())[Variant.TARGET].value
    assert target == pytest.approx(wobble(series, 0, 24, generator=rng())[Variant.TARGET].value, rel=1e-6)


def test_what_cannot_be_measured_says_why() -> None:
    noise = rng(7).normal(size=(300, 2))
    daily = measure_data(dataset(noise, "1D"))
    for condition in (Condition.WOBBLE, Condition.COMOVEMENT, Condition.SKELETON):
        assert "no time of day" in str(daily.profile[condition][Variant.ALL].reason)
    assert daily.profile[Condition.SHIFT][Variant.ALL].value < 0.3
    assert "no time of day" in str(daily.phase.spai.reason) and daily.target == "v1"
    coarse = suitability(dataset(noise, "3h"), "v0")
    assert "A day has 8 rows" in str(coarse[Condition.SKELETON][Variant.ALL].reason)
    still = suitability(dataset(np.ones((24 * 80, 2))), "v0")
    assert {str(estimate.reason) for variants in still.values() for estimate in variants.values()} == {
        "No variable moves."
    }
    short = suitability(dataset(noise[:60]), "v0")
    assert "there are 0" in str(short[Condition.WOBBLE][Variant.TARGET].reason)
    one_still = np.column_stack([np.sin(np.arange(24 * 80)), np.ones(24 * 80)])
    mixed = suitability(dataset(one_still), "v1")
    assert not mixed[Condition.SHIFT][Variant.TARGET].defined and mixed[Condition.SHIFT][Variant.ALL].defined


def test_the_target_is_the_usual_column_else_the_most_daily_one() -> None:
    angle = 2 * np.pi * HOURS / 24
    values = np.column_stack([rng(8).normal(size=len(HOURS)), np.sin(angle), rng(9).normal(size=len(HOURS))])
    made = dataset(values)
    name, why = usual_target(made)
    assert name == "v1" and "100%" in str(why)
    named = replace(made, frame=made.frame.rename(columns={"v2": "OT"}))
    assert usual_target(named)[0] == "OT"
    assert "last column" in str(usual_target(dataset(np.ones((24 * 80, 2))))[1])
    with pytest.raises(DataError, match="choose one of: v0, v1, v2"):
        measure_data(made, target="load")


def test_a_wide_table_is_measured_on_some_of_its_variables() -> None:
    wide = dataset(rng(10).normal(size=(24 * 40, 3 * MOST_VARIABLES)))
    found = suitability(wide, "v5")
    assert found[Condition.COMOVEMENT][Variant.TARGET].value < 0.2


def test_readings_and_outlooks() -> None:
    assert [on_top(condition, Variant.ALL) for condition in Condition] == [False, False, True, True]
    assert read_value(Condition.SHIFT, Variant.ALL, 0.4) is Standing.BETWEEN
    assert read_value(Condition.SHIFT, Variant.ALL, 0.1) is Standing.LOW

    def profile(value: float) -> dict[Condition, dict[Variant, Estimate]]:
        estimate = Estimate(value) if np.isfinite(value) else undefined(Message.plain("because."))
        return {condition: dict.fromkeys(Variant, estimate) for condition in Condition}

    outlooks = {value: verdict(profile(value), "load") for value in (0.99, 0.1, np.nan)}
    assert [one.outlook for one in outlooks.values()] == [Outlook.FOR, Outlook.AGAINST, Outlook.UNKNOWN]
    assert "4 are as high" in str(outlooks[0.99].sentence)
    assert all("three independent ones" in str(one.certainty) for one in outlooks.values())
    assert "undefined (because)" in str(outlooks[np.nan].details[0])
    mixed = profile(0.99) | {Condition.SKELETON: dict.fromkeys(Variant, Estimate(0.1))}
    assert verdict(mixed, "load").outlook is Outlook.MIXED
    assert str(verdict(mixed, "OT", "ETTh2").certainty).startswith("ETTh2 is itself one of the published sets")
