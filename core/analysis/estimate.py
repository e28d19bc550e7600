"""The one result every statistic returns: a number, its interval, and the reason where there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from core.text.message import Message

Floats = NDArray[np.float64]

NAN = math.nan
SEED = Message("unit.seed")


@dataclass(frozen=True)
class Estimate:
    """A measured number.

    Attributes
    ----------
    value : the number itself; NaN where it is undefined.
    low, high : ends of its interval (95 % unless the function says otherwise); NaN without one.
    p_value : probability of a value at least as extreme without the effect; NaN without a test.
    n : how many observations it rests on: seeds, origins or events, as the function says.
    reason : why something is missing, or a caution; None where there is nothing to say.
    """

    value: float
    low: float = NAN
    high: float = NAN
    p_value: float = NAN
    n: int = 0
    reason: Message | None = None

    @property
    def defined(self) -> bool:
        """Whether there is a value.

        >>> undefined(Message("suitability.still")).defined
        False
        """
        return not math.isnan(self.value)


def undefined(reason: Message, n: int = 0) -> Estimate:
    """Return an estimate without a value; `reason` is told as one sentence that a reader understands."""
    return Estimate(NAN, n=n, reason=reason)


def mean_interval(values: ArrayLike, *, of: Message = SEED, level: float = 0.95) -> Estimate:
    """Return a mean with Student's t interval.

    Parameters
    ----------
    values : one number per independent unit, [unit]; NaN marks a unit without one and is left out.
    of : what a unit is, in one word, for the reason.
    level : coverage of the interval.

    Returns
    -------
    `n` counts the units used. One unit has a value without an interval, none has neither.

    >>> estimate = mean_interval([1.0, 2.0, 3.0])
    >>> round(estimate.value, 3), round(estimate.low, 3), round(estimate.high, 3)
    (2.0, -0.484, 4.484)
    """
    units = np.asarray(values, dtype=np.float64).ravel()
    units = units[np.isfinite(units)]
    count = units.size
    if count == 0:
        return undefined(Message("estimate.no_value", of=of))
    centre = float(units.mean())
    if count == 1:
        return Estimate(centre, n=1, reason=Message("estimate.one_only", of=of))
    half = float(stdtrit(count - 1, (1 + level) / 2) * units.std(ddof=1) / math.sqrt(count))
    return Estimate(centre, centre - half, centre + half, n=count)
