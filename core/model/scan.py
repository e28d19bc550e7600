"""A GRU written out over tokens: its gates exist as tensors, and its backward pass is one loop plus one product."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class GRUStates(NamedTuple):
    """Hidden states and both gates of one scan, [token, row, channel] each."""

    hidden: Tensor
    update: Tensor
    reset: Tensor


class _Recurrence(torch.autograd.Function):
    """The recurrent part, given the input products of both gates and the candidate, [token, row, channel] each.

    r = s(i_r + U_r h), z = s(i_z + U_z h), n = tanh(i_n + r * (U_n h + b)), h' = (1 - z) n + z h.

    Automatic differentiation would keep and slice some ten tensors a token. By hand, every factor that does not
    depend on the incoming gradient is computed for all tokens at once, and the weight gradient is one product.
    """

    generate_vmap_rule = True  # so that a stack of runs can share this code

    @staticmethod
    def forward(
        reset_input: Tensor, update_input: Tensor, candidate_input: Tensor, weight: Tensor, bias: Tensor
    ) -> tuple[Tensor, ...]:
        to_reset, to_update, to_recall = (part.t() for part in weight.chunk(3))
        state = torch.zeros_like(reset_input[0])
        kept: list[tuple[Tensor, ...]] = []
        for now_reset, now_update, now_candidate in zip(
            reset_input.unbind(0), update_input.unbind(0), candidate_input.unbind(0), strict=True
        ):
            reset = torch.mm(state, to_reset).add_(now_reset).sigmoid_()
            update = torch.mm(state, to_update).add_(now_update).sigmoid_()
            recall = torch.mm(state, to_recall).add_(bias)
            # tanh(x) = 2 s(2 x) - 1: a CPU has a fast sigmoid and a slow tanh.
            candidate = torch.addcmul(now_candidate, reset, recall).mul_(2).sigmoid_().mul_(2).sub_(1)
            state = torch.lerp(candidate, state, update)
            kept.append((state, reset, update, candidate, recall))
        return tuple(torch.stack(values) for values in zip(*kept, strict=True))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, ...], output: tuple[Tensor, ...]) -> None:
        ctx.save_for_backward(inputs[3], *output)
        ctx.mark_non_differentiable(*output[1:])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, ...]:
        weight, hidden, reset, update, candidate, recall = ctx.saved_tensors
        before = torch.cat((torch.zeros_like(hidden[:1]), hidden[:-1]))  # the state each token started from
        # What one unit of dLoss/dh' becomes at each pre-activation, for all tokens at once.
        renewed = 1 - update
        to_candidate = torch.addcmul(renewed, renewed, candidate.square(), value=-1)
        to_update = (before - candidate).mul_(update).mul_(renewed)
        to_recall = to_candidate * reset
        to_reset = torch.addcmul(to_recall, to_recall, reset, value=-1).mul_(recall)

        from_reset, from_update, from_recall = weight.chunk(3)
        arriving = gradients[0][-1]
        arrivals = [arriving]
        for t in range(hidden.shape[0] - 1, 0, -1):
            carried = torch.mm(arriving * to_reset[t], from_reset)
            carried = torch.addmm(carried, arriving * to_update[t], from_update)
            carried = torch.addmm(carried, arriving * to_recall[t], from_recall)
            arriving = torch.addcmul(carried, arriving, update[t]).add_(gradients[0][t - 1])
            arrivals.append(arriving)
        arrived = torch.stack(arrivals[::-1])  # [token, row, channel]

        past = [arrived * to_reset, arrived * to_update, arrived * to_recall]
        started = before.flatten(0, 1)
        weight_gradient = torch.cat([part.flatten(0, 1).t() @ started for part in past])
        return past[0], past[1], arrived * to_candidate, weight_gradient, past[2].sum((0, 1))


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
        """Scan [token, row, channel] from a zero state."""
        reset, update, candidate = self.weight_input.chunk(3)
        reset_bias, update_bias, candidate_bias = self.bias_input.chunk(3)
        past_reset_bias, past_update_bias, recall_bias = self.bias_hidden.chunk(3)
        states = _Recurrence.apply(  # type: ignore[no-untyped-call]
            F.linear(tokens, reset, reset_bias + past_reset_bias),
            F.linear(tokens, update, update_bias + past_update_bias),
            F.linear(tokens, candidate, candidate_bias),
            self.weight_hidden,
            recall_bias,
        )
        hidden, reset_gate, update_gate = states[:3]
        return GRUStates(hidden, update_gate, reset_gate)
