"""What the weights of a checkpoint say without the model being built: their shapes, and how far gates opened."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import safetensors
from numpy.typing import NDArray

from core.train.record import WEIGHTS, RecordError, RunRecord
from core.vocabulary import Fusion

LISTENERS = {Fusion.GRU_TO_CNN: "to_conv", Fusion.CNN_TO_GRU: "to_gru"}  # part of a block that holds the crossing


def weight_shapes(record: RunRecord) -> dict[str, tuple[int, ...]]:
    """Return the shape of every weight by its name; RecordError where the file cannot be read."""
    try:
        with safetensors.safe_open(record.folder / WEIGHTS, framework="np") as file:
            return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}
    except (OSError, safetensors.SafetensorError) as error:
        raise _unreadable(record, error) from error


def crossing_gates(record: RunRecord) -> Mapping[tuple[Fusion, int], NDArray[np.float64]]:
    """Return the learned gates of each crossing and block (from 1) that is on, [channel]; RecordError as above."""
    blocks, crossings = range(1, record.config.model.blocks + 1), record.config.model.crossings
    try:
        with safetensors.safe_open(record.folder / WEIGHTS, framework="np") as file:
            return {
                (crossing, block): file.get_tensor(f"blocks.{block - 1}.{LISTENERS[crossing]}.gate").astype(float)
                for crossing in crossings
                for block in blocks
            }
    except (OSError, safetensors.SafetensorError) as error:
        raise _unreadable(record, error) from error


def _unreadable(record: RunRecord, error: Exception) -> RecordError:
    return RecordError(f"The weights of checkpoint {record.folder.name} cannot be read ({error}); train it again.")
