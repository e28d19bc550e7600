"""Stacks from settings to checkpoints: stopped, killed, repacked and halved, each run ends as if it were alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.train.checkpoint import load_checkpoint
from core.train.evaluate import predict
from core.train.fit import Interrupted, fit, hold, training_folder
from core.train.record import RecordError, read_record
from core.train.stack.fit import fit_stack
from core.train.stack.functions import Stack
from core.train.stack.loop import SUFFIX, StackLoop, Target
from core.train.stack.shape import widest
from core.vocabulary import Split
from tests.support.stacks import SMALL_WINDOW, numbers, small_data, some_runs, stop_after

pytestmark = pytest.mark.slow

Event = dict[str, Any]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with small_data(tmp_path_factory.mktemp("home")) as data:
        yield data


def test_a_stack_leaves_what_single_runs_leave(dataset: Dataset, tmp_path: Path) -> None:
    runs = some_runs(dataset, dropout=0.0, epochs=2)
    told: list[tuple[str, Event]] = []
    fit_stack(runs, Target(dataset, tmp_path), on_event=lambda run, event: told.append((run.run_id, event)))
    assert {path.name for path in tmp_path.iterdir()} == {run.run_id for run in runs}, "nothing else is left"
    for run in runs:
        events: list[Event] = []
        alone = fit(run, dataset, tmp_path / "alone" / run.run_id, on_event=events.append)
        record = read_record(tmp_path / run.run_id)
        for kind in ("test", "blend", "validation"):
            for error in ("mse", "mae"):
                assert record.metrics[kind][error] == pytest.approx(alone.metrics[kind][error], rel=1e-4)
        assert record.versions == alone.versions | {"stacked": "cpu, float32"}
        assert record.metrics["parameters"] == alone.metrics["parameters"]
        assert record.metrics["best_epoch"] == alone.metrics["best_epoch"]
        for column in ("train_loss", "validation_mse", "learning_rate"):
            assert record.history[column].tolist() == pytest.approx(alone.history[column].tolist(), rel=1e-4)
        assert record.gradient[["step", "block"]].equals(alone.gradient[["step", "block"]])
        assert record.gradient["conv"].tolist() == pytest.approx(alone.gradient["conv"].tolist(), rel=0.01)
        kinds = {event["kind"]: set(event) for event in events}
        assert {event["kind"]: set(event) for name, event in told if name == run.run_id} == kinds


def test_checkpoints_forecast_as_the_stack_did(dataset: Dataset, tmp_path: Path) -> None:
    runs = some_runs(dataset, epochs=1)
    fit_stack(runs, Target(dataset, tmp_path))
    checkpoints = [load_checkpoint(tmp_path / run.run_id) for run in runs]
    windows = make_windows(dataset, SMALL_WINDOW, Split.TEST)
    stack = Stack(widest(runs), runs, 3, device=torch.device("cpu"))
    rows = torch.zeros_like(stack.initial_weights())
    for row, checkpoint in zip(rows, checkpoints, strict=True):
        for name, part in stack.named(row).items():
            part.copy_(checkpoint.model.state_dict().get(name, torch.zeros(part.shape)))
    with torch.inference_mode():
        together = stack.forecast(rows, torch.from_numpy(windows.x.copy())).numpy()
    for found, checkpoint in zip(together, checkpoints, strict=True):
        np.testing.assert_allclose(found, predict(checkpoint.model, windows), rtol=0, atol=1e-6)
        mse = float(np.mean((found - windows.y).astype(float) ** 2))
        assert checkpoint.record.metrics["test"]["mse"] == pytest.approx(mse, rel=1e-5)


def test_stopped_runs_keep_their_best_weights_and_the_stack_is_repacked(dataset: Dataset, tmp_path: Path) -> None:
    runs = some_runs(dataset, dropout=0.0, epochs=8, patience=1, learning_rate=1e-2)
    target = Target(dataset, tmp_path)
    for run in runs:
        os.close(hold(training_folder(tmp_path / run.run_id)))
    sizes: list[int] = []

    def note(run: RunConfig, event: Event) -> None:
        sizes.append(len(loop.state.runs))

    loop = StackLoop(runs, target.path(runs), target, note, lambda: False)
    assert loop.run() == {}
    assert len(set(sizes)) > 1 and min(sizes) <= len(runs) / 2
    epochs = set()
    for run in runs:
        record = read_record(tmp_path / run.run_id)
        best = int(record.history["validation_mse"].idxmin())
        assert record.metrics["best_epoch"] == best + 1
        assert record.metrics["epochs"] == min(8, best + 2), "the one after the best was the last"
        epochs.add(record.metrics["epochs"])
    assert len(epochs) > 1, "they stopped at different times"
    for run in runs[1:3]:
        alone, record = fit(run, dataset, tmp_path / "alone" / run.run_id), read_record(tmp_path / run.run_id)
        assert record.metrics["best_epoch"] == alone.metrics["best_epoch"]
        assert record.metrics["test"]["mse"] == pytest.approx(alone.metrics["test"]["mse"], rel=1e-2)


class Killed(BaseException):
    """The process is gone: nothing is saved any more."""


@pytest.fixture(scope="module")
def whole(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    out = tmp_path_factory.mktemp("whole")
    fit_stack(stopping(dataset), Target(dataset, out))
    return numbers(out, stopping(dataset))


def stopping(dataset: Dataset) -> list[RunConfig]:
    """Runs of which some stop earlier than others."""
    return some_runs(dataset, epochs=8, patience=1, learning_rate=2e-2)


@pytest.mark.parametrize("steps", [1, 13, 25])
def test_stopped_at_any_step_a_stack_goes_on_to_the_same_numbers(
    dataset: Dataset, tmp_path: Path, whole: dict[str, object], steps: int
) -> None:
    runs = stopping(dataset)
    with pytest.raises(Interrupted):
        fit_stack(runs, Target(dataset, tmp_path), should_stop=stop_after(steps))
    torch.rand(3)  # the caller's random state does not matter
    fit_stack(runs, Target(dataset, tmp_path))
    assert numbers(tmp_path, runs) == whole


def test_killed_between_two_saves_it_repeats_no_finished_run_and_ends_the_same(
    dataset: Dataset, tmp_path: Path, whole: dict[str, object]
) -> None:
    runs = stopping(dataset)
    target = Target(dataset, tmp_path)
    with pytest.raises(Interrupted):
        fit_stack(runs, target, should_stop=stop_after(10))

    def kill(run: RunConfig, event: Event) -> None:
        if event["kind"] == "step" and any((tmp_path / run.run_id).exists() for run in runs):
            raise Killed

    with pytest.raises(Killed):
        fit_stack(runs, target, on_event=kill)
    finished = [run for run in runs if (tmp_path / run.run_id).exists()]
    assert 0 < len(finished) < len(runs)
    written = [(tmp_path / run.run_id / "metrics.json").stat().st_mtime_ns for run in finished]
    # The engine asks for what is left; the stack goes on as it was, in which the finished ones take part.
    fit_stack([run for run in runs if run not in finished][:1], target)
    assert numbers(tmp_path, runs) == whole
    assert [(tmp_path / run.run_id / "metrics.json").stat().st_mtime_ns for run in finished] == written
    assert not list(tmp_path.glob(f"*{SUFFIX}*"))


def test_divergence_is_told_by_run(dataset: Dataset, tmp_path: Path) -> None:
    runs = some_runs(dataset, learning_rate=1e30, clip=1e30)[:2]
    failed = fit_stack(runs, Target(dataset, tmp_path))
    assert list(failed) == [run.run_id for run in runs]
    assert all("choose a learning rate below" in sentence for sentence in failed.values())
    assert not any((tmp_path / run.run_id).exists() for run in runs)


def test_another_process_at_work_and_another_shape_are_refused(dataset: Dataset, tmp_path: Path) -> None:
    runs = some_runs(dataset)
    held = hold(training_folder(tmp_path / runs[2].run_id))
    with pytest.raises(RecordError, match="is being trained by another process"):
        fit_stack(runs, Target(dataset, tmp_path))
    os.close(held)
    other = replace(runs[0], train=replace(runs[0].train, epochs=9))
    with pytest.raises(ValueError, match="cannot be one stack"):
        fit_stack([*runs, other], Target(dataset, tmp_path))


@pytest.mark.process
def test_the_command_stops_in_time_and_goes_on(dataset: Dataset, tmp_path: Path) -> None:
    runs = some_runs(dataset, epochs=1)[:3]
    for run in runs:
        (tmp_path / f"{run.run_id}.json").write_text(json.dumps(run.to_dict()))
    command = [sys.executable, "-m", "core", "stack", "--out", str(tmp_path), "--runs"]
    command += [str(tmp_path / f"{run.run_id}.json") for run in runs]
    stopped = subprocess.run([*command, "--minutes", "0"], capture_output=True, text=True, check=False)
    assert stopped.returncode == 130, stopped.stderr
    assert "the state is kept" in stopped.stderr
    assert len(list(tmp_path.glob(f"*{SUFFIX}"))) == 1
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"3 of 3 runs are finished; written to {tmp_path}\n"
    for run in runs:
        events = [json.loads(line) for line in (tmp_path / f"{run.run_id}.jsonl").read_text().splitlines()]
        assert [event["epoch"] for event in events if event["kind"] == "epoch"] == [1]
        assert load_checkpoint(tmp_path / run.run_id).record.metrics["epochs"] == 1
