from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import xarray as xr

from core.data.windows import make_windows
from core.trace.layout import predicted_bytes
from core.trace.record import recording, trace_split
from core.trace.schema import DEFAULT_TRACE, TraceError, TraceSpec
from core.trace.store import open_trace
from core.train.evaluate import predict
from core.vocabulary import Embedding, Fusion, Merge, Split
from core.workspace import size_on_disk
from tests.support.tiny import WINDOW, tiny_dataset
from tests.support.tiny_checkpoint import tiny_checkpoint

ROWS = 1500  # 295 test windows: several batches, and two slices on disk


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trace_split(
        tiny_checkpoint(dataset=tiny_dataset(ROWS)), tiny_dataset(ROWS), out=tmp_path_factory.mktemp("trace") / "both"
    )


def test_a_split_on_disk_equals_the_plain_forecast_and_a_recording(traced: Path) -> None:
    dataset = tiny_dataset(ROWS)
    checkpoint, windows = tiny_checkpoint(dataset=dataset), make_windows(dataset, WINDOW, Split.TEST)
    trace = open_trace(traced)
    np.testing.assert_array_equal(trace["forecast"], predict(checkpoint.model, windows))
    np.testing.assert_array_equal(trace["origin"], windows.origins)
    np.testing.assert_array_equal(trace["stamp"], windows.stamps)
    assert trace["variable"].values.tolist() == list(tiny_dataset().variables)
    with recording(checkpoint.model, activations=DEFAULT_TRACE) as recorder:
        checkpoint.model(torch.from_numpy(windows.x.copy()))
    recorded = recorder.dataset(variables=tiny_dataset().variables, origins=windows.origins, stamps=windows.stamps)
    xr.testing.assert_allclose(trace.load(), recorded, rtol=1e-5, atol=1e-6)


def test_attributes_say_what_was_traced(traced: Path) -> None:
    record = tiny_checkpoint(dataset=tiny_dataset(ROWS)).record
    attributes = open_trace(traced).attrs
    assert attributes["run_id"] == record.run_id
    assert attributes["fingerprint"] == tiny_dataset(ROWS).fingerprint
    assert (attributes["fusion"], attributes["split"], attributes["horizon"]) == ("both", "test", 6)


def test_opening_reads_no_values(traced: Path) -> None:
    trace = open_trace(traced)
    assert not any(array.variable._in_memory for array in trace.data_vars.values())
    one = trace["kernel_gru_to_cnn"].isel(origin=3).load()
    assert one.sizes == {"variable": 3, "block": 2, "channel": 8, "tap": 3}
    assert not trace["kernel_gru_to_cnn"].variable._in_memory, "looking at one window leaves the rest on disk"


@pytest.mark.parametrize(
    ("rows", "architecture", "words"),
    [
        (600, {}, None),
        (600, {"embedding": Embedding.MIXED, "fusion": Fusion.GRU_TO_CNN}, None),
        (600, {"fusion": Fusion.NONE, "merge": Merge.MEAN}, None),
        (1500, {"width": 16, "blocks": 1}, ["update_gate", "gru_hidden:mean_token"]),
        (120, {}, ["forecast"]),
    ],
)
def test_bytes_are_predicted_within_five_percent(
    tmp_path: Path, rows: int, architecture: dict[str, Any], words: list[str] | None
) -> None:
    dataset = tiny_dataset(rows)
    checkpoint = tiny_checkpoint(dataset=dataset, **architecture)
    spec = DEFAULT_TRACE if words is None else TraceSpec.parse(words)
    origins = len(make_windows(dataset, WINDOW, Split.TEST))
    predicted = predicted_bytes(checkpoint.record.config.model, WINDOW, dataset.variables, origins, spec)
    written = size_on_disk(trace_split(checkpoint, dataset, out=tmp_path / "trace", spec=spec))
    assert predicted == pytest.approx(written, rel=0.05)


def test_progress_is_told_and_an_interrupted_recording_leaves_nothing(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    dataset = tiny_dataset(ROWS)
    checkpoint = tiny_checkpoint(dataset=dataset)
    trace_split(checkpoint, dataset, out=tmp_path / "whole", on_progress=lambda *done: told.append(done))
    total = len(make_windows(dataset, WINDOW, Split.TEST))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (total, total)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trace_split(checkpoint, dataset, out=tmp_path / "broken", on_progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_a_limit_keeps_the_first_windows(traced: Path, tmp_path: Path) -> None:
    dataset = tiny_dataset(ROWS)
    out = trace_split(tiny_checkpoint(dataset=dataset), dataset, out=tmp_path / "first", places=slice(130))
    xr.testing.assert_allclose(open_trace(out), open_trace(traced).isel(origin=slice(130)), rtol=1e-5, atol=1e-6)


def test_an_older_trace_is_replaced_but_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "trace"
    trace_split(tiny_checkpoint(seed=1), tiny_dataset(), out=out)
    trace_split(tiny_checkpoint(seed=2), tiny_dataset(), out=out)
    assert open_trace(out).attrs["seed"] == 2
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("keep")
    with pytest.raises(TraceError, match="not a trace; nothing was written"):
        trace_split(tiny_checkpoint(), tiny_dataset(), out=tmp_path / "letters")
    assert (tmp_path / "letters" / "mine.txt").read_text() == "keep"


def test_opening_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"There is no trace at .*; record one with"):
        open_trace(tmp_path / "absent")
    (tmp_path / "empty").mkdir()
    with pytest.raises(TraceError, match="cannot be read as a trace"):
        open_trace(tmp_path / "empty")
    xr.Dataset({"a": ("x", [1.0])}).to_zarr(tmp_path / "foreign", zarr_format=2, consolidated=False)
    with pytest.raises(TraceError, match="not a trace of this product"):
        open_trace(tmp_path / "foreign")


@pytest.mark.parametrize("damage", ["lost", "cut", "words"])
def test_a_damaged_trace_is_refused(tmp_path: Path, damage: str) -> None:
    out = trace_split(tiny_checkpoint(), tiny_dataset(), out=tmp_path / "trace", spec=TraceSpec.parse(["attention"]))
    piece = out / "attention" / "0.0.0.0.0"
    match damage:
        case "lost":
            piece.unlink()
        case "cut":
            piece.write_bytes(piece.read_bytes()[:100])
        case _:
            (out / "attention" / ".zarray").write_text("{ not json")
    with pytest.raises(TraceError, match=r"[Rr]ecord it again"):
        open_trace(out)
