"""The forecaster, read top-down: a block is the published figure, the forecaster a stack of blocks.

x [window, lookback, variable] -> instance normalisation -> token embedding -> blocks of two paths that correct
each other -> merge -> head -> [window, horizon, variable] -> inverse normalisation.

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
from core.model.crossing import Crossing
from core.model.embedding import TokenEmbedding
from core.model.layers import ByteDropout, ConvPath, Edit, GRUPath, Keep, Probe, denormalise, normalise, whole
from core.model.merge import PathMerge
from core.vocabulary import Embedding, Tap

EDITABLE = frozenset(
    {
        Tap.KERNEL_GRU_TO_CNN,
        Tap.KERNEL_CNN_TO_GRU,
        Tap.CORRECTION_GRU_TO_CNN,
        Tap.CORRECTION_CNN_TO_GRU,
        Tap.CONV_OUTPUT,
        Tap.GRU_OUTPUT,
        Tap.ATTENTION,
    }
)
_NO_EDITS: Mapping[Tap, Edit] = MappingProxyType({})


class ForwardOut(NamedTuple):
    """Forecast [window, horizon, variable], and the taps that were asked for (axes: core.vocabulary.TAP_DIMS)."""

    forecast: Tensor
    taps: dict[Tap, Tensor]


class CrossBlock(nn.Module):
    """Both paths take a step, then each one's present state corrects the other."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.conv_norm = nn.LayerNorm(config.width)
        self.gru_norm = nn.LayerNorm(config.width)
        self.conv_path = ConvPath(config.width, config.inner, config.kernel, config.dropout)
        self.gru_path = GRUPath(config.width, config.dropout)
        self.to_conv: Crossing | None = None
        self.to_gru: Crossing | None = None

    def add_crossings(self, config: ModelConfig) -> None:
        """Add what the fusion switches on."""
        if config.fusion.corrects_conv:
            self.to_conv = Crossing(config, Tap.KERNEL_GRU_TO_CNN, Tap.CORRECTION_GRU_TO_CNN)
        if config.fusion.corrects_gru:
            self.to_gru = Crossing(config, Tap.KERNEL_CNN_TO_GRU, Tap.CORRECTION_CNN_TO_GRU)

    def forward(self, conv: Tensor, gru: Tensor, probe: Probe, block: int) -> tuple[Tensor, Tensor]:
        """Advance both paths, [token, row, channel] each."""
        conv = conv + self.conv_path(self.conv_norm(conv))
        gru = gru + self.gru_path(self.gru_norm(gru), probe, block)
        # Both kernels are written before either path is corrected, so that neither direction comes first.
        conv_kernel = self.to_conv.kernel(gru) if self.to_conv is not None else None
        gru_kernel = self.to_gru.kernel(conv) if self.to_gru is not None else None
        if self.to_conv is not None and conv_kernel is not None:
            conv = self.to_conv(conv, conv_kernel, probe, block)
        if self.to_gru is not None and gru_kernel is not None:
            gru = self.to_gru(gru, gru_kernel, probe, block)
        return probe.stream(Tap.CONV_OUTPUT, block, conv), probe.stream(Tap.GRU_OUTPUT, block, gru)


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
        tokens = window.lookback // config.patch
        self.embedding = TokenEmbedding(config, variables)
        self.blocks = nn.ModuleList(CrossBlock(config) for _ in range(config.blocks))
        self.merge = PathMerge(config)
        self.head_norm = nn.LayerNorm(config.width)
        self.head_dropout = ByteDropout(config.dropout)
        outputs = variables if config.embedding is Embedding.MIXED else 1
        self.head = nn.Linear(tokens * config.width, window.horizon * outputs)
        # Crossings come last, so that all fusion modes of one seed start from the same shared weights.
        for block in self.blocks:
            block.add_crossings(config)  # type: ignore[operator]

    def forward(
        self,
        x: Tensor,
        *,
        taps: Collection[Tap] | Mapping[Tap, Keep] = frozenset(),
        edits: Mapping[Tap, Edit] = _NO_EDITS,
    ) -> ForwardOut:
        """Forecast from x [window, lookback, variable]; hand out `taps`, replace values by `edits`.

        A mapping of taps also says what to keep of each block's value, so that what nobody reads is never copied.

        Raises
        ------
        ValueError : x has another shape than the model was built for, or a tap cannot be edited.
        """
        self._check(x, edits)
        wanted = taps if isinstance(taps, Mapping) else dict.fromkeys(taps, whole)
        probe = Probe(wanted, edits, self.embedding.apart)
        normal, statistics = normalise(x)
        conv = gru = self.embedding(normal)  # [token, window x variable, channel]
        for number, block in enumerate(self.blocks):
            conv, gru = block(conv, gru, probe, number)
        merged = self.merge(conv, gru, probe)
        read = self.head_dropout(self.head_norm(merged)).transpose(0, 1)
        flat = read.flatten(1)  # [window x variable, token x channel]
        steps = self.head(flat).view(x.shape[0], -1, self.window.horizon)  # [window, variable, horizon]
        forecast = denormalise(steps.transpose(1, 2), statistics)
        taken = probe.taken()
        if Tap.FORECAST in taps:
            taken[Tap.FORECAST] = forecast
        return ForwardOut(forecast, taken)

    def _check(self, x: Tensor, edits: Mapping[Tap, Edit]) -> None:
        wanted = (self.window.lookback, self.variables)
        if x.ndim != 3 or tuple(x.shape[1:]) != wanted:
            raise ValueError(
                f"The input has shape {tuple(x.shape)}; this model reads [window, {wanted[0]} rows, "
                f"{wanted[1]} variables]. Cut windows of that length from the data set it was trained on."
            )
        fixed = sorted(set(edits) - EDITABLE)
        if fixed:
            raise ValueError(
                f"Tap(s) {', '.join(fixed)} can only be recorded; editable are {', '.join(sorted(EDITABLE))}."
            )


def build(config: ModelConfig, window: WindowConfig, variables: int, seed: int) -> Forecaster:
    """Build a forecaster with weights drawn from `seed`; the caller's random state is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Forecaster(config, window, variables)
