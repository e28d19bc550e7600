"""The grid: which runs it plans, what it refuses, how runs are shared out, and how long they take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import ConfigError
from core.data.dataset import DataError, Dataset
from core.data.windows import make_windows
from core.model.forecaster import build
from core.study.engine import Engine, Group, groups
from core.study.estimate import START_SECONDS, estimate
from core.study.grid import StudyConfig
from core.train.evaluate import BATCH as EVALUATED
from core.vocabulary import Fusion, Merge, Reference, Split
from tests.support.studies import grid, tiny_home, train


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with tiny_home(tmp_path_factory) as found:
        yield found


def test_plan_collapses_equal_runs(dataset: Dataset) -> None:
    study = StudyConfig.from_dict(grid(dataset, fusions=list(Fusion), references=list(Reference), merges=list(Merge)))
    plan = list(study.runs.values())
    # three merges x (none once + three crossings under every reference)
    assert len(plan) == 3 * (1 + 3 * len(Reference))
    assert len({run.run_id for run in plan}) == len(plan)
    assert plan == list(StudyConfig.from_dict(json.loads(json.dumps(study.to_dict()))).runs.values())


def test_the_control_for_size_is_planned_once_a_seed_beside_both(dataset: Dataset) -> None:
    plan = list(
        StudyConfig.from_dict(grid(dataset, seeds=[0, 1], references=list(Reference), matched=True)).runs.values()
    )
    matched = [run for run in plan if run.model.matched]
    assert [(run.model.fusion, run.train.seed) for run in matched] == [(Fusion.NONE, 0), (Fusion.NONE, 1)]
    assert not {run.run_id for run in matched} & {run.run_id for run in plan if not run.model.matched}
    both = next(run for run in plan if run.model.fusion is Fusion.BOTH)
    models = [build(run.model, run.window, 3, 0) for run in (matched[0], both)]
    sizes = [sum(weights.numel() for weights in model.parameters()) for model in models]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.02)
    alone = list(StudyConfig.from_dict(grid(dataset, fusions=["none"], matched=True)).runs.values())
    assert not any(run.model.matched for run in alone)


def test_training_stride_follows_the_step_of_the_data() -> None:
    (run,) = StudyConfig(("NYweather",), (24,), (Fusion.BOTH,), matched=False).runs.values()
    assert run.train.stride == 1  # hourly, and horizon 24 is short beside the train rows
    (strided,) = StudyConfig(("NYweather",), (24,), (Fusion.BOTH,), stride=5, matched=False).runs.values()
    assert strided.train.stride == 5


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


def test_the_estimate_grows_with_the_runs_and_shrinks_with_the_workers(dataset: Dataset) -> None:
    class Measured:
        step, forward = 0.1, 0.2  # seconds; one epoch is planned

    plan = list(StudyConfig.from_dict(grid(dataset, seeds=[0, 1, 2, 3])).runs.values())
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
    asked = grid(dataset, fusions=list(Fusion), seeds=[0, 1, 2], horizons=[6, 12], matched=True)
    plan = list(StudyConfig.from_dict(asked).runs.values())
    alone = groups(plan, Engine.SIDE_BY_SIDE)
    assert [group.runs for group in alone] == [(run,) for run in plan]
    assert alone[0].words(tmp_path)[:2] == ["train", "--run"]
    stacks = groups(plan, Engine.STACKED)
    assert sorted(len(group.runs) for group in stacks) == [3, 3, 12, 12]
    for group in stacks:
        assert len({(run.window, run.model.matched) for run in group.runs}) == 1
        assert group.words(tmp_path)[0] == "stack" and group.words(tmp_path)[-2:] == ["--out", str(tmp_path)]
    assert [len(half.runs) for half in Group(tuple(plan[:5]), stacked=True).halves()] == [3, 2]
