"""Measures after training: those of an inspection, kept by cell, made anew when something changed and only then."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from safetensors.torch import load_file, save_file

from core.analysis.changes import NO_NONE
from core.analysis.clock import NO_DAY
from core.analysis.data_rows import data_rows
from core.analysis.statistic import DEFINITIONS
from core.data.dataset import Dataset
from core.data.step import Step
from core.data.uploads import in_words
from core.inspection.cell import inspect
from core.study.folder import MEASURES, RUNS, TABLE, StudyError, records
from core.study.measures import measurements
from core.study.run import measure_study
from core.table import COLUMNS, write_rows
from core.text.message import stored as kept
from core.train.checkpoint import weights_digest
from core.train.record import CONFIG, WEIGHTS, RunRecord
from core.vocabulary import Fusion, Merge, Reference
from core.workspace import ROOT
from tests.support.studies import Here, Told, grid, tiny_home, train
from tests.support.tiny import stored, tiny_frame
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

NUMBER = ["run_id", "statistic", "block"]

GAINS = ["spearman_gain", "peak_amplification", "response_lead", "intervention_lead", "dcor_conv_step_size_tod_gain"]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with tiny_home(tmp_path_factory) as found:
        yield found


def real(dataset: Dataset, **changes: object) -> dict[str, Any]:
    """Return a measured study of a preset that other processes know, too."""
    settings = {"preset": "quick", "lookback": 72, "stride": 16, "measures": True}
    return grid(dataset, **{**settings, **changes})


@pytest.fixture(scope="module")
def finished(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A measured study of two cells; tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("studies") / "whole"
    train(folder, real(dataset, seeds=[0, 1]))
    return folder


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """The study, for a test to change; its name is in its table."""
    return Path(shutil.copytree(finished, tmp_path / finished.name))


def measure(folder: Path) -> Told:
    told = Told()
    measure_study(folder, workers=1, on_event=told, launch=Here)
    return told


def measured(folder: Path) -> pd.DataFrame:
    """Return the rows of a table that are measures."""
    table = pd.read_parquet(folder / TABLE)
    return table[table["statistic"].str.contains("dcor|eta2|spearman|peak|lead|gradient|change")]


def assert_same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    left, right = (rows.set_index(NUMBER).sort_index() for rows in (found, wanted))
    assert list(left.index) == list(right.index)
    for name in ("value", "low", "high", "p_value"):
        np.testing.assert_allclose(left[name].astype(float), right[name].astype(float), rtol=1e-3, atol=1e-5)
    assert left["reason"].tolist() == right["reason"].tolist() and left["n"].tolist() == right["n"].tolist()


def change_weights(record: RunRecord) -> None:
    """Make another run of a checkpoint, as a training by other code would."""
    path = record.folder / WEIGHTS
    save_file({name: value * 1.01 for name, value in load_file(path).items()}, path)
    stored = json.loads((record.folder / CONFIG).read_text())
    (record.folder / CONFIG).write_text(json.dumps(stored | {"weights_sha": weights_digest(path)}))


def test_measures_are_those_of_an_inspection_of_the_same_runs(finished: Path, tmp_path: Path) -> None:
    runs = [record for record in records(finished) if record.config.train.seed == 1]
    inspect(tmp_path / "i", run_folders=[str(record.folder) for record in runs])
    wanted = pd.read_parquet(tmp_path / "i" / "rows.parquet")
    table = pd.read_parquet(finished / TABLE)
    rows = table[(table["seed"] == 1) & table["statistic"].isin(set(wanted["statistic"]))]
    assert_same(rows, wanted)
    assert (rows["study"] == "whole").all() and tuple(table.columns) == COLUMNS
    assert not table.duplicated([*NUMBER, "dataset", "horizon", "seed"]).any()


def test_a_data_set_is_measured_once(finished: Path, dataset: Dataset) -> None:
    table = pd.read_parquet(finished / TABLE)
    rows = table[table["horizon"] == 0]
    pd.testing.assert_frame_equal(
        rows.drop(columns="study").reset_index(drop=True), data_rows(dataset).drop(columns="study"), check_dtype=False
    )
    assert {"phase_drift", "spai_robust", "spai_null", "c1_target", "c4_all"} <= set(rows["statistic"])


def test_no_inspection_stays(finished: Path) -> None:
    left = {path.suffix for path in (finished / MEASURES).iterdir()}
    assert left == {".parquet", ".log"}


def test_runs_are_compared_with_none_of_the_same_merge(dataset: Dataset, tmp_path: Path) -> None:
    axes = {"references": [Reference.DYNAMIC, Reference.EMA], "merges": [Merge.ATTENTION, Merge.CONCAT]}
    train(tmp_path / "s", real(dataset, **axes))
    rows = measured(tmp_path / "s")
    gains = rows[rows["statistic"] == "spearman_gain"]
    assert len(gains) == 4 and gains["value"].notna().all()
    for record in records(tmp_path / "s"):
        model = record.config.model
        if model.reference is not Reference.EMA:
            continue
        none = next(
            other
            for other in records(tmp_path / "s")
            if other.config.model.fusion is Fusion.NONE and other.config.model.merge is model.merge
        )
        folder = tmp_path / record.run_id
        inspect(folder, run_folders=[str(record.folder), str(none.folder)])
        wanted = pd.read_parquet(folder / "rows.parquet").query("run_id == @record.run_id and statistic in @GAINS")
        assert_same(rows.query("run_id == @record.run_id and statistic in @GAINS"), wanted)


@pytest.mark.process
def test_killed_while_measuring_it_ends_as_if_nobody_had_touched_it(finished: Path, copy: Path) -> None:
    shutil.rmtree(copy / MEASURES)
    (copy / TABLE).unlink()
    words = [sys.executable, "-m", "core", "study", "--out", str(copy), "--measure", "--workers", "1"]
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.DEVNULL, env=os.environ)

    def traced() -> bool:
        assert process.poll() is None, "it ended before it could be killed"
        return any((copy / MEASURES).glob("*.inspection/*/trace.zarr"))

    wait_until(traced)
    process.send_signal(signal.SIGKILL)
    process.wait()
    told = measure(copy)
    assert len(told.of("measured")) == 3
    assert (copy / TABLE).read_bytes() == (finished / TABLE).read_bytes()
    assert not any((copy / MEASURES).glob("*.inspection"))


def test_only_the_cell_of_a_changed_run_is_measured_anew(finished: Path, copy: Path) -> None:
    assert measure(copy).of("measuring") == []
    changed = records(copy)[-1]
    change_weights(changed)
    told = measure(copy)
    assert [fields["cell"] for fields in told.of("measuring")] == [f"{changed.config.dataset}-h6-l72-quick-s1"]
    before, after = (measured(folder).set_index([*NUMBER, "seed"])["value"] for folder in (finished, copy))
    moved = (before != after) & before.notna()
    assert set(moved[moved].index.get_level_values("run_id")) == {changed.run_id}
    assert train(copy).of("measuring") == [], "a study that goes on keeps them, too"


def test_rows_note_their_definitions_and_those_of_former_ones_are_measured_anew(copy: Path) -> None:
    cell = next(iter(measurements(copy).values()))
    rows = pd.read_parquet(cell.rows)
    assert rows.attrs["definitions"] == [DEFINITIONS]
    rows.attrs = {name: note for name, note in rows.attrs.items() if name != "definitions"}
    write_rows(cell.rows, rows)
    assert [fields["cell"] for fields in measure(copy).of("measuring")] == [cell.name]


def test_stopped_between_cells_or_inside_one_it_goes_on(finished: Path, copy: Path) -> None:
    shutil.rmtree(copy / MEASURES)
    (copy / TABLE).unlink()
    cell = next(iter(measurements(copy).values()))
    asked = iter(range(100))
    assert not cell.measure(lambda done, total, message: None, lambda: next(asked) > 3)
    assert not cell.rows.exists() and not any((copy / MEASURES).glob("*.inspection"))
    told = Told()
    settings = {"workers": 1, "on_event": told, "launch": Here}
    assert measure_study(copy, should_stop=lambda: bool(told.of("measured")), **settings) is None
    assert len(told.of("measured")) == 1 and not (copy / TABLE).exists()
    assert measure(copy).of("measuring") == [{"cell": list(measurements(copy))[-1], "runs": 0}]
    assert (copy / TABLE).read_bytes() == (finished / TABLE).read_bytes()


def test_measures_are_recomputed_without_training(finished: Path, copy: Path) -> None:
    shutil.rmtree(copy / MEASURES)
    told = measure(copy)
    assert len(told.of("measured")) == 3 and not told.of("started")
    assert told.of("measured")[-1]["done"] == "3 of 3"
    assert (copy / TABLE).read_bytes() == (finished / TABLE).read_bytes()


def test_a_cell_that_fails_is_recorded_and_stops_nobody(copy: Path) -> None:
    shutil.rmtree(copy / MEASURES)
    broken = records(copy)[0]
    weights = (broken.folder / WEIGHTS).read_bytes()
    (broken.folder / WEIGHTS).write_bytes(weights[:-4] + b"\1\2\3\4")
    told = measure(copy)
    (failed,) = told.of("failed")
    assert (
        failed["error"]
        == f"The weights of checkpoint {in_words(broken.run_id)} were changed after training; train it again."
    )
    assert (copy / MEASURES / f"{failed['cell']}.error").read_text() == failed["error"]
    assert not any((copy / MEASURES).glob("*.inspection")), "also gone after a failure"
    assert set(measured(copy)["seed"]) == {1}
    (broken.folder / WEIGHTS).write_bytes(weights)
    assert [fields["cell"] for fields in measure(copy).of("measured")] == [failed["cell"]]
    assert not any((copy / MEASURES).glob("*.error"))


def test_runs_without_weights_keep_their_measures_or_are_named(finished: Path, copy: Path) -> None:
    for record in records(copy):
        (record.folder / WEIGHTS).unlink()
    assert not measure(copy).of("no_weights")
    assert (copy / TABLE).read_bytes() == (finished / TABLE).read_bytes()
    shutil.rmtree(copy / MEASURES)
    (told,) = measure(copy).of("no_weights")
    assert all(record.run_id in told["runs"] for record in records(copy))
    assert set(measured(copy)["seed"]) == set()


def test_without_measures_none_are_made(dataset: Dataset, tmp_path: Path) -> None:
    train(tmp_path / "s", real(dataset, measures=False, fusions=["none"]))
    assert not (tmp_path / "s" / MEASURES).exists() and measured(tmp_path / "s").empty
    told = train(tmp_path / "s", {"measures": True})
    assert told.of("started") == [] and len(told.of("measured")) == 2


def test_one_mode_of_daily_data_keeps_its_rows_with_the_reasons(dataset: Dataset, tmp_path: Path) -> None:
    frame = tiny_frame(500)
    frame.index = pd.date_range("2020-01-01", periods=len(frame), freq="D", name="date")
    daily = stored(frame, "daily.csv", Step(pd.Timedelta(days=1)))
    told = train(tmp_path / "s", real(daily, fusions=["both"]))
    assert not told.of("failed")
    rows = measured(tmp_path / "s").set_index("statistic")
    assert rows.loc["spearman_gain", "reason"] == rows.loc["response_lead", "reason"] == kept(NO_NONE)
    assert rows.loc["dcor_input_tod", "reason"] == kept(NO_DAY)
    assert rows.loc["dcor_kernel_tod_gru_to_cnn_mean", "reason"] == kept(NO_DAY)
    undefined = rows[rows["value"].isna()]
    assert (undefined["reason"] != "").all()
    assert rows.loc["gradient_imbalance", "value"] > 0 and np.isfinite(rows.loc["mse_change_silenced_both", "value"])


def test_a_study_of_runs_that_were_taken_away_is_refused_in_one_sentence(copy: Path) -> None:
    shutil.rmtree(copy / RUNS)
    with pytest.raises(StudyError, match="holds no finished run; train some first"):
        measure(copy)
