"""What the weights of a checkpoint say without the model being built: their shapes, and how far gates opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import safetensors
from numpy.typing import NDArray

from core.train.record import WEIGHTS, RecordError, RunRecord
from core.vocabulary import Fusion

LISTENERS = {Fusion.GRU_TO_CNN: "to_conv", Fusion.CNN_TO_GRU: "to_gru"}  # part of a block that holds the crossing


def weight_shapes(record: RunRecord) -> dict[str, tuple[int, ...]]:
    """Return the shape of every weight by its name; RecordError where the file cannot be read."""
    with _opened(record) as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}


def crossing_gates(record: RunRecord) -> Mapping[tuple[Fusion, int], NDArray[np.float64]]:
    """Return the learned gates of each crossing and block (from 1) that is on, [channel]; RecordError as above."""
    blocks, crossings = range(1, record.config.model.blocks + 1), record.config.model.crossings
    with _opened(record) as file:
        return {
            (crossing, block): file.get_tensor(f"blocks.{block - 1}.{LISTENERS[crossing]}.gate").astype(float)
            for crossing in crossings
            for block in blocks
        }


@contextmanager
def _opened(record: RunRecord) -> Iterator[Any]:
    """Open the weights of a run; what cannot be read is a RecordError."""
    try:
        with safetensors.safe_open(record.folder / WEIGHTS, framework="np") as file:
            yield file
    except (OSError, safetensors.SafetensorError) as error:
        name = record.folder.name
        raise RecordError(f"The weights of checkpoint {name} cannot be read ({error}); train it again.") from error
