from __future__ import annotations

import multiprocessing
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.inspection import cell
from core.inspection import run as inspecting
from core.inspection.cell import Inspection, InspectionError, inspect, inspection_key, open_inspection
from core.trace.record import trace_split
from core.train.checkpoint import load_checkpoint
from core.train.record import RecordError, RunRecord
from core.vocabulary import Fusion
from core.workspace import Folder, subfolder
from tests.support.tiny import tiny_dataset
from tests.support.trained import tiny_records

pytestmark = pytest.mark.slow

FUSIONS = (Fusion.NONE, Fusion.BOTH)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[RunRecord]:
    return list(tiny_records(tiny_dataset(), tmp_path_factory.mktemp("runs"), FUSIONS).values())


def folders(records: list[RunRecord]) -> list[str]:
    return [str(record.folder) for record in records]


def test_an_inspection_keeps_averages_and_rows_of_twins_and_interventions(
    records: list[RunRecord],
) -> None:
    key = inspection_key(records)
    assert not open_inspection(records).is_complete
    told: list[tuple[float, float, str]] = []
    folder = subfolder(Folder.INSPECTIONS) / key
    inspect(folder, run_folders=folders(records), on_progress=lambda *words: told.append(words))
    inspection = open_inspection(records)
    assert inspection.is_complete and inspection.key == key
    assert inspection.read == sorted(record.run_id for record in records)
    none, both = (record.run_id for record in records)
    kept = inspection.averages(both)
    assert kept is not None and kept.attrs["weights_sha"] == records[1].weights_sha
    assert not list(folder.glob("*/*.zarr")), "traces are gone once everything is measured"

    rows = inspection.rows.set_index(["run_id", "statistic"])["value"]
    full_error = records[1].metrics["test"]["mse"]
    assert rows[both, "mse_as_is"] == pytest.approx(full_error, rel=1e-4), "every test window was drawn"
    assert {"mse_change_silenced_both", "dcor_kernel_tod_untrained_gru_to_cnn_max", "intervention_lead"} <= set(
        rows[both].index
    )
    of_crossings = ("silenced", "frozen", "untrained")  # none has no crossings to silence, and no kernels to compare
    assert not any(word in name for word in of_crossings for name in rows[none].index)
    assert set(inspection.rows["study"]) == {key}

    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_a_stopped_inspection_goes_on_and_keeps_what_was_finished(
    records: list[RunRecord], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = iter(range(100))
    stopped = inspect(tmp_path, run_folders=folders(records), should_stop=lambda: next(asked) > 3)
    assert stopped is None
    assert not (tmp_path / "rows.parquet").exists()
    (response,) = tmp_path.glob("*/responses.npy")
    assert (response.parent / "trace.zarr").is_dir(), "what is at work stays for whoever goes on"
    recorded = response.parent / "trace.zarr" / ".zattrs"
    written = recorded.stat().st_mtime_ns
    keeping(monkeypatch)
    assert inspect(tmp_path, run_folders=folders(records)) == tmp_path / "rows.parquet"
    assert recorded.stat().st_mtime_ns == written, "what was recorded is not recorded again"


def keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an inspection keep what it works with."""
    monkeypatch.setattr(cell, "WORKING", ())


def test_a_trace_of_other_weights_is_recorded_again(records: list[RunRecord], tmp_path: Path) -> None:
    trace, dataset = tmp_path / records[0].run_id / "trace.zarr", tiny_dataset()
    trace_split(load_checkpoint(records[0].folder), dataset, out=trace)
    attributes = trace / ".zattrs"
    attributes.write_text(attributes.read_text().replace(records[0].weights_sha, "other"))
    inspect(tmp_path, run_folders=folders(records[:1]))
    kept = Inspection(tmp_path).averages(records[0].run_id)
    assert kept is not None and kept.attrs["weights_sha"] == records[0].weights_sha


def test_kernels_that_do_not_fit_are_kept_of_fewer_windows(
    records: list[RunRecord], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspecting, "RUN_BYTES", 60_000)
    inspect(tmp_path, run_folders=folders(records))
    run_id = records[1].run_id
    kept = Inspection(tmp_path).averages(run_id)
    assert kept is not None
    rows = pd.read_parquet(tmp_path / "rows.parquet").query("run_id == @run_id and block == 1")
    counts = rows.set_index("statistic")["n"][["dcor_kernel_tod_gru_to_cnn", "dcor_kernel_tod_untrained_gru_to_cnn"]]
    assert 3 < counts.iloc[0] < kept.attrs["windows"]
    assert counts.nunique() == 1


def test_the_key_names_the_runs_whatever_their_order(records: list[RunRecord]) -> None:
    assert inspection_key(records) == inspection_key(records[::-1])
    assert inspection_key(records) != inspection_key(records[:1])
    assert inspection_key(records) != inspection_key([records[0], replace(records[1], weights_sha="other")])
    assert inspection_key(records).startswith(f"{records[0].config.dataset}-h6-l48-tiny-s0-")


def test_runs_that_do_not_belong_together_are_refused(records: list[RunRecord]) -> None:
    config = records[1].config
    other = replace(records[1], config=replace(config, train=replace(config.train, seed=1)))
    with pytest.raises(InspectionError, match="2 runs of 2 data sets, presets, windows, sizes or seeds"):
        inspection_key([records[0], other])
    with pytest.raises(InspectionError, match="0 runs"):
        inspection_key([])


@pytest.mark.process
def test_two_processes_read_what_one_reads(records: list[RunRecord], tmp_path: Path) -> None:
    told: list[float] = []
    one, two = tmp_path / "one", tmp_path / "two"
    inspect(one, run_folders=folders(records))
    inspect(two, run_folders=folders(records), workers=2, on_progress=lambda done, total, message: told.append(done))
    pd.testing.assert_frame_equal(*(Inspection(path).rows.drop(columns="study") for path in (one, two)))
    assert told == sorted(told) and told[-1] == len(records) + 1


@pytest.mark.process
def test_processes_are_stopped_together_and_leave_what_they_finished(
    records: list[RunRecord], tmp_path: Path
) -> None:
    def some() -> bool:
        return any(tmp_path.glob("*/averages.npz"))

    assert inspect(tmp_path, run_folders=folders(records), workers=2, should_stop=some) is None
    assert not Inspection(tmp_path).is_complete and some()
    assert not multiprocessing.active_children()


@pytest.mark.process
def test_what_a_process_refuses_is_told(records: list[RunRecord], tmp_path: Path) -> None:
    copy = tmp_path / records[0].run_id
    shutil.copytree(records[0].folder, copy)
    (copy / "weights.safetensors").write_bytes(b"not weights")
    with pytest.raises(RecordError, match="weights"):
        inspect(tmp_path / "inspection", run_folders=[str(copy)], workers=2)


def test_statistics_run_by_run_are_those_of_all_runs_together(
    records: list[RunRecord], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = tiny_dataset()
    three = [*records, *tiny_records(dataset, tmp_path / "runs", [Fusion.CNN_TO_GRU]).values()]
    keeping(monkeypatch)
    inspect(tmp_path / "one", run_folders=folders(three))
    keys = ["run_id", "statistic", "block"]
    together = inspecting.statistics(tmp_path / "one", three, dataset, "one").sort_values(keys, ignore_index=True)
    apart = Inspection(tmp_path / "one").rows.sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(apart, together)
