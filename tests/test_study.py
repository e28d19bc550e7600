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
from core.data.dataset import DataError, Dataset
from core.data.windows import make_windows
from core.locks import take
from core.model.forecaster import build
from core.study.engine import Engine, Group, groups
from core.study.estimate import START_SECONDS, estimate
from core.study.folder import RUNS, TABLE, RunState, StudyError, read_study, records, status
from core.study.grid import StudyConfig
from core.study.show import read_table, show
from core.study.versions import read_whole
from core.table import COLUMNS
from core.train.checkpoint import parameter_count
from core.train.evaluate import BATCH as EVALUATED
from core.train.record import RecordError
from core.vocabulary import Fusion, Merge, Reference, Split
from tests.studies import TINY, Told, grid, train
from tests.tiny import tiny_dataset


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    from core import config

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setitem(config.PRESETS, "tiny", TINY)
        yield tiny_dataset()


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


def test_plan_collapses_equal_runs(dataset: Dataset) -> None:
    study = StudyConfig.from_dict(grid(dataset, fusions=list(Fusion), references=list(Reference), merges=list(Merge)))
    plan = study.plan()
    # three merges x (none once + three crossings under three references)
    assert len(plan) == 3 * (1 + 3 * 3)
    assert len({run.run_id for run in plan}) == len(plan)
    assert plan == StudyConfig.from_dict(json.loads(json.dumps(study.to_dict()))).plan()


def test_the_control_for_size_is_planned_once_a_seed_beside_both(dataset: Dataset) -> None:
    plan = StudyConfig.from_dict(grid(dataset, seeds=[0, 1], references=list(Reference), matched=True)).plan()
    matched = [run for run in plan if run.model.matched]
    assert [(run.model.fusion, run.train.seed) for run in matched] == [(Fusion.NONE, 0), (Fusion.NONE, 1)]
    assert not {run.run_id for run in matched} & {run.run_id for run in plan if not run.model.matched}
    both = next(run for run in plan if run.model.fusion is Fusion.BOTH)
    sizes = [parameter_count(build(run.model, run.window, 3, 0)) for run in (matched[0], both)]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.02)
    alone = StudyConfig.from_dict(grid(dataset, fusions=["none"], matched=True)).plan()
    assert not any(run.model.matched for run in alone)


def test_training_stride_follows_the_step_of_the_data() -> None:
    (run,) = StudyConfig(("NYweather",), (24,), (Fusion.BOTH,), matched=False).plan()
    assert run.train.stride == 2  # hourly
    (strided,) = StudyConfig(("NYweather",), (24,), (Fusion.BOTH,), stride=5, matched=False).plan()
    assert strided.train.stride == 5


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
    assert f"{np.mean(mse):.4f} ± {np.std(mse, ddof=1):.4f}" in both and both.endswith(" 2")
    names = [line[:34].strip() for line in text.splitlines()[2:]]
    assert names[:3] == ["none", "both", "none, matched size"]
    assert names[3:6] == ["½ ridge + ½ none", "½ ridge + ½ both", "½ ridge + ½ none, matched size"]
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


def test_what_cannot_be_trained_is_refused_before_anything_begins(dataset: Dataset, tmp_path: Path) -> None:
    for changes, error, sentence in (
        ({"fusions": []}, ConfigError, "names no fusions"),
        ({"fusions": ["sideways"]}, ConfigError, "fusions names 'sideways'; possible: none, gru_to_cnn"),
        ({"preset": "huge"}, ConfigError, "preset is 'huge'; possible: quick"),
        ({"datasets": ["ETTh9"]}, DataError, "'ETTh9' is unknown; known:"),
        ({"horizons": [6, 9000]}, DataError, "Too short for horizon 9000"),
        ({"lookback": 4800}, DataError, "Too short for look-back 4800"),
    ):
        with pytest.raises(error, match=sentence) as told:
            train(tmp_path / "s", grid(dataset, **changes))
        assert len(str(told.value).splitlines()) == 1
    with pytest.raises(ConfigError, match=r"holds no readable study.json"):
        train(tmp_path / "s")
    assert not (tmp_path / "s").exists()


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


def test_the_estimate_grows_with_the_runs_and_shrinks_with_the_workers(dataset: Dataset) -> None:
    class Measured:
        step, forward = 0.1, 0.2  # seconds; one epoch is planned

    plan = StudyConfig.from_dict(grid(dataset, seeds=[0, 1, 2, 3])).plan()
    run = plan[0]
    train_windows = len(make_windows(dataset, run.window, Split.TRAIN, stride=run.train.stride))
    evaluated = [len(make_windows(dataset, run.window, split)) for split in (Split.VALIDATION, Split.TEST)]
    one = estimate([run], workers=1, measure=lambda run, data: Measured())
    batches = -(-train_windows // run.train.batch)
    assert one == pytest.approx(START_SECONDS + batches * 0.1 + sum(evaluated) / EVALUATED * 0.2)
    eight = estimate(plan, workers=1, measure=lambda run, data: Measured())
    assert eight == pytest.approx(8 * one)
    assert estimate(plan, workers=4, measure=lambda run, data: Measured()) == pytest.approx(2 * one)
    assert estimate(plan[:3], workers=8, measure=lambda run, data: Measured()) == pytest.approx(one)


def test_runs_are_shared_out_one_by_one_or_in_stacks_of_one_shape(dataset: Dataset, tmp_path: Path) -> None:
    plan = StudyConfig.from_dict(
        grid(dataset, fusions=list(Fusion), seeds=[0, 1, 2], horizons=[6, 12], matched=True)
    ).plan()
    alone = groups(plan, Engine.SIDE_BY_SIDE)
    assert [group.runs for group in alone] == [(run,) for run in plan]
    assert alone[0].words(tmp_path)[:2] == ["train", "--run"]
    stacks = groups(plan, Engine.STACKED)
    assert sorted(len(group.runs) for group in stacks) == [3, 3, 12, 12]
    for group in stacks:
        assert len({(run.window, run.model.matched) for run in group.runs}) == 1
        assert group.words(tmp_path)[0] == "stack" and group.words(tmp_path)[-2:] == ["--out", str(tmp_path)]
    assert [len(half.runs) for half in Group(tuple(plan[:5]), stacked=True).halves()] == [3, 2]
    assert Told() == []
