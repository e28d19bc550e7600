"""How the two paths become one stream before the head."""

from __future__ import annotations

from typing import assert_never

import torch
from torch import Tensor, nn

from core.config import ModelConfig
from core.model.fast import ByteDropout
from core.model.probe import Probe
from core.vocabulary import Activation, Merge


class CrossModalAttention(nn.Module):
    """Queries from the GRU path, keys and values from the convolution path; the result is added to the GRU path.

    The attention weights say where a value is routed from, not what is important.
    """

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.query_norm = nn.LayerNorm(width)
        self.value_norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)
        self.dropout = ByteDropout(dropout)

    def forward(self, conv: Tensor, gru: Tensor, probe: Probe) -> Tensor:
        """Map both paths [token, row, channel] to one of the same shape."""
        scale = (gru.shape[-1] // self.heads) ** -0.5
        query = self._split(self.query(self.query_norm(gru)) * scale)  # [row, head, token, channel of head]
        key, value = (self._split(half) for half in self.key_value(self.value_norm(conv)).chunk(2, dim=-1))
        weights = probe(Activation.ATTENTION, 0, torch.softmax(query @ key.transpose(-2, -1), dim=-1))
        read = (weights @ value).permute(2, 0, 1, 3).flatten(2)  # [token, row, channel]
        return gru + self.dropout(self.out(read))

    def _split(self, tokens: Tensor) -> Tensor:
        return tokens.unflatten(-1, (self.heads, -1)).permute(1, 2, 0, 3)


class PathMerge(nn.Module):
    """One of the three ways; all return [token, row, channel]."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.kind = config.merge
        match self.kind:
            case Merge.ATTENTION:
                self.attention = CrossModalAttention(config.width, config.heads, config.dropout)
            case Merge.CONCAT:
                self.join = nn.Linear(2 * config.width, config.width)
            case Merge.MEAN:
                pass
            case _:
                assert_never(self.kind)

    def forward(self, conv: Tensor, gru: Tensor, probe: Probe) -> Tensor:
        """Merge both paths [token, row, channel]."""
        match self.kind:
            case Merge.ATTENTION:
                merged: Tensor = self.attention(conv, gru, probe)
            case Merge.CONCAT:
                merged = self.join(torch.cat((conv, gru), dim=-1))
            case Merge.MEAN:
                merged = (conv + gru) / 2
            case _:
                assert_never(self.kind)
        return merged
