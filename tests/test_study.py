"""The grid of runs: planned once, trained once, gathered in one table; stopped, killed or broken it loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core import config, study
from core.config import ConfigError, TrainConfig
from core.data.dataset import Dataset
from core.locks import is_held
from core.study import StudyConfig, read_study, records, run_study, status
from core.vocabulary import Fusion, Merge, Reference
from tests.tiny import MODEL, tiny_dataset


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "home"))
    tiny = (replace(MODEL, width=4, blocks=1), TrainConfig(epochs=1, batch=64, stride=4))
    monkeypatch.setitem(config.PRESETS, "tiny", tiny)
    return tiny_dataset()


def grid(dataset: Dataset, **changes: object) -> dict[str, object]:
    values = {
        "datasets": [dataset.key],
        "horizons": [6],
        "fusions": ["none", "both"],
        "seeds": [0],
        "preset": "tiny",
        "lookback": 48,
    }
    return {**values, **changes}


def test_plan_collapses_equal_runs(dataset: Dataset) -> None:
    study = StudyConfig.from_dict(grid(dataset, fusions=list(Fusion), references=list(Reference), merges=list(Merge)))
    plan = study.plan()
    # three merges x (none once + three crossings under three references)
    assert len(plan) == 3 * (1 + 3 * 3)
    assert len({run.run_id for run in plan}) == len(plan)
    assert plan == StudyConfig.from_dict(json.loads(json.dumps(study.to_dict()))).plan()


def test_training_stride_follows_the_step_of_the_data() -> None:
    (run,) = StudyConfig(datasets=("NYweather",), horizons=(24,), fusions=(Fusion.BOTH,)).plan()
    assert run.train.stride == 4  # hourly, 15 variables
    (strided,) = StudyConfig(datasets=("NYweather",), horizons=(24,), fusions=(Fusion.BOTH,), stride=5).plan()
    assert strided.train.stride == 5


def test_study_trains_what_is_missing_and_tabulates(dataset: Dataset, tmp_path: Path) -> None:
    told: list[tuple[str, dict[str, object]]] = []
    table = run_study(tmp_path / "s", study=grid(dataset), on_event=lambda kind, **f: told.append((kind, f)))
    assert table is not None
    frame = pd.read_parquet(table)
    assert set(frame["fusion"]) == {"none", "both"}
    for record in records(tmp_path / "s"):
        row = frame[(frame["run_id"] == record.run_id) & (frame["statistic"] == "mse")]
        assert row["value"].item() == record.metrics["test"]["mse"]
    assert [kind for kind, _ in told].count("finished") == 2
    assert [one.state for one in status(tmp_path / "s")] == ["done", "done"]

    told.clear()
    run_study(tmp_path / "s", study=grid(dataset, seeds=[0, 1]), on_event=lambda kind, **f: told.append((kind, f)))
    assert [kind for kind, _ in told].count("started") == 2, "only the new seed is trained"
    pd.testing.assert_frame_equal(frame, pd.read_parquet(table).query("seed == 0").reset_index(drop=True))


def test_equal_runs_of_another_study_are_reused(dataset: Dataset, tmp_path: Path) -> None:
    home = tmp_path / "home" / "studies"
    run_study(home / "a", study=grid(dataset, fusions=["none"]))
    told: list[str] = []
    run_study(home / "b", study=grid(dataset, fusions=["none"]), on_event=lambda kind, **f: told.append(kind))
    assert "reused" in told and "started" not in told
    assert records(home / "a")[0].weights_sha == records(home / "b")[0].weights_sha


def test_stopped_study_goes_on(dataset: Dataset, tmp_path: Path) -> None:
    assert run_study(tmp_path / "s", study=grid(dataset), should_stop=lambda: True) is None
    assert {one.state for one in status(tmp_path / "s")} <= {"waiting", "done"}
    assert run_study(tmp_path / "s") is not None
    assert {one.state for one in status(tmp_path / "s")} == {"done"}


def test_killed_study_command_goes_on_with_the_same_table(dataset: Dataset, tmp_path: Path) -> None:
    # the command knows only the real presets: a few windows of `quick` on the tiny data
    words = ["study", "--datasets", dataset.key, "--horizons", "6", "--fusions", "none", "both", "--preset", "quick"]
    words += ["--lookback", "72", "--stride", "8", "--workers", "1"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}

    def command(out: Path) -> list[str]:
        return [sys.executable, "-m", "core", *words, "--out", str(out)]

    process = subprocess.Popen(
        command(tmp_path / "killed"), env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("finished"):
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "killed" / "table.parquet").exists()
    again = subprocess.run(command(tmp_path / "killed"), env=environment, capture_output=True, text=True, check=True)
    assert again.stderr.count("finished:") == 1, "the finished run is not repeated"
    subprocess.run(command(tmp_path / "whole"), env=environment, capture_output=True, check=True)
    killed, whole = (pd.read_parquet(tmp_path / name / "table.parquet") for name in ("killed", "whole"))
    pd.testing.assert_frame_equal(killed.drop(columns="study"), whole.drop(columns="study"))


def test_a_failed_run_is_recorded_and_the_rest_goes_on(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "_reuse", lambda *arguments: None)
    runs = tmp_path / "s" / "runs"
    runs.mkdir(parents=True)
    blocked = StudyConfig.from_dict(grid(dataset, fusions=["none"])).plan()[0]
    (runs / f"{blocked.run_id}.training").write_text("a file where the run's folder should be")
    run_study(tmp_path / "s", study=grid(dataset))
    states = {one.config.model.fusion: one for one in status(tmp_path / "s")}
    assert states[Fusion.NONE].state == "failed" and states[Fusion.NONE].error
    assert states[Fusion.BOTH].state == "done"


def test_bad_grids_are_one_sentence(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="names no fusions"):
        StudyConfig.from_dict(grid(dataset, fusions=[]))
    with pytest.raises(ConfigError, match="preset is 'huge'; possible: quick"):
        StudyConfig.from_dict(grid(dataset, preset="huge")).plan()
    with pytest.raises(ConfigError, match=r"holds no readable study.json"):
        read_study(tmp_path)


def test_workers_of_a_killed_study_save_and_end(dataset: Dataset, tmp_path: Path) -> None:
    words = ["study", "--datasets", dataset.key, "--horizons", "6", "--fusions", "both", "--preset", "best"]
    words += ["--lookback", "72", "--stride", "1", "--workers", "1", "--out", str(tmp_path / "s")]
    process = subprocess.Popen([sys.executable, "-m", "core", *words], stderr=subprocess.DEVNULL)
    runs = tmp_path / "s" / "runs"
    while not any(path.stat().st_size for path in runs.glob("*.jsonl")):
        assert process.poll() is None, "the study ended before it could be killed"
    process.kill()
    process.wait()
    (working,) = runs.glob("*.training")
    deadline = time.monotonic() + 120
    while is_held(working / "lock"):  # the orphan notices by itself
        assert time.monotonic() < deadline, "the worker of the killed study goes on"
    assert (working / "state.safetensors").exists()
