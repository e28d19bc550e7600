"""What is written out for the speed of a CPU, each equal to a plain operation of torch.

`ByteDropout` equals torch's dropout in distribution, `filter_tokens` a grouped Conv1d, `Recurrence` the recurrent
part of torch.nn.GRU with its gates (tests/test_model.py holds each against the plain operation).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ByteDropout(nn.Module):
    """Dropout whose mask costs one random byte a value: drawing masks is a fifth of a step on a CPU otherwise.

    The rate is rounded to the nearest of 256 steps; the scaling uses the rounded rate, so the mean is kept exactly.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.dropped = round(rate * 256)

    def forward(self, x: Tensor) -> Tensor:
        """Drop values of x, any shape, in training mode."""
        if not self.training or self.dropped == 0:
            return x
        draws = torch.randint(-(2**63), 2**63 - 1, ((x.numel() + 7) // 8,), device=x.device)
        values = draws.view(torch.uint8)[: x.numel()].view(x.shape).to(x.dtype)
        # 1 where the byte is at least `dropped`, else 0: on a CPU much faster than a comparison.
        kept = F.hardtanh_(values.sub_(self.dropped - 1), 0, 1)
        return x * kept.mul_(256 / (256 - self.dropped))


class _Filter(torch.autograd.Function):
    """Depth-wise filter of tokens [token, row, channel] by kernel [tap, row or 1, channel], zero-padded.

    Written out, forward and backward each touch the tokens once a tap; automatic differentiation of padded slices
    writes a full array of zeros for each of them.
    """

    @staticmethod
    def forward(tokens: Tensor, kernel: Tensor) -> Tensor:
        return _correlate(tokens, kernel)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], tokens: Tensor, kernel: Tensor) -> tuple[Tensor, int]:
        # Every row has its own kernel, so that many batches of rows are one batch of more rows.
        tokens, kernel = (
            (value.movedim(dim, 0) if dim is not None else value.expand(info.batch_size, *value.shape)).movedim(0, 1)
            for value, dim in zip((tokens, kernel), in_dims, strict=True)
        )  # [token or tap, batch, row or 1, channel]
        kernels = kernel.expand(-1, -1, tokens.shape[2], -1)
        return filter_tokens(tokens.flatten(1, 2), kernels.flatten(1, 2)).unflatten(1, tokens.shape[1:3]), 1

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        tokens, kernel = ctx.saved_tensors
        shared = (0, 1) if kernel.shape[1] == 1 else (0,)  # the axes along which one kernel is used again
        taps = [
            (gradients[0][here] * tokens[there]).sum(shared) for here, there in _overlaps(len(tokens), len(kernel))
        ]
        return _correlate(gradients[0], kernel.flip(0)), torch.stack(taps).view(kernel.shape)


def _correlate(tokens: Tensor, kernel: Tensor) -> Tensor:
    middle = len(kernel) // 2
    out = tokens * kernel[middle]
    for tap, (here, there) in enumerate(_overlaps(len(tokens), len(kernel))):
        if tap != middle:
            out[here].addcmul_(tokens[there], kernel[tap])
    return out


def _overlaps(tokens: int, taps: int) -> Iterator[tuple[slice, slice]]:
    """Yield, tap by tap, the tokens that have a neighbour at that distance, and those neighbours."""
    for shift in range(-(taps // 2), taps // 2 + 1):
        yield slice(max(0, -shift), min(tokens, tokens - shift)), slice(max(0, shift), min(tokens, tokens + shift))


def filter_tokens(tokens: Tensor, kernel: Tensor) -> Tensor:
    """Apply one kernel per row and channel over the tokens (depth-wise, zero-padded, taps centred).

    Parameters
    ----------
    tokens : [token, row, channel]
    kernel : [tap, row, channel] with an odd number of taps; [tap, 1, channel] serves every row.

    Returns
    -------
    [token, row, channel]: out[t] = sum_j kernel[j] tokens[t + j], j from -(k // 2) to k // 2.
    """
    filtered: Tensor = _Filter.apply(tokens, kernel)  # type: ignore[no-untyped-call]
    return filtered


def filter_each_token(tokens: Tensor, kernels: Tensor) -> Tensor:
    """Apply to each token [token, row, channel] its own kernel of [tap, token, row, channel], else as above."""
    taps = len(kernels)
    padded = F.pad(tokens, (0, 0, 0, 0, taps // 2, taps // 2))
    near = torch.stack([padded[tap : tap + len(tokens)] for tap in range(taps)])
    return (near * kernels).sum(0)


class _Recurrence(torch.autograd.Function):
    """The recurrent part, given the input products of both gates and the candidate, [token, row, channel] each.

    r = s(i_r + U_r h), z = s(i_z + U_z h), n = tanh(i_n + r * (U_n h + b)), h' = (1 - z) n + z h.

    Automatic differentiation would keep and slice some ten tensors a token. By hand, a token's values are worked on
    while they are in the cache, and the weight gradient is one product.
    """

    generate_vmap_rule = True  # so that a stack of runs can share this code

    @staticmethod
    def forward(
        reset_input: Tensor, update_input: Tensor, candidate_input: Tensor, weight: Tensor, bias: Tensor
    ) -> tuple[Tensor, ...]:
        to_reset, to_update, to_recall = (part.t() for part in weight.chunk(3))
        state = torch.zeros_like(reset_input[0])
        kept = tuple(torch.empty_like(reset_input) for _ in range(5))  # of all tokens, [token, row, channel]
        for token, (now_reset, now_update, now_candidate) in enumerate(
            zip(reset_input.unbind(0), update_input.unbind(0), candidate_input.unbind(0), strict=True)
        ):
            reset = torch.addmm(now_reset, state, to_reset).sigmoid_()
            update = torch.addmm(now_update, state, to_update).sigmoid_()
            recall = torch.addmm(bias, state, to_recall)
            # tanh(x) = 2 s(2 x) - 1: a CPU has a fast sigmoid and a slow tanh.
            candidate = torch.addcmul(now_candidate, reset, recall).mul_(2).sigmoid_().mul_(2).sub_(1)
            state = torch.lerp(candidate, state, update)
            for all_tokens, value in zip(kept, (state, reset, update, candidate, recall), strict=True):
                all_tokens[token].copy_(value)
        return kept

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, ...], output: tuple[Tensor, ...]) -> None:
        ctx.save_for_backward(inputs[3], *output)
        ctx.mark_non_differentiable(*output[1:])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, ...]:
        weight, hidden, reset, update, candidate, recall = ctx.saved_tensors
        gradient = gradients[0]
        # dLoss/d(pre-activation) of both gates, the recurrent product and the candidate.
        pulls = [torch.empty_like(hidden) for _ in range(4)]
        from_reset, from_update, from_recall = weight.chunk(3)
        arriving = gradient[-1]
        for t in range(hidden.shape[0] - 1, -1, -1):
            renewed = 1 - update[t]
            to_candidate = torch.addcmul(renewed, renewed, candidate[t].square(), value=-1).mul_(arriving)
            to_recall = to_candidate * reset[t]
            to_reset = torch.addcmul(to_recall, to_recall, reset[t], value=-1).mul_(recall[t])
            before = hidden[t - 1] if t else torch.zeros_like(arriving)
            to_update = (before - candidate[t]).mul_(update[t]).mul_(renewed).mul_(arriving)
            for all_tokens, value in zip(pulls, (to_reset, to_update, to_recall, to_candidate), strict=True):
                all_tokens[t].copy_(value)
            if t:
                carried = torch.addmm(gradient[t - 1], to_reset, from_reset)
                carried = torch.addmm(carried, to_update, from_update)
                carried = torch.addmm(carried, to_recall, from_recall)
                arriving = torch.addcmul(carried, arriving, update[t])
        started = hidden[:-1].flatten(0, 1)
        weight_gradient = torch.cat([part[1:].flatten(0, 1).t() @ started for part in pulls[:3]])
        return pulls[0], pulls[1], pulls[3], weight_gradient, pulls[2].sum((0, 1))


def recurrence(
    reset_input: Tensor, update_input: Tensor, candidate_input: Tensor, weight: Tensor, bias: Tensor
) -> tuple[Tensor, ...]:
    """Scan [token, row, channel] from a zero state; return hidden states, both gates, and more.

    Parameters
    ----------
    reset_input, update_input, candidate_input : products of the input, [token, row, channel] each.
    weight : recurrent weights of reset, update and candidate, [3 channel, channel].
    bias : of the recurrent product of the candidate, [channel].
    """
    states: tuple[Tensor, ...] = _Recurrence.apply(  # type: ignore[no-untyped-call]
        reset_input, update_input, candidate_input, weight, bias
    )
    return states
