"""From labelled traces to profiles: of kernels and attention over the cycle, of paths around abrupt changes."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.changes import NO_NONE
from core.analysis.profiles import attention_profile, event_profiles, kernel_profile
from core.analysis.traced import path_changes
from core.text.message import read
from core.trace.schema import TraceError
from core.vocabulary import Fusion
from tests.support.made_traces import (
    make_trace,
)

pytestmark = pytest.mark.slow


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
