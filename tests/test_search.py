"""The search for a recipe: folds inside the train rows, every candidate a real training, the table complete."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.__main__ import main
from core.config import WindowConfig
from core.data.catalog import load_dataset
from core.data.windows import make_windows
from core.study.search import CANDIDATES, FOLDS, SHIPPED, Trial, fold_of, search_table, trial_folder, trials
from core.train.fit import fit
from core.vocabulary import Split
from tests.support.tiny import MODEL, tiny_dataset


def test_folds_never_reach_beyond_the_train_rows() -> None:
    dataset = load_dataset("NYweather")
    ends = []
    for fold in range(len(FOLDS)):
        part = fold_of(dataset, fold)
        assert len(part.frame) <= len(dataset.splits.train)
        assert part.frame.equals(dataset.frame.iloc[: len(part.frame)])
        assert part.splits.test.stop == len(part.frame)
        assert part.fingerprint != dataset.fingerprint, "kept baselines of the whole data set are not read"
        ends.append(len(part.frame))
    assert ends == sorted(set(ends)) and len(ends) >= 3


def test_nothing_after_the_train_rows_touches_a_fold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    dataset = tiny_dataset()
    other = dataset.frame.copy()
    other.iloc[len(dataset.splits.train) :] = 1e6
    window = WindowConfig(48, 6)
    for fold in range(len(FOLDS)):
        plain, spoiled = (fold_of(each, fold) for each in (dataset, replace(dataset, frame=other)))
        for split in Split:
            assert (make_windows(plain, window, split).y == make_windows(spoiled, window, split).y).all()


def test_every_candidate_is_another_run_and_the_first_changes_nothing() -> None:
    fold = fold_of(load_dataset("NYweather"), 0)
    runs = [Trial(candidate, "NYweather", 96, 0).run(fold) for candidate in CANDIDATES]
    assert len({run.run_id for run in runs}) == len(CANDIDATES)
    assert CANDIDATES[0].name == SHIPPED
    assert (runs[0].train.rotation, runs[0].model.head_dropout_rows) == (0.0, 0)


def test_unknown_candidates_are_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match=r"faster is no candidate; there are: no rotation"):
        list(trials(["NYweather"], [96], ["faster"]))


def test_finished_trials_are_tabled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    dataset = tiny_dataset()
    planned = list(trials([dataset.key], [6], [SHIPPED]))
    assert len(planned) == len(FOLDS)
    fold = fold_of(dataset, 1)
    run = planned[1].run(fold)
    run = replace(run, model=MODEL, window=WindowConfig(48, 6), train=replace(run.train, epochs=1))
    torch.set_num_threads(1)
    record = fit(run, fold, trial_folder(tmp_path, planned[1]))
    table = search_table(tmp_path, planned)
    assert len(table) == 1
    assert table["mse"].item() == record.metrics["test"]["mse"]
    assert table["ridge_mse"].item() == record.metrics["baselines"]["ridge"]["mse"]
    assert table["fold"].item() == 2


@pytest.mark.parametrize("part", ["0/2", "3/2", "1", "a/b", "1/2/3"])
def test_a_part_that_cannot_be_is_one_sentence(part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["search", "--out", str(tmp_path), "--datasets", "NYweather", "--horizons", "96", "--part", part]
    assert main(words) == 2
    assert (
        capsys.readouterr().err
        == f"part is {part!r}; it is a number and of how many, such as 1/2: choose such a pair.\n"
    )
