"""Training: deterministic, resumable to the same numbers, and honest about what it cannot read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.baselines import PENALTIES, Ridge, baseline_errors, fit_ridge, repeat_last, seasonal_naive
from core.config import WindowConfig
from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.model.forecaster import build
from core.train.checkpoint import load_checkpoint
from core.train.evaluate import forecast_rows, predict, split_scores
from core.train.finished import runs_in
from core.train.fit import Interrupted, fit, training_folder
from core.train.record import RecordError, read_record
from core.vocabulary import Fusion, Split
from tests.support.tiny import WINDOW, tiny_dataset, tiny_run

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("one_thread")]


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "home"))
    return tiny_dataset()


def numbers(folder: Path) -> dict[str, object]:
    """What must not depend on interruptions: errors, weights, history and gradient flow."""
    record = read_record(folder)
    metrics = {key: value for key, value in record.metrics.items() if key != "seconds"}
    history = record.history.drop(columns="seconds").to_dict()
    return {
        "metrics": metrics,
        "weights": record.weights_sha,
        "history": history,
        "gradient": record.gradient.to_dict(),
    }


def test_same_seed_same_numbers_and_another_seed_others(dataset: Dataset, tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        fit(tiny_run(dataset, seed=seed, epochs=1), dataset, tmp_path / name)
    assert numbers(tmp_path / "a") == numbers(tmp_path / "b")
    assert numbers(tmp_path / "a")["weights"] != numbers(tmp_path / "c")["weights"]


def test_a_frozen_embedding_stays_the_same_for_all_modes(dataset: Dataset, tmp_path: Path) -> None:
    states = {}
    for fusion in (Fusion.NONE, Fusion.BOTH):
        run = tiny_run(dataset, fusion=fusion, epochs=1, freeze_embedding=True)
        fit(run, dataset, tmp_path / fusion)
        states[fusion] = load_checkpoint(tmp_path / fusion).model.state_dict()
    drawn = build(run.model, run.window, len(dataset.variables), seed=0).state_dict()
    embedding = [name for name in drawn if name.startswith("embedding.")]
    assert embedding
    assert all(torch.equal(state[name], drawn[name]) for state in states.values() for name in embedding)
    assert not torch.equal(states[Fusion.BOTH]["head.weight"], drawn["head.weight"])
    assert run.run_id != tiny_run(dataset, epochs=1).run_id


def test_training_learns_the_daily_cycle(dataset: Dataset, tmp_path: Path) -> None:
    record = fit(tiny_run(dataset, epochs=6), dataset, tmp_path / "run")
    assert record.metrics["test"]["mse"] < 0.6 * record.metrics["baselines"]["repeat_last"]["mse"]
    assert record.history["validation_mse"].iloc[-1] < record.history["validation_mse"].iloc[0]


@pytest.mark.parametrize("steps", [1, 7, 20])
def test_stopped_at_any_step_it_goes_on_to_the_same_numbers(dataset: Dataset, tmp_path: Path, steps: int) -> None:
    run = tiny_run(dataset)
    fit(run, dataset, tmp_path / "whole")
    asked = iter(range(10**6))
    with pytest.raises(Interrupted):
        fit(run, dataset, tmp_path / "halted", should_stop=lambda: next(asked) >= steps)
    assert not (tmp_path / "halted").exists()
    torch.rand(3)  # the caller's random state does not matter
    fit(run, dataset, tmp_path / "halted")
    assert numbers(tmp_path / "halted") == numbers(tmp_path / "whole")
    assert not training_folder(tmp_path / "halted").exists()


@pytest.mark.process
def test_killed_by_the_system_it_goes_on_to_the_same_numbers(dataset: Dataset, tmp_path: Path) -> None:
    run = tiny_run(dataset, epochs=4)
    spec, events = tmp_path / "run.json", tmp_path / "events.jsonl"
    spec.write_text(json.dumps(run.to_dict()))
    command = [sys.executable, "-m", "core", "train", "--run", str(spec), "--out", str(tmp_path / "killed")]
    command += ["--events", str(events)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    while '"kind": "epoch"' not in (events.read_text() if events.exists() else ""):
        assert process.poll() is None, "the run ended before it could be killed"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "killed").exists()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    fit(run, dataset, tmp_path / "whole")
    assert numbers(tmp_path / "killed") == numbers(tmp_path / "whole")


def test_a_finished_run_is_returned_and_another_is_refused(dataset: Dataset, tmp_path: Path) -> None:
    run = tiny_run(dataset, epochs=1)
    first = fit(run, dataset, tmp_path / "run")
    told: list[object] = []
    assert fit(run, dataset, tmp_path / "run", on_event=told.append).weights_sha == first.weights_sha
    assert told == []
    with pytest.raises(RecordError, match="holds another run"):
        fit(tiny_run(dataset, seed=1), dataset, tmp_path / "run")


def test_divergence_is_a_sentence(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"diverged: .* choose a learning rate below"):
        fit(tiny_run(dataset, learning_rate=1e30, clip=1e30), dataset, tmp_path / "run")


def test_errors_are_one_mean_over_everything(dataset: Dataset, tmp_path: Path) -> None:
    record = fit(tiny_run(dataset, epochs=1), dataset, tmp_path / "run")
    checkpoint = load_checkpoint(record.folder)
    windows = make_windows(dataset, WINDOW, Split.TEST)
    error = predict(checkpoint.model, windows) - windows.y  # a second route: all forecasts at once
    assert record.metrics["test"]["mse"] == pytest.approx(float(np.mean(error.astype(float) ** 2)), rel=1e-6)
    assert record.metrics["test"]["mae"] == pytest.approx(float(np.mean(np.abs(error.astype(float)))), rel=1e-6)
    assert record.metrics["test"]["windows"] == len(dataset.splits.test) - WINDOW.horizon + 1
    per_step = split_scores(checkpoint.model, windows).cells["mse"].mean(axis=1)
    assert record.metrics["test"]["per_step"]["mse"] == pytest.approx(per_step.tolist())


def test_gradient_flow_equals_one_computed_by_retained_gradients(dataset: Dataset, tmp_path: Path) -> None:
    from core.model.forecaster import build
    from core.vocabulary import Activation

    run = tiny_run(dataset, epochs=1)
    record = fit(run, dataset, tmp_path / "run")
    train = make_windows(dataset, WINDOW, Split.TRAIN)
    order = np.random.default_rng((0, 0)).permutation(len(train))[: run.train.batch]
    model = build(run.model, WINDOW, 3, 0).train()
    kept: list[torch.Tensor] = []

    def keep(value: torch.Tensor, block: int) -> torch.Tensor:
        value.retain_grad()
        kept.append(value)
        return value

    torch.manual_seed(0)
    out = model(torch.from_numpy(train.x[order]), edits={Activation.CONV_OUTPUT: keep}).forecast
    (out - torch.from_numpy(train.y[order])).abs().mean().backward()
    expected = [float(value.grad.square().mean().sqrt()) for value in kept]  # type: ignore[union-attr]
    first = record.gradient[record.gradient["step"] == 0]
    assert first["conv"].tolist() == pytest.approx(expected, rel=1e-4)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Dataset]]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(home))
        dataset = tiny_dataset()
        fit(tiny_run(dataset, epochs=1), dataset, home / "run")
        yield home / "run", dataset


def damaged(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "damaged"))


def test_checkpoint_refuses_what_does_not_fit(finished: tuple[Path, Dataset], tmp_path: Path) -> None:
    folder = damaged(finished[0], tmp_path)
    weights = load_file(folder / "weights.safetensors")
    save_file({**weights, "head.weight": torch.zeros(2, 2)}, folder / "weights.safetensors")
    with pytest.raises(RecordError, match=r"head.weight is \(2, 2\) in the file and \(6, 64\) in the model"):
        load_checkpoint(folder)
    save_file({name: value + 1 for name, value in weights.items()}, folder / "weights.safetensors")
    with pytest.raises(RecordError, match="changed after training"):
        load_checkpoint(folder)
    (folder / "weights.safetensors").write_bytes(b"\x00" * 100)
    with pytest.raises(RecordError, match="cannot be read"):
        load_checkpoint(folder)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("metrics.json", None, "lacks metrics.json"),
        ("config.json", "{", "cannot be read"),
        ("config.json", '{"run": {"dataset": "x", "speed": 1}, "variables": []}', "unknown key"),
        ("config.json", "[]", "cannot be read"),
        ("config.json", '{"run": {"dataset": "x", "model": {"fusion": "all"}}, "variables": []}', "possible: none,"),
    ],
)
def test_broken_records_are_named_and_left_out(
    finished: tuple[Path, Dataset], tmp_path: Path, name: str, content: str | None, sentence: str
) -> None:
    folder = damaged(finished[0], tmp_path)
    (folder / name).unlink() if content is None else (folder / name).write_text(content)
    with pytest.raises(RecordError, match=sentence):
        read_record(folder)
    assert runs_in(tmp_path) == ()


def test_checkpoint_refuses_other_data(finished: tuple[Path, Dataset]) -> None:
    checkpoint = load_checkpoint(finished[0])
    checkpoint.check_data(finished[1])
    with pytest.raises(RecordError, match="trained on version"):
        checkpoint.check_data(tiny_dataset(seed=7))


def test_forecast_continues_the_series_in_its_own_units(finished: tuple[Path, Dataset]) -> None:
    checkpoint, dataset = load_checkpoint(finished[0]), finished[1]
    rows = forecast_rows(checkpoint, dataset)
    last = make_windows(dataset, WINDOW, Split.TEST)
    assert rows.shape == (WINDOW.horizon, 3)
    scaled = last.scaler.transform(dataset.frame.to_numpy()[-WINDOW.lookback :]).astype(np.float32)
    with torch.no_grad():
        expected = last.scaler.inverse(checkpoint.model(torch.from_numpy(scaled[None])).forecast[0].numpy())
    np.testing.assert_allclose(rows, expected, rtol=1e-6)


def test_a_forecast_with_ridge_is_the_mean_of_both(finished: tuple[Path, Dataset]) -> None:
    checkpoint, dataset = load_checkpoint(finished[0]), finished[1]
    level = Ridge(np.full((WINDOW.lookback, WINDOW.horizon), 0.0, np.float32), 0.0)  # the mean of the look-back
    rows = forecast_rows(checkpoint, dataset, level)
    mean = dataset.frame.to_numpy()[-WINDOW.lookback :].mean(axis=0)
    np.testing.assert_allclose(rows, 0.5 * (forecast_rows(checkpoint, dataset) + mean), rtol=1e-4)


def test_naive_baselines_by_hand() -> None:
    x = np.arange(6, dtype=np.float32).reshape(1, 6, 1)
    assert repeat_last(x, 3).ravel().tolist() == [5, 5, 5]
    assert seasonal_naive(x, 5, period=3).ravel().tolist() == [3, 4, 5, 3, 4]


@pytest.mark.parametrize("stride", [1, 3], ids=["every window", "every third, as of very large data"])
def test_ridge_solves_the_normal_equations(dataset: Dataset, stride: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few series are worked on at a time."""
    window = WindowConfig(lookback=12, horizon=4)
    every = make_windows(dataset, window, Split.TRAIN)
    monkeypatch.setattr("core.baselines.MOST_FITTED", len(every) * len(dataset.variables) // stride)
    monkeypatch.setattr("core.baselines.MOST_SERIES", 7 * len(dataset.variables))
    ridge = fit_ridge(dataset, window)
    train = make_windows(dataset, window, Split.TRAIN, stride=stride)
    level = train.x.mean(axis=1, keepdims=True)
    x = (train.x - level).transpose(0, 2, 1).reshape(-1, 12).astype(float)
    y = (train.y - level).transpose(0, 2, 1).reshape(-1, 4).astype(float)
    expected = np.linalg.solve(x.T @ x + ridge.penalty * np.eye(12), x.T @ y)
    np.testing.assert_allclose(ridge.weights, expected, atol=1e-4)
    assert ridge.penalty in PENALTIES


def test_baseline_errors_are_kept_and_equal_when_read_back(dataset: Dataset) -> None:
    first = baseline_errors(dataset, WINDOW)
    assert baseline_errors(dataset, WINDOW) == first
    assert first["ridge"]["mse"] < first["repeat_last"]["mse"]
