"""Whether a daily shape keeps its phase: the published phase-drift and SPAI, their robust variants, and their null.

Each day is compared with the day before under every circular shift. Phase-drift is the median size of the best
shift; SPAI (the similarity of phase-aligned days) the mean correlation at it. SPAI is maximised over all shifts,
so it cannot fall when the phase drifts: read it beside its null, days of the same spectrum without any phase.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.analysis.estimate import Estimate, Floats, undefined
from core.analysis.resample import block_bootstrap, exceedance_p
from core.text.message import Message

BLOCK = 14  # days that are drawn together: weather and weekly habits last about as long
DRAWS = 99  # of the null
LARGEST_DRIFT = 0.5  # days: a shift further round is one the other way

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class PhaseMeasures:
    """The measures of one variable.

    Attributes
    ----------
    phase_drift, spai : as published: a day without any movement has shift 0 and similarity 0 with both its
        neighbours.
    phase_drift_robust, spai_robust : pairs with such a day left out; the p-value is against the null.
    phase_drift_null, spai_null : mean and central 95 % over days whose phases were drawn at random.
    """

    phase_drift: Estimate
    spai: Estimate
    phase_drift_robust: Estimate
    spai_robust: Estimate
    phase_drift_null: Estimate
    spai_null: Estimate

    @classmethod
    def missing(cls, reason: Message, n: int = 0) -> PhaseMeasures:
        """Return measures that are all undefined, for one reason."""
        return cls(*[undefined(reason, n)] * 6)


@dataclass(frozen=True)
class DayMatches:
    """How each day fits the day before, [pair].

    Attributes
    ----------
    drift : size of the best circular shift, in days (0 to .5).
    similarity : Pearson correlation at that shift.
    flat : whether one of both days does not move at all.
    """

    drift: Floats
    similarity: Floats
    flat: Mask


def whole_days(values: ArrayLike, stamps: NDArray[np.datetime64], steps: int) -> Floats:
    """Return the values of the calendar dates that have exactly `steps` rows, [day, step].

    >>> stamps = np.arange("2020-01-01T06", "2020-01-02T12", 6, dtype="datetime64[h]")
    >>> whole_days(np.arange(5.0), stamps, 4).tolist()
    []
    >>> whole_days(np.arange(4.0), stamps[:4] - np.timedelta64(6, "h"), 4).tolist()
    [[0.0, 1.0, 2.0, 3.0]]
    """
    series = np.asarray(values, dtype=np.float64)
    _, index, counts = np.unique(np.asarray(stamps).astype("datetime64[D]"), return_inverse=True, return_counts=True)
    return series[(counts == steps)[index]].reshape(-1, steps)


def match_days(days: ArrayLike) -> DayMatches:
    """Return how each of the days [day, step] fits the one before, under the best shift s in (-P/2, P/2]."""
    table = np.asarray(days, dtype=np.float64)
    steps = table.shape[1]
    still = np.ptp(table, axis=1) == 0
    centred = table - table.mean(axis=1, keepdims=True)
    deviation = np.where(still, 1.0, centred.std(axis=1))[:, None]
    spectrum = np.fft.rfft(centred / deviation)
    correlation = np.fft.irfft(spectrum[1:] * np.conj(spectrum[:-1]), n=steps) / steps  # [pair, shift]
    shifts = np.arange(-((steps - 1) // 2), steps // 2 + 1)
    ordered = correlation[:, shifts % steps]
    best = ordered.argmax(axis=1)
    flat = still[1:] | still[:-1]
    return DayMatches(
        drift=np.where(flat, 0.0, np.abs(shifts[best]) / steps),
        similarity=np.where(flat, 0.0, ordered.max(axis=1)),
        flat=flat,
    )


def random_phases(days: Floats, generator: np.random.Generator) -> Floats:
    """Return days [day, step] of the same mean and spectrum, their phases drawn at random."""
    steps = days.shape[1]
    spectrum = np.fft.rfft(days)
    turn = np.exp(1j * generator.uniform(0, 2 * np.pi, spectrum.shape))
    turn[:, 0] = 1
    if steps % 2 == 0:  # the fastest wave is real: its phase is a sign
        turn[:, -1] = generator.choice((-1.0, 1.0), size=len(days))
    return np.fft.irfft(np.abs(spectrum) * turn, n=steps) if len(days) else days


def phase_measures(
    days: ArrayLike, mended: ArrayLike | None = None, *, generator: np.random.Generator, draws: int = DRAWS
) -> PhaseMeasures:
    """Return phase-drift and SPAI of one variable, with block-bootstrap intervals over 14 days.

    Parameters
    ----------
    days : whole days in order of time, [day, step], as they stand in the file.
    mended : the same days with sentinels filled, for the robust variants and the null; `days` without it.
    generator : source of the intervals and of the null.
    draws : null data sets.

    >>> wave = np.sin(np.arange(24) / 24 * 2 * np.pi)
    >>> days = [np.roll(wave, 2 * (day % 2)) for day in range(40)]
    >>> found = phase_measures(days, generator=np.random.default_rng(0))
    >>> round(found.phase_drift.value * 24, 6), round(found.spai.value, 6)
    (2.0, 1.0)
    """
    table = np.asarray(days, dtype=np.float64)
    if len(table) < 2:
        return PhaseMeasures.missing(Message("phase.too_few_days", n=len(table)), len(table))
    clean = table if mended is None else np.asarray(mended, dtype=np.float64)
    published, pairs = match_days(table), match_days(clean)
    moving = ~pairs.flat
    drift, spai = _estimates(published.drift, published.similarity, generator)
    if not moving.any():
        missing = undefined(Message("phase.still_days"), len(moving))
        return PhaseMeasures(drift, spai, *[missing] * 4)
    steady, alike = _estimates(pairs.drift[moving], pairs.similarity[moving], generator)
    null = np.empty((2, draws))
    for draw in range(draws):
        made = match_days(random_phases(clean, generator))
        null[:, draw] = _median(made.drift[moving]), _mean(made.similarity[moving])
    return PhaseMeasures(
        phase_drift=drift,
        spai=spai,
        phase_drift_robust=replace(steady, p_value=exceedance_p(-steady.value, -null[0])),  # less than by chance
        spai_robust=replace(alike, p_value=exceedance_p(alike.value, null[1])),
        phase_drift_null=_centre(null[0], steady.n),
        spai_null=_centre(null[1], alike.n),
    )


def _estimates(drift: Floats, similarity: Floats, generator: np.random.Generator) -> tuple[Estimate, Estimate]:
    """Return phase-drift and SPAI of pairs of days in order, with their intervals."""
    return (
        _within(0.0, LARGEST_DRIFT, _over_blocks(_median, drift, generator)),
        _within(-1.0, 1.0, _over_blocks(_mean, similarity, generator)),
    )


def _over_blocks(statistic: Callable[[Floats], float], pairs: Floats, generator: np.random.Generator) -> Estimate:
    if len(pairs) < 2 * BLOCK:
        return Estimate(statistic(pairs), n=len(pairs), reason=Message("phase.short", pairs=2 * BLOCK))
    return block_bootstrap(statistic, pairs, block=BLOCK, generator=generator)


def _within(least: float, most: float, found: Estimate) -> Estimate:
    """Return an estimate whose interval keeps to the values that are possible."""
    return (
        replace(found, low=max(least, found.low), high=min(most, found.high)) if math.isfinite(found.high) else found
    )


def _centre(null: Floats, pairs: int) -> Estimate:
    low, high = np.quantile(null, [0.025, 0.975])
    return Estimate(float(null.mean()), float(low), float(high), n=pairs)


def _median(values: Floats) -> float:
    return float(np.median(values))


def _mean(values: Floats) -> float:
    return float(values.mean())
