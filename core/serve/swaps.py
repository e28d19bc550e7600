"""How far one window's forecast moves with the kernels of other windows, or of the slots of the calendar cycle.

Every crossing of the model gets the kernel of the same place. This is where one may find the window or the hour whose
kernels are worth a closer look; what exactly they do to the forecast is a change (`core.serve.changes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.model.probe import Edit
from core.serve.changes import ChangeError
from core.serve.held import Held
from core.text.message import Message
from core.train.evaluate import in_batches
from core.vocabulary import CROSSED, Fusion

MOST = 240  # other windows that are tried


class Source(StrEnum):
    """Where kernels come from."""

    WINDOW = "window"  # other test windows, evenly spread
    SLOT = "slot"  # the slots of the calendar cycle


@dataclass(frozen=True, eq=False)
class Swaps:
    """How far the forecast of one window moves.

    Attributes
    ----------
    places : int64 [place]
        The windows, or the slots in which any test window lies, whose kernels were put in.
    variables : the names along its axis.
    moved : float64 [place, variable]
        Mean over the steps of the absolute change, in the file's own units.
    """

    places: NDArray[np.int64]
    variables: Sequence[str]
    moved: NDArray[np.float64]


def swaps(held: Held, window: int, source: Source) -> Swaps:
    """Put the kernels of many places into one window, one after the other.

    Raises
    ------
    ChangeError : there is no such window, or the model writes no kernel.
    """
    held.check_window(window)
    model, record = held.checkpoint.model, held.record
    crossings = [each for each, names in CROSSED.items() if names.kernel in record.config.model.activations]
    if not crossings:
        raise ChangeError(Message("engine.no_kernel", run=record.run_id))
    places = _places(held, source)
    x = torch.from_numpy(held.windows.x[window : window + 1].copy())
    moved = []
    with torch.inference_mode():
        as_is = model(x).forecast
        for part in in_batches(places, x.shape[2]):
            kernels = _kernels(held, crossings, part, source)
            edits = {CROSSED[crossing].kernel: _put_in(found) for crossing, found in kernels.items()}
            many = x.expand(len(part), -1, -1)
            moved.append((model(many, edits=edits).forecast - as_is).abs().mean(1).numpy())
    return Swaps(places, record.variables, np.concatenate(moved) * record.scaler.scale)


def _places(held: Held, source: Source) -> NDArray[np.int64]:
    match source:
        case Source.WINDOW:
            last = len(held.windows) - 1
            return np.unique(np.linspace(0, last, min(MOST, last + 1)).round().astype(np.int64))
        case Source.SLOT:
            return np.unique(held.slots)
        case _:
            assert_never(source)


def _kernels(held: Held, crossings: list[Fusion], places: NDArray[np.int64], source: Source) -> dict[Fusion, Tensor]:
    """Return the kernels of each place, [place, variable, block, channel, tap]."""
    match source:
        case Source.WINDOW:
            return held.kernels_of(crossings, places)
        case Source.SLOT:
            return {
                crossing: torch.stack([held.kernel_of_slot(crossing, int(slot)) for slot in places])
                for crossing in crossings
            }
        case _:
            assert_never(source)


def _put_in(kernels: Tensor) -> Edit:
    """Return what gives each window of a batch a kernel of its own, [window, variable, block, channel, tap]."""
    return lambda value, block: kernels[:, :, block].expand_as(value)
