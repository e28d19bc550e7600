"""Hold a gate of the GRU at one value: the same scan, with the gate's own decision left out.

The update gate at 1 keeps the state, which begins at zero: the GRU path then adds nothing. At 0 every token makes the
state anew. The reset gate at 0 hides the state from the candidate, at 1 shows all of it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.model.forecaster import CrossBlock, Forecaster
from core.model.layers import GRUScan, GRUStates
from core.vocabulary import Gate


class HeldScan(nn.Module):
    """A scan with the weights of another, some of whose gates have one value for all tokens and channels."""

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
    """Return the model with gates of every block held at a value from 0 to 1; weights are shared, not copied."""
    shared = {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())}
    other = copy.deepcopy(model, shared)
    for block in other.blocks:
        assert isinstance(block, CrossBlock)
        block.gru_path.scan = HeldScan(block.gru_path.scan, held)  # type: ignore[assignment]
    return other
