"""Whether runs that differ in one measure differ in another too: pooled and within-data-set slopes.

The pooled slope mixes differences between data sets with those inside one; the within slope compares runs of the
same data set only. Where both disagree in sign, the pooled one speaks of the data sets, not of the model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from core.analysis.estimate import Estimate, Floats, undefined
from core.text.message import Message

SAME_X = Message("scatter.same_x")
SAME_X_WITHIN = Message("scatter.same_x_within")


@dataclass(frozen=True)
class Scatter:
    """Points of a scatter and what they say.

    Attributes
    ----------
    x, y
        [point], those with both values.
    group
        Data set of each point.
    pooled, within
        Slopes with t intervals and two-sided p-values; `n` counts points.
    """

    x: Floats
    y: Floats
    group: NDArray[np.str_]
    pooled: Estimate
    within: Estimate


def scatter(x: ArrayLike, y: ArrayLike, group: ArrayLike) -> Scatter:
    """Return both slopes of y on x.

    Parameters
    ----------
    x, y
        One number per data set, horizon and seed, [point]; NaN marks a missing one.
    group
        Name of the data set, [point].

    Examples
    --------
    >>> found = scatter([0, 1, 2, 10, 11, 12], [0, 1, 2, -10, -9, -8], ["a"] * 3 + ["b"] * 3)
    >>> round(found.within.value, 6), found.pooled.value < 0
    (1.0, True)
    """
    left, right = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    names = np.asarray(group, dtype=np.str_)
    if not left.shape == right.shape == names.shape or left.ndim != 1:
        raise ValueError(
            f"x, y and group have shapes {left.shape}, {right.shape} and {names.shape}; give one of each per point."
        )
    kept = np.isfinite(left) & np.isfinite(right)
    left, right, names = left[kept], right[kept], names[kept]
    index = np.unique(names, return_inverse=True)[1]
    return Scatter(
        left,
        right,
        names,
        _slope(left, right, np.zeros_like(index), SAME_X),
        _slope(left, right, index, SAME_X_WITHIN),
    )


def lead_against_gain(lead: ArrayLike, both: ArrayLike, gru_to_cnn: ArrayLike, group: ArrayLike) -> Scatter:
    """Return the scatter "the earlier the response, the larger the extra gain".

    Parameters
    ----------
    lead
        Response lead of `cnn_to_gru`, in steps, [point].
    both, gru_to_cnn
        Delta RMSE of these modes over none, in percent, [point]; y is their difference.
    group
        As in `scatter`.
    """
    return scatter(lead, np.asarray(both, dtype=np.float64) - np.asarray(gru_to_cnn, dtype=np.float64), group)


def alignment_against_gain(
    dcor_both: ArrayLike, dcor_gru_to_cnn: ArrayLike, both: ArrayLike, cnn_to_gru: ArrayLike, group: ArrayLike
) -> Scatter:
    """Return the scatter "the more filters follow the time of day, the larger the gain".

    Parameters
    ----------
    dcor_both, dcor_gru_to_cnn
        Distance correlation of the kernels with the time of day; x is their difference.
    both, cnn_to_gru
        Delta RMSE over none, in percent; y is their difference.
    group
        As in `scatter`.
    """
    x, y = (
        np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)
        for one, other in ((dcor_both, dcor_gru_to_cnn), (both, cnn_to_gru))
    )
    return scatter(x, y, group)


def _slope(x: Floats, y: Floats, index: NDArray[np.int64], same_x: Message) -> Estimate:
    """Return the least squares slope after the mean of each group is removed; `same_x` tells that x never differs."""
    count, groups = len(x), int(index.max()) + 1 if len(index) else 0
    freedom = count - groups - 1
    if freedom < 1:
        points, data_sets = Message("count.point", n=count), Message("count.data_set", n=groups)
        return undefined(Message("scatter.too_few", points=points, data_sets=data_sets), count)
    members = np.bincount(index)
    across, up = (values - (np.bincount(index, weights=values) / members)[index] for values in (x, y))
    spread = float(across @ across)
    if spread <= 1e-24 * max(float(x @ x), 1e-300):
        return undefined(same_x, count)
    slope = float(across @ up) / spread
    residual = up - slope * across
    error = math.sqrt(float(residual @ residual) / freedom / spread)
    half = float(stdtrit(freedom, 0.975)) * error
    p_value = 2 * float(stdtr(freedom, -abs(slope) / error)) if error > 0 else float(slope == 0)
    return Estimate(slope, slope - half, slope + half, p_value, count)
