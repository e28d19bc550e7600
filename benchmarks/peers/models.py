"""The peers: modules of neuralforecast with sizes, rates and batches that their authors published for these data.

What is not named here is neuralforecast's default; `decay` stands for the schedules of the authors' code. PatchTST
has the size published for the hourly sets on all of them, and neuralforecast's batch of 32 windows instead of 128:
one thread takes four times as many steps until the cap. TimeMixer is not among them: at its published size one
thread trains on 24 windows a second, some five minutes an epoch of the smallest set.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from neuralforecast import models
from torch import Tensor, nn

from benchmarks.peers.loop import Recipe


class Peer(nn.Module):
    """A module of neuralforecast as a map from x [window, lookback, variable] to [window, horizon, variable].

    Parameters
    ----------
    each : whether it reads one variable at a time; else all of them at once.
    """

    def __init__(self, module: nn.Module, *, each: bool) -> None:
        super().__init__()
        self.module = module
        self.each = each

    def forward(self, x: Tensor) -> Tensor:
        """Return the forecast [window, horizon, variable]."""
        windows, lookback, variables = x.shape
        if self.each:
            x = x.permute(0, 2, 1).reshape(windows * variables, lookback, 1)
        nothing = {"futr_exog": None, "hist_exog": None, "stat_exog": None}
        forecast = self.module({"insample_y": x, "insample_mask": torch.ones_like(x), **nothing})
        return forecast.reshape(windows, variables, -1).permute(0, 2, 1) if self.each else forecast


def patchtst(dataset: str, horizon: int, shape: dict[str, int]) -> tuple[Peer, Recipe]:
    """Return PatchTST (Nie et al., ICLR 2023) at the size published for the hourly sets."""
    size = {"hidden_size": 16, "n_heads": 4, "linear_hidden_size": 128, "dropout": 0.3, "fc_dropout": 0.3}
    form = {"revin_subtract_last": False, "batch_normalization": True}
    return Peer(models.PatchTST(**shape, **size, **form), each=True), Recipe(1e-4, 0.9, 32)


def itransformer(dataset: str, horizon: int, shape: dict[str, int]) -> tuple[Peer, Recipe]:
    """Return iTransformer (Liu et al., ICLR 2024)."""
    width = (256 if horizon <= 192 else 512) if dataset == "ETTh1" else 128
    size = {"hidden_size": width, "d_ff": width, "n_heads": 8, "e_layers": 2, "n_series": 7}
    return Peer(models.iTransformer(**shape, **size), each=False), Recipe(1e-4, 0.5, 32)


def nhits(dataset: str, horizon: int, shape: dict[str, int]) -> tuple[Peer, Recipe]:
    """Return NHITS (Challu et al., AAAI 2023) as neuralforecast sets it."""
    return Peer(models.NHITS(**shape), each=True), Recipe(1e-3, 0.9, 128)


def dlinear(dataset: str, horizon: int, shape: dict[str, int]) -> tuple[Peer, Recipe]:
    """Return DLinear (Zeng et al., AAAI 2023)."""
    return Peer(models.DLinear(**shape), each=True), Recipe(1e-3 if dataset == "ETTm2" else 5e-3, 0.5, 32)


PEERS: dict[str, Callable[[str, int, dict[str, int]], tuple[Peer, Recipe]]] = {
    "PatchTST": patchtst,
    "iTransformer": itransformer,
    "NHITS": nhits,
    "DLinear": dlinear,
}


def make(name: str, dataset: str, *, lookback: int, horizon: int) -> tuple[Peer, Recipe]:
    """Return a peer with the weights of seed 0, and how it is trained."""
    torch.manual_seed(0)
    shape: dict[str, Any] = {"h": horizon, "input_size": lookback, "random_seed": 0}
    return PEERS[name](dataset, horizon, shape)
