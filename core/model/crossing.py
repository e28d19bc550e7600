"""Cross learning itself: one path's present state writes a small filter that lightly corrects the other path."""

from __future__ import annotations

from typing import assert_never

import torch
from torch import Tensor, nn

from core.config import ModelConfig
from core.model.fast import filter_each_token, filter_tokens
from core.model.probe import Probe
from core.vocabulary import CROSSED, Crossed, Fusion, Reference


class NoCrossing(nn.Module):
    """A crossing that is switched off: it says nothing, and the other path goes on as it is."""

    def message(self, speaker: Tensor) -> Tensor:
        """Return nothing of the speaking path's tokens [token, row, channel]."""
        return speaker[:0]

    def forward(self, listener: Tensor, message: Tensor, probe: Probe, block: int) -> Tensor:
        """Return the listening path [token, row, channel] as it is."""
        return listener


class Crossing(nn.Module):
    """What one path does to the other in one block, by a depth-wise filter.

    The kernel is made ONCE per window and channel, from the speaking path's state at its last token; so "per time
    step" means the window's origin. A learned gate per channel starts small. With the reference `every`, a control,
    each token has a kernel of its own, and the one handed out is the last token's.
    """

    ema_decay: Tensor

    def __init__(self, config: ModelConfig, names: Crossed) -> None:
        super().__init__()
        self.reference = config.reference
        self.shape = (config.kernel, config.width)
        # A tensor, but no weight: with its own one, each run of a stack may have another reference.
        self.register_buffer("ema_decay", torch.tensor(averaging_decay(config)), persistent=False)
        self.names = names
        self.gate = nn.Parameter(torch.full((config.width,), config.gate))
        if self.reference is Reference.STATIC:
            bound = config.width**-0.5
            self.static = nn.Parameter(torch.empty(self.shape).uniform_(-bound, bound))
        else:
            self.generator = nn.Linear(config.width, config.width * config.kernel)

    def message(self, speaker: Tensor) -> Tensor:
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
            case Reference.STANDARD:
                raise ValueError("the reference `standard` has no kernel of its own; build a StandardCrossing.")
            case _:
                assert_never(self.reference)
        return made.unflatten(-1, self.shape).transpose(0, 1).contiguous()

    def forward(self, listener: Tensor, message: Tensor, probe: Probe, block: int) -> Tensor:
        """Return the listening path [token, row, channel] with the correction by a kernel added."""
        of_window = message[:, -1] if self.reference is Reference.EVERY else message
        # Handed out as [row, channel, tap].
        of_window = probe(self.names.kernel, block, of_window.permute(1, 2, 0)).permute(2, 0, 1)
        if self.reference is Reference.EVERY:
            kernels = torch.cat([message[:, :-1], of_window.unsqueeze(1)], dim=1)
            correction = self.gate * filter_each_token(listener, kernels)
        else:
            correction = self.gate * filter_tokens(listener, of_window)
        return listener + probe.stream(self.names.correction, block, correction)

    def _moving_average(self, speaker: Tensor) -> Tensor:
        """Exponential moving average over the tokens, weights summing to one: [row, channel]."""
        age = torch.arange(len(speaker) - 1, -1, -1, device=speaker.device, dtype=self.ema_decay.dtype)
        weight = self.ema_decay**age
        return torch.einsum("t,trc->rc", (weight / weight.sum()).to(speaker.dtype), speaker)


class StandardCrossing(nn.Module):
    """The comparison: a standard Conv1d over the speaking path's tokens, mixing all channels anew, is added.

    It costs T d d k multiply-accumulates where the generated filter costs d d k + T d k.
    """

    def __init__(self, config: ModelConfig, names: Crossed) -> None:
        super().__init__()
        self.names = names
        self.gate = nn.Parameter(torch.full((config.width,), config.gate))
        self.convolution = nn.Conv1d(config.width, config.width, config.kernel, padding=config.kernel // 2)

    def message(self, speaker: Tensor) -> Tensor:
        """Return the speaking path's tokens [token, row, channel], convolved along the tokens."""
        return self.convolution(speaker.permute(1, 2, 0)).permute(2, 0, 1)

    def forward(self, listener: Tensor, message: Tensor, probe: Probe, block: int) -> Tensor:
        """Return the listening path [token, row, channel] with the gated message added."""
        return listener + probe.stream(self.names.correction, block, self.gate * message)


Direction = Crossing | StandardCrossing | NoCrossing


def make_crossing(config: ModelConfig, crossing: Fusion) -> Direction:
    """Return one direction's crossing as the settings switch it."""
    if crossing not in config.crossings:
        return NoCrossing()
    kind = StandardCrossing if config.reference is Reference.STANDARD else Crossing
    return kind(config, CROSSED[crossing])


def averaging_decay(config: ModelConfig) -> float:
    """Return the decay of the moving average kernels are made from: 0 leaves the last token alone, 1 is the mean."""
    return {Reference.EMA: config.ema_decay, Reference.MEAN: 1.0}.get(config.reference, 0.0)
