"""One training step of a stack: gather, loss, gradient, clipping and update of every run, each as if alone."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import torch
from torch import Tensor

from core.config import TrainConfig
from core.train.recipe import Turns, turned, turned_known
from core.train.stack.data import Resident
from core.train.stack.functions import Stack

WARM_UP = 3  # steps before a capture, as torch asks for: libraries choose their kernels in them


class Precision(StrEnum):
    """What a step computes in; weights, instance normalisation, loss and update are float32 either way."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


class Batch(NamedTuple):
    """What every run of a stack trains on in one step."""

    chosen: Tensor  # windows, int64 [run, window]
    turns: Turns | None = None  # of all runs' windows one after the other, where the recipe rotates
    variables: Tensor | None = None  # places of those to forecast, int64 [run, variable], where a step draws them

    @property
    def tensors(self) -> list[Tensor]:
        """All that a batch consists of."""
        return [self.chosen, *(self.turns or ()), *([] if self.variables is None else [self.variables])]

    def cloned(self) -> Batch:
        """Return a copy in memory of its own."""
        turns = None if self.turns is None else Turns(*(part.clone() for part in self.turns))
        return Batch(self.chosen.clone(), turns, None if self.variables is None else self.variables.clone())


class Step:
    """The weights of a stack and how they move.

    All runs have taken equally many steps, so one AdamW on the table [run, weight] is one AdamW a run.

    Parameters
    ----------
    rows : weights [run, weight]; they are changed in target.
    moments : AdamW's `step` (a number), `exp_avg` and `exp_avg_sq` [run, weight]; changed in target.
    """

    def __init__(
        self,
        stack: Stack,
        rows: Tensor,
        moments: dict[str, Tensor],
        recipe: TrainConfig,
        data: Resident,
        precision: Precision = Precision.FLOAT32,
    ) -> None:
        self.stack, self.data, self.recipe = stack, data, recipe
        self.rows = rows.requires_grad_()
        self.moments = moments
        self._on_cuda = rows.device.type == "cuda"
        # A captured step reads the rate from where it lies. CUDA's kernel wants it in float32.
        rate_type = torch.float32 if self._on_cuda else torch.float64
        self.rate = torch.tensor(recipe.learning_rate, dtype=rate_type, device=rows.device)
        # Weights decay one by one, below: this optimiser knows one decay for all.
        self._optimiser = torch.optim.AdamW(
            [self.rows], lr=self.rate, weight_decay=0.0, fused=True, capturable=self._on_cuda
        )
        self._optimiser.state[self.rows] = moments
        self._weight_decays = stack.weight_decays()
        self._lowered = torch.bfloat16 if precision is Precision.BFLOAT16 else rows.dtype
        self._trainable = stack.trainable()
        self._captured: dict[bool, Captured] = {}

    def __call__(self, batch: Batch, rate: float, *, watch: bool) -> tuple[Tensor, Tensor]:
        """Train on a batch; return losses [run] and gradient flow [run, block, path, reading].

        The flow is an RMS, convolution path first: of dLoss/d(path output after its correction), then of the gradient
        of the path's own weights. It has no blocks unless `watch` holds. What is returned may be overwritten by the
        next step.
        """
        self.rate.fill_(rate)
        full = batch.chosen.shape[1] == self.recipe.batch
        if not self._on_cuda or not full:  # the last batch of an epoch has another shape
            return self._work(batch, watch)
        if watch not in self._captured:
            self._captured[watch] = self._capture(batch, watch)
        return self._captured[watch](batch)

    def _work(self, batch: Batch, watch: bool) -> tuple[Tensor, Tensor]:
        x, y = self.data.gather(batch.chosen)
        known = self.data.known_at(batch.chosen)
        if batch.turns is not None:
            x, y = (turned(value.flatten(0, 1), batch.turns).view_as(value) for value in (x, y))
            known = None if known is None else turned_known(known.flatten(0, 1), batch.turns).view_as(known)
        watched = self.stack.zeros_to_watch(batch.chosen.shape[1], batch.variables) if watch else {}
        leaves = [
            zeros for of_path in watched.values() for zeros in of_path
        ]  # all blocks of one path, then the other
        losses = self.stack.losses(self.rows.to(self._lowered), x, y, known, watched, batch.variables)
        # The runs share nothing, so the gradient of the sum holds each run's own.
        gradient, *pulls = torch.autograd.grad(losses.sum(), [self.rows, *leaves])
        flow = self._flow(pulls, gradient)
        self._update(gradient)
        return losses.detach(), flow

    def _update(self, gradient: Tensor) -> None:
        if self._trainable is not None:
            gradient = gradient * self._trainable
        self.rows.grad = clipped(gradient, self.recipe.clip)
        with torch.no_grad():
            self.rows.mul_(1 - self.rate.to(self.rows) * self._weight_decays)
        self._optimiser.step()

    def _flow(self, pulls: list[Tensor], gradient: Tensor) -> Tensor:
        if not pulls:
            return self.rows.new_empty(len(self.rows), 0, 2, 2)
        strengths = [pull.flatten(1).square().mean(1).sqrt() for pull in pulls]
        outputs = torch.stack(strengths, dim=1).unflatten(1, (2, -1)).transpose(1, 2)  # [run, block, path]
        return torch.stack((outputs, self.stack.path_strengths(gradient)), dim=-1)

    def _capture(self, batch: Batch, watch: bool) -> Captured:
        """Record a step; weights, moments and random numbers are left as they were."""
        changed = (self.rows, *self.moments.values())
        kept = [value.detach().clone() for value in changed]
        with torch.random.fork_rng(devices=[self.rows.device]):
            captured = Captured(lambda static: self._work(static, watch), batch)
        with torch.no_grad():
            for value, before in zip(changed, kept, strict=True):
                value.copy_(before)
        return captured


class Captured:
    """Work on the GPU recorded once and replayed: a thousand small kernels for the price of one launch.

    Source: "CUDA Graphs" in torch's notes on CUDA semantics: warm-up on a side stream, then capture; every tensor
    the work reads or changes stays where it is, so new input is copied into the recorded one.
    """

    def __init__(self, work: Callable[[Batch], tuple[Tensor, Tensor]], example: Batch) -> None:
        self._input = example.cloned()
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UP):
                work(self._input)
        torch.cuda.current_stream().wait_stream(side)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._output = work(self._input)

    def __call__(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Replay the work on a batch of the recorded shape; the output is overwritten by the next replay."""
        for recorded, value in zip(self._input.tensors, batch.tensors, strict=True):
            recorded.copy_(value)
        self._graph.replay()
        return self._output


def clipped(gradient: Tensor, largest: float) -> Tensor:
    """Shrink each run's gradient [run, weight] to a norm of at most `largest`, as torch clips that of one model."""
    norms = torch.linalg.vector_norm(gradient, dim=1, keepdim=True)
    return gradient * (largest / (norms + 1e-6)).clamp(max=1)


def fresh_moments(rows: Tensor) -> dict[str, Tensor]:
    """Return AdamW's state before its first step."""
    return {
        "step": torch.zeros((), device=rows.device),
        "exp_avg": torch.zeros_like(rows),
        "exp_avg_sq": torch.zeros_like(rows),
    }
