"""The forecaster, read top-down: a block is the published figure, the forecaster a stack of blocks.

    x [window, lookback, variable] -> instance normalisation -> 1D convolution to tokens (embedding)
    block, N times:   conv += convolution path(norm conv)        gru += GRU path(norm gru)
                      kernels written from the last token of     gru (for conv)  and  conv (for gru)
                      conv += gate * filter(conv, kernel)        gru += gate * filter(gru, kernel)
    merge: cross-modal attention, queries from the GRU path, keys and values from the convolution path
    head -> [window, horizon, variable] -> inverse instance normalisation

Between embedding and head, tokens come first: [token, row, channel], rows = window x variable kept apart. A step of
the scan and a tap of a filter are then whole pieces of memory.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor, nn

from core.config import ModelConfig, WindowConfig
from core.model.crossing import Direction, make_crossing
from core.model.embedding import TokenEmbedding
from core.model.fast import ByteDropout
from core.model.head import head_dropout, make_head
from core.model.layers import ConvPath, GRUPath, denormalise, normalise
from core.model.merge import PathMerge
from core.model.probe import Edit, Keep, Probe, whole
from core.vocabulary import Activation, Fusion

EDITABLE = frozenset(
    {
        Activation.KERNEL_GRU_TO_CNN,
        Activation.KERNEL_CNN_TO_GRU,
        Activation.CORRECTION_GRU_TO_CNN,
        Activation.CORRECTION_CNN_TO_GRU,
        Activation.CONV_OUTPUT,
        Activation.GRU_OUTPUT,
        Activation.ATTENTION,
    }
)
_NO_EDITS: Mapping[Activation, Edit] = MappingProxyType({})


class ForwardOut(NamedTuple):
    """Forecast [window, horizon, variable], and the activations asked for (axes: core.vocabulary.ACTIVATION_DIMS)."""

    forecast: Tensor
    activations: dict[Activation, Tensor]


class CrossBlock(nn.Module):
    """Both paths take a step, then each one's present state corrects the other."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.conv_norm = nn.LayerNorm(config.width)
        self.gru_norm = nn.LayerNorm(config.width)
        self.conv_path = ConvPath(config.width, inner_width(config), config.kernel, config.dropout)
        self.gru_path = GRUPath(config.width, config.dropout)

    def add_crossings(self, config: ModelConfig) -> None:
        """Add both directions, each as its switch says."""
        self.to_conv: Direction = make_crossing(config, Fusion.GRU_TO_CNN)
        self.to_gru: Direction = make_crossing(config, Fusion.CNN_TO_GRU)

    def forward(self, conv: Tensor, gru: Tensor, probe: Probe, block: int) -> tuple[Tensor, Tensor]:
        """Advance both paths, [token, row, channel] each."""
        conv = conv + self.conv_path(self.conv_norm(conv), probe, block)
        gru = gru + self.gru_path(self.gru_norm(gru), probe, block)
        # Both messages are written before either path is corrected, so that neither direction comes first.
        from_gru, from_conv = self.to_conv.message(gru), self.to_gru.message(conv)
        conv = self.to_conv(conv, from_gru, probe, block)
        gru = self.to_gru(gru, from_conv, probe, block)
        return probe.stream(Activation.CONV_OUTPUT, block, conv), probe.stream(Activation.GRU_OUTPUT, block, gru)


class Forecaster(nn.Module):
    """A two-path CNN-GRU forecaster with cross learning.

    Parameters
    ----------
    config : the architecture.
    window : look-back and horizon in rows.
    variables : columns of the data set.

    Source: the block structure follows "1D CNN-GRU Cross Learning for Multivariate TSF" (Yonsei University,
    System Intelligence Lab).
    """

    def __init__(self, config: ModelConfig, window: WindowConfig, variables: int) -> None:
        super().__init__()
        self.config = config
        self.window = window
        self.variables = variables
        self.embedding = TokenEmbedding(config, variables)
        self.blocks = nn.ModuleList(CrossBlock(config) for _ in range(config.blocks))
        self.merge = PathMerge(config)
        self.head_norm = nn.LayerNorm(config.width)
        self.head_dropout = ByteDropout(head_dropout(config, window))
        self.head = make_head(config, window, variables)
        # Crossings come last, so that all fusion modes of one seed start from the same shared weights.
        for block in self.blocks:
            block.add_crossings(config)  # type: ignore[operator]

    def forward(
        self,
        x: Tensor,
        *,
        activations: Collection[Activation] | Mapping[Activation, Keep] = frozenset(),
        edits: Mapping[Activation, Edit] = _NO_EDITS,
        variables: Tensor | None = None,
    ) -> ForwardOut:
        """Forecast from x [window, lookback, variable]; hand out `activations`, replace values by `edits`.

        A mapping of activations also says what to keep of each block's value: what nobody reads is not copied.
        `variables` are the places of those to forecast, int64 [chosen], all unless given: every one is read, and rows
        of the stream are made of the chosen ones alone.

        Raises
        ------
        ValueError : x has another shape than the model was built for, or a tap cannot be edited.
        """
        self._check(x, edits)
        probe = self.probe(activations, edits, variables)
        normal, statistics = normalise(x)
        conv, gru = self.paths(normal, probe, variables)
        merged = self.merge(conv, gru, probe)
        read = self.head_dropout(self.head_norm(merged)).transpose(0, 1)  # [row, token, channel]
        steps = self.head(read).view(x.shape[0], -1, self.window.horizon)  # [window, variable, horizon]
        if variables is not None:
            steps = steps[:, variables] if self.embedding.rows_per_window == 1 else steps
            statistics = statistics.of(variables)
        forecast = denormalise(steps.transpose(1, 2), statistics)
        taken = probe.taken()
        if Activation.FORECAST in activations:
            taken[Activation.FORECAST] = forecast
        return ForwardOut(forecast, taken)

    def probe(
        self,
        activations: Collection[Activation] | Mapping[Activation, Keep],
        edits: Mapping[Activation, Edit],
        variables: Tensor | None = None,
    ) -> Probe:
        """Return what hands out activations and lets edits in during one pass."""
        wanted = activations if isinstance(activations, Mapping) else dict.fromkeys(activations, whole)
        rows = self.embedding.rows_per_window
        return Probe(wanted, edits, rows if variables is None else min(rows, len(variables)))

    def paths(self, normal: Tensor, probe: Probe, variables: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return both paths after all blocks, [token, row, channel] each, from normalised windows.

        Parameters
        ----------
        normal : [window, lookback, variable], as `normalise` returns it.
        variables : places of those whose rows are wanted, [chosen]; all unless given.
        """
        conv = gru = self.embedding(normal, variables)
        for number, block in enumerate(self.blocks):
            conv, gru = block(conv, gru, probe, number)
        return conv, gru

    def _check(self, x: Tensor, edits: Mapping[Activation, Edit]) -> None:
        wanted = (self.window.lookback, self.variables)
        if x.ndim != 3 or tuple(x.shape[1:]) != wanted:
            raise ValueError(
                f"The input has shape {tuple(x.shape)}; this model reads [window, {wanted[0]} rows, "
                f"{wanted[1]} variables]. Cut windows of that length from the data set it was trained on."
            )
        fixed = sorted(set(edits) - EDITABLE)
        if fixed:
            raise ValueError(f"{', '.join(fixed)} can only be recorded; editable are {', '.join(sorted(EDITABLE))}.")


def inner_width(config: ModelConfig) -> int:
    """Return the channels between a block's two point-wise convolutions: 2 d, more where `both`'s size is matched."""
    usual = 2 * config.width
    if not config.matched:
        return usual
    crossing = config.width * config.width * config.kernel + config.width * config.kernel + config.width
    return usual + round(2 * crossing / (2 * config.width + 1))  # each inner channel has 2 d weights and a bias


def build(config: ModelConfig, window: WindowConfig, variables: int, seed: int) -> Forecaster:
    """Build a forecaster with weights drawn from `seed`; the caller's random state is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Forecaster(config, window, variables)
