"""The leaves of the forecaster: instance normalisation, the two paths' layers, and the point where taps are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.model.scan import GRUScan
from core.vocabulary import Tap

Keep = Callable[[Tensor], Tensor]  # value [window, variable, ...] of one block -> the part worth handing out
Edit = Callable[[Tensor, int], Tensor]  # (value [window, variable, ...], block from 0) -> value of the same shape


def whole(value: Tensor) -> Tensor:
    """Keep all of a value."""
    return value


def last_token(value: Tensor) -> Tensor:
    """Keep the last token of a value [window, variable, token, channel]."""
    return value[:, :, -1]


class Probe:
    """Hands values out and lets edits in at the place where each value is born.

    One probe lives for one forward pass and nothing is kept on the modules, so that a pass stays a pure function
    of weights and input (which is what lets many runs be stacked later).

    Parameters
    ----------
    taps : the values wanted, and what to keep of each before the blocks are put together.
    edits : replacement of a value, applied before it is used and before it is handed out.
    variables : variables kept apart in the rows of the stream, rows = window x variable.
    """

    def __init__(self, taps: Mapping[Tap, Keep], edits: Mapping[Tap, Edit], variables: int) -> None:
        self._wanted = taps
        self._edits = edits
        self._variables = variables
        self._taken: dict[Tap, list[Tensor]] = {}

    def __call__(self, tap: Tap, block: int, value: Tensor) -> Tensor:
        """Pass `value` [window x variable, ...] through, edited and recorded as asked."""
        edit = self._edits.get(tap)
        if edit is None and tap not in self._wanted:
            return value
        apart = value.unflatten(0, (-1, self._variables))  # [window, variable, ...]
        if edit is not None:
            apart = edit(apart, block)
            value = apart.flatten(0, 1)
        if tap in self._wanted:
            self._taken.setdefault(tap, []).append(self._wanted[tap](apart))
        return value

    def stream(self, tap: Tap, block: int, value: Tensor) -> Tensor:
        """Pass a path's tokens [token, row, channel] through, handed out rows first."""
        return self(tap, block, value.transpose(0, 1)).transpose(0, 1)

    def taken(self) -> dict[Tap, Tensor]:
        """Return the recorded values with the axes of TAP_DIMS (blocks stacked on axis 2)."""
        return {
            tap: values[0] if tap is Tap.ATTENTION else torch.stack(values, dim=2)
            for tap, values in self._taken.items()
        }


class Statistics(NamedTuple):
    """What reversible instance normalisation took away: [window, 1, variable] each."""

    mean: Tensor
    scale: Tensor


def normalise(x: Tensor, epsilon: float = 1e-5) -> tuple[Tensor, Statistics]:
    """Take away each window's mean and standard deviation per variable, x [window, lookback, variable].

    Source: reversible instance normalisation (RevIN, Kim et al., ICLR 2022), without its affine part, which
    brought nothing here.
    """
    mean = x.mean(dim=1, keepdim=True)
    centred = x - mean
    scale = torch.sqrt(centred.square().mean(dim=1, keepdim=True) + epsilon)
    return centred / scale, Statistics(mean, scale)


def denormalise(y: Tensor, statistics: Statistics) -> Tensor:
    """Give them back to a forecast, y [window, horizon, variable]."""
    return y * statistics.scale + statistics.mean


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


class ConvPath(nn.Module):
    """Depth-wise convolution over tokens, then two point-wise ones: shapes over short spans.

    The convolution looks both ways: the whole window is past.
    """

    def __init__(self, width: int, inner: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, kernel, groups=width, bias=False)  # `widen` has a bias
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        self.dropout = ByteDropout(dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map [token, row, channel] to the same shape."""
        shapes = filter_tokens(tokens, self.depthwise.weight.permute(2, 1, 0))
        return self.dropout(self.narrow(F.gelu(self.widen(shapes))))


class GRUPath(nn.Module):
    """One GRU over tokens: context that is carried along."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.scan = GRUScan(width)
        self.dropout = ByteDropout(dropout)

    def forward(self, tokens: Tensor, probe: Probe, block: int) -> Tensor:
        """Map [token, row, channel] to the same shape."""
        states = self.scan(probe.stream(Tap.GRU_INPUT, block, tokens))
        probe.stream(Tap.UPDATE_GATE, block, states.update)
        probe.stream(Tap.RESET_GATE, block, states.reset)
        hidden: Tensor = self.dropout(probe.stream(Tap.GRU_HIDDEN, block, states.hidden))
        return hidden
