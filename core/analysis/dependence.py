"""Distance correlation in one pass over chunks, bias-corrected and biased.

Definitions: Székely, Rizzo and Bakirov 2007 (biased), Székely and Rizzo 2013 (bias-corrected, U-centred). Written
out, both need only sums of distances, of their row sums and of their products, so no n x n matrix is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.estimate import NAN, Floats
from core.text.message import Message

CHUNK = 128  # rows of distances held at once: 128 x 2,880 doubles are 3 MB, which a processor's cache holds
SMALLEST = 4  # observations the bias correction needs
ROUNDING = 1e-6  # spread over size below which float32 values count as constant
CONSTANT = Message("dependence.constant")


@dataclass(frozen=True)
class DistanceCorrelation:
    """Distance correlation of two samples.

    Attributes
    ----------
    corrected : sign(R*) sqrt|R*| of the bias-corrected R*: about 0 for independent samples whatever their dimension.
    biased : the original estimate, in [0, 1], which grows with the dimension even without any dependence.
    n : observations.
    reason : why a value is missing or 0 by convention; None otherwise.
    """

    corrected: float
    biased: float
    n: int
    reason: Message | None = None


@dataclass(frozen=True)
class DistanceSums:
    """All that both estimates need of the distances a_ij and b_ij of two samples of size n."""

    n: int
    product: float  # sum of a_ij b_ij
    rows: float  # sum of a_i. b_i.
    total: float  # a.. b..

    @property
    def corrected(self) -> float:
        """U-centred covariance; may be negative."""
        n = self.n
        centred = self.product - 2 / (n - 2) * self.rows + self.total / ((n - 1) * (n - 2))
        return centred / (n * (n - 3))

    @property
    def biased(self) -> float:
        """Double-centred covariance; never negative but for rounding."""
        n = self.n
        return max(0.0, self.product / n**2 - 2 * self.rows / n**3 + self.total / n**4)


def as_table(x: ArrayLike) -> Floats:
    """Return a sample as [observation, feature], centred, which keeps distances; ValueError where not finite."""
    values = np.asarray(x, dtype=np.float64)
    table = values.reshape(len(values), -1)
    if not np.isfinite(table).all():
        raise ValueError("the sample has missing or infinite values; leave those observations out first.")
    return table - table.mean(axis=0)


def is_constant(x: ArrayLike) -> bool:
    """Return whether all observations of [observation, ...] are equal up to float32 rounding.

    >>> is_constant([[1.0, 2.0], [1.0, 2.0]]), is_constant([0.0, 1.0])
    (True, False)
    """
    values = np.asarray(x, dtype=np.float64)
    spread = math.sqrt(float(np.mean(np.square(values - values.mean(axis=0)))))
    return spread <= ROUNDING * math.sqrt(float(np.mean(np.square(values))))


def distances(rows: Floats, table: Floats) -> Floats:
    """Return Euclidean distances [row, observation] of [row, feature] to [observation, feature].

    Through the Gram matrix: |r - t|^2 = |r|^2 + |t|^2 - 2 r.t, one matrix product instead of n x n x d differences.
    """
    if table.shape[1] == 1:
        return np.abs(rows - table.T)
    squared = rows @ table.T
    squared *= -2
    squared += np.einsum("ij,ij->i", rows, rows)[:, None]
    squared += np.einsum("ij,ij->i", table, table)
    np.maximum(squared, 0, out=squared)  # rounding may leave -1e-16 between equal rows
    return np.sqrt(squared, out=squared)


def distance_sums(x: Floats, y: Floats) -> tuple[DistanceSums, DistanceSums, DistanceSums]:
    """Return the sums for (x, y), (x, x) and (y, y) from tables [observation, feature] of equal length."""
    n = len(x)
    row_x, row_y = np.empty(n), np.empty(n)
    xy = xx = yy = 0.0
    for part in _chunks(n):
        a, b = distances(x[part], x), distances(y[part], y)
        row_x[part], row_y[part] = a.sum(axis=1), b.sum(axis=1)
        xy += float(np.vdot(a, b))
        xx += float(np.vdot(a, a))
        yy += float(np.vdot(b, b))
    total_x, total_y = float(row_x.sum()), float(row_y.sum())
    return (
        DistanceSums(n, xy, float(row_x @ row_y), total_x * total_y),
        DistanceSums(n, xx, float(row_x @ row_x), total_x**2),
        DistanceSums(n, yy, float(row_y @ row_y), total_y**2),
    )


def _chunks(n: int) -> Iterator[slice]:
    for start in range(0, n, CHUNK):
        yield slice(start, min(start + CHUNK, n))


def signed_root(ratio: float) -> float:
    """Return sign(r) sqrt|r|, which puts a bias-corrected square on the scale of a correlation.

    >>> signed_root(0.25), signed_root(-0.25)
    (0.5, -0.5)
    """
    return math.copysign(math.sqrt(abs(ratio)), ratio)


def ratio(xy: float, xx: float, yy: float) -> float:
    """Return the correlation xy / sqrt(xx yy); 0 where a variance is not positive."""
    return xy / math.sqrt(xx * yy) if xx > 0 and yy > 0 else 0.0


def distance_correlation(x: ArrayLike, y: ArrayLike) -> DistanceCorrelation:
    """Return the distance correlation of two samples of any dimension.

    Parameters
    ----------
    x, y : paired observations along the first axis, [observation] or [observation, feature...].

    Returns
    -------
    A constant sample has 0 by convention. Two scalar samples go to the `dcor` package, whose sort-based algorithm
    needs n log n steps.

    Raises
    ------
    ValueError : the lengths differ or values are missing.

    >>> x = np.arange(100.0).reshape(50, 2)
    >>> result = distance_correlation(x, x**2)
    >>> result.corrected > 0.9
    True
    """
    n, others = len(np.asarray(x)), len(np.asarray(y))
    if n != others:
        raise ValueError(f"x has {n} observations and y {others}; give as many of both.")
    if n < SMALLEST:
        return DistanceCorrelation(NAN, NAN, n, Message("dependence.too_few", needed=SMALLEST, n=n))
    if is_constant(x) or is_constant(y):
        return DistanceCorrelation(0.0, 0.0, n, CONSTANT)
    left, right = as_table(x), as_table(y)
    if left.shape[1] == right.shape[1] == 1:
        return _scalar_pair(left[:, 0], right[:, 0])
    xy, xx, yy = distance_sums(left, right)
    return DistanceCorrelation(
        corrected=signed_root(ratio(xy.corrected, xx.corrected, yy.corrected)),
        biased=math.sqrt(ratio(xy.biased, xx.biased, yy.biased)),
        n=n,
    )


def _scalar_pair(x: Floats, y: Floats) -> DistanceCorrelation:
    import dcor  # compiles on import, which takes seconds: only where it is needed

    return DistanceCorrelation(
        corrected=signed_root(float(dcor.u_distance_correlation_sqr(x, y))),
        biased=float(dcor.distance_correlation(x, y)),
        n=len(x),
    )
