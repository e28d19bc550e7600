"""From labelled traces to rows and profiles: planted dependence found, gaps named, lazy files read alike."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from core.analysis.changes import NO_NONE
from core.analysis.planted import leaky_integrator
from core.analysis.profiles import attention_profile, event_profiles, kernel_profile
from core.analysis.statistic import GAIN_OVER_NONE, Over, Statistic, statistic_name
from core.analysis.summarise import summarise
from core.analysis.traced import SeedTraces, path_changes
from core.table import COLUMNS
from core.text.message import read
from core.trace.schema import TraceError
from core.vocabulary import Fusion

pytestmark = pytest.mark.slow

ORIGINS, VARIABLES, BLOCKS, CHANNELS, TOKENS = 1400, 2, 2, 4, 3
ALL_FUSIONS = tuple(Fusion)


def stamps(step: str = "1h") -> np.ndarray:
    return pd.date_range("2020-01-01 05:00", periods=ORIGINS, freq=step).to_numpy("datetime64[ns]")


def made_arrays(
    fusion: Fusion, kernel_gain: float, when: np.ndarray, generator: np.random.Generator
) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Return the values of a made trace with their axes, by name."""
    dims = ("origin", "variable", "block", "channel")
    shape = (ORIGINS, VARIABLES, BLOCKS, CHANNELS)
    jumps = np.cumsum(np.where(np.arange(ORIGINS) % 48 == 30, 6.0, 0.0)) % 12
    lead = 0 if fusion is Fusion.NONE else 2
    arrays: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
    for name, shift in (
        *(("conv_increment_last_token", 0), ("gru_hidden_last_token", 4 - lead)),
        *(("conv_output_last_token", 0), ("gru_output_last_token", 4)),  # streams that tell no lead
    ):
        state = np.cumsum(0.05 * generator.normal(size=shape), axis=0)
        arrays[name] = (dims, state + np.roll(jumps, shift)[:, None, None, None])
    open_share = 0.2 if fusion is Fusion.NONE else 0.6  # of the channels, by the gate's sign; the rest half open
    gate = np.where(generator.uniform(size=shape) < open_share, generator.choice([0.0, 1.0], size=shape), 0.5)
    arrays["update_gate_last_token"] = (dims, gate)
    hour = 2 * math.pi * (when.astype("datetime64[m]").astype(np.int64) % 1440) / 1440
    if fusion.corrects_conv:
        arrays["correction_gru_to_cnn_last_token"] = (dims, np.ones(shape) * np.sin(hour)[:, None, None, None])
    for crossing, present in (("gru_to_cnn", fusion.corrects_conv), ("cnn_to_gru", fusion.corrects_gru)):
        if present:
            kernel = 0.2 * generator.normal(size=(*shape, 3))
            kernel[:, :, 1] += kernel_gain * np.sin(hour)[:, None, None, None]
            arrays[f"kernel_{crossing}"] = ((*dims, "tap"), kernel)
    maps = generator.uniform(size=(ORIGINS, 2, TOKENS, TOKENS))
    arrays["attention_mean_variable"] = (("origin", "head", "query", "key"), maps)
    return arrays


def make_trace(
    fusion: Fusion, *, kernel_gain: float = 1.0, mixed: bool = False, when: np.ndarray | None = None, seed: int = 0
) -> xr.Dataset:
    """A run whose kernels of block 2 follow the clock, and whose paths jump together every 48 origins."""
    when = stamps() if when is None else when
    generator = np.random.default_rng(list(ALL_FUSIONS).index(fusion) + 10 * seed)
    arrays = made_arrays(fusion, kernel_gain, when, generator)
    trace = xr.Dataset(
        {name: (axes, values.astype(np.float32)) for name, (axes, values) in arrays.items()},
        coords={
            "origin": np.arange(100, 100 + ORIGINS),
            "stamp": ("origin", when),
            "variable": ["a", "b"],
            "block": [1, 2],
            "channel": np.arange(1, CHANNELS + 1),
            "head": [1, 2],
            "query": np.arange(1, TOKENS + 1),
            "key": np.arange(1, TOKENS + 1),
        },
        attrs={
            **{"dataset": "made", "horizon": 24, "lookback": 72, "merge": "attention", "reference": "dynamic"},
            **{"embedding": "mixed" if mixed else "hybrid", "preset": "quick", "seed": seed, "split": "test"},
            **{"fusion": str(fusion), "run_id": f"made-{fusion}-s{seed}"},
        },
    )
    return trace.isel(variable=0, drop=True) if mixed else trace


def inputs() -> np.ndarray:
    rows = np.arange(ORIGINS)[:, None] + np.arange(72)
    return np.sin(2 * math.pi * rows / 24)[:, :, None].astype(np.float32)


def gradients(*traces: xr.Dataset) -> dict[str, pd.DataFrame]:
    table = pd.DataFrame({"step": [10, 10, 20, 20], "block": [1, 2, 1, 2], "conv": 4.0, "gru": [1.0, 4.0, 1.0, 4.0]})
    weights = table.assign(conv_weights=1.0, gru_weights=[8.0, 8.0, 8.0, 2.0])
    return {trace.attrs["run_id"]: weights for trace in traces}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    traces = [make_trace(fusion) for fusion in ALL_FUSIONS]
    twin = make_trace(Fusion.BOTH, kernel_gain=0.0)
    return summarise(
        SeedTraces(traces, inputs(), 24, untrained=[twin], gradients=gradients(traces[3]), study="trial")
    )


def pick_row(rows: pd.DataFrame, statistic: str, fusion: str = "", block: int | None = None) -> pd.Series:
    chosen = rows[(rows.statistic == statistic) & (rows.fusion == fusion)]
    chosen = chosen[chosen.block.isna() if block is None else chosen.block == block]
    assert len(chosen) == 1
    return chosen.assign(reason=[str(read(chosen.iloc[0].reason) or "")]).iloc[0]


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


def test_kernel_profile_is_the_mean_and_band_of_each_slot() -> None:
    trace = make_trace(Fusion.BOTH)
    slots = np.asarray(trace["stamp"].dt.hour)
    found = kernel_profile(trace, Fusion.GRU_TO_CNN, block=2, slots=slots, count=25)
    assert found["mean"].dims == ("slot", "variable", "channel", "tap")
    rows = trace["kernel_gru_to_cnn"].sel(block=2)[slots == 7]
    assert np.allclose(found["mean"].sel(slot=7), rows.mean("origin"), atol=1e-6)
    assert np.allclose(found["high"].sel(slot=7), np.quantile(rows, 0.9, axis=0), atol=1e-6)
    assert np.isnan(found["mean"].sel(slot=24)).all()
    six, eighteen = (float(found["mean"].sel(slot=hour).mean()) for hour in (6, 18))
    assert six == pytest.approx(1, abs=0.05) and eighteen == pytest.approx(-1, abs=0.05)
    with pytest.raises(TraceError, match="kernel_cnn_to_gru"):
        kernel_profile(make_trace(Fusion.GRU_TO_CNN), Fusion.CNN_TO_GRU, block=1, slots=slots, count=24)
    with pytest.raises(TraceError, match="not one crossing"):
        kernel_profile(trace, Fusion.BOTH, block=1, slots=slots, count=24)


def test_attention_profile_averages_the_maps_of_each_slot() -> None:
    trace = make_trace(Fusion.NONE)
    slots = np.asarray(trace["stamp"].dt.hour)
    found = attention_profile(trace, slots=slots, count=24)
    wanted = trace["attention_mean_variable"].groupby(trace["stamp"].dt.hour).mean().to_numpy()
    assert found.dims == ("slot", "head", "query", "key")
    assert np.allclose(found, wanted, atol=1e-6)


def test_event_profiles_peak_at_the_events_and_name_runs_without_any() -> None:
    traces = [make_trace(Fusion.NONE), make_trace(Fusion.BOTH)]
    changes = {trace.attrs["run_id"]: path_changes(trace) for trace in traces}
    found = event_profiles(traces, changes)
    assert found["mean"].dims == ("run_id", "of", "shift") and found["fusion"].to_numpy().tolist() == ["both"]
    peaks = found["mean"].isel(run_id=0).idxmax("shift")
    assert (int(peaks.sel(of="none")), int(peaks.sel(of="mode"))) == (4, 2)
    assert (found["events"] >= 24).all() and (found["reason"] == "").all()
    alone = event_profiles(traces[1:], changes)
    assert np.isnan(alone["mean"]).all() and read(alone["reason"].item()) == NO_NONE
