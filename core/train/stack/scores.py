"""Errors of all runs of a stack over every window of a split; sums are taken on the device, in float64."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from core.baselines import Ridge
from core.scores import Scores
from core.train.evaluate import batch_size
from core.train.stack.data import Resident
from core.train.stack.functions import Stack


class _Sums:
    """What `Scores` counts, for every run at once: [run, horizon, variable] each."""

    def __init__(self) -> None:
        self._windows = 0
        self._squared: Tensor | None = None
        self._absolute: Tensor | None = None
        self._known: Tensor | int = 0  # windows whose truth is known, [horizon, variable]: the same for every run

    def add(self, error: Tensor, known: Tensor | None) -> None:
        """Count forecast - truth, [run, window, horizon, variable], where the truth is known; None: everywhere."""
        if known is not None:
            error = torch.where(known, error, error.new_zeros(()))
        squared = error.double().square().sum(1)
        absolute = error.abs().sum(1, dtype=torch.float64)
        self._windows += error.shape[1]
        self._known = self._known + (error.shape[1] if known is None else known.sum(0))
        self._squared = squared if self._squared is None else self._squared + squared
        self._absolute = absolute if self._absolute is None else self._absolute + absolute

    def scores(self) -> list[Scores]:
        """Return the errors of each run."""
        assert self._squared is not None and self._absolute is not None, "a split has windows"
        squared, absolute = self._squared.cpu().numpy(), self._absolute.cpu().numpy()
        known = torch.as_tensor(self._known, dtype=torch.float64).cpu().numpy()
        found = []
        for of_run in zip(squared, absolute, strict=True):
            found.append(Scores(*squared.shape[1:]))
            found[-1].add_sums(self._windows, *of_run, known)
        return found


@torch.inference_mode()
def stack_scores(stack: Stack, rows: Tensor, data: Resident) -> list[Scores]:
    """Return each run's errors over every window."""
    sums = _Sums()
    for x, y, known in _batches(data):
        sums.add(stack.forecast(rows, x) - y, known)
    return sums.scores()


@torch.inference_mode()
def stack_test_scores(stack: Stack, rows: Tensor, data: Resident, ridge: Ridge) -> list[tuple[Scores, Scores]]:
    """Return each run's errors, and those of the fixed average 0.5 ridge + 0.5 network."""
    weights = torch.from_numpy(ridge.weights).to(rows)
    network, blend = _Sums(), _Sums()
    for x, y, known in _batches(data):
        forecast = stack.forecast(rows, x)
        level = x.mean(dim=1, keepdim=True)
        linear = torch.einsum("wlv,lh->whv", x - level, weights) + level  # as Ridge.forecast, where the data lie
        network.add(forecast - y, known)
        blend.add(0.5 * (forecast + linear) - y, known)
    return list(zip(network.scores(), blend.scores(), strict=True))


def _batches(data: Resident) -> Iterator[tuple[Tensor, Tensor, Tensor | None]]:
    """Yield x and y of all windows in order, and where y is known."""
    size = batch_size(data.table.shape[1])
    for start in range(0, len(data), size):
        chosen = torch.arange(start, min(start + size, len(data)), device=data.table.device)
        yield *data.gather(chosen), data.known_at(chosen)
