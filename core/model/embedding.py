"""From a window to tokens: the first layer of the forecaster."""

from __future__ import annotations

from typing import assert_never

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.config import ModelConfig
from core.vocabulary import Embedding


class TokenEmbedding(nn.Module):
    """One Conv1d with kernel = stride = patch: a trained linear layer that cuts L rows into T = L / patch tokens.

    Such a convolution is one product of its weights and the patches, and is computed as that.

    `mixed` reads all variables into one stream; `independent` reads every variable alone with the same weights,
    so that the stream has one row per window and variable; `hybrid` adds to each independent token a gated token
    made of all variables. `patches` has no layer at all: a token is the patch, as many channels as it has rows.
    """

    def __init__(self, config: ModelConfig, variables: int) -> None:
        super().__init__()
        self.kind = config.embedding
        self.variables = variables
        self.patch = config.patch
        self.variable_dropout = config.variable_dropout

        def convolution(inputs: int) -> nn.Conv1d:
            return nn.Conv1d(inputs, config.width, config.patch, stride=config.patch)

        match self.kind:
            case Embedding.MIXED:
                self.mixed = convolution(variables)
            case Embedding.INDEPENDENT:
                self.own = convolution(1)
            case Embedding.HYBRID:
                self.own = convolution(1)
                self.mixed = convolution(variables)
                self.mixed_gate = nn.Parameter(torch.full((config.width,), config.gate))
            case Embedding.PATCHES:
                pass
            case _:
                assert_never(self.kind)

    @property
    def rows_per_window(self) -> int:
        """Rows of the stream a window has: one a variable where variables are kept apart, else one."""
        return 1 if self.kind is Embedding.MIXED else self.variables

    def forward(self, x: Tensor, variables: Tensor | None = None) -> Tensor:
        """Map x [window, lookback, variable] to tokens [token, window x rows_per_window, channel].

        Where variables are kept apart, only the rows of those at the places `variables` are made, if these are given.
        """
        series = x.transpose(1, 2)  # [window, variable, lookback]
        rows = series if variables is None else series[:, variables]
        match self.kind:
            case Embedding.MIXED:
                return self._mixed_tokens(series)
            case Embedding.INDEPENDENT:
                return self._own_tokens(rows)
            case Embedding.HYBRID:
                # Hiding variables from the mixed token keeps it from leaning on any one of them.
                keep = x.new_ones(x.shape[0], self.variables, 1)
                shown = series * F.dropout(keep, self.variable_dropout, self.training)
                mixed = self.mixed_gate * self._mixed_tokens(shown)  # [token, window, channel]
                own = self._own_tokens(rows).unflatten(1, (-1, rows.shape[1]))
                return (own + mixed.unsqueeze(2)).flatten(1, 2)
            case Embedding.PATCHES:
                return self._patches(rows)
            case _:
                assert_never(self.kind)

    def _mixed_tokens(self, series: Tensor) -> Tensor:
        patches = series.unflatten(2, (-1, self.patch)).permute(2, 0, 1, 3)  # [token, window, variable, patch]
        return _product(self.mixed, patches.flatten(2))  # [token, window, channel]

    def _own_tokens(self, series: Tensor) -> Tensor:
        return _product(self.own, self._patches(series))  # [token, window x variable, channel]

    def _patches(self, series: Tensor) -> Tensor:
        """Cut [window, variable, lookback] into [token, window x variable, row of patch]."""
        return series.unflatten(2, (-1, self.patch)).permute(2, 0, 1, 3).flatten(1, 2)


def _product(convolution: nn.Conv1d, patches: Tensor) -> Tensor:
    """Apply a convolution with kernel = stride to patches [token, row, input x patch]: [token, row, channel].

    From here to the head, values have the precision of the weights, which may be less than the windows'.
    """
    return F.linear(patches.to(convolution.weight.dtype), convolution.weight.flatten(1), convolution.bias)
