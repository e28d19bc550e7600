"""What an inspection keeps, against arrays and traces; what the model answers; files as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from core.aside import whole
from core.data.windows import make_windows
from core.exhibits import inside
from core.exhibits.case import Case
from core.exhibits.exhibit import Absent, Pending
from core.exhibits.gather import gather
from core.exhibits.needs import check_measured
from core.inspection.averages import averages, read_averages, write_averages
from core.inspection.cell import Inspection
from core.trace.intervene import untrained_twin
from core.trace.record import trace_split
from core.trace.store import open_trace
from core.train.checkpoint import load_checkpoint
from core.vocabulary import Activation, Dim, Fusion, Split
from tests.support.inspected import InspectedModels

BOTH = Fusion.BOTH


def again(models: InspectedModels, trace: xr.Dataset) -> xr.Dataset:
    """Return the averages of a changed trace."""
    windows = make_windows(models.dataset, models.runs[BOTH].config.window, Split.TEST)
    places = np.searchsorted(windows.origins, trace[Dim.ORIGIN].to_numpy())
    return averages(trace, windows.at(places), models.dataset, of=len(windows))


def test_norms_and_sizes_of_known_arrays(hourly: InspectedModels) -> None:
    trace = hourly.trace(BOTH).load()
    trace["kernel_gru_to_cnn"][:] = 0
    trace["kernel_gru_to_cnn"][..., 0, :2] = [3, 4]  # one of 8 channels has norm 5
    trace["correction_gru_to_cnn_last_token"][:], trace["conv_output_last_token"][:] = -0.5, 2.0
    kept = again(hourly, trace)
    np.testing.assert_allclose(kept["kernel_gru_to_cnn_norm"], 5 / 8)
    np.testing.assert_allclose(kept["correction_gru_to_cnn_size"], 0.25)
    assert (kept["kernel_gru_to_cnn_share"] == 0).all(), "a kernel that never changes follows no cycle"


def test_a_kernel_that_is_a_function_of_the_hour_is_explained_by_it(hourly: InspectedModels) -> None:
    trace = hourly.trace(BOTH).load()
    hour = (pd.DatetimeIndex(trace["stamp"].to_numpy()) - pd.Timedelta(hours=1)).hour.to_numpy()
    trace["kernel_cnn_to_gru"][:] = hour.reshape(-1, 1, 1, 1, 1)
    kept = again(hourly, trace)
    np.testing.assert_allclose(kept["kernel_cnn_to_gru_share"], 1)
    for band in ("mean", "low", "high", "profile_mean"):
        of_slot = kept[f"kernel_cnn_to_gru_{band}"].transpose("slot", ...).to_numpy().reshape(24, -1)
        np.testing.assert_allclose(of_slot, np.arange(24)[:, None] * np.ones(of_slot.shape), atol=1e-5)


def test_series_of_windows_are_those_of_the_trace(hourly: InspectedModels) -> None:
    kept, trace, run = hourly.averages(BOTH), hourly.trace(BOTH), hourly.runs[BOTH]
    gates = trace["reset_gate_last_token"].mean(Dim.CHANNEL)
    np.testing.assert_allclose(kept["reset_gate"].transpose(*gates.dims), gates, atol=1e-6)
    assert float(kept["error"].mean()) == pytest.approx(run.metrics["test"]["mse"], rel=1e-5)
    routing = trace["attention_mean_variable"].mean(Dim.ORIGIN)
    windows = np.bincount((pd.DatetimeIndex(trace["stamp"].to_numpy()) - pd.Timedelta(hours=1)).hour, minlength=24)
    shown = np.tensordot(windows / windows.sum(), np.nan_to_num(kept["attention"].to_numpy()), 1)
    np.testing.assert_allclose(shown, routing, atol=1e-5)


def test_drawn_windows_have_no_changes_and_say_how_many_they_are(hourly: InspectedModels) -> None:
    drawn = hourly.trace(BOTH).isel({Dim.ORIGIN: slice(0, None, 7)}).load()
    kept = again(hourly, drawn)
    assert kept.attrs["windows"] == drawn.sizes[Dim.ORIGIN] < kept.attrs["of"]
    with pytest.raises(Pending):
        inside.changes_of(kept)
    windows = make_windows(hourly.dataset, hourly.runs[BOTH].config.window, Split.TEST)
    errors = inside.errors_of(kept, windows)
    assert np.isfinite(errors[::7]).all() and np.isnan(np.delete(errors, np.s_[::7], axis=0)).all()


def test_a_file_gives_back_what_was_written_and_a_damaged_one_makes_way(
    hourly: InspectedModels, tmp_path: Path
) -> None:
    kept, path = hourly.averages(BOTH), tmp_path / "averages.npz"
    write_averages(path, kept)
    xr.testing.assert_identical(read_averages(path), kept)
    path.write_bytes(path.read_bytes()[:-200])
    assert whole(path, read_averages) is None and not path.exists()


@pytest.fixture
def unread(hourly: InspectedModels, home: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Return the case of models that nobody looked into yet."""
    case = gather(list(hourly.runs.values()))
    folder = home / "inspections" / hourly.inspection.key
    monkeypatch.setattr("core.inspection.cell.subfolder", lambda name: home / "inspections")
    return replace(case, inspection=Inspection(folder))


def test_a_first_look_is_taken_when_a_figure_needs_it(unread: Case) -> None:
    assert unread.inspection is not None and unread.inspection.averages(unread.chosen_runs[BOTH].run_id) is None
    assert unread.rows.empty
    kept = unread.averages(BOTH)
    assert (unread.inspection.folder / unread.chosen_runs[BOTH].run_id / "drawn.npz").exists()
    assert Activation.ATTENTION.value in kept
    found = replace(unread, inspection=Inspection(unread.inspection.folder)).rows  # as the next run of a page sees it
    assert {"dcor_kernel_tod_gru_to_cnn", "dcor_kernel_tod_untrained_cnn_to_gru"} <= set(found["statistic"])
    assert (found["n"] == kept.attrs["windows"]).all()


def test_the_answer_of_the_model_is_what_was_recorded(case: Case, hourly: InspectedModels) -> None:
    for mode in case.chosen_runs:
        trace, scaler = hourly.trace(mode), case.chosen_runs[mode].scaler
        made = inside.forecast_in(case.answers(mode, 5, ""))
        np.testing.assert_allclose(made, scaler.inverse(trace["forecast"][5].to_numpy()), atol=1e-4)
        for name in ("attention:mean_variable", "update_gate:last_token"):
            one = inside.recorded_in(case.answers(mode, 5, name))
            np.testing.assert_allclose(one, trace[name.replace(":", "_")][5].transpose(*one.dims), atol=1e-6)
        for crossing in mode.crossings:
            kernel = f"kernel_{crossing.value}"
            one = inside.recorded_in(case.answers(mode, 5, kernel))
            np.testing.assert_allclose(one, trace[kernel][5].transpose(*one.dims), atol=1e-6)


def test_the_untrained_twin_is_read_and_asked_as_such(unread: Case, hourly: InspectedModels, tmp_path: Path) -> None:
    case = replace(unread, untrained=True)
    run, dataset = case.chosen_runs[BOTH], hourly.dataset
    twin = untrained_twin(load_checkpoint(run.folder))
    trace = open_trace(trace_split(twin, dataset, out=tmp_path / "twin"))
    kept = case.averages(BOTH)
    windows = slice(kept.attrs["windows"])
    xr.testing.assert_allclose(kept["error"], again(hourly, trace.isel({Dim.ORIGIN: windows}))["error"])
    made = inside.forecast_in(case.answers(BOTH, 3, ""))
    np.testing.assert_allclose(made, run.scaler.inverse(trace["forecast"][3].to_numpy()), atol=1e-4)
    assert case.rows.empty and "untrained twin" in case.foot([run])
    with pytest.raises(Absent):
        check_measured(case)
    assert case.key != unread.key
