"""Generated series whose answer is known: daily shapes that wobble, states on a clock, responses that come early."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import assert_never

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import lfilter

from core.analysis.clock import Clock, Integers
from core.analysis.estimate import Floats

STEPS = 24  # of a day
DAYS = 120
FEATURES = 24  # of a generated kernel
WIDTH = 2.5  # steps of a burst
MEMORY, SPREAD = 100, 0.5  # of the slow level that bursts stand on
PLACES: Integers = np.arange(100, 2900, 90)  # of the bursts
ORIGINS = 3000


class Dependence(StrEnum):
    """How much of a kernel follows the time of day."""

    NONE = "none"
    HALF = "half"  # of its variance
    FULL = "full"

    @property
    def distance_correlation(self) -> float:
        """With the clock's circle; `half` was simulated with 36,000 origins (.7088, standard error .001)."""
        return {Dependence.NONE: 0.0, Dependence.HALF: 0.709, Dependence.FULL: 1.0}[self]

    @property
    def share(self) -> float:
        """Of the variance, explained by the time of day."""
        return {Dependence.NONE: 0.0, Dependence.HALF: 0.5, Dependence.FULL: 1.0}[self]


def hourly_clock(days: int = DAYS) -> Clock:
    """Return the clock of hourly origins."""
    return Clock.read(np.datetime64("2020-01-01T00", "h") + np.arange(days * STEPS), STEPS)


def kernels(dependence: Dependence, clock: Clock, generator: np.random.Generator) -> Floats:
    """Return kernels [origin, feature] that follow the clock as said.

    Clock and noise span the same two directions of the feature space, turned at random: distances do not change.
    """
    noise = generator.normal(scale=math.sqrt(0.5), size=(len(clock), 2))
    match dependence:
        case Dependence.NONE:
            plane = noise
        case Dependence.HALF:
            plane = clock.circle + noise
        case Dependence.FULL:
            plane = clock.circle
        case _:
            assert_never(dependence)
    turn, _ = np.linalg.qr(generator.normal(size=(FEATURES, 2)))
    return np.asarray(plane @ turn.T)


def daily_cosines(shifts: ArrayLike, steps: int = STEPS) -> Floats:
    """Return days [day, step] of one cosine each, shifted by so many steps.

    >>> daily_cosines([0, 1], 4).argmax(axis=1).tolist()
    [0, 1]
    """
    places = np.arange(steps) - np.asarray(shifts)[:, None]
    return np.cos(2 * math.pi * places / steps)


def daily_shape() -> Floats:
    """Return one day of three waves, without a mean, [step]."""
    angle = 2 * math.pi * np.arange(STEPS) / STEPS
    return np.asarray(np.cos(angle) + 0.5 * np.sin(2 * angle) + 0.3 * np.cos(3 * angle))


def slow_level(generator: np.random.Generator) -> Floats:
    """Return a level [origin] that wanders with a spread of .5 and forgets itself within a hundred rows."""
    memory = math.exp(-1 / MEMORY)
    pushes = generator.normal(scale=SPREAD * math.sqrt(1 - memory**2), size=ORIGINS)
    return np.asarray(lfilter([1.0], [1.0, -memory], pushes))


def bursts(lead: float = 0.0, origins: int = ORIGINS) -> Floats:
    """Return bumps of height 1 [origin], each `lead` steps before a planted place."""
    steps = np.arange(origins)[:, None] - PLACES + lead  # [origin, event]
    return np.asarray(np.exp(-((steps / WIDTH) ** 2)).sum(axis=1))


def responding(
    generator: np.random.Generator,
    level: Floats,
    *,
    lead: float = 0.0,
    power: float = 1.0,
    shared: float = 0.0,
    own: float = 0.02,
) -> tuple[Floats, Floats]:
    """Return the changes [origin] of one model's convolution path and GRU path, with bursts on a slow level.

    Parameters
    ----------
    level : of the logarithm, [origin]: what every model reads from the data.
    lead : steps by which the GRU path's bursts come before those of the convolution path.
    power : to which the GRU path's changes are raised.
    shared, own : spread of the noise that both paths of a model share, and of each path's own; in the logarithm.
    """
    noise = shared * generator.normal(size=level.size) + own * generator.normal(size=(2, level.size))
    conv = np.exp(level + bursts(origins=level.size) + noise[0])
    return conv, np.exp(power * (level + bursts(lead, level.size) + noise[1]))


def leaky_integrator(memory: float, delay: int = 0, length: int = 60) -> Floats:
    """Return the response [step] of h = memory h + input to a step of the input, after a delay.

    >>> leaky_integrator(0.5, 1, 4).tolist()
    [0.0, 0.5, 0.75, 0.875]
    """
    rise = 1 - memory ** np.arange(1, length + 1)
    return np.concatenate([np.zeros(delay), rise])[:length]


def correlated_pair(
    correlation: float, generator: np.random.Generator, count: int = ORIGINS
) -> tuple[Floats, Floats]:
    """Return two normal series with a known correlation; their rank correlation is 6/pi asin(r/2)."""
    first, own = generator.normal(size=(2, count))
    return first, correlation * first + math.sqrt(1 - correlation**2) * own
