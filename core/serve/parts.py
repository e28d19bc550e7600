"""A model with some of its parts replaced, on the weights of the rest: nothing is copied, the model stays as it is.

Questions may come from several threads at once, so no part of a model that is held is ever changed in place.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.model.embedding import TokenEmbedding
from core.model.forecaster import CrossBlock, Forecaster
from core.model.layers import GRUScan, GRUStates
from core.vocabulary import Gate

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


class HeldScan(nn.Module):
    """A scan with the weights of another, some of whose gates have one value for all tokens and channels.

    The update gate at 1 keeps the state, which begins at zero: the GRU path then adds nothing. At 0 every token makes
    the state anew. The reset gate at 0 hides the state from the candidate, at 1 shows all of it.
    """

    def __init__(self, scan: GRUScan, held: Mapping[Gate, float]) -> None:
        super().__init__()
        self.scan = scan
        self.held = dict(held)

    def forward(self, tokens: Tensor) -> GRUStates:
        """Scan [token, row, channel] from a zero state."""
        scan = self.scan
        state = torch.zeros_like(tokens[0])
        kept: list[GRUStates] = []
        for token in F.linear(tokens, scan.weight_input, scan.bias_input).unbind(0):
            to_reset, to_update, to_candidate = token.chunk(3, dim=-1)
            past = F.linear(state, scan.weight_hidden, scan.bias_hidden)
            from_reset, from_update, recall = past.chunk(3, dim=-1)
            reset = self._gate(Gate.RESET, to_reset + from_reset)
            update = self._gate(Gate.UPDATE, to_update + from_update)
            state = torch.lerp(torch.tanh(to_candidate + reset * recall), state, update)
            kept.append(GRUStates(state, update, reset))
        return GRUStates(*(torch.stack(values) for values in zip(*kept, strict=True)))

    def _gate(self, gate: Gate, drive: Tensor) -> Tensor:
        held = self.held.get(gate)
        return torch.sigmoid(drive) if held is None else torch.full_like(drive, held)


def with_gates_held(model: Forecaster, held: Mapping[Gate, float]) -> Forecaster:
    """Return the model with gates of every block held at a value from 0 to 1."""
    blocks = [
        with_parts(block, gru_path=with_parts(block.gru_path, scan=HeldScan(block.gru_path.scan, held)))
        for block in cast(Iterable[CrossBlock], model.blocks)
    ]
    return with_parts(model, blocks=nn.ModuleList(blocks))


class OneVariable(nn.Module):
    """An embedding that hands on the tokens of one variable alone."""

    rows_per_window = 1

    def __init__(self, embedding: TokenEmbedding, variable: int) -> None:
        super().__init__()
        self.embedding = embedding
        self.variable = torch.tensor([variable])

    def forward(self, x: Tensor, variables: Tensor | None = None) -> Tensor:
        """Map x [window, lookback, variable] to tokens [token, window, channel], whichever `variables` are asked."""
        tokens: Tensor = self.embedding(x, self.variable)
        return tokens


def alone(model: Forecaster, variable: int) -> Forecaster:
    """Return the same model with one row a window behind the embedding: its forecast of `variable` is the model's.

    Where the embedding keeps variables apart, nothing behind it joins them again, and the rows of the others would be
    work for nothing: of fifteen variables, most of a pass. The forecasts of the others mean nothing.
    """
    if model.embedding.rows_per_window == 1:
        return model
    return with_parts(model, embedding=OneVariable(model.embedding, variable))
