"""How long a GRU keeps what it holds: from its update gates, and measured with an edit.

A state that nothing else feeds shrinks at each token by its update gate z, which near 1 keeps it. So its half-life is
ln 2 / -(mean of ln z). What is really left of an edit k tokens later may be more, since the candidate reads the state
again, or less.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.analysis.estimate import Estimate, mean_interval, undefined
from core.text.message import Message

WINDOW = Message("unit.window")


def half_life(log_gate: float) -> Estimate:
    """Return after how many tokens half of a state is left.

    Parameters
    ----------
    log_gate : mean natural logarithm of the update gate.

    >>> half_life(math.log(0.5)).value, half_life(math.log(0.25)).value
    (1.0, 0.5)
    >>> str(half_life(0.0).reason), half_life(-math.inf).value
    ('The update gate is 1 throughout: the state is never renewed.', 0.0)
    """
    if math.isnan(log_gate) or log_gate > 0:
        raise ValueError(f"The mean logarithm of a gate is {log_gate}; a gate lies between 0 and 1.")
    if log_gate == 0:
        return undefined(Message("memory.kept"))
    if log_gate == -math.inf:
        return Estimate(0.0, reason=Message("memory.renewed"))
    return Estimate(math.log(2) / -log_gate)


def half_lives(log_gates: ArrayLike) -> list[Estimate]:
    """Return the half-life of each unit, of mean logarithms [unit]."""
    return [half_life(float(value)) for value in np.asarray(log_gates, dtype=np.float64).ravel()]


def by_slot(values: ArrayLike, slots: NDArray[np.int64], count: int) -> list[Estimate]:
    """Return the mean over the windows of each slot of the calendar cycle, with its t interval.

    Parameters
    ----------
    values : one number a window, [window].
    slots : slot of each window, from 0 to `count` - 1.
    """
    numbers = np.asarray(values, dtype=np.float64)
    return [mean_interval(numbers[slots == slot], of=WINDOW) for slot in range(count)]


def held_after(shares: ArrayLike) -> list[Estimate]:
    """Return the mean share of an edit that is held k tokens later, with its t interval; [window, k]."""
    return [mean_interval(column, of=WINDOW) for column in np.asarray(shares, dtype=np.float64).T]


def held_by_gates(log_gates: ArrayLike, tokens: Iterable[int]) -> list[float]:
    """Return the share that the gates alone would leave k tokens later: root mean square over units of z to the k.

    >>> held_by_gates([math.log(0.5)] * 3, [0, 1, 2])
    [1.0, 0.5, 0.25]
    """
    gates = np.exp(np.asarray(log_gates, dtype=np.float64))
    return [float(np.sqrt(np.mean(gates ** (2 * k)))) for k in tokens]
