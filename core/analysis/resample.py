"""Resampling: one engine per idea, each taking the statistic as a callable and the generator explicitly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from core.analysis.estimate import NAN, Estimate, Floats, undefined
from core.text.message import Message

Statistic = Callable[[Floats], float]

EXACT_SIGNS = 12  # up to 4,096 sign patterns are enumerated, more are drawn


def bootstrap(
    statistic: Statistic,
    sample: ArrayLike,
    *,
    generator: np.random.Generator,
    draws: int = 999,
    level: float = 0.95,
) -> Estimate:
    """Return a statistic with its percentile interval over resampled rows, moved to have its median at the value.

    Parameters
    ----------
    statistic : maps an array like `sample` to a number.
    sample : independent observations along the first axis, [observation, ...].
    """
    rows = np.asarray(sample, dtype=np.float64)
    count = len(rows)
    if count < 2:
        return undefined(Message("resample.too_few", n=count), count)
    values = np.array([statistic(rows[generator.integers(count, size=count)]) for _ in range(draws)])
    return percentile_estimate(statistic(rows), values, count, level=level)


def block_bootstrap(
    statistic: Statistic,
    series: ArrayLike,
    *,
    block: int,
    generator: np.random.Generator,
    draws: int = 999,
    level: float = 0.95,
) -> Estimate:
    """Return a statistic of a series with its interval over circular blocks (Politis and Romano 1992).

    Blocks of neighbours are drawn together, so that correlation within `block` steps is kept.

    Parameters
    ----------
    statistic : maps an array like `series` to a number.
    series : observations in time order, [time, ...].
    block : steps drawn together.
    """
    rows = np.asarray(series, dtype=np.float64)
    count = len(rows)
    if not 1 <= block <= count // 2:
        return undefined(Message("resample.blocks_do_not_fit", block=block, n=count), count)
    values = np.array([statistic(rows[block_places(count, block, generator)]) for _ in range(draws)])
    return percentile_estimate(statistic(rows), values, count, level=level)


def block_places(count: int, block: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return `count` places of a series in circular blocks of neighbours drawn at random."""
    starts = generator.integers(count, size=math.ceil(count / block))
    return ((starts[:, None] + np.arange(block)) % count).ravel()[:count]


def percentile_estimate(value: float, resampled: Floats, count: int, *, level: float = 0.95) -> Estimate:
    """Return a value with the percentile interval of its resampled values, moved to have its median at the value."""
    finite = resampled[np.isfinite(resampled)]
    if finite.size == 0 or not math.isfinite(value):
        return undefined(Message("resample.undefined"), count)
    low, middle, high = np.quantile(finite, [(1 - level) / 2, 0.5, (1 + level) / 2])
    bias = middle - value  # resampling lifts a maximum: without this, its interval may lie beside its value
    return Estimate(float(value), float(low - bias), float(high - bias), n=count)


def subsample(count: int, limit: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return at most `limit` of `count` origins in order, at random: a stride would alias the time of day."""
    if count <= limit:
        return np.arange(count)
    return np.sort(generator.choice(count, size=limit, replace=False))


def permutation_p(
    observed: float, draw: Callable[[np.random.Generator], float], *, generator: np.random.Generator, draws: int = 199
) -> float:
    """Return the one-sided p-value of a large `observed` among values drawn without the effect.

    `draw` rearranges what the null hypothesis leaves exchangeable and returns the statistic of the result.
    """
    return exceedance_p(observed, np.array([draw(generator) for _ in range(draws)]))


def exceedance_p(observed: float, null: ArrayLike) -> float:
    """Return (1 + null values at least as large) / (1 + null values), the p-value that is never 0.

    >>> exceedance_p(3.0, [1.0, 2.0, 4.0])
    0.5
    """
    values = np.asarray(null, dtype=np.float64)
    values = values[np.isfinite(values)]
    if not math.isfinite(observed) or values.size == 0:
        return NAN
    # a rearrangement that changes nothing must count as equal, whatever its last bit says
    tolerance = 1e-12 * max(1.0, abs(observed))
    return float((1 + np.count_nonzero(values >= observed - tolerance)) / (1 + values.size))


def sign_flip_p(differences: ArrayLike, *, generator: np.random.Generator | None = None, draws: int = 9999) -> float:
    """Return the two-sided sign-flip p-value of the mean of paired differences.

    Exact, over all sign patterns, up to 12 pairs; beyond that over random patterns.

    Parameters
    ----------
    differences : one difference per pair, [pair]; symmetric about 0 without the effect.
    generator : needed only beyond 12 pairs.

    >>> sign_flip_p([1.0, 2.0, 3.0, 4.0])
    0.125
    """
    pairs = np.asarray(differences, dtype=np.float64).ravel()
    if pairs.size == 0 or not np.isfinite(pairs).all():
        return NAN
    observed = abs(pairs.mean())
    if pairs.size <= EXACT_SIGNS:
        signs = np.array(list(itertools.product((1.0, -1.0), repeat=pairs.size)))
        means = np.abs(signs @ pairs) / pairs.size
        return float(np.mean(means >= observed - 1e-12 * max(1.0, observed)))
    if generator is None:
        raise ValueError(
            f"{pairs.size} pairs have too many sign patterns to enumerate (at most {EXACT_SIGNS} pairs); "
            "pass a generator."
        )
    signs = generator.choice((1.0, -1.0), size=(draws, pairs.size))
    return exceedance_p(observed, np.abs(signs @ pairs) / pairs.size)


def wilson(successes: float, trials: int, *, level: float = 0.95) -> Estimate:
    """Return a share with Wilson's score interval (Wilson 1927); half successes count ties.

    >>> share = wilson(7, 10)
    >>> round(share.value, 3), round(share.low, 3), round(share.high, 3)
    (0.7, 0.397, 0.892)
    """
    if trials < 1:
        return undefined(Message("resample.no_trial"))
    if not 0 <= successes <= trials:
        raise ValueError(f"successes are {successes} of {trials} trials; give a number from 0 to {trials}.")
    z2 = float(ndtri((1 + level) / 2)) ** 2
    share = successes / trials
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = math.sqrt(z2 * (share * (1 - share) / trials + z2 / (4 * trials**2))) / (1 + z2 / trials)
    return Estimate(share, max(0.0, centre - half), min(1.0, centre + half), n=trials)


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p-values adjusted for their number by Holm's step-down rule (Holm 1979); NaN stays NaN.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    raw = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(raw.shape, np.nan)
    known = np.flatnonzero(np.isfinite(raw))
    order = known[np.argsort(raw[known], kind="stable")]
    steps = raw[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return adjusted
