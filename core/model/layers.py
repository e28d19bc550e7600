"""The leaves of the forecaster: instance normalisation, the two paths' layers, and the point where taps are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.vocabulary import Tap

Edit = Callable[[Tensor, int], Tensor]  # (value [window, variable, ...], block from 0) -> value of the same shape


class Probe:
    """Hands values out and lets edits in at the place where each value is born.

    One probe lives for one forward pass and nothing is kept on the modules, so that a pass stays a pure function
    of weights and input (which is what lets many runs be stacked later).

    Parameters
    ----------
    taps : the values wanted.
    edits : replacement of a value, applied before it is used and before it is handed out.
    variables : variables kept apart in the rows of the stream, rows = window x variable.
    """

    def __init__(self, taps: frozenset[Tap], edits: Mapping[Tap, Edit], variables: int) -> None:
        self._wanted = taps
        self._edits = edits
        self._variables = variables
        self._taken: dict[Tap, list[Tensor]] = {}

    def wants(self, tap: Tap) -> bool:
        """Whether a value must be computed although the forecast does not need it."""
        return tap in self._wanted

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
            self._taken.setdefault(tap, []).append(apart)
        return value

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
    scale = torch.sqrt(x.var(dim=1, keepdim=True, unbiased=False) + epsilon)
    return (x - mean) / scale, Statistics(mean, scale)


def denormalise(y: Tensor, statistics: Statistics) -> Tensor:
    """Give them back to a forecast, y [window, horizon, variable]."""
    return y * statistics.scale + statistics.mean


class ConvPath(nn.Module):
    """Depth-wise convolution over tokens, then two point-wise ones (2 d wide): shapes over short spans.

    The convolution looks both ways: the whole window is past.
    """

    def __init__(self, width: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.widen = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map [row, token, channel] to the same shape."""
        shapes = self.depthwise(tokens.transpose(1, 2)).transpose(1, 2)
        return self.dropout(self.narrow(self.dropout(F.gelu(self.widen(shapes)))))


class GRUStates(NamedTuple):
    """Hidden states and both gates of one scan, [row, token, channel] each."""

    hidden: Tensor
    update: Tensor
    reset: Tensor


class GRUScan(nn.Module):
    """A GRU written out over tokens, so that its gates exist as tensors.

    Same parameters and equations as torch.nn.GRU: r = s(W_r x + U_r h), z = s(W_z x + U_z h),
    n = tanh(W_n x + r * (U_n h)), h' = (1 - z) n + z h; biases included. An update gate z near 1 keeps the state.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        bound = width**-0.5
        self.weight_input = nn.Parameter(torch.empty(3 * width, width).uniform_(-bound, bound))
        self.weight_hidden = nn.Parameter(torch.empty(3 * width, width).uniform_(-bound, bound))
        self.bias_input = nn.Parameter(torch.empty(3 * width).uniform_(-bound, bound))
        self.bias_hidden = nn.Parameter(torch.empty(3 * width).uniform_(-bound, bound))

    def forward(self, tokens: Tensor, *, gates: bool = False) -> GRUStates:
        """Scan [row, token, channel] from a zero state; `gates` keeps both gates (else they come back empty)."""
        width = self.weight_hidden.shape[1]
        # All input products at once, [token, row, 3 channel]: only the hidden product has to wait for its turn.
        inputs = F.linear(tokens.transpose(0, 1), self.weight_input, self.bias_input)
        state = tokens.new_zeros(tokens.shape[0], width)
        hidden, update, reset = [], [], []
        weight = self.weight_hidden.t()
        for now in inputs.unbind(0):
            past = torch.addmm(self.bias_hidden, state, weight)
            r, z = torch.sigmoid(now[:, : 2 * width] + past[:, : 2 * width]).chunk(2, dim=1)
            candidate = torch.tanh(torch.addcmul(now[:, 2 * width :], r, past[:, 2 * width :]))
            state = torch.lerp(candidate, state, z)
            hidden.append(state)
            if gates:
                update.append(z)
                reset.append(r)
        empty = tokens.new_empty(0)
        return GRUStates(
            torch.stack(hidden, dim=1),
            torch.stack(update, dim=1) if gates else empty,
            torch.stack(reset, dim=1) if gates else empty,
        )


class GRUPath(nn.Module):
    """One GRU over tokens: context that is carried along."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.scan = GRUScan(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens: Tensor, probe: Probe, block: int) -> Tensor:
        """Map [row, token, channel] to the same shape."""
        tokens = probe(Tap.GRU_INPUT, block, tokens)
        gates = probe.wants(Tap.UPDATE_GATE) or probe.wants(Tap.RESET_GATE)
        states = self.scan(tokens, gates=gates)
        if gates:
            probe(Tap.UPDATE_GATE, block, states.update)
            probe(Tap.RESET_GATE, block, states.reset)
        hidden: Tensor = self.dropout(probe(Tap.GRU_HIDDEN, block, states.hidden))
        return hidden
