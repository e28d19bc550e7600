"""Gradient flow: how strongly the loss pulls on each path, read as the gradient flows back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from core.vocabulary import Activation


class GradientWatch:
    """Reads dLoss/d(path output after its correction) as it flows back, without touching it."""

    def __init__(self, step: int) -> None:
        self._step = step
        self._found: dict[tuple[int, str], float] = {}
        self.edits = {Activation.CONV_OUTPUT: self._reader("conv"), Activation.GRU_OUTPUT: self._reader("gru")}

    def _reader(self, path: str) -> Callable[[Tensor, int], Tensor]:
        def read(value: Tensor, block: int) -> Tensor:
            # value [window, variable, token, channel]; RMS over all elements of the batch
            value.register_hook(lambda g: self._found.__setitem__((block, path), float(g.square().mean().sqrt())))
            return value

        return read

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a block: step, block (from 1), conv, gru."""
        blocks = sorted({block for block, _ in self._found})
        return [
            {
                "step": self._step,
                "block": block + 1,
                "conv": self._found.get((block, "conv"), 0.0),
                "gru": self._found.get((block, "gru"), 0.0),
            }
            for block in blocks
        ]
