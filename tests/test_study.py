"""The grid of runs: planned once, trained once, grown later, gathered in one table that never mixes versions."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import main
from core.config import ConfigError
from core.data.dataset import Dataset
from core.locks import take
from core.study.folder import RUNS, TABLE, RunState, StudyError, read_study, records, status
from core.study.show import NAME, read_table, show
from core.study.versions import read_whole
from core.table import COLUMNS
from core.text.amounts import over_seeds
from core.train.record import RecordError
from core.vocabulary import Fusion
from tests.support.studies import grid, tiny_home, train

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with tiny_home(tmp_path_factory) as found:
        yield found


@pytest.fixture(scope="module")
def finished(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished study of all kinds of rows; tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("studies") / "whole"
    train(folder, grid(dataset, matched=True, seeds=[0, 1]))
    return folder


def changed(folder: Path, **values: str) -> None:
    """Change what a finished run says about its versions."""
    path = folder / "config.json"
    stored = json.loads(path.read_text())
    if "code" in values:
        stored["versions"]["code"] = values.pop("code")
    path.write_text(json.dumps(stored | values))


def test_the_table_has_one_row_a_number_of_runs_and_references(finished: Path) -> None:
    table = pd.read_parquet(finished / TABLE)
    assert tuple(table.columns) == COLUMNS
    assert not table.duplicated(["dataset", "horizon", "lookback", "run_id", "statistic"]).any()
    assert set(table["study"]) == {"whole"}
    for record in records(finished):
        mine = table[table["run_id"] == record.run_id].set_index("statistic")["value"]
        test = record.metrics["test"]
        assert mine["mse"] == test["mse"] and mine["rmse"] == test["rmse"]
        assert mine[[f"mse_step_{step}" for step in range(1, 7)]].mean() == pytest.approx(test["mse"])
        assert mine["mae_variable_drift"] == test["per_variable"]["drift"]["mae"]
        assert mine["blend_mse"] == record.metrics["blend"]["mse"]
        assert mine[[f"blend_mae_step_{step}" for step in range(1, 7)]].mean() == pytest.approx(mine["blend_mae"])
    references = table[table["fusion"] == ""]
    assert set(references["run_id"]) == {"ridge", "seasonal_naive", "repeat_last"}
    assert references["seed"].isna().all() and not references["matched"].any()
    ridge = references[references["run_id"] == "ridge"].set_index("statistic")["value"]
    assert ridge["mse"] == records(finished)[0].metrics["baselines"]["ridge"]["mse"]
    assert ridge[[f"mse_step_{step}" for step in range(1, 7)]].mean() == pytest.approx(ridge["mse"])
    assert "rmse" in ridge and "mse_variable_load" in ridge


def test_rows_of_none_and_of_its_matched_twin_are_told_apart(finished: Path) -> None:
    table = pd.read_parquet(finished / TABLE)
    none = table[(table["fusion"] == "none") & (table["statistic"] == "parameters")]
    assert none.groupby("matched")["seed"].nunique().to_dict() == {False: 2, True: 2}
    assert none.groupby("matched")["value"].first()[True] > none.groupby("matched")["value"].first()[False]


def test_the_table_is_printed_with_means_spreads_and_changes(finished: Path) -> None:
    text = show(read_table(finished))
    values = [record for record in records(finished) if record.config.model.fusion is Fusion.BOTH]
    mse = [record.metrics["test"]["mse"] for record in values]
    both = next(line for line in text.splitlines() if line.startswith("both"))
    assert over_seeds(mse) in both and both.endswith(" 2")
    names = [line[:NAME].strip() for line in text.splitlines()[2:]]
    assert names[:3] == ["none", "both", "none, matched size"]
    assert names[3:6] == [f"average of ridge and {name}" for name in names[:3]]
    assert names[6:] == ["ridge", "seasonal naive", "repeat last"]
    rmse = {record.run_id: record.metrics["test"]["rmse"] for record in records(finished)}
    by_seed = {(r.config.model.fusion, r.config.train.seed): rmse[r.run_id] for r in values}
    none = {
        r.config.train.seed: rmse[r.run_id]
        for r in records(finished)
        if r.config.model.fusion is Fusion.NONE and not r.config.model.matched
    }
    change = np.mean([(by_seed[Fusion.BOTH, seed] - none[seed]) / none[seed] * 100 for seed in none])
    assert f"{change:+.2f} %" in both
    ridge = records(finished)[0].metrics["baselines"]["ridge"]["rmse"]
    against = np.mean([(ridge - error) / error * 100 for error in none.values()])
    assert f"{ridge:.4f}" in text.splitlines()[8] and text.splitlines()[8].endswith(f"{against:+.2f} %")
    with pytest.raises(ConfigError, match="holds no table"):
        read_table(finished.parent)


def test_a_study_grows_by_what_is_new_and_drops_nothing(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    train(folder, grid(dataset, fusions=["none"]))
    before = pd.read_parquet(folder / TABLE)
    told = train(folder, {"seeds": [1], "fusions": ["none"]})
    assert [run[:-9].endswith("-s1") for run in told.runs("started")] == [True]
    assert read_study(folder).seeds == (0, 1)
    after = pd.read_parquet(folder / TABLE)
    pd.testing.assert_frame_equal(before, after[after["seed"].isna() | (after["seed"] == 0)].reset_index(drop=True))
    assert set(after["run_id"]) >= set(read_study(folder).runs)
    with pytest.raises(ConfigError, match="holds a study with lookback 48 and 42 was asked for"):
        train(folder, {"lookback": 42})
    assert train(folder).runs("started") == []


def test_two_studies_cannot_write_one_folder(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    lock = take(folder / "study.lock")
    assert lock is not None
    with pytest.raises(StudyError, match="is being written by another study"):
        train(folder, grid(dataset))
    os.close(lock)
    assert not (folder / "study.json").exists()


def test_equal_runs_of_another_study_are_reused(dataset: Dataset, finished: Path) -> None:
    folder = finished.parent / "second"
    told = train(folder, grid(dataset, fusions=["none"]))
    assert len(told.runs("reused")) == 1 and not told.runs("started")
    (mine,), theirs = records(folder), {record.run_id: record for record in records(finished)}
    assert mine.weights_sha == theirs[mine.run_id].weights_sha


def test_versions_are_never_mixed_unless_trained_again(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    train(folder, grid(dataset))
    none, both = read_study(folder).runs
    changed(folder / RUNS / none, code="0ld")
    with pytest.raises(StudyError, match=r"1 finished run .* code 0ld, and the code at hand is .* --retrain"):
        train(folder)
    changed(folder / RUNS / both, code="0ld")
    train(folder)  # all of one version: the table stands as it is
    with pytest.raises(StudyError, match="2 finished runs"):
        train(folder, {"seeds": [1]})
    told = train(folder, {"seeds": [1]}, retrain=True)
    assert len(told.runs("started")) == 4
    assert {path.name for path in (folder / RUNS).glob("*.old-*")} == {f"{none}.old-0ld", f"{both}.old-0ld"}
    assert len({record.versions["code"] for record in records(folder)}) == 1
    changed(folder / RUNS / both, fingerprint="0ther")
    with pytest.raises(StudyError, match=f"version 0ther of {dataset.key}"):
        train(folder)


def test_what_is_damaged_is_set_aside_and_made_again(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    train(folder, grid(dataset))
    whole = (folder / TABLE).read_bytes()
    none, both = read_study(folder).runs
    (folder / RUNS / none / "weights.safetensors").write_bytes(b"broken off")
    (folder / RUNS / both / "metrics.json").write_text('{"test": {"mse"')
    (folder / TABLE).write_bytes(b"PAR1 and no more")
    told = train(folder)
    assert sorted(fields["kept"] for fields in told.of("damaged")) == sorted(
        [f"{none}.damaged", f"{both}.damaged", f"{TABLE}.damaged"]
    )
    assert sorted(told.runs("started")) == sorted([none, both])
    assert (folder / TABLE).read_bytes() == whole
    (folder / "study.json").write_text('{"datasets": [')
    with pytest.raises(ConfigError, match=r"holds no readable study.json; give the folder .* or the grid"):
        train(folder)
    told = train(folder, grid(dataset))
    assert not told.runs("started") and (folder / "study.json.damaged").exists()
    assert (folder / TABLE).read_bytes() == whole


def test_weights_may_be_taken_away_and_the_numbers_stay(dataset: Dataset, finished: Path) -> None:
    run_id, run = next(iter(read_study(finished).runs.items()))
    weights = finished / RUNS / run_id / "weights.safetensors"
    kept = weights.read_bytes()
    weights.unlink()
    assert read_whole(weights.parent, run).run_id == run_id
    weights.write_bytes(kept[:-1])
    with pytest.raises(RecordError, match=r"weights of checkpoint .* are damaged"):
        read_whole(weights.parent, run)
    weights.write_bytes(kept)


def test_stopped_study_goes_on(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    train(folder, grid(dataset), should_stop=lambda: True)
    assert [one.state for one in status(folder)] == [RunState.DONE, RunState.WAITING]
    assert not (folder / TABLE).exists()
    told = train(folder)
    assert len(told.runs("started")) == 1 and (folder / TABLE).exists()


def test_the_plan_lists_every_run_its_fate_and_the_time(
    dataset: Dataset, finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--datasets", dataset.key, "--horizons", "6", "--preset", "tiny", "--lookback", "48", "--plan"]
    beside = finished.parent / "planned"
    new = ["--fusions", "none", "both", "--seeds", "1", "2", "--no-matched", "--workers", "2"]
    assert main(["study", "--out", str(beside), *words, *new]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told[:4]] == ["reusable", "reusable", "to", "to"]
    assert told[4] == "4 runs: 2 reusable, 2 to train"
    assert told[5].startswith("At most about ") and "with 2 workers" in told[5]
    assert not beside.exists()
    assert main(["study", "--out", str(finished), "--seeds", "5", "--plan"]) == 0
    grown = capsys.readouterr().out
    assert "9 runs: 6 done, 3 to train" in grown
    assert read_study(finished).seeds == (0, 1), "a plan writes nothing"
    assert main(["study", "--out", str(finished), "--show"]) == 0
    assert "none, matched size" in capsys.readouterr().out
