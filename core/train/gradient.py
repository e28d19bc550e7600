"""Gradient flow in both readings: how strongly the loss pulls on what a path says, and on the path's own weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from core.model.forecaster import CrossBlock, Forecaster
from core.vocabulary import Activation

PATHS = {"conv": "conv_path", "gru": "gru_path"}  # column of the record: part of a block


class GradientWatch:
    """Reads dLoss/d(path output after its correction) as it flows back, without touching it.

    The observers enter as edits that return what they get.
    """

    def __init__(self, step: int) -> None:
        self._step = step
        self._found: dict[tuple[int, str], float] = {}
        self.observers = {
            Activation.CONV_OUTPUT: self._observer("conv"),
            Activation.GRU_OUTPUT: self._observer("gru"),
        }

    def _observer(self, path: str) -> Callable[[Tensor, int], Tensor]:
        def observe(value: Tensor, block: int) -> Tensor:
            # value [window, variable, token, channel]; RMS over all elements of the batch
            value.register_hook(lambda g: self._found.__setitem__((block, path), float(g.square().mean().sqrt())))
            return value

        return observe

    def rows(self, model: Forecaster) -> list[dict[str, Any]]:
        """Return one row a block after the backward pass, before any gradient is clipped.

        Columns: step, block (from 1); conv, gru: of the paths' outputs; conv_weights, gru_weights: of their weights.
        """
        found = []
        for number, block in enumerate(model.blocks):
            assert isinstance(block, CrossBlock)
            weights = {
                f"{path}_weights": float(_rms(p.grad for p in block.get_submodule(part).parameters()))
                for path, part in PATHS.items()
            }
            outputs = {path: self._found.get((number, path), 0.0) for path in PATHS}
            found.append({"step": self._step, "block": number + 1, **outputs, **weights})
        return found


def _rms(gradients: Iterable[Tensor | None]) -> Tensor:
    """Return the root mean square over all elements of several gradients."""
    known = [gradient.flatten() for gradient in gradients if gradient is not None]
    return torch.cat(known).square().mean().sqrt() if known else torch.zeros(())
