"""Whether runs that differ in one measure differ in another too, told by the slope inside data sets.

A slope through all runs at once would mix differences between data sets with those inside one; here runs of the same
data set alone are compared.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from core.analysis.estimate import Estimate, undefined
from core.text.message import Message


def within_slope(x: ArrayLike, y: ArrayLike, group: ArrayLike) -> Estimate:
    """Return the least squares slope of y on x after the mean of each data set is removed.

    Its interval is Student's, its p-value two-sided; `n` counts the points that have both values.

    Parameters
    ----------
    x, y : one number per data set, horizon and seed, [point]; NaN marks a missing one.
    group : name of the data set, [point].

    >>> round(within_slope([0, 1, 2, 10, 11, 12], [0, 1, 2, -10, -9, -8], ["a"] * 3 + ["b"] * 3).value, 6)
    1.0
    """
    left, right = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    names = np.asarray(group, dtype=np.str_)
    if not left.shape == right.shape == names.shape or left.ndim != 1:
        raise ValueError(
            f"x, y and group have shapes {left.shape}, {right.shape} and {names.shape}; give one of each per point."
        )
    kept = np.isfinite(left) & np.isfinite(right)
    left, right = left[kept], right[kept]
    index = np.unique(names[kept], return_inverse=True)[1]
    members = np.bincount(index)
    count, groups = len(left), len(members)
    freedom = count - groups - 1
    if freedom < 1:
        points, data_sets = Message("count.point", n=count), Message("count.data_set", n=groups)
        return undefined(Message("slope.too_few", points=points, data_sets=data_sets), count)
    across, up = (values - (np.bincount(index, weights=values) / members)[index] for values in (left, right))
    spread = float(across @ across)
    if spread <= 1e-24 * max(float(left @ left), 1e-300):
        return undefined(Message("slope.same_x_within"), count)
    slope = float(across @ up) / spread
    residual = up - slope * across
    error = math.sqrt(float(residual @ residual) / freedom / spread)
    half = float(stdtrit(freedom, 0.975)) * error
    p_value = 2 * float(stdtr(freedom, -abs(slope) / error)) if error > 0 else float(slope == 0)
    return Estimate(slope, slope - half, slope + half, p_value, count)
