"""Calendar cycles: which one applies, where a stamp lies in it, and the profile over it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.calendar import Cycle, CycleKind, cycle_of, slots, time_of_day
from core.data.step import DAY, MONTH_END, WORKING_DAYS, Step
from core.exhibits.data import profile_of
from tests.test_windows import counting, dataset_of


@pytest.mark.parametrize(
    "step, rows, kind, count",
    [
        ("1h", 200, CycleKind.TIME_OF_DAY, 24),
        ("15min", 400, CycleKind.TIME_OF_DAY, 96),
        ("10min", 400, CycleKind.TIME_OF_DAY, 144),
        ("1min", 4000, CycleKind.TIME_OF_DAY, 288),
        ("7min", 1000, CycleKind.TIME_OF_DAY, 24),
        ("12h", 100, CycleKind.TIME_OF_DAY, 2),
        ("1D", 100, CycleKind.DAY_OF_WEEK, 7),
        ("7D", 200, CycleKind.MONTH, 12),
        ("30D", 60, CycleKind.MONTH, 12),
        ("365D", 60, CycleKind.NONE, 1),
        ("1h", 40, CycleKind.NONE, 1),
    ],
)
def test_the_shortest_cycle_the_rows_resolve(step, rows, kind, count):
    dataset = dataset_of(counting(rows), step=step)
    cycle = cycle_of(dataset)
    assert (cycle.kind, cycle.count) == (kind, count)
    placed = slots(dataset.frame.index, cycle)
    assert placed.min() >= 0 and placed.max() < count and len(cycle.labels) == count
    assert bool(cycle.reason) == (kind is not CycleKind.TIME_OF_DAY)


def test_daily_data_say_why_time_of_day_does_not_apply_and_what_is_used():
    reason = str(cycle_of(dataset_of(counting(100), step="1D")).reason)
    assert reason == "Rows are 1 day apart: time of day does not apply; panels use the day of the week instead."


def test_trading_hours_have_only_the_slots_that_occur():
    clock = tuple(range(9 * 3600 + 1800, 16 * 3600, 300))
    step = Step(pd.Timedelta("5min"), weekdays=WORKING_DAYS, clock=clock)
    index = step.after(pd.Timestamp("2024-01-01 09:25"), 78 * 20)
    dataset = replace(dataset_of(counting(len(index))), step=step)
    dataset = replace(dataset, frame=dataset.frame.set_axis(index, axis=0))
    cycle = cycle_of(dataset)
    assert cycle.kind is CycleKind.TIME_OF_DAY and cycle.count == 78 and cycle.labels[0] == "09:30"
    assert (slots(index, cycle) == np.tile(np.arange(78), 20)).all()
    assert dataset.steps_per_day is None
    minutes = replace(dataset, step=replace(step, clock=tuple(range(9 * 3600 + 1800, 16 * 3600, 60))))
    assert cycle_of(minutes).labels == tuple(f"{hour:02d}:00" for hour in range(9, 16))
    assert slots(index[:7], cycle_of(minutes)).tolist() == [0] * 6 + [1]


@pytest.mark.parametrize(
    "step, kind, words",
    [
        (Step(DAY, weekdays=WORKING_DAYS), CycleKind.DAY_OF_WEEK, "Rows are 1 day apart"),
        (Step.by_months(1, day=MONTH_END), CycleKind.MONTH, "Rows are 1 month apart"),
        (Step.by_months(3), CycleKind.MONTH, "Rows are 3 months apart"),
        (Step.by_months(12), CycleKind.NONE, "rows are 1 year apart"),
    ],
)
def test_steps_of_the_calendar_are_spoken_of_as_such(step, kind, words):
    index = step.after(pd.Timestamp("1990-01-31"), 60)
    dataset = dataset_of(counting(60))
    cycle = cycle_of(replace(dataset, step=step, frame=dataset.frame.set_axis(index, axis=0)))
    assert cycle.kind is kind and words in str(cycle.reason)


def test_slots_are_the_calendar():
    stamps = pd.date_range("2024-02-28 00:00", periods=24 * 5, freq="h")
    hours = Cycle(CycleKind.TIME_OF_DAY, tuple(map(str, range(24))))
    assert (slots(stamps, hours) == stamps.hour).all()
    quarters = Cycle(CycleKind.TIME_OF_DAY, tuple(map(str, range(96))))
    fine = pd.date_range("2024-02-28", periods=96 * 3, freq="15min")
    assert (slots(fine.to_numpy(), quarters) == np.tile(np.arange(96), 3)).all()
    weekdays = Cycle(CycleKind.DAY_OF_WEEK, tuple("MTWTFSS"))
    assert slots(pd.DatetimeIndex(["2024-02-26", "2024-03-03"]), weekdays).tolist() == [0, 6]  # Monday, Sunday
    months = Cycle(CycleKind.MONTH, tuple("JFMAMJJASOND"))
    assert slots(pd.DatetimeIndex(["2024-01-31", "2024-12-01"]), months).tolist() == [0, 11]


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_slot_edges_do_not_depend_on_the_unit_of_time(unit):
    stamps = pd.date_range("2024-01-01", periods=144 * 4, freq="10min").as_unit(unit)
    cycle = Cycle(CycleKind.TIME_OF_DAY, tuple(map(str, range(144))))
    assert (slots(stamps, cycle) == np.tile(np.arange(144), 4)).all()


def test_time_of_day_lies_in_0_1_and_runs_evenly():
    parts = time_of_day(pd.date_range("2024-01-01", periods=48, freq="h"))
    np.testing.assert_allclose(parts, np.tile(np.arange(24) / 24, 2), atol=1e-15)


def test_profile_of_a_pure_daily_wave_is_the_wave():
    hours = np.arange(24 * 30)
    wave = np.sin(2 * np.pi * hours / 24)
    noise = np.random.default_rng(0).normal(size=hours.size)
    dataset = dataset_of(np.column_stack([wave, noise]))
    profile = profile_of(dataset.frame, cycle_of(dataset))
    pure = profile[profile["variable"] == "v0"]
    for column in ("mean", "low", "high"):
        np.testing.assert_allclose(pure[column], wave[:24], atol=1e-12)
    assert list(profile.columns) == ["variable", "slot", "label", "mean", "low", "high", "n"]
    assert (profile["n"] == 30).all() and pure["label"].iloc[13] == "13:00"
    rough = profile[profile["variable"] == "v1"]
    by_hour = noise.reshape(30, 24)
    np.testing.assert_allclose(rough["low"], np.quantile(by_hour, 0.1, axis=0), atol=1e-12)
    np.testing.assert_allclose(rough["mean"], by_hour.mean(axis=0), atol=1e-12)


def test_what_was_not_measured_is_no_part_of_a_profile():
    dataset = dataset_of(np.column_stack([np.tile(np.arange(24.0), 4), np.ones(96)]))
    frame = dataset.frame.copy()
    frame.iloc[5, 0] = np.nan
    profile = profile_of(frame, cycle_of(dataset)).set_index(["variable", "slot"])
    assert profile.loc[("v0", 5), ["mean", "n"]].tolist() == [5, 3]
    assert profile.loc[("v1", 5), "n"] == 4
