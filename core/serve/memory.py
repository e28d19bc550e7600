"""What the GRU of a model keeps: its update gates over some test windows, and what is left of an edit later on.

The edit is made where a GRU reads: one token is replaced by that of another window, and the block's own scan is run
again on it. So nothing but this GRU carries it on, neither the convolution path nor a crossing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.analysis.gates import OPEN, SHUT
from core.model.forecaster import CrossBlock, Forecaster
from core.model.probe import whole
from core.serve.changes import windows_of_slot
from core.serve.held import Held
from core.trace.paths import path_activations
from core.train.evaluate import in_batches
from core.vocabulary import Activation

WINDOWS = 512  # drawn at random, evenly over the slots of the calendar cycle


@dataclass(frozen=True, eq=False)
class Memory:
    """What the GRU of a model keeps, over some test windows.

    Attributes
    ----------
    slots : int64 [window]
        Of the last row that each window reads.
    log_gate : float64 [block, channel]
        Mean natural logarithm of the update gate, over windows, variables and tokens; -inf where it was 0 once.
    log_gate_of : float64 [window, block]
        The same of each window at its last token, over variables and channels.
    saturated : float64 [window, block]
        Share of update gates below .1 or above .9 there.
    held : float64 [window, block, k]
        Size of what an edit moves the states by, k tokens after the edited one, against its size there.
    """

    slots: NDArray[np.int64]
    log_gate: NDArray[np.float64]
    log_gate_of: NDArray[np.float64]
    saturated: NDArray[np.float64]
    held: NDArray[np.float64]


@torch.inference_mode()
def memory(held: Held) -> Memory:
    """Read the gates of some test windows, and put an edit into the middle token of each."""
    model, places = held.checkpoint.model, _drawn(held)
    batches = in_batches(places, len(held.record.variables))
    parts = [_of_batch(model, torch.from_numpy(held.windows.x[batch])) for batch in batches]
    log_gate, at_last, saturated, left = (torch.cat(values).double() for values in zip(*parts, strict=True))
    return Memory(
        slots=held.slots[places],
        log_gate=log_gate.mean(0).numpy(),
        log_gate_of=at_last.numpy(),
        saturated=saturated.numpy(),
        held=left.numpy(),
    )


def _drawn(held: Held) -> NDArray[np.int64]:
    """Return test windows in random order: as many of every slot, where there are."""
    chance = np.random.default_rng(held.record.config.train.seed)
    most = windows_of_slot(held.cycle.count, WINDOWS)
    drawn = [chance.permutation(np.flatnonzero(held.slots == slot))[:most] for slot in range(held.cycle.count)]
    return chance.permutation(np.concatenate(drawn))


def _of_batch(model: Forecaster, x: Tensor) -> tuple[Tensor, ...]:
    """Return mean log gate [window, block, channel], then the others of `Memory` in their order."""
    wanted = dict.fromkeys((Activation.UPDATE_GATE, Activation.GRU_INPUT), whole)
    found = path_activations(model, x, wanted)
    gate = found[Activation.UPDATE_GATE]  # [window, variable, block, token, channel]
    last, log_gate = gate[:, :, :, -1], gate.double().log()
    saturated = ((last < SHUT) | (last > OPEN)).double().mean((1, 3))
    left = [
        _left_of_edit(block, found[Activation.GRU_INPUT][:, :, number]) for number, block in enumerate(model.blocks)
    ]
    return log_gate.mean((1, 3)), log_gate[:, :, :, -1].mean((1, 3)), saturated, torch.stack(left, dim=1)


def _left_of_edit(block: torch.nn.Module, inputs: Tensor) -> Tensor:
    """Return what is left of an edit in inputs [window, variable, token, channel], [window, k]."""
    assert isinstance(block, CrossBlock)
    at = inputs.shape[2] // 2
    edited = inputs.clone()
    edited[:, :, at] = inputs[:, :, at].roll(1, dims=0)  # batches are random: that of a window of any time
    states = [block.gru_path.scan(each.flatten(0, 1).transpose(0, 1)).hidden for each in (inputs, edited)]
    moved = (states[1] - states[0])[at:].unflatten(1, inputs.shape[:2])  # [k, window, variable, channel]
    size = moved.square().sum((2, 3)).sqrt().T  # [window, k]
    return torch.as_tensor(size / size[:, :1])
