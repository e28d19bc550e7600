"""A model with some of its parts replaced, on the weights of the rest: nothing is copied, the model stays as it is.

Questions may come from several threads at once, so no part of a model that is held is ever changed in place.
"""

from __future__ import annotations

import copy
from typing import Any, TypeVar

from torch import Tensor, nn

from core.model.embedding import TokenEmbedding
from core.model.forecaster import Forecaster

Part = TypeVar("Part", bound=nn.Module)


def with_parts(module: Part, **parts: nn.Module) -> Part:
    """Return a module that shares everything with another one but the parts named."""
    twin = copy.copy(module)
    twin._modules = {**module._modules, **parts}
    return twin


class Heard(nn.Module):
    """A part of the network whose output counts as much as `share` says: [row], 0 silences it and 1 leaves it."""

    def __init__(self, part: nn.Module, share: Tensor) -> None:
        super().__init__()
        self.part = part
        self.share = share

    def forward(self, *inputs: Any) -> Tensor:
        """Return the output of the part [token, row, channel], times the share of each row."""
        heard: Tensor = self.share[:, None] * self.part(*inputs)
        return heard


class OneVariable(nn.Module):
    """An embedding that hands on the tokens of one variable alone."""

    rows_per_window = 1

    def __init__(self, embedding: TokenEmbedding, variable: int) -> None:
        super().__init__()
        self.embedding = embedding
        self.variable = variable

    def forward(self, x: Tensor) -> Tensor:
        """Map x [window, lookback, variable] to tokens [token, window, channel]."""
        tokens: Tensor = self.embedding(x)  # [token, window x variable, channel]
        return tokens.unflatten(1, (x.shape[0], -1))[:, :, self.variable].contiguous()


def alone(model: Forecaster, variable: int) -> Forecaster:
    """Return the same model with one row a window behind the embedding: its forecast of `variable` is the model's.

    Where the embedding keeps variables apart, nothing behind it joins them again, and the rows of the others would be
    work for nothing: of fifteen variables, most of a pass. The forecasts of the others mean nothing.
    """
    if model.embedding.rows_per_window == 1:
        return model
    return with_parts(model, embedding=OneVariable(model.embedding, variable))
