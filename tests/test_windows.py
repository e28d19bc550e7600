"""Windows: counts of the published protocol, no target seen early, scaling from the train rows alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.array_utils import byte_bounds

from core.config import WindowConfig
from core.data.catalog import load_dataset
from core.data.dataset import DataError, Dataset, Splits, counted_splits, fraction_splits
from core.data.report import IngestReport
from core.data.step import Step
from core.data.windows import (
    longest_lookback,
    lookback_advice,
    make_windows,
    origins_of,
    standardised,
    thinning,
    training_stride,
    usual_lookback,
    validation_stride,
)
from core.vocabulary import Split
from tests.support.tiny import tiny_dataset

HORIZONS = (96, 192, 336, 720)
TEST_WINDOWS = {
    "ETTh1": (2785, 2689, 2545, 2161),
    "ETTh2": (2785, 2689, 2545, 2161),
    "ETTm1": (11425, 11329, 11185, 10801),
    "ETTm2": (11425, 11329, 11185, 10801),
    "Weather": (10444, 10348, 10204, 9820),
    "Weather-cleaned": (10444, 10348, 10204, 9820),
}
TRAIN_WINDOWS = {  # look-back 720
    "ETTh1": (7825, 7729, 7585, 7201),
    "ETTm1": (33745, 33649, 33505, 33121),
    "Weather": (36072, 35976, 35832, 35448),
}
VALIDATION_WINDOWS = {
    "ETTh1": (2785, 2689, 2545, 2161),
    "ETTm1": (11425, 11329, 11185, 10801),
    "Weather": (5175, 5079, 4935, 4551),
}


def dataset_of(values: np.ndarray, splits: Splits | None = None, step: str = "1h") -> Dataset:
    """Return a data set of values [row, variable]."""
    index = pd.date_range("2024-01-01", periods=len(values), freq=step, name="date")
    frame = pd.DataFrame(values, index=index, columns=[f"v{place}" for place in range(values.shape[1])])
    return Dataset(
        key="made",
        title="made",
        frame=frame.astype("float64"),
        splits=splits or fraction_splits(len(values)),
        step=Step(pd.Timedelta(step)),
        report=IngestReport(accepted=True),
        units=dict.fromkeys(frame.columns, ""),
        licence="",
        source="",
        unbroken=True,
    )


def counting(rows: int, variables: int = 2) -> np.ndarray:
    """Return values that say where they stand: row + 1000 x variable, with some spread."""
    return np.arange(rows)[:, None] + 1000.0 * np.arange(variables)


@pytest.mark.data
@pytest.mark.parametrize("lookback", [96, 720])
@pytest.mark.parametrize("key", TEST_WINDOWS)
def test_test_windows_are_those_of_the_published_protocol(key, lookback, official_data):
    dataset = load_dataset(key)
    counts = tuple(len(make_windows(dataset, WindowConfig(lookback, horizon), Split.TEST)) for horizon in HORIZONS)
    assert counts == TEST_WINDOWS[key]


@pytest.mark.data
@pytest.mark.parametrize("split, expected", [(Split.TRAIN, TRAIN_WINDOWS), (Split.VALIDATION, VALIDATION_WINDOWS)])
def test_train_and_validation_windows_at_720(split, expected, official_data):
    for key, numbers in expected.items():
        dataset = load_dataset(key)
        assert tuple(len(make_windows(dataset, WindowConfig(720, h), split)) for h in HORIZONS) == numbers


@pytest.mark.data
def test_official_splits_by_row(official_data):
    assert vars(load_dataset("ETTh1").splits) == vars(counted_splits(8640, 2880, 2880))
    assert vars(load_dataset("ETTm2").splits) == vars(counted_splits(34560, 11520, 11520))
    weather = load_dataset("Weather").splits
    assert [len(weather.of(split)) for split in Split] == [36887, 5270, 10539]
    assert weather.test.stop == 52696


@given(
    rows=st.integers(60, 300),
    lookback=st.integers(1, 30),
    horizon=st.integers(1, 6),
    split=st.sampled_from(list(Split)),
    stride=st.integers(1, 5),
)
@settings(max_examples=60, deadline=None)
def test_windows_hold_the_rows_they_say(rows, lookback, horizon, split, stride):
    dataset = dataset_of(counting(rows))
    windows = make_windows(dataset, WindowConfig(lookback, horizon), split, stride=stride)
    part = dataset.splits.of(split)
    first = max(part.start, lookback)
    assert windows.origins.tolist() == list(range(first, part.stop - horizon + 1, stride))
    assert windows.x.shape == (len(windows), lookback, 2) and windows.y.shape == (len(windows), horizon, 2)
    x, y = windows.scaler.inverse(windows.x)[..., 0], windows.scaler.inverse(windows.y)[..., 0]
    origins = windows.origins[:, None]
    np.testing.assert_allclose(x, origins - lookback + np.arange(lookback), atol=1e-3)  # float32
    np.testing.assert_allclose(y, origins + np.arange(horizon), atol=1e-3)
    assert (windows.stamps == dataset.frame.index.to_numpy()[windows.origins]).all()


def test_every_target_row_of_the_test_part_is_reached_and_none_beyond():
    dataset = dataset_of(counting(400))
    windows = make_windows(dataset, WindowConfig(24, 12), Split.TEST)
    targets = windows.origins[:, None] + np.arange(12)
    assert set(targets.ravel()) == set(dataset.splits.test)


def test_the_future_never_reaches_x():
    values = np.random.default_rng(0).normal(size=(300, 3))
    changed = values.copy()
    origin = 270
    changed[origin:] += 5.0
    window = WindowConfig(48, 12)
    before, after = (make_windows(dataset_of(v), window, Split.TEST) for v in (values, changed))
    place = int(np.flatnonzero(before.origins == origin)[0])
    np.testing.assert_array_equal(before.x[: place + 1], after.x[: place + 1])
    assert (before.y[place] != after.y[place]).all()


def test_scaler_comes_from_the_train_rows_only_with_ddof_0():
    values = np.random.default_rng(1).normal(3.0, 2.0, size=(500, 2))
    dataset = dataset_of(values)
    train = values[: len(dataset.splits.train)]
    scaler = make_windows(dataset, WindowConfig(20, 5), Split.TEST).scaler
    np.testing.assert_allclose(scaler.mean, train.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(scaler.scale, np.sqrt(((train - train.mean(axis=0)) ** 2).mean(axis=0)), rtol=1e-12)
    values[len(train) :] *= 100
    again = make_windows(dataset_of(values), WindowConfig(20, 5), Split.TRAIN).scaler
    np.testing.assert_array_equal(again.scale, scaler.scale)


def test_scaling_inverts_and_standardises():
    values = np.random.default_rng(2).normal(-7.0, 30.0, size=(200, 4))
    scaler = make_windows(dataset_of(values), WindowConfig(10, 2), Split.TRAIN).scaler
    np.testing.assert_allclose(scaler.inverse(scaler.transform(values)), values, rtol=1e-12)
    train = scaler.transform(values[:140])
    np.testing.assert_allclose(train.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(train.std(axis=0), 1.0, rtol=1e-12)


def test_a_variable_that_stands_still_in_training_keeps_its_units():
    values = np.column_stack([np.full(200, 0.1), np.arange(200.0)])
    values[150:, 0] = 0.3
    scaler = make_windows(dataset_of(values), WindowConfig(10, 2), Split.TRAIN).scaler
    assert scaler.scale[0] == 1.0


def test_x_and_y_are_read_only_views_of_one_table():
    dataset = dataset_of(counting(2000, 5))
    arrays = []
    for split in Split:
        windows = make_windows(dataset, WindowConfig(200, 50), split)
        arrays += [windows.x, windows.y]
    assert all(not array.flags.writeable and array.dtype == np.float32 for array in arrays)
    bounds = [byte_bounds(array) for array in arrays]
    spanned = max(high for _, high in bounds) - min(low for low, _ in bounds)
    assert spanned == 2000 * 5 * 4  # one float32 table in all, never window x look-back cells


@given(rows=st.integers(80, 900), horizon=st.integers(1, 40), patch=st.sampled_from([1, 6, 36]))
@settings(max_examples=60, deadline=None)
def test_longest_lookback_fits_and_one_patch_more_does_not(rows, horizon, patch):
    dataset = dataset_of(counting(rows))
    longest = longest_lookback(dataset, horizon, patch)
    assert longest % patch == 0
    if longest:
        assert all(len(make_windows(dataset, WindowConfig(longest, horizon), split)) >= 1 for split in Split)
        assert lookback_advice(dataset.splits, WindowConfig(longest, horizon), patch) == ""
    with pytest.raises(DataError):
        make_windows(dataset, WindowConfig(longest + patch, horizon), Split.TRAIN)


def test_too_short_names_the_longest_lookback():
    dataset = dataset_of(counting(500))
    with pytest.raises(DataError, match="longest look-back that fits is 302"):
        make_windows(dataset, WindowConfig(720, 48), Split.TRAIN)
    assert "is 288" in lookback_advice(dataset.splits, WindowConfig(720, 48), 36)
    with pytest.raises(DataError, match="horizon of at most 50"):
        make_windows(dataset, WindowConfig(24, 96), Split.TEST)


@pytest.mark.parametrize("step, stride", [("1h", 2), ("15min", 8), ("10min", 12), ("1D", 2), ("2h", 2)])
def test_training_stride_spans_the_same_time_at_finer_steps(step, stride):
    assert training_stride(dataset_of(counting(100), step=step), 2) == stride


@pytest.mark.parametrize("step", [Step.by_months(1), Step.by_months(12), Step(pd.Timedelta("1D"), weekdays=(0, 4))])
def test_training_stride_of_calendar_steps_is_the_base(step):
    assert training_stride(replace(dataset_of(counting(100)), step=step), 4) == 4


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [(10_000, 720), (966, 144), (300, 36), (150, 36), (60, 0)],
    ids=["long enough", "a quarter of 676 rows", "a quarter of 210 rows", "never below a patch", "none fits"],
)
def test_the_look_back_to_begin_with_leaves_windows(rows, wanted):
    dataset = dataset_of(counting(rows))
    assert usual_lookback(dataset, 12, 36, 720) == wanted


def test_origins_count_the_windows_without_making_them():
    dataset, window = dataset_of(counting(500)), WindowConfig(48, 12)
    for split, stride in ((Split.TRAIN, 4), (Split.VALIDATION, 1), (Split.TEST, 1)):
        windows = make_windows(dataset, window, split, stride=stride)
        assert origins_of(dataset.splits, window, split, stride).tolist() == windows.origins.tolist()
    assert len(origins_of(dataset.splits, WindowConfig(720, 12), Split.TRAIN)) == 0


@pytest.mark.parametrize("width", [21, 280])
def test_training_stride_is_that_of_the_time_however_wide_the_data_are(width):
    assert training_stride(dataset_of(np.zeros((100, width))), 2) == 2


@pytest.mark.parametrize("most, stride", [(2_000, 1), (980, 2), (100, 20), (1, 1_980)])
def test_thinned_windows_hold_about_as_many_series_as_wanted(most, stride):
    dataset, window = dataset_of(counting(1_000, 10)), WindowConfig(48, 3)  # 198 windows of the test rows
    assert thinning(dataset, window, Split.TEST, most) == stride


def test_an_epoch_is_validated_on_every_window_unless_the_data_are_very_large():
    window = WindowConfig(720, 96)
    assert validation_stride(dataset_of(counting(20_000, 21)), window) == 1
    assert validation_stride(dataset_of(counting(26_304, 321)), window) == 3


def test_how_a_table_lies_in_memory_decides_no_digit() -> None:
    dataset = tiny_dataset()
    values = dataset.frame.to_numpy()
    tables = []
    for order in (np.ascontiguousarray, np.asfortranarray):
        frame = pd.DataFrame(order(values), dataset.frame.index, dataset.frame.columns)
        scaler, table = standardised(replace(dataset, frame=frame))
        tables.append((scaler.mean.tobytes(), scaler.scale.tobytes(), table.tobytes(), table.strides))
    assert tables[0] == tables[1]
