"""What a study would train, and how long this machine needs for it: a measured step-time model."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import RunConfig
from core.data.catalog import load_dataset
from core.data.dataset import Dataset
from core.data.windows import origins_of, validation_stride
from core.study.engine import Engine, chosen
from core.study.folder import RUNS, RunState, is_study, status
from core.study.grid import StudyConfig
from core.study.progress import clock
from core.study.run import reusable
from core.vocabulary import Split

if TYPE_CHECKING:
    from core.train.probe import StepTime

Measure = Callable[[RunConfig, Dataset], "StepTime"]
START_SECONDS = 3.0  # of one worker: imports, data, windows


@dataclass(frozen=True)
class Plan:
    """The runs of a study, and what becomes of each."""

    fate: Mapping[str, str]  # run id -> done, reusable (taken over from elsewhere), to train
    waiting: Sequence[RunConfig]

    def text(self) -> str:
        """Return the runs, one a line, and how many there are of each kind."""
        lines = [f"{fate:12}{run_id}" for run_id, fate in self.fate.items()]
        counts = ", ".join(f"{number} {fate}" for fate, number in Counter(self.fate.values()).items())
        return "\n".join([*lines, f"{len(self.fate)} runs: {counts}"])


def plan_of(folder: Path, grid: StudyConfig) -> Plan:
    """Return what starting a study in a folder would do; nothing is written."""
    known = status(folder) if is_study(folder) else []
    fate = dict.fromkeys(grid.runs, "to train") | dict.fromkeys(reusable(folder / RUNS, grid), "reusable")
    fate |= {run.config.run_id: "done" for run in known if run.state is RunState.DONE}
    return Plan(fate, [run for run_id, run in grid.runs.items() if fate[run_id] == "to train"])


def estimate(
    waiting: Sequence[RunConfig],
    *,
    workers: int | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
    measure: Measure | None = None,
) -> float:
    """Return the seconds that runs take at most, trained side by side: steps and forward passes times their number.

    At most: a run that stops early takes less. A few steps of every shape are measured here, which takes a second
    or so a shape; `tell` is called with how many of them are done. `measure` is `core.train.probe.probe`.
    """
    from core.train.probe import probe

    shapes = {_shape(run): run for run in waiting}
    times: dict[RunConfig, StepTime] = {}
    for done, (shape, run) in enumerate(shapes.items()):
        tell(done, len(shapes))
        times[shape] = (measure or probe)(run, load_dataset(run.dataset))
    seconds = [_seconds(run, times[_shape(run)].step, times[_shape(run)].forward) for run in waiting]
    size = min(workers or os.cpu_count() or 1, len(seconds)) or 1
    return max(sum(seconds) / size, max(seconds, default=0.0))


def _shape(run: RunConfig) -> RunConfig:
    """Return what decides the time of a step: all but the seed."""
    return replace(run, train=replace(run.train, seed=0))


def _seconds(run: RunConfig, step: float, forward: float) -> float:
    from core.train.evaluate import batch_size

    dataset = load_dataset(run.dataset)
    strides = {Split.TRAIN: run.train.stride, Split.VALIDATION: validation_stride(dataset, run.window), Split.TEST: 1}
    windows = {split: len(origins_of(dataset.splits, run.window, split, stride)) for split, stride in strides.items()}
    passes = {split: count / batch_size(len(dataset.variables)) for split, count in windows.items()}
    epoch = math.ceil(windows[Split.TRAIN] / run.train.batch) * step + passes[Split.VALIDATION] * forward
    return START_SECONDS + run.train.epochs * epoch + passes[Split.TEST] * forward


def sentence(seconds: float, workers: int | None, engine: Engine, *, measures: bool = False) -> str:
    """Return the estimate as a sentence, for a study that is measured after training or not."""
    size = workers or os.cpu_count() or 1
    told = f"At most about {clock(seconds)} on this machine with {size} worker{'s' if size > 1 else ''}"
    note = "; stacked on its CUDA device it takes a fraction of that" if chosen(engine) is Engine.STACKED else ""
    after = " Measuring afterwards adds up to a fifth of that." if measures else ""
    return f"{told}, side by side and without early stopping{note}.{after}"
