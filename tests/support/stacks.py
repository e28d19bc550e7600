"""Stacks of tiny runs, and what is compared of their results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.config import RunConfig, WindowConfig
from core.data.dataset import Dataset
from core.train.record import read_record
from core.vocabulary import Fusion, Reference
from tests.support.tiny import tiny_dataset, tiny_run
from tests.support.trained import one_thread

SMALL_WINDOW = WindowConfig(lookback=18, horizon=5)


@contextmanager
def small_data(home: Path, rows: int = 300) -> Iterator[Dataset]:
    """Provide a tiny data set in a workspace of its own, and one thread to train on it."""
    with one_thread(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(home))
        yield tiny_dataset(rows)


def some_runs(dataset: Dataset, *, dropout: float = 0.2, **train: Any) -> list[RunConfig]:
    """Return a run of each fusion, two of them of another seed, and one of the weakened reference."""
    train = {"batch": 16, **train}
    runs = [tiny_run(dataset, fusion=fusion, seed=number // 2, **train) for number, fusion in enumerate(Fusion)]
    runs.append(replace(runs[-1], model=replace(runs[-1].model, reference=Reference.EMA)))
    small: dict[str, Any] = {"blocks": 1, "dropout": dropout, "variable_dropout": dropout}
    return [replace(run, model=replace(run.model, **small), window=SMALL_WINDOW) for run in runs]


def numbers(out: Path, runs: Sequence[RunConfig]) -> dict[str, object]:
    """Return what must not depend on interruptions, by run: errors, weights, history and gradient flow."""
    found: dict[str, object] = {}
    for run in runs:
        record = read_record(out / run.run_id)
        metrics = {key: value for key, value in record.metrics.items() if key != "seconds"}
        history = record.history.drop(columns="seconds").to_dict()
        found[run.run_id] = (metrics, record.weights_sha, history, record.gradient.to_dict())
    return found


def stop_after(steps: int) -> Callable[[], bool]:
    """Return a `should_stop` that stops at a step."""
    asked = iter(range(10**6))
    return lambda: next(asked) >= steps
