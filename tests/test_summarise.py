"""From labelled traces to rows: planted dependence found, gaps named, lazy files read alike."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from core.analysis.planted import leaky_integrator
from core.analysis.statistic import GAIN_OVER_NONE, Over, Statistic, statistic_name
from core.analysis.summarise import summarise
from core.analysis.traced import SeedTraces
from core.table import COLUMNS
from core.trace.schema import TraceError
from core.vocabulary import Fusion
from tests.support.made_traces import (
    ALL_FUSIONS,
    ORIGINS,
    gradients,
    inputs,
    make_trace,
    pick_row,
    stamps,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    traces = [make_trace(fusion) for fusion in ALL_FUSIONS]
    twin = make_trace(Fusion.BOTH, kernel_gain=0.0)
    return summarise(
        SeedTraces(traces, inputs(), 24, untrained=[twin], gradients=gradients(traces[3]), study="trial")
    )


def test_rows_are_tidy_and_each_number_occurs_once(rows: pd.DataFrame) -> None:
    assert tuple(rows.columns) == COLUMNS
    assert not rows.duplicated(["run_id", "statistic", "block"]).any()
    assert set(rows.study) == {"trial"} and set(rows.seed) == {0}
    assert (rows.reason[rows.value.isna()] != "").all()
    assert set(rows.fusion) == {"", *map(str, Fusion)}


def test_rows_survive_parquet(rows: pd.DataFrame, tmp_path: Path) -> None:
    rows.to_parquet(tmp_path / "rows.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "rows.parquet"), rows, check_dtype=False)


@pytest.mark.parametrize("crossing", [Fusion.GRU_TO_CNN, Fusion.CNN_TO_GRU])
def test_kernels_that_follow_the_clock_are_found_in_their_block(rows: pd.DataFrame, crossing: Fusion) -> None:
    name = statistic_name(Statistic.DCOR_KERNEL, crossing=crossing)
    still, moving = (pick_row(rows, name, "both", block) for block in (1, 2))
    assert abs(still.value) < 0.1 and still.p_value > 0.05
    assert moving.value > 0.7 and moving.p_value == 0.005 and moving.n == ORIGINS
    mean, top = (
        pick_row(rows, statistic_name(Statistic.DCOR_KERNEL, crossing=crossing, over=over), "both") for over in Over
    )
    assert mean.value == pytest.approx((still.value + moving.value) / 2)
    assert top.value == moving.value
    biased = pick_row(rows, statistic_name(Statistic.DCOR_KERNEL_BIASED, crossing=crossing), "both", 1)
    assert biased.value > 0.1
    untrained = statistic_name(Statistic.DCOR_KERNEL_UNTRAINED, crossing=crossing, over=Over.MAX)
    assert abs(pick_row(rows, untrained, "both").value) < 0.1


def test_origins_are_drawn_where_there_are_more_than_kernels_of() -> None:
    name = statistic_name(Statistic.DCOR_KERNEL, crossing=Fusion.GRU_TO_CNN)
    found = summarise(SeedTraces([make_trace(Fusion.GRU_TO_CNN)], inputs(), 24, kernel_origins=500))
    assert pick_row(found, name, "gru_to_cnn", 2).n == 500


def test_only_the_crossings_of_a_mode_have_kernel_rows(rows: pd.DataFrame) -> None:
    kernels = rows[rows.statistic.str.startswith("dcor_kernel_tod_gru_to_cnn")]
    assert set(kernels.fusion) == {"both", "gru_to_cnn"}


def test_the_floor_of_a_periodic_input_is_full_dependence(rows: pd.DataFrame) -> None:
    floor = pick_row(rows, Statistic.DCOR_INPUT)
    assert floor.value == pytest.approx(1, abs=0.02)
    assert floor.p_value == 0.005 and floor.run_id == ""


def test_response_lead_and_its_absence_in_mode_none(rows: pd.DataFrame) -> None:
    lead = pick_row(rows, Statistic.RESPONSE_LEAD, "both")
    assert lead.value == pytest.approx(2, abs=0.1)
    assert lead.n >= 24
    assert "none" not in set(rows[rows.statistic == Statistic.RESPONSE_LEAD].fusion)
    assert math.isfinite(pick_row(rows, Statistic.SPEARMAN_GAIN, "both").value)


def test_a_dependence_stands_against_its_controls(rows: pd.DataFrame) -> None:
    for over in Over:
        trained = pick_row(rows, statistic_name(Statistic.DCOR_KERNEL, crossing=Fusion.GRU_TO_CNN, over=over), "both")
        for statistic, control in (
            (Statistic.DCOR_KERNEL_OVER_FLOOR, pick_row(rows, Statistic.DCOR_INPUT)),
            (
                Statistic.DCOR_KERNEL_OVER_UNTRAINED,
                pick_row(
                    rows,
                    statistic_name(Statistic.DCOR_KERNEL_UNTRAINED, crossing=Fusion.GRU_TO_CNN, over=over),
                    "both",
                ),
            ),
        ):
            found = pick_row(rows, statistic_name(statistic, crossing=Fusion.GRU_TO_CNN, over=over), "both")
            assert found.value == pytest.approx(trained.value - control.value)
            assert found.run_id == trained.run_id and "no interval" in found.reason
    alone = statistic_name(Statistic.DCOR_KERNEL_OVER_UNTRAINED, crossing=Fusion.GRU_TO_CNN, over=Over.MEAN)
    assert "no control" in pick_row(rows, alone, "gru_to_cnn").reason
    for reading, gain in GAIN_OVER_NONE.items():
        both, none = (pick_row(rows, reading, fusion) for fusion in ("both", "none"))
        assert pick_row(rows, gain, "both").value == pytest.approx(both.value - none.value)
        assert "none" not in set(rows[rows.statistic == gain].fusion)


def test_the_correction_follows_the_clock_where_there_is_one_and_is_its_own_gain(rows: pd.DataFrame) -> None:
    for fusion in ("both", "gru_to_cnn"):
        correction = pick_row(rows, Statistic.DCOR_CORRECTION, fusion)  # planted: sin of the hour
        assert correction.value == pytest.approx(0.84, abs=0.02) and correction.p_value == 0.005
        assert pick_row(rows, Statistic.DCOR_CORRECTION_GAIN, fusion).value == correction.value
    assert set(rows[rows.statistic == Statistic.DCOR_CORRECTION].fusion) == {"both", "gru_to_cnn"}


def test_readings_of_the_output_tell_where_it_stands_from_how_it_steps() -> None:
    """Planted: the output is the clock's circle; it and its step follow the clock, and the step's size does not."""
    trace = make_trace(Fusion.NONE)
    angle = 2 * math.pi * (trace["stamp"].dt.hour.to_numpy() - 1) / 24  # of the row before the first target
    circle = np.stack([np.sin(angle), np.cos(angle), 0 * angle, 0 * angle], axis=1)
    wanted = circle[:, None, None, :] + np.zeros(trace["conv_increment_last_token"].shape)
    noise = 1e-3 * np.random.default_rng(1).normal(size=wanted.shape)
    trace["conv_increment_last_token"] = (trace["conv_increment_last_token"].dims, wanted + noise)
    found = summarise(SeedTraces([trace], inputs(), 24))
    assert pick_row(found, Statistic.DCOR_OUTPUT, "none").value == pytest.approx(1, abs=0.01)
    assert pick_row(found, Statistic.DCOR_STEP, "none").value == pytest.approx(1, abs=0.02)
    assert abs(pick_row(found, Statistic.DCOR_STEP_SIZE, "none").value) < 0.1


def test_controls_with_the_embedding_read_the_streams(rows: pd.DataFrame) -> None:
    """Planted: the paths' own outputs come 2 steps earlier than in none, the streams do not."""
    carried = pick_row(rows, Statistic.RESPONSE_LEAD_WITH_EMBEDDING, "both")
    assert carried.value == pytest.approx(0, abs=0.1) and carried.n >= 24
    anywhere = pick_row(rows, Statistic.RESPONSE_LEAD_ANYWHERE, "both")
    assert anywhere.low <= anywhere.value <= anywhere.high
    assert math.isfinite(pick_row(rows, Statistic.SPEARMAN_GAIN_WITH_EMBEDDING, "both").value)
    assert math.isfinite(pick_row(rows, Statistic.PEAK_AMPLIFICATION_WITH_EMBEDDING, "both").value)


def test_update_gates_that_decide_are_saturated(rows: pd.DataFrame) -> None:
    for fusion, share in (("none", 0.2), ("both", 0.6)):
        assert pick_row(rows, Statistic.UPDATE_GATE_SATURATION, fusion).value == pytest.approx(share, abs=0.01)
        spread = pick_row(rows, Statistic.UPDATE_GATE_SPREAD, fusion)
        assert spread.value == pytest.approx(0.5 * math.sqrt(share), abs=0.01) and spread.n == ORIGINS


def test_steps_put_into_the_input_give_a_lead_over_none() -> None:
    traces = [make_trace(fusion) for fusion in (Fusion.NONE, Fusion.BOTH)]
    none, both = (trace.attrs["run_id"] for trace in traces)
    late, prompt = (np.tile(leaky_integrator(0.8, delay), (30, 1)) for delay in (2, 0))
    found = pick_row(
        summarise(SeedTraces(traces, inputs(), 24, responses={none: late, both: prompt})),
        Statistic.INTERVENTION_LEAD,
        "both",
    )
    assert found.value == pytest.approx(2, abs=1e-3) and found.p_value < 0.01 and found.n == 30
    missing = summarise(SeedTraces(traces, inputs(), 24))
    assert "No step was put" in pick_row(missing, Statistic.INTERVENTION_LEAD, "both").reason


def test_gradient_rows_or_the_reason_why_there_are_none(rows: pd.DataFrame) -> None:
    assert pick_row(rows, Statistic.GRADIENT_IMBALANCE, "both").value == 1
    assert pick_row(rows, Statistic.GRADIENT_SHARE, "both", 1).value == pytest.approx(0.6)
    assert pick_row(rows, Statistic.GRADIENT_SHARE, "both", 2).value == 0
    assert pick_row(rows, Statistic.GRADIENT_IMBALANCE_WEIGHTS, "both").value == 3
    assert pick_row(rows, Statistic.GRADIENT_SHARE_WEIGHTS, "both", 1).value == pytest.approx(-7 / 9)
    for balance in (Statistic.GRADIENT_IMBALANCE, Statistic.GRADIENT_IMBALANCE_WEIGHTS):
        assert "No gradients" in pick_row(rows, balance, "none").reason


def test_gradients_recorded_without_those_of_the_weights_leave_that_reading_out() -> None:
    trace = make_trace(Fusion.NONE)
    older = {name: table.drop(columns=["conv_weights", "gru_weights"]) for name, table in gradients(trace).items()}
    found = summarise(SeedTraces([trace], inputs(), 24, gradients=older))
    assert pick_row(found, Statistic.GRADIENT_IMBALANCE, "none").value == 1
    assert "of the weights were not recorded" in pick_row(found, Statistic.GRADIENT_IMBALANCE_WEIGHTS, "none").reason


def test_a_removed_reference_has_constant_kernels_and_zero_by_convention() -> None:
    trace = make_trace(Fusion.GRU_TO_CNN)
    trace["kernel_gru_to_cnn"] = xr.ones_like(trace["kernel_gru_to_cnn"]) * 0.3
    found = summarise(SeedTraces([trace], inputs(), 24))
    row = pick_row(found, "dcor_kernel_tod_gru_to_cnn", "gru_to_cnn", 1)
    assert row.value == 0 and "convention" in row.reason


def test_without_a_day_or_a_none_run_the_rows_stay_with_reasons() -> None:
    found = summarise(SeedTraces([make_trace(Fusion.BOTH, when=stamps("1D"))], inputs(), None))
    for statistic in (Statistic.DCOR_STEP_SIZE, Statistic.SPEARMAN_WITHOUT_CYCLE):
        assert "no time of day" in pick_row(found, statistic, "both").reason
    assert "no time of day" in pick_row(found, "dcor_kernel_tod_gru_to_cnn_max", "both").reason
    assert "mode none" in pick_row(found, Statistic.PEAK_AMPLIFICATION, "both").reason
    assert math.isfinite(pick_row(found, Statistic.SPEARMAN, "both").value)


def test_breaks_in_the_stamps_cost_their_origins_only() -> None:
    when = stamps()
    when[700:] += np.timedelta64(9, "h")
    found = summarise(SeedTraces([make_trace(Fusion.NONE, when=when)], inputs(), 24))
    assert pick_row(found, Statistic.SPEARMAN, "none").n == ORIGINS - 2


def test_runs_are_compared_within_their_settings_and_over_equal_origins() -> None:
    none, both = make_trace(Fusion.NONE), make_trace(Fusion.BOTH)
    other = none.assign_attrs(preset="default")
    found = summarise(SeedTraces([other, both], inputs(), 24))
    assert "mode none" in pick_row(found, Statistic.SPEARMAN_GAIN, "both").reason
    with pytest.raises(TraceError, match="different origins"):
        summarise(SeedTraces([both, none.isel(origin=slice(0, 900))], inputs(), 24))
    with pytest.raises(ValueError, match="no traces"):
        summarise(SeedTraces([], inputs(), 24))
    for lacking in ("conv_increment_last_token", "gru_hidden_last_token", "update_gate_last_token"):
        with pytest.raises(TraceError, match=lacking):  # as of a trace recorded before there was such an activation
            summarise(SeedTraces([none.drop_vars(lacking)], inputs(), 24))


def test_a_size_matched_run_is_never_the_none_of_a_mode() -> None:
    none, both = make_trace(Fusion.NONE), make_trace(Fusion.BOTH)
    matched = make_trace(Fusion.NONE, seed=1).assign_attrs(matched=1, seed=0, run_id="made-none-matched-s0")
    found = summarise(SeedTraces([matched, none, both], inputs(), 24))
    plain = summarise(SeedTraces([none, both], inputs(), 24))
    for statistic in (Statistic.RESPONSE_LEAD, Statistic.SPEARMAN_GAIN, Statistic.DCOR_STEP_SIZE_GAIN):
        assert pick_row(found, statistic, "both").value == pick_row(plain, statistic, "both").value
    assert set(found[found["matched"]]["run_id"]) == {"made-none-matched-s0"}


def test_mixed_traces_have_no_variables_and_files_read_lazily_give_the_same_rows(tmp_path: Path) -> None:
    traces = [make_trace(fusion, mixed=True) for fusion in (Fusion.NONE, Fusion.CNN_TO_GRU)]
    opened = []
    for trace in traces:
        path = tmp_path / trace.attrs["run_id"]
        trace.to_zarr(path, zarr_format=2, consolidated=False)
        opened.append(xr.open_zarr(path, consolidated=False, chunks=None))
    read, kept = (summarise(SeedTraces(each, inputs(), 24)) for each in (opened, traces))
    pd.testing.assert_frame_equal(read, kept)
