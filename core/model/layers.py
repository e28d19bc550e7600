"""The leaves of the forecaster: instance normalisation and the layers of the two paths."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.model.fast import ByteDropout, filter_tokens, recurrence
from core.model.probe import Probe
from core.vocabulary import Activation


class Statistics(NamedTuple):
    """What reversible instance normalisation took away: [window, 1, variable] each."""

    mean: Tensor
    scale: Tensor

    def of(self, variables: Tensor) -> Statistics:
        """Return those of some variables, by their places [chosen]."""
        return Statistics(self.mean[..., variables], self.scale[..., variables])


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


class GRUStates(NamedTuple):
    """Hidden states and both gates of one scan, [token, row, channel] each."""

    hidden: Tensor
    update: Tensor
    reset: Tensor


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
        states = recurrence(
            F.linear(tokens, reset, reset_bias + past_reset_bias),
            F.linear(tokens, update, update_bias + past_update_bias),
            F.linear(tokens, candidate, candidate_bias),
            self.weight_hidden,
            recall_bias,
        )
        hidden, reset_gate, update_gate = states[:3]
        return GRUStates(hidden, update_gate, reset_gate)


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

    def forward(self, tokens: Tensor, probe: Probe, block: int) -> Tensor:
        """Map [token, row, channel] to the same shape."""
        shapes = filter_tokens(tokens, self.depthwise.weight.permute(2, 1, 0))
        increment = probe.stream(Activation.CONV_INCREMENT, block, self.narrow(F.gelu(self.widen(shapes))))
        dropped: Tensor = self.dropout(increment)
        return dropped


class GRUPath(nn.Module):
    """One GRU over tokens: context that is carried along."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.scan = GRUScan(width)
        self.dropout = ByteDropout(dropout)

    def forward(self, tokens: Tensor, probe: Probe, block: int) -> Tensor:
        """Map [token, row, channel] to the same shape."""
        states = self.scan(probe.stream(Activation.GRU_INPUT, block, tokens))
        probe.stream(Activation.UPDATE_GATE, block, states.update)
        probe.stream(Activation.RESET_GATE, block, states.reset)
        hidden: Tensor = self.dropout(probe.stream(Activation.GRU_HIDDEN, block, states.hidden))
        return hidden
