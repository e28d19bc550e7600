"""What figures draw: known numbers at known places, and the marks they share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.step import Step
from core.figures import (
    attention,
    claims,
    errors,
    forecast,
    gradient,
    kernels,
    response,
    series,
)
from core.figures.error_by_step import error_by_step, window_error_by_step
from core.figures.labels import spread
from core.figures.lettering import text_width, wrap
from core.figures.marks import block_means
from core.figures.palette import Look
from core.figures.theme import Drawing
from core.vocabulary import Activation, Fusion, Split
from tests.support import figure_numbers as given
from tests.support.figure_examples import EXAMPLES

LOOK = Look()
HOURLY = Step(pd.Timedelta(hours=1))
NOTHING = np.zeros(0)


def trace(drawing: Drawing, name: str) -> Any:
    return next(trace for trace in drawing.figure.data if trace.name == name)


def test_mode_comparison_draws_the_given_interval_and_every_seed() -> None:
    summary = given.summary().assign(value=[1.0, -0.5, 2.0], low=[0.5, -1.0, 1.5], high=[1.75, 0.25, 3.0])
    made = errors.mode_comparison(given.per_seed(), summary, look=LOOK)
    both = trace(made, "both")
    assert (both.x[0], both.error_x.array[0], both.error_x.arrayminus[0]) == (2.0, 1.0, 0.5)
    assert list(trace(made, "GRU → CNN, seeds").x) == [0.5, 0.6, 0.7]
    assert made.figure.layout.shapes[0].x0 == 0 and "none" in {note.text for note in made.figure.layout.annotations}
    assert "2.0 % against none [+1.5, +3.0], better in 3 of 3 seeds" in made.finding


def test_none_of_matched_size_has_a_row_of_its_own() -> None:
    one = {"fusion": "none", "matched": True}
    summary = pd.concat([given.summary(), pd.DataFrame([one | {"value": 0.1, "low": 0.0, "high": 0.2, "n": 2}])])
    seeds = pd.DataFrame([one | {"seed": seed, "delta_rmse": 0.1} for seed in range(2)])
    per_seed = pd.concat([given.per_seed(), seeds])
    made = errors.mode_comparison(per_seed, summary, look=LOOK)
    assert made.figure.layout.yaxis.ticktext[-1] == "none, matched size"
    assert list(trace(made, "none, matched size, seeds").x) == [0.1, 0.1]
    assert trace(made, "none, matched size").marker.symbol != trace(made, "both").marker.symbol


def test_one_seed_has_no_interval_and_the_finding_says_so() -> None:
    summary = given.summary().assign(low=np.nan, high=np.nan, n=1)
    per_seed = given.per_seed().loc[lambda table: table["seed"] == 0]
    made = errors.mode_comparison(per_seed, summary, look=LOOK)
    assert not np.any(trace(made, "both").error_x.array) and "one seed" in made.finding


def test_a_loss_is_not_worded_as_a_gain() -> None:
    summary = given.summary().assign(value=-1.0, low=-2.0, high=-0.5)
    made = errors.mode_comparison(given.per_seed(), summary, look=LOOK)
    assert made.finding.startswith("No mode lowers RMSE")


def test_relative_panel_is_the_change_against_none() -> None:
    modes = {Fusion.NONE: np.array([[1.0, 3.0], [3.0, 5.0]]), Fusion.BOTH: np.array([1.0, 5.0])}
    made = error_by_step(modes, step=HOURLY, look=LOOK)
    relative = [trace for trace in made.figure.data if trace.yaxis == "y2"]
    np.testing.assert_allclose(trace(made, "none").y, [2, 4])
    np.testing.assert_allclose(relative[0].y, [-50, 25])


def test_hardest_variables_are_kept_when_there_are_many() -> None:
    made = EXAMPLES["error_by_variable"](LOOK)
    assert made.figure.layout.yaxis.ticktext[-1] == "variable 999" and len(made.figure.layout.yaxis.ticktext) == 21
    assert "of 1000 variables" in made.finding


def test_downsampling_keeps_extremes_and_splits_start_where_they_start() -> None:
    data = pd.DataFrame({"v": np.zeros(50_000)}, index=pd.date_range("2020-01-01", periods=50_000, freq="h"))
    data.iloc[31_234] = 7.0
    splits = {Split.TRAIN: range(30_000), Split.VALIDATION: range(30_000, 40_000), Split.TEST: range(40_000, 50_000)}
    made = series.series_plot(data, splits, units={}, look=LOOK)
    assert len(made.figure.data[0].y) <= series.MOST_POINTS and made.figure.data[0].y.max() == 7
    peak = pd.to_datetime(made.figure.data[0].x[made.figure.data[0].y.argmax()], unit="ms")
    assert peak == data.index[31_234]
    assert pd.to_datetime(made.figure.layout.shapes[1].x0, unit="ms") == data.index[40_000]


def test_forecast_starts_at_the_origin_in_original_units() -> None:
    made = EXAMPLES["forecast_overlay"](LOOK)
    start = np.datetime64("2020-06-01T00:00").astype("datetime64[ms]").astype(float)
    assert trace(made, "truth").x[0] == trace(made, "both").x[0] == start == made.figure.layout.shapes[0].x0
    assert trace(made, "truth").x[1] - start == 600_000 and trace(made, "history").x[-1] == start
    assert made.figure.layout.yaxis.title.text == "온도 (°C)"


def test_the_closest_forecast_is_named_with_its_error() -> None:
    truth = np.zeros(4)
    made = forecast.forecast_overlay(
        NOTHING,
        truth,
        {Fusion.NONE: truth + 2, Fusion.BOTH: truth - 0.5},
        {},
        stamps=np.datetime64("2020-01-01") + np.arange(4) * np.timedelta64(1, "h"),
        step=HOURLY,
        variable="load",
        unit="MW",
        look=LOOK,
    )
    assert made.finding.startswith("both is closest here")
    assert "both 0.500 MW and none 2.00 MW" in made.finding


def test_a_forecast_of_months_lies_on_the_calendar_and_missing_truth_is_a_gap() -> None:
    stamps = pd.date_range("2023-11-01", periods=6, freq="MS").to_numpy()
    truth = np.array([1.0, np.nan, 3.0])
    modes = {Fusion.BOTH: np.array([2.0, 9.0, 3.0])}
    look = {"look": LOOK, "step": Step.by_months(1), "unit": "MW"}
    made = forecast.forecast_overlay(np.ones(3), truth, modes, {}, stamps=stamps, variable="load", **look)
    assert pd.to_datetime(trace(made, "both").x, unit="ms").tolist() == list(pd.to_datetime(stamps[3:]))
    assert np.isnan(trace(made, "truth").y).tolist() == [False, True, False]
    assert "0.500 MW" in made.finding and "3 steps (3 months)" in made.finding
    misses = {Fusion.BOTH: np.abs(modes[Fusion.BOTH] - truth)}
    beside = window_error_by_step(misses, {}, **look)
    assert beside.figure.layout.xaxis.title.text == "Step ahead (1 step = 1 month)"
    assert "at step 1, by 1.00 MW" in beside.finding


@pytest.mark.parametrize(
    ("step", "ticks", "title"),
    [(HOURLY, "h", "steps; hours below"), (Step.by_months(3), "", "steps of 3 months")],
)
def test_lags_are_in_hours_only_where_rows_are_hours(step: Step, ticks: str, title: str) -> None:
    numbers = {mode: 1.5 for mode in list(Fusion)[1:]}
    look = {"look": LOOK}
    made = response.event_response(given.responses(), amplification=numbers, lead=numbers, step=step, **look)
    assert made.figure.layout.xaxis.title.text == f"Lag from the change<br>({title})"
    assert all(text.endswith(ticks) and ("<br>" in text) == bool(ticks) for text in made.figure.layout.xaxis.ticktext)


def test_a_click_on_the_timeline_returns_the_origin() -> None:
    made = EXAMPLES["error_timeline"](LOOK)
    expected = given.window_errors()[Fusion.BOTH]
    both = trace(made, "both")
    places = np.asarray(both.customdata)[:, 0] - 42_157
    np.testing.assert_allclose(both.y, expected[places], rtol=1e-6)
    assert {5, 701, 9_000} <= set(places)  # named windows are never thinned away
    assert (made.figure.layout.clickmode, made.figure.layout.dragmode) == ("event+select", "pan")
    assert all("markers" in trace.mode for trace in made.figure.data)


@pytest.mark.parametrize(("mode", "median", "worst"), [(Fusion.NONE, "2.00", "9.00"), (Fusion.BOTH, "0.500", "4.00")])
def test_the_timeline_speaks_of_the_mode_whose_windows_it_names(mode: Fusion, median: str, worst: str) -> None:
    stamps = np.datetime64("2020-01-01") + np.arange(3) * np.timedelta64(1, "h")
    made = forecast.error_timeline(
        {Fusion.NONE: np.array([1.0, 2.0, 9.0]), Fusion.BOTH: np.array([4.0, 0.5, 0.25])},
        np.arange(3),
        stamps,
        landmarks={"worst": 2},
        landmark_mode=mode,
        look=LOOK,
    )
    assert made.finding.startswith(f"{mode.value}: median window MSE {median}, worst {worst};")


def test_kernel_rows_are_ordered_by_the_slot_of_their_peak() -> None:
    values = np.zeros((4, 3, 3))
    for channel, slot in enumerate((2, 0, 3)):
        values[slot, channel] = 1.0
    made = kernels.kernel_by_slot(
        values,
        crossing=Activation.KERNEL_CNN_TO_GRU,
        taps=(-1, 0, 1),
        slot_labels=("a", "b", "c", "d"),
        cycle="Season",
        look=LOOK,
    )
    pictures = [trace for trace in made.figure.data if trace.type == "heatmap"]
    assert [list(row).index(1) for row in pictures[0].z] == [0, 2, 3]
    assert len(pictures) == 3 and all(picture.zmin == -picture.zmax for picture in pictures)


def test_windows_kernels_keep_channel_and_tap() -> None:
    values = np.arange(6.0).reshape(2, 3)  # [channel, tap]
    made = kernels.window_kernels({Activation.KERNEL_GRU_TO_CNN: values}, taps=(-1, 0, 1), shown="now", look=LOOK)
    assert len(made.figure.data) == 1 and made.figure.data[0].z[2][1] == values[1, 2]
    assert list(made.figure.layout.yaxis.ticktext) == ["tap −1", "tap 0", "tap +1"]


def test_response_marks_the_peak_and_writes_lead_beside_it() -> None:
    made = EXAMPLES["event_response"](LOOK)
    assert trace(made, "both, peak").x[0] == 0 and trace(made, "both, peak").y[0] == pytest.approx(2)
    assert "peak +1.5 %<br>lead +1.50 steps" in {note.text for note in made.figure.layout.annotations}
    assert "+6<br>+1.0 h" in made.figure.layout.xaxis.ticktext
    assert [one.y.max() for one in made.figure.data if one.name == "none"] == pytest.approx([1.8] * 3)


def test_attention_reach_of_known_weights() -> None:
    assert attention.reach(np.full((2, 5, 10), 0.1)) == pytest.approx(10)
    assert attention.reach(np.eye(4)[None]) == pytest.approx(1)


def test_attention_is_called_routing_and_its_controls_say_what_is_unused() -> None:
    assert "Routing weights, not importance" in EXAMPLES["attention_map"](LOOK).finding
    effects = pd.DataFrame(
        {"control": ["uniform_attention"], "fusion": ["both"], "change": [-0.2], "low": np.nan, "high": np.nan}
    )
    made = attention.attention_controls(effects, look=LOOK)
    assert made.finding.startswith("No removal raises the error")


def test_gradient_sentence_turns_a_share_into_a_factor() -> None:
    shares = pd.DataFrame({"reading": ["weights"], "model": ["late fusion"], "block": [2], "value": [-0.6]})
    made = gradient.gradient_share(shares, look=LOOK)
    assert "GRU path gets 4.0 times the gradient of the other (of their weights)" in made.finding


def test_each_reading_of_the_gradient_has_its_panel_and_one_legend() -> None:
    made = EXAMPLES["gradient_share"](LOOK)
    assert {one.xaxis for one in made.figure.data} == {"x", "x2"}
    assert sum(one.showlegend for one in made.figure.data) == len(given.gradients())


def test_block_means_keep_the_mean_of_each_block() -> None:
    grid = np.arange(20.0).reshape(2, 10)
    small, block = block_means(grid, cells=8)
    assert block == 3 and small.shape == (2, 4)
    np.testing.assert_allclose(small[0], [1, 4, 7, 9])
    same, one = block_means(grid)
    assert one == 1 and np.array_equal(same, grid)


@pytest.mark.parametrize("seed", range(5))
def test_labels_are_spread_in_order_around_their_places(seed: int) -> None:
    values = np.random.default_rng(seed).uniform(0, 1, 6).tolist()
    placed = np.array(spread(values, 0.3))
    assert np.array_equal(np.argsort(placed), np.argsort(values))
    assert np.diff(np.sort(placed)).min() >= 0.3 - 1e-9
    assert placed.mean() == pytest.approx(np.mean(values))
    inside = np.array(spread(values, 0.3, 0.0, 1.0))
    assert inside.min() >= -1e-9 and inside.max() <= 1 + 1e-9
    assert np.diff(np.sort(inside)).min() == pytest.approx(0.2)  # six labels share the room


def test_wrapped_lines_fit_and_lose_nothing() -> None:
    text = "교차 없음보다 오차가 낮다 against none of the same seed " * 3 + "x" * 300
    lines = wrap(text, 13, width=300)
    assert max(text_width(line, 13) for line in lines) <= 300
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


JUDGED = "group dataset mode quantity published measured low high verdict no_more_than_control".split()


def test_published_and_measured_numbers_stand_in_their_panels_with_their_intervals() -> None:
    rows = pd.DataFrame(
        [
            ("models", "ETTh2", "both", "delta_rmse", 8.3, 2.0, 1.0, 3.5, "weaker", True),
            ("models", "ETTh1", "both", "delta_rmse", 1.9, np.nan, np.nan, np.nan, "not measured", False),
            ("computed", "ETTh2", "data", "spai", 0.8193, 0.8193, np.nan, np.nan, "reproduced", False),
            ("computed", "any", "proposed", "macs_total", 4.0, 4.0, np.nan, np.nan, "reproduced", False),
        ],
        columns=JUDGED,
    )
    made = claims.published_measured(rows, look=LOOK)
    full, hollow = trace(made, "both"), trace(made, "both, published")
    assert (full.x[0], full.error_x.array[0], full.error_x.arrayminus[0], hollow.x[0]) == (2.0, 1.5, 1.0, 8.3)
    assert (hollow.error_x.array[0], hollow.error_x.arrayminus[0]) == (0.0, 8.3 - 2.0)  # joined to the measured one
    assert trace(made, "the data").xaxis == "x2" and list(full.x) == [2.0]
    low, high = made.figure.layout.xaxis.range
    assert low < 0 < 8.3 < high and made.figure.layout.xaxis2.range[0] > 0
    sentence = made.finding
    assert "1 published numbers of models measured here: 1 weaker; 1 are no more than control" in sentence
    assert "1 of 1 computed from the data alone agree" in sentence


def test_a_wide_interval_does_not_squeeze_the_points() -> None:
    one = ("contrasts", "ETTh2", "both - cnn_to_gru", "response_lead", 1.0, 0.5, -40.0, 41.0, "undecided", False)
    rows = pd.DataFrame([one], columns=JUDGED)
    made = claims.published_measured(rows, look=LOOK)
    assert made.figure.layout.xaxis.range[1] < 3 and trace(made, "both minus CNN → GRU").error_x.array[0] == 40.5


def test_what_was_not_measured_is_a_gap_in_the_series() -> None:
    index = pd.date_range("2024-01-01", periods=20_000, freq="min")
    load = pd.Series(np.sin(np.arange(20_000) / 500), index=index, name="load")
    load.iloc[5000:6000] = np.nan
    load.iloc[::100] = np.nan  # too short to be seen among 20,000 rows
    splits = {Split.TRAIN: range(14_000), Split.VALIDATION: range(14_000, 16_000), Split.TEST: range(16_000, 20_000)}
    drawing = series.series_plot(load.to_frame(), splits, units={}, look=LOOK)
    (curve,) = drawing.figure.data
    drawn = pd.Series(curve.y, pd.to_datetime(np.asarray(curve.x, "int64"), unit="ms"))
    assert len(drawn) <= series.MOST_POINTS + 1 and list(drawn.index[drawn.isna()]) == [index[5000]]
    known = drawn.dropna()
    np.testing.assert_allclose(known, load[known.index], rtol=1e-6)
    assert known.max() == pytest.approx(1, abs=1e-3) and known.min() == pytest.approx(-1, abs=1e-3)
    assert f"Without a value: {load.isna().sum():,} cells." in drawing.finding
