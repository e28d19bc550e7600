"""From the merged tokens to the forecast's steps: one linear map, whole, narrow, or shared by segments."""

from __future__ import annotations

import math
from typing import assert_never

from torch import Tensor, nn

from core.config import ModelConfig, WindowConfig
from core.vocabulary import Embedding, Head


class FullHead(nn.Linear):
    """One linear map from all tokens to all steps."""

    def forward(self, read: Tensor) -> Tensor:
        """Map tokens [row, token, channel] to [row, variable of row x step]."""
        return super().forward(read.flatten(1))


class LowRankHead(nn.Module):
    """The same map as a product of two narrow ones."""

    def __init__(self, inputs: int, rank: int, steps: int) -> None:
        super().__init__()
        self.narrow = nn.Linear(inputs, rank, bias=False)
        self.widen = nn.Linear(rank, steps)

    def forward(self, read: Tensor) -> Tensor:
        """Map tokens [row, token, channel] to [row, variable of row x step]."""
        steps: Tensor = self.widen(self.narrow(read.flatten(1)))
        return steps


class SegmentHead(nn.Module):
    """Tokens are mixed into segments of one patch of rows each; all segments share one map to their rows."""

    def __init__(self, tokens: int, width: int, patch: int, horizon: int, outputs: int) -> None:
        super().__init__()
        self.horizon, self.patch = horizon, patch
        self.mix = nn.Linear(tokens, math.ceil(horizon / patch))
        self.shared = nn.Linear(width, outputs * patch)

    def forward(self, read: Tensor) -> Tensor:
        """Map tokens [row, token, channel] to [row, variable of row x step]."""
        segments = self.mix(read.transpose(1, 2)).transpose(1, 2)  # [row, segment, channel]
        pieces = self.shared(segments).unflatten(2, (-1, self.patch))  # [row, segment, variable of row, row of patch]
        return pieces.transpose(1, 2).flatten(2)[..., : self.horizon].flatten(1)


def make_head(config: ModelConfig, window: WindowConfig, variables: int) -> nn.Module:
    """Return the head of a model; rows of a mixed embedding forecast all variables, others one each."""
    tokens = window.lookback // config.patch
    outputs = variables if config.embedding is Embedding.MIXED else 1
    match config.head:
        case Head.FULL:
            return FullHead(tokens * config.width, window.horizon * outputs)
        case Head.LOW_RANK:
            return LowRankHead(tokens * config.width, config.head_rank, window.horizon * outputs)
        case Head.SEGMENTS:
            return SegmentHead(tokens, config.width, config.patch, window.horizon, outputs)
        case _:
            assert_never(config.head)


def head_dropout(config: ModelConfig, window: WindowConfig) -> float:
    """Return the dropout before the head: horizon / (horizon + head_dropout_rows), or that of the trunk where 0.

    Dropout p before a linear map acts as a ridge penalty of p / (1 - p). At long horizons the head holds nearly all
    weights of the network and few targets do not overlap, so the penalty grows with the horizon.

    >>> round(head_dropout(ModelConfig(head_dropout_rows=224), WindowConfig(horizon=720)), 2)
    0.76
    """
    rows = config.head_dropout_rows
    return window.horizon / (window.horizon + rows) if rows else config.dropout
