"""One training loop and one evaluation for every peer: the product's windows and its count of errors."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.data.windows import Windows
from core.scores import Scores

Array = NDArray[np.float32]
Forecast = Callable[[Array], Array]  # x [window, lookback, variable] -> [window, horizon, variable]
BATCH = 32  # windows a forward pass of an evaluation
CHECKED = 512  # validation windows of a check, evenly spaced
TIMED = 1024  # test windows that the rate of inference is taken over
EVERY = 2048  # windows trained on between two checks
PATIENCE = 2  # epochs without a lower validation error
EPOCHS = 10


@dataclass(frozen=True)
class Recipe:
    """How a peer is trained: Adam on the mean squared error.

    Attributes
    ----------
    rate : learning rate of the first epoch.
    decay : what the rate is multiplied by after each epoch.
    batch : windows a step.
    """

    rate: float
    decay: float
    batch: int


@dataclass(frozen=True)
class Trained:
    """What a training took, in CPU seconds of its one thread; the model is left with its best weights.

    Attributes
    ----------
    seconds, wall : until the best validation error was known, checks included.
    rate : windows trained on in a second, checks left out.
    validation : the best validation error, an MSE.
    stopped : why it ended: "patience", "cap" or "epochs".
    """

    seconds: float
    wall: float
    rate: float
    validation: float
    stopped: str


class _Clock:
    """CPU and wall seconds since it was made."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    @property
    def cpu(self) -> float:
        return time.process_time() - self._cpu

    @property
    def wall(self) -> float:
        return time.perf_counter() - self._wall


def train(model: nn.Module, windows: Windows, validation: Windows, recipe: Recipe, *, cap: float) -> Trained:
    """Train until patience, epochs or the cap of CPU seconds end it, and leave the model with its best weights.

    Parameters
    ----------
    model : maps x [window, lookback, variable] to [window, horizon, variable].
    windows : all of them are trained on, each epoch in an order of its own.
    """
    clock, optimiser = _Clock(), torch.optim.Adam(model.parameters(), lr=recipe.rate)
    some = np.unique(np.linspace(0, len(validation) - 1, CHECKED).astype(int))
    steps = math.ceil(len(windows) / recipe.batch)
    every = min(EVERY // recipe.batch, steps)
    best, at, best_step, stopped = math.inf, (0.0, 0.0), 0, "epochs"
    weights: dict[str, Tensor] = {}
    seen, stepping = 0, 0.0
    for step in range(EPOCHS * steps):
        epoch, place = divmod(step, steps)
        if place == 0:
            order = np.random.default_rng((0, epoch)).permutation(len(windows))
            optimiser.param_groups[0]["lr"] = recipe.rate * recipe.decay**epoch
        chosen, before = order[place * recipe.batch : (place + 1) * recipe.batch], clock.cpu
        _step(model, optimiser, windows, chosen)
        seen, stepping = seen + len(chosen), stepping + clock.cpu - before
        capped = clock.cpu >= cap
        if not capped and (step + 1) % every:
            continue
        mse = checked(model, validation, some)
        if mse < best:
            best, at, best_step = mse, (clock.cpu, clock.wall), step
            weights = {name: value.clone() for name, value in model.state_dict().items()}
        if capped or step - best_step >= PATIENCE * steps:
            stopped = "cap" if capped else "patience"
            break
    model.load_state_dict(weights)
    return Trained(*at, seen / stepping, best, stopped)


def _step(model: nn.Module, optimiser: torch.optim.Optimizer, windows: Windows, chosen: NDArray[np.int64]) -> None:
    model.train()
    loss = F.mse_loss(model(torch.from_numpy(windows.x[chosen])), torch.from_numpy(windows.y[chosen]))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def checked(model: nn.Module, windows: Windows, some: NDArray[np.int64]) -> float:
    """Return the MSE over some windows."""
    forecast, scores = forecast_of(model), Scores(*windows.y.shape[1:])
    for start in range(0, len(some), BATCH):
        part = some[start : start + BATCH]
        scores.add(forecast(windows.x[part]) - windows.y[part], windows.known_at(part))
    return scores.total["mse"]


def forecast_of(model: nn.Module) -> Forecast:
    """Return a module as a function of arrays."""

    @torch.inference_mode()
    def forecast(x: Array) -> Array:
        return model.eval()(torch.from_numpy(np.ascontiguousarray(x))).numpy()

    return forecast


def errors(forecast: Forecast, windows: Windows) -> dict[str, float]:
    """Return mse, mae and the number of windows, over every window, as the product counts them."""
    scores = Scores(*windows.y.shape[1:])
    for start in range(0, len(windows), BATCH):
        part = slice(start, start + BATCH)
        scores.add(forecast(windows.x[part]) - windows.y[part], windows.known_at(part))
    return {kind: scores.total[kind] for kind in ("mse", "mae")} | {"windows": scores.windows}


def inference_rate(forecast: Forecast, windows: Windows) -> float:
    """Return the windows forecast in a CPU second, over the first test windows."""
    count = min(TIMED, len(windows))
    forecast(windows.x[:BATCH])
    clock = _Clock()
    for start in range(0, count, BATCH):
        forecast(windows.x[start : min(start + BATCH, count)])
    return count / clock.cpu
