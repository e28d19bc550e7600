"""Where values are handed out of a forward pass and edits are let in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from core.vocabulary import Activation

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
    activations : the values wanted, and what to keep of each before the blocks are put together.
    edits : replacement of a value, applied before it is used and before it is handed out.
    variables : variables kept apart in the rows of the stream, rows = window x variable.
    """

    def __init__(
        self, activations: Mapping[Activation, Keep], edits: Mapping[Activation, Edit], variables: int
    ) -> None:
        self._wanted = activations
        self._edits = edits
        self._variables = variables
        self._taken: dict[Activation, list[Tensor]] = {}

    def __call__(self, activation: Activation, block: int, value: Tensor) -> Tensor:
        """Pass `value` [window x variable, ...] through, edited and recorded as asked."""
        edit = self._edits.get(activation)
        if edit is None and activation not in self._wanted:
            return value
        apart = value.unflatten(0, (-1, self._variables))  # [window, variable, ...]
        if edit is not None:
            apart = edit(apart, block)
            value = apart.flatten(0, 1)
        if activation in self._wanted:
            self._taken.setdefault(activation, []).append(self._wanted[activation](apart))
        return value

    def stream(self, activation: Activation, block: int, value: Tensor) -> Tensor:
        """Pass a path's tokens [token, row, channel] through, handed out rows first."""
        return self(activation, block, value.transpose(0, 1)).transpose(0, 1)

    def taken(self) -> dict[Activation, Tensor]:
        """Return the recorded values with the axes of ACTIVATION_DIMS (blocks stacked on axis 2)."""
        return {
            activation: values[0] if activation is Activation.ATTENTION else torch.stack(values, dim=2)
            for activation, values in self._taken.items()
        }
