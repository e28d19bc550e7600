"""How clearly the GRU's update gate decides: how far its values spread, and how many are all but open or shut."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.estimate import Estimate

SHUT, OPEN = 0.1, 0.9  # beyond these a gate keeps or renews its channel almost wholly


def gate_decision(layers: Iterable[ArrayLike]) -> tuple[Estimate, Estimate]:
    """Return (spread, saturation) of a gate, means over blocks; `n` counts origins.

    Parameters
    ----------
    layers : values of the gate, one array a block, [origin, feature].

    Returns
    -------
    The standard deviation over all values of a block, and the share of them below .1 or above .9.

    >>> spread, saturation = gate_decision([[[0.0, 1.0]], [[0.5, 0.5]]])
    >>> spread.value, saturation.value
    (0.25, 0.5)
    """
    spreads, shares, origins = [], [], 0
    for layer in layers:
        values = np.asarray(layer, dtype=np.float64)
        origins = len(values)
        spreads.append(float(values.std()))
        shares.append(float(np.mean((values < SHUT) | (values > OPEN))))
    if not spreads:
        raise ValueError("there is no block to read a gate of; record at least one.")
    return Estimate(float(np.mean(spreads)), n=origins), Estimate(float(np.mean(shares)), n=origins)
