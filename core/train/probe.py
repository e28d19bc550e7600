"""What this machine offers a training: a CUDA device or none, and how long a few steps and passes take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import torch

from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.windows import Windows, make_windows
from core.model.forecaster import build
from core.train.evaluate import batch_size
from core.train.fit import make_optimiser
from core.train.recipe import draw_variables, loss_of
from core.vocabulary import Split

MEASURED = 3  # steps and passes, whose median is taken


def has_cuda() -> bool:
    """Tell whether torch can use a CUDA device here."""
    return torch.cuda.is_available()


@dataclass(frozen=True)
class StepTime:
    """Seconds on one thread."""

    step: float  # forward, backward, clipping and update on one batch
    forward: float  # one batch of an evaluation


def probe(run: RunConfig, dataset: Dataset) -> StepTime:
    """Measure a few real steps and forward passes of a run; nothing is kept."""
    with torch.random.fork_rng(devices=[]):
        model = build(run.model, run.window, len(dataset.variables), run.train.seed)
        optimiser = make_optimiser(model, run.train)
        train = make_windows(dataset, run.window, Split.TRAIN, stride=run.train.stride)
        x, y = _batch(train, run.train.batch)
        variables = draw_variables(run.train, run.train.seed, 0, len(dataset.variables))
        truth = y if variables is None else y[..., variables]

        def step() -> None:
            loss = loss_of(run.train, model(x, variables=variables).forecast, truth)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), run.train.clip)
            optimiser.step()

        model.train()
        seconds = median_seconds(step, MEASURED)
        model.eval()
        tested, _ = _batch(make_windows(dataset, run.window, Split.TEST), batch_size(len(dataset.variables)))
        with torch.inference_mode():
            return StepTime(seconds, median_seconds(lambda: model(tested), MEASURED))


def _batch(windows: Windows, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return x [window, lookback, variable] and y [window, horizon, variable] of the first windows."""
    return torch.from_numpy(windows.x[:size].copy()), torch.from_numpy(windows.y[:size].copy())


def median_seconds(action: Callable[[], object], repeats: int) -> float:
    """Return the median time of an action, after one that is not counted: it allocates."""
    times = []
    for _ in range(1 + repeats):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return median(times[1:])
