"""A GRU written out over tokens: its gates exist as tensors, and its backward pass is one loop plus one product."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class GRUStates(NamedTuple):
    """Hidden states and both gates of one scan, [row, token, channel] each."""

    hidden: Tensor
    update: Tensor
    reset: Tensor


class _Recurrence(torch.autograd.Function):
    """The recurrent part, given the input products; all arrays [token, row, channel] or three channels side by side.

    r = s(i_r + U_r h), z = s(i_z + U_z h), n = tanh(i_n + r * (U_n h)), h' = (1 - z) n + z h.

    Automatic differentiation would keep and slice some ten tensors a token. By hand, every factor that does not
    depend on the incoming gradient is computed for all tokens at once, and the weight gradient is one product.
    """

    generate_vmap_rule = True  # so that a stack of runs can share this code

    @staticmethod
    def forward(inputs: Tensor, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        width = weight.shape[1]
        transposed = weight.t()
        state = torch.zeros_like(inputs[0, :, :width])
        hidden, gates, candidates, recalls = [], [], [], []
        for now in inputs.unbind(0):
            past = torch.addmm(bias, state, transposed)  # [row, 3 channel]
            gate = torch.sigmoid(now[:, : 2 * width] + past[:, : 2 * width])  # reset and update, side by side
            recall = past[:, 2 * width :]
            candidate = torch.tanh(torch.addcmul(now[:, 2 * width :], gate[:, :width], recall))
            state = torch.lerp(candidate, state, gate[:, width:])
            hidden.append(state)
            gates.append(gate)
            candidates.append(candidate)
            recalls.append(recall)
        return torch.stack(hidden), torch.stack(gates), torch.stack(candidates), torch.stack(recalls)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, ...], output: tuple[Tensor, ...]) -> None:
        ctx.save_for_backward(inputs[1], *output)
        ctx.mark_non_differentiable(*output[1:])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        weight, hidden, gates, candidates, recalls = ctx.saved_tensors
        width = weight.shape[1]
        reset, update = gates[..., :width], gates[..., width:]
        before = torch.cat((torch.zeros_like(hidden[:1]), hidden[:-1]))  # the state each token started from
        # What one unit of dLoss/dh' becomes at each pre-activation, for all tokens at once.
        to_candidate = (1 - update) * (1 - candidates.square())
        to_update = (before - candidates) * update * (1 - update)
        to_reset = to_candidate * recalls * reset * (1 - reset)
        to_past = torch.stack((to_reset, to_update, to_candidate * reset), dim=2)  # [token, row, 3, channel]

        carried = torch.zeros_like(hidden[0])
        state_gradients = []
        for t in range(hidden.shape[0] - 1, -1, -1):
            arriving = gradients[0][t] + carried
            state_gradients.append(arriving)
            to_weight = (arriving.unsqueeze(1) * to_past[t]).flatten(1)  # [row, 3 channel]
            carried = torch.addmm(arriving * update[t], to_weight, weight)
        arrived = torch.stack(state_gradients[::-1])  # [token, row, channel]
        input_gradient = torch.cat((arrived * to_reset, arrived * to_update, arrived * to_candidate), dim=-1)
        past_gradient = (arrived.unsqueeze(2) * to_past).flatten(2).flatten(0, 1)  # [token x row, 3 channel]
        return input_gradient, past_gradient.t() @ before.flatten(0, 1), past_gradient.sum(0)


class GRUScan(nn.Module):
    """A GRU layer with torch.nn.GRU's parameters and equations; an update gate near 1 keeps the state."""

    def __init__(self, width: int) -> None:
        super().__init__()
        bound = width**-0.5

        def drawn(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.empty(shape).uniform_(-bound, bound))

        self.weight_input = drawn(3 * width, width)
        self.weight_hidden = drawn(3 * width, width)
        self.bias_input = drawn(3 * width)
        self.bias_hidden = drawn(3 * width)

    def forward(self, tokens: Tensor) -> GRUStates:
        """Scan [row, token, channel] from a zero state."""
        inputs = F.linear(tokens.transpose(0, 1), self.weight_input, self.bias_input)  # [token, row, 3 channel]
        states = _Recurrence.apply(inputs, self.weight_hidden, self.bias_hidden)  # type: ignore[no-untyped-call]
        hidden, gates = states[0], states[1]
        reset, update = gates.transpose(0, 1).chunk(2, dim=-1)
        return GRUStates(hidden.transpose(0, 1), update, reset)
