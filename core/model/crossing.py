"""Cross learning itself: one path's present state writes a small filter that lightly corrects the other path."""

from __future__ import annotations

from typing import assert_never

import torch
from torch import Tensor, nn

from core.config import ModelConfig
from core.model.layers import Probe, filter_each_token, filter_tokens
from core.vocabulary import Reference, Tap


class Crossing(nn.Module):
    """What one path does to the other in one block.

    The kernel is made ONCE per window and channel, from the speaking path's state at its last token; so "per time
    step" means the window's origin. A learned gate per channel starts small. With the reference `every`, a control,
    each token has a kernel of its own, and the tap holds the last one's.
    """

    ema_decay: Tensor

    def __init__(self, config: ModelConfig, kernel_tap: Tap, correction_tap: Tap) -> None:
        super().__init__()
        self.reference = config.reference
        self.shape = (config.kernel, config.width)
        # A tensor, but no weight: with its own one, each run of a stack may have another reference.
        decay = 1.0 if self.reference is Reference.MEAN else config.ema_decay
        self.register_buffer("ema_decay", torch.tensor(decay), persistent=False)
        self.kernel_tap = kernel_tap
        self.correction_tap = correction_tap
        self.gate = nn.Parameter(torch.full((config.width,), config.gate))
        if self.reference is Reference.STATIC:
            bound = config.width**-0.5
            self.static = nn.Parameter(torch.empty(self.shape).uniform_(-bound, bound))
        else:
            self.generator = nn.Linear(config.width, config.width * config.kernel)

    def kernel(self, speaker: Tensor) -> Tensor:
        """Write the kernel [tap, row, channel] from the speaking path's tokens [token, row, channel].

        With the reference `every`: [tap, token, row, channel].
        """
        match self.reference:
            case Reference.DYNAMIC:
                made: Tensor = self.generator(speaker[-1])
            case Reference.EMA | Reference.MEAN:
                made = self.generator(self._moving_average(speaker))
            case Reference.EVERY:
                return self.generator(speaker).unflatten(-1, self.shape).movedim(-2, 0)
            case Reference.STATIC:
                return self.static.unsqueeze(1).expand(-1, speaker.shape[1], -1)
            case _:
                assert_never(self.reference)
        return made.unflatten(-1, self.shape).transpose(0, 1).contiguous()

    def forward(self, listener: Tensor, kernel: Tensor, probe: Probe, block: int) -> Tensor:
        """Return the listening path [token, row, channel] with the correction added."""
        of_window = kernel[:, -1] if self.reference is Reference.EVERY else kernel
        # Handed out as [row, channel, tap].
        of_window = probe(self.kernel_tap, block, of_window.permute(1, 2, 0)).permute(2, 0, 1)
        if self.reference is Reference.EVERY:
            kernels = torch.cat([kernel[:, :-1], of_window.unsqueeze(1)], dim=1)
            correction = self.gate * filter_each_token(listener, kernels)
        else:
            correction = self.gate * filter_tokens(listener, of_window)
        return listener + probe.stream(self.correction_tap, block, correction)

    def _moving_average(self, speaker: Tensor) -> Tensor:
        """Exponential moving average over the tokens, weights summing to one: [row, channel]."""
        age = torch.arange(len(speaker) - 1, -1, -1, device=speaker.device, dtype=self.ema_decay.dtype)
        weight = self.ema_decay**age
        return torch.einsum("t,trc->rc", (weight / weight.sum()).to(speaker.dtype), speaker)
