"""Cross learning itself: one path's present state writes a small filter that lightly corrects the other path."""

from __future__ import annotations

from typing import assert_never

import torch
from torch import Tensor, nn

from core.config import ModelConfig
from core.model.layers import Probe, filter_tokens
from core.vocabulary import Reference, Tap


class Crossing(nn.Module):
    """What one path does to the other in one block.

    The kernel is made ONCE per window and channel, from the speaking path's state at its last token; so "per time
    step" means the window's origin. A learned gate per channel starts small.
    """

    ema_decay: Tensor

    def __init__(self, config: ModelConfig, kernel_tap: Tap, correction_tap: Tap) -> None:
        super().__init__()
        self.reference = config.reference
        self.shape = (config.kernel, config.width)
        # A tensor, but no weight: with its own one, each run of a stack may have another reference.
        self.register_buffer("ema_decay", torch.tensor(config.ema_decay), persistent=False)
        self.kernel_tap = kernel_tap
        self.correction_tap = correction_tap
        self.gate = nn.Parameter(torch.full((config.width,), config.gate))
        if self.reference is Reference.STATIC:
            bound = config.width**-0.5
            self.static = nn.Parameter(torch.empty(self.shape).uniform_(-bound, bound))
        else:
            self.generator = nn.Linear(config.width, config.width * config.kernel)

    def kernel(self, speaker: Tensor) -> Tensor:
        """Write the kernel [tap, row, channel] from the speaking path's tokens [token, row, channel]."""
        match self.reference:
            case Reference.DYNAMIC:
                made: Tensor = self.generator(speaker[-1])
            case Reference.EMA:
                made = self.generator(self._moving_average(speaker))
            case Reference.STATIC:
                return self.static.unsqueeze(1).expand(-1, speaker.shape[1], -1)
            case _:
                assert_never(self.reference)
        return made.unflatten(-1, self.shape).transpose(0, 1).contiguous()

    def forward(self, listener: Tensor, kernel: Tensor, probe: Probe, block: int) -> Tensor:
        """Return the listening path [token, row, channel] with the correction added."""
        # Handed out as [row, channel, tap].
        kernel = probe(self.kernel_tap, block, kernel.permute(1, 2, 0)).permute(2, 0, 1)
        correction = self.gate * filter_tokens(listener, kernel)
        return listener + probe.stream(self.correction_tap, block, correction)

    def _moving_average(self, speaker: Tensor) -> Tensor:
        """Exponential moving average over the tokens, weights summing to one: [row, channel]."""
        age = torch.arange(len(speaker) - 1, -1, -1, device=speaker.device, dtype=self.ema_decay.dtype)
        weight = self.ema_decay**age
        return torch.einsum("t,trc->rc", (weight / weight.sum()).to(speaker.dtype), speaker)
