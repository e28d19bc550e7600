"""Many runs of one shape as one model: torch.func evaluates the code of a single run for all of them at once.

A run is a row: all its weights one after the other. Training, saving, comparing and repacking a stack is then work
on one table [run, weight]. A crossing that a run does not have is zero in its row, and stays exactly zero: gate and
kernel cut off each other's gradient, and weight decay has nothing to shrink.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from core.config import ModelConfig, RunConfig
from core.model.crossing import averaging_decay
from core.model.forecaster import Forecaster, build
from core.model.probe import Edit
from core.train.gradient import PATHS
from core.train.recipe import loss_of, weight_decay
from core.vocabulary import Activation

ALIGNED = 16  # weights between two places where one may begin

# Zeros that are added to a value, so that their gradient is that of the value:
# [run, window, variable, token, channel] a block.
Watched = Mapping[Activation, Sequence[Tensor]]


class Stack:
    """The functions of a stack of runs; the weights are handed in as rows.

    Parameters
    ----------
    model : the widest of the runs' models, see `core.train.stack.shape.widest`.
    runs : one a row; they share window and recipe.
    variables : columns of the data set.
    """

    def __init__(
        self,
        model: ModelConfig,
        runs: Sequence[RunConfig],
        variables: int,
        *,
        device: torch.device,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.runs = tuple(runs)
        self.variables = variables
        self.recipe = runs[0].train
        self.model = build(model, runs[0].window, variables, seed=0).to(device, dtype)
        self.rows_per_window = self.model.embedding.rows_per_window
        self._shapes = {name: value.shape for name, value in self.model.named_parameters()}
        # Each weight begins at a whole piece of memory, as fast products want it; the gaps are zero and stay it.
        counts = [shape.numel() for shape in self._shapes.values()]
        self._sizes = [size for count in counts for size in (count, -count % ALIGNED)]
        self._decays = torch.tensor([averaging_decay(run.canonical.model) for run in runs]).to(device, dtype)  # [run]

    def initial_weights(self) -> Tensor:
        """Return the weights every run starts from when it is trained alone, [run, weight]."""
        rows = torch.zeros(len(self.runs), sum(self._sizes))
        for row, run in zip(rows, self.runs, strict=True):
            parts = self.named(row)
            for name, value in build(run.model, run.window, self.variables, run.train.seed).state_dict().items():
                parts[name].copy_(value)
        return rows.to(self._decays)

    def state(self, number: int, row: Tensor) -> dict[str, Tensor]:
        """Return a run's row [weight] as the state of its own model, as if it had been trained alone."""
        run = self.runs[number]
        with torch.device("meta"):  # names only
            own = Forecaster(run.model, run.window, self.variables).state_dict()
        return {name: value.detach().clone() for name, value in self.named(row).items() if name in own}

    def trainable(self) -> Tensor | None:
        """Return which weights [weight] training may move; None when it may move all."""
        if not self.recipe.freeze_embedding:
            return None
        moved = torch.ones(sum(self._sizes), dtype=torch.bool, device=self._decays.device)
        for name, part in self.named(moved).items():
            part.fill_(not name.startswith("embedding."))
        return moved

    def weight_decays(self) -> Tensor:
        """Return the decay of each weight [weight]: that of its name, none where training may not move it."""
        decays = torch.zeros(sum(self._sizes), device=self._decays.device, dtype=self._decays.dtype)
        for name, part in self.named(decays).items():
            part.fill_(weight_decay(self.recipe, name))
        moved = self.trainable()
        return decays if moved is None else decays * moved

    def path_strengths(self, gradient: Tensor) -> Tensor:
        """Return the RMS of a gradient [run, weight] over the weights of each path, [run, block, path]."""
        named = vmap(self.named)(gradient)
        blocks = [
            [
                torch.cat(
                    [part.flatten(1) for name, part in named.items() if name.startswith(f"blocks.{block}.{path}.")], 1
                )
                for path in PATHS.values()
            ]
            for block in range(self.model.config.blocks)
        ]
        strengths = [torch.stack([part.square().mean(1).sqrt() for part in paths], 1) for paths in blocks]
        return torch.stack(strengths, dim=1)

    def forecast(self, rows: Tensor, x: Tensor) -> Tensor:
        """Forecast [run, window, horizon, variable] from windows x [window, lookback, variable] shared by all."""
        self.model.eval()
        return vmap(self._forecast, in_dims=(0, 0, None))(rows, self._decays, x)

    def losses(
        self,
        rows: Tensor,
        x: Tensor,
        y: Tensor,
        known: Tensor | None,
        watched: Watched,
        variables: Tensor | None = None,
    ) -> Tensor:
        """Return each run's loss [run] on its own windows x [run, window, lookback, variable] and their truth y.

        Cells of y that are not `known` do not count; None: all are. Of each run only `variables` [run, chosen] count;
        None: all do. Every run draws dropout masks of its own. Rows of a lower precision than x lower that of
        everything between the two instance normalisations; these and the loss keep the precision of x.
        """
        self.model.train()
        known_of_run, variables_of_run = (None if value is None else 0 for value in (known, variables))
        of_run = (0, 0, 0, 0, known_of_run, 0, variables_of_run)
        loss = vmap(self._loss, of_run, randomness="different")
        return loss(rows, self._decays, x, y, known, watched, variables)

    def zeros_to_watch(self, windows: int, variables: Tensor | None = None) -> dict[Activation, list[Tensor]]:
        """Return zeros whose gradient is dLoss/d(path output), one a path and block, for batches of `windows`.

        `variables` [run, chosen] are those that a step forecasts; None: all.
        """
        config, window = self.model.config, self.model.window
        rows = self.rows_per_window if variables is None else min(self.rows_per_window, variables.shape[1])
        size = (len(self.runs), windows, rows, window.lookback // config.patch, config.width)
        return {
            activation: [self._decays.new_zeros(size).requires_grad_() for _ in range(config.blocks)]
            for activation in (Activation.CONV_OUTPUT, Activation.GRU_OUTPUT)
        }

    def named(self, row: Tensor) -> dict[str, Tensor]:
        """Return one run's weights by name, views of its row [weight]."""
        parts = row.split(self._sizes)[::2]  # whose backward pass is one concatenation
        return {name: part.view(size) for (name, size), part in zip(self._shapes.items(), parts, strict=True)}

    def _forecast(
        self,
        row: Tensor,
        decay: Tensor,
        x: Tensor,
        edits: Mapping[Activation, Edit] | None = None,
        variables: Tensor | None = None,
    ) -> Tensor:
        """Forecast of ONE run; the same code as when it is trained alone."""
        weights = self.named(row) | {name: decay for name, _ in self.model.named_buffers()}
        asked = {"edits": edits or {}, "variables": variables}
        out: Tensor = functional_call(self.model, weights, (x,), asked).forecast
        return out

    def _loss(
        self,
        row: Tensor,
        decay: Tensor,
        x: Tensor,
        y: Tensor,
        known: Tensor | None,
        watched: Watched,
        variables: Tensor | None,
    ) -> Tensor:
        edits = {activation: _adding(zeros) for activation, zeros in watched.items()}
        if variables is not None:
            y, known = y[..., variables], None if known is None else known[..., variables]
        return loss_of(self.recipe, self._forecast(row, decay, x, edits, variables), y, known)


def _adding(zeros: Sequence[Tensor]) -> Edit:
    return lambda value, block: value + zeros[block].to(value.dtype)
