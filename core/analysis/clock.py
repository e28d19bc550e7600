"""Dependence on the time of day: the clock of a set of origins, its distance correlation, null and floor.

The null rotates the labels of every day by an amount of its own. It keeps the slow change of both sides within a day,
which a shuffle of origins would destroy, and destroys the daily period, which a shift of the whole series would keep.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.analysis.dependence import (
    CHUNK,
    CONSTANT,
    SMALLEST,
    DistanceSums,
    as_table,
    distances,
    is_constant,
    ratio,
    signed_root,
)
from core.analysis.estimate import Estimate, Floats, undefined
from core.analysis.resample import exceedance_p
from core.text.message import Message

DRAWS = 199
NO_DAY = Message("clock.no_day")
FLOOR_POINTS = 24  # points that stand for the raw last day, whatever the step of the data

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Clock:
    """Where each origin stands on the dial.

    Attributes
    ----------
    slot : step of the day, 0 ... slots - 1, [origin].
    day : number of the calendar day, [origin].
    slots : steps in a day.
    """

    slot: Integers
    day: Integers
    slots: int

    @classmethod
    def read(cls, stamps: NDArray[np.datetime64], slots: int) -> Clock:
        """Return the clock of time stamps [origin] of data with `slots` steps a day.

        >>> clock = Clock.read(np.array(["2020-01-01T06", "2020-01-02T18"], "datetime64[h]"), 24)
        >>> clock.slot.tolist(), clock.day.tolist()
        ([6, 18], [0, 1])
        """
        seconds = np.asarray(stamps).astype("datetime64[s]").astype(np.int64)
        day, second = np.divmod(seconds, 86_400)
        return cls(slot=second * slots // 86_400, day=np.unique(day, return_inverse=True)[1], slots=slots)

    @property
    def circle(self) -> Floats:
        """The time of day as (sin, cos), [origin, 2]: midnight is next to 23:59."""
        angle = 2 * math.pi * self.slot / self.slots
        return np.column_stack([np.sin(angle), np.cos(angle)])

    def take(self, chosen: Integers) -> Clock:
        """Return the clock of some origins."""
        return Clock(self.slot[chosen], np.unique(self.day[chosen], return_inverse=True)[1], self.slots)

    def __len__(self) -> int:
        return len(self.slot)


@dataclass(frozen=True)
class ClockDependence:
    """Dependence of a state on the time of day; `n` counts origins."""

    corrected: Estimate  # bias-corrected distance correlation, with the p-value of the per-day rotation
    biased: Estimate
    eta_squared: Estimate

    @classmethod
    def missing(cls, reason: Message, n: int) -> ClockDependence:
        """Return a dependence that is undefined, for one reason."""
        return cls(*[undefined(reason, n)] * 3)


def clock_dependence(
    x: ArrayLike, clock: Clock, *, generator: np.random.Generator, draws: int = DRAWS
) -> ClockDependence:
    """Return distance correlation and eta squared of a state with the time of day.

    Parameters
    ----------
    x : the state of each origin, [origin, ...], without missing values.
    clock : time of day of the same origins.
    generator : source of the rotations.
    draws : rotations; 199 give p-values down to .005.
    """
    if (n := len(clock)) < SMALLEST:
        return ClockDependence.missing(Message("clock.too_few_origins", needed=SMALLEST, n=n), n)
    if is_constant(x) or is_constant(clock.circle):
        zero = Estimate(0.0, n=n, reason=CONSTANT)
        return ClockDependence(zero, zero, zero)
    turns = generator.integers(clock.slots, size=(draws + 1, int(clock.day.max()) + 1))  # [draw, day]
    turns[0] = 0  # the data as they are
    xy, xx, yy = rotated_sums(as_table(x), clock, turns)
    found = [signed_root(ratio(a.corrected, xx.corrected, b.corrected)) for a, b in zip(xy, yy, strict=True)]
    return ClockDependence(
        corrected=Estimate(found[0], p_value=exceedance_p(found[0], found[1:]), n=n),
        biased=Estimate(math.sqrt(ratio(xy[0].biased, xx.biased, yy[0].biased)), n=n),
        eta_squared=eta_squared(x, clock.slot),
    )


def rotated_sums(
    table: Floats, clock: Clock, turns: Integers
) -> tuple[list[DistanceSums], DistanceSums, list[DistanceSums]]:
    """Return the sums for (x, rotated labels), (x, x) and (rotated labels, themselves), rotations in lists.

    The distance of two labels depends on their difference alone: the chord g(slot_i - slot_j). So the distances of
    x are summed once per (day, day, difference of slots); correlated with g around the dial they give, for every
    pair of days and every relative rotation, that pair's share of the covariance. A rotation is then a look-up.

    Parameters
    ----------
    table : x as [origin, feature].
    clock : time of day of the same origins.
    turns : by how many slots each day is rotated, [draw, day].
    """
    dial = _Dial(clock, turns)
    products, squares = np.zeros(len(turns)), 0.0
    row_sums = np.empty(len(table))
    by_day = np.argsort(clock.day, kind="stable")
    for start in range(0, len(table), CHUNK):
        members = by_day[start : start + CHUNK]
        a = distances(table[members], table)  # [member, origin]
        row_sums[members] = a.sum(axis=1)
        squares += float(np.vdot(a, a))
        for day in np.unique(clock.day[members]):
            of_day = clock.day[members] == day
            products += dial.products(a[of_day], day, members[of_day])
    total = float(row_sums.sum())
    labels = list(dial.label_sums(row_sums))
    xy = [
        DistanceSums(len(table), float(product), rows, total * own.total**0.5)
        for product, (rows, own) in zip(products, labels, strict=True)
    ]
    xx = DistanceSums(len(table), squares, float(row_sums @ row_sums), total**2)
    return xy, xx, [own for _, own in labels]


class _Dial:
    """Sums of label distances under rotations [draw, day], from counts of slots instead of pairs of origins."""

    def __init__(self, clock: Clock, turns: Integers) -> None:
        self.clock = clock
        self.turns = turns
        self.chord = 2 * np.abs(np.sin(math.pi * np.arange(clock.slots) / clock.slots))  # [difference]
        self.wave = np.fft.rfft(self.chord).real  # the chord is even, so its spectrum is real

    def products(self, a: Floats, day: int, members: Integers) -> Floats:
        """Return one day's share of the sum of a_ij b_ij, [draw], from its distances a [member, origin]."""
        clock, days = self.clock, self.turns.shape[1]
        difference = (clock.slot[members][:, None] - clock.slot) % clock.slots  # [member, origin]
        cell = clock.day * clock.slots + difference
        sums = np.bincount(cell.ravel(), weights=a.ravel(), minlength=days * clock.slots)
        spectrum = np.conj(np.fft.rfft(sums.reshape(days, clock.slots))) * self.wave
        share = np.fft.irfft(spectrum, n=clock.slots)  # [other day, relative turn]
        relative = (self.turns[:, day, None] - self.turns) % clock.slots  # [draw, other day]
        return np.asarray(share[np.arange(days), relative].sum(axis=1))

    def label_sums(self, row_sums: Floats) -> Iterator[tuple[float, DistanceSums]]:
        """Yield per draw the sum of a_i. b_i., and the sums of the labels with themselves."""
        n, slots = len(row_sums), self.clock.slots
        squared_wave = np.fft.rfft(self.chord**2).real
        for turn in self.turns:
            slot = (self.clock.slot + turn[self.clock.day]) % slots
            counts = np.bincount(slot, minlength=slots)
            spectrum = np.fft.rfft(counts)
            b_rows = np.fft.irfft(spectrum * self.wave, n=slots)[slot]  # [origin]
            squares = float(np.fft.irfft(spectrum * squared_wave, n=slots) @ counts)
            own = DistanceSums(n, squares, float(b_rows @ b_rows), float(b_rows.sum()) ** 2)
            yield float(row_sums @ b_rows), own


def eta_squared(x: ArrayLike, slot: Integers) -> Estimate:
    """Return the share of variance explained by the slot means, adjusted for their number.

    Perfect dependence gives 1, none 0 on average (it may fall a little below).

    Parameters
    ----------
    x : [origin, ...]; the variances of all features are added.
    slot : slot of each origin, [origin].
    """
    table = as_table(x)
    n = len(table)
    slots, index, counts = np.unique(slot, return_inverse=True, return_counts=True)
    if n <= slots.size:
        return undefined(Message("clock.too_few_for_slots", n=n, slots=slots.size), n)
    if is_constant(x):
        return Estimate(0.0, n=n, reason=CONSTANT)
    order = np.argsort(index, kind="stable")
    sums = np.add.reduceat(table[order], np.concatenate([[0], np.cumsum(counts)[:-1]]), axis=0)  # [slot, feature]
    between = float((np.square(sums) / counts[:, None]).sum())
    share = between / float(np.square(table).sum())
    return Estimate(1 - (1 - share) * (n - 1) / (n - slots.size), n=n)


def last_day(inputs: ArrayLike, slots: int, *, points: int = FLOOR_POINTS) -> Floats:
    """Return the raw last day of each window, [origin, point x variable], its mean removed.

    It is the floor that any state read from it may reach. One mean over all points and variables is removed; the
    levels of variables against each other stay.

    Parameters
    ----------
    inputs : what the model reads, [origin, look-back, variable].
    slots : steps in a day.
    points : evenly spaced rows kept of the day.
    """
    windows = np.asarray(inputs)
    if windows.shape[1] < slots:
        raise ValueError(f"the look-back is {windows.shape[1]} rows; the last day needs {slots}.")
    kept = np.unique(np.linspace(0, slots, num=min(points, slots), endpoint=False).astype(np.int64))
    day = windows[:, -slots:][:, kept].astype(np.float64)  # [origin, point, variable]
    return (day - day.mean(axis=(1, 2), keepdims=True)).reshape(len(day), -1)
