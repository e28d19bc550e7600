"""The GRU's gates a second time, by another route: from weights, inputs and states, every token at once.

The model computes its gates inside a scan, token after token. Once all hidden states are known nothing has to be
waited for, and one product over [input, previous state] gives every gate. Agreement of the two is the proof that
recorded gates are the ones the forecast was made with.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.model.forecaster import CrossBlock, Forecaster
from core.vocabulary import Activation

_ACTIVATIONS = frozenset({Activation.GRU_INPUT, Activation.GRU_HIDDEN, Activation.UPDATE_GATE, Activation.RESET_GATE})


def recomputed_gates(
    model: Forecaster, block: int, inputs: NDArray[np.floating], hidden: NDArray[np.floating]
) -> dict[Activation, NDArray[np.float64]]:
    """Return both gates of a block (from 0), [..., token, channel], from what its GRU read and its states.

    Parameters
    ----------
    inputs, hidden : activations `gru_input` and `gru_hidden` of that block, [..., token, channel].
    """
    layer = model.blocks[block]
    assert isinstance(layer, CrossBlock)
    scan = layer.gru_path.scan
    weight = np.concatenate([_double(scan.weight_input), _double(scan.weight_hidden)], axis=1)
    bias = _double(scan.bias_input) + _double(scan.bias_hidden)  # [3 channel]: reset, update, candidate
    before = np.zeros_like(hidden)  # the scan starts from a zero state
    before[..., 1:, :] = hidden[..., :-1, :]
    both = np.concatenate([inputs, before], axis=-1).astype(np.float64)  # [..., token, 2 channel]
    width = hidden.shape[-1]
    drive = both @ weight[: 2 * width].T + bias[: 2 * width]
    gates = 0.5 * (1.0 + np.tanh(0.5 * drive))  # the logistic function by way of the hyperbolic tangent
    return {Activation.RESET_GATE: gates[..., :width], Activation.UPDATE_GATE: gates[..., width:]}


def gate_disagreement(model: Forecaster, x: NDArray[np.float32]) -> float:
    """Return the largest difference between recorded and recomputed gates of all blocks.

    `x` is [window, lookback, variable]. Float32 rounding leaves about 1e-7; more than 1e-6 means that the
    recording is not what the model did.
    """
    inputs = torch.from_numpy(x.copy())
    with torch.inference_mode():
        recorded = model(inputs, activations=_ACTIVATIONS).activations
    worst = 0.0
    for block in range(model.config.blocks):
        own = {activation: value[:, :, block].numpy() for activation, value in recorded.items()}
        again = recomputed_gates(model, block, own[Activation.GRU_INPUT], own[Activation.GRU_HIDDEN])
        worst = max(worst, *(float(np.abs(own[gate] - values).max()) for gate, values in again.items()))
    return worst


def _double(parameter: Tensor) -> NDArray[np.float64]:
    return parameter.detach().numpy().astype(np.float64)
