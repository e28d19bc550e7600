"""Fewer points with the same shape, because an office chart with thousands of points cannot be edited."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

POINTS = 300  # of one native series


def thin(positions: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the ascending indices of at most `POINTS` points that keep a curve's outline.

    Curves that run from left to right are thinned by MinMaxLTTB (Van Der Donckt et al. 2023), which keeps
    extremes; point clouds and loops by an even stride. Values must be finite.
    """
    if len(values) <= POINTS:
        return np.arange(len(values))
    if np.all(np.diff(positions) > 0):
        sampler = MinMaxLTTBDownsampler()
        chosen = sampler.downsample(np.ascontiguousarray(positions), np.ascontiguousarray(values), n_out=POINTS)
        return np.asarray(chosen, dtype=np.intp)
    return np.unique(np.linspace(0, len(values) - 1, POINTS).round().astype(np.intp))
