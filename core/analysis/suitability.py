"""Four conditions under which crossing the paths is said to help, one number in [0, 1] each.

Every condition comes in two variants, for one target variable and over all variables: no single column is chosen in
hindsight. Arrays are whole series in file order, already free of missing values; no scale matters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import spectrogram

from core.analysis.clock import NO_DAY
from core.analysis.estimate import Estimate, Floats, undefined
from core.analysis.resample import block_places, percentile_estimate
from core.analysis.wobble import without_daily_mean, wobble_of, wobble_sums
from core.text.message import Message

BLOCK = 14  # days that are drawn together
DRAWS = 199  # of every interval
FEWEST_DAYS = 5
SEGMENT = 30  # days of a Welch segment
SLOW, FAST = 2.0, 12.0  # cycles a day: the skeleton, and all that is compared with it
DETAIL = 24  # steps a day needed to see 12 cycles

STILL = Message("suitability.still")


class Condition(StrEnum):
    """What is said to make a data set suitable."""

    WOBBLE = "c1"  # a periodic skeleton whose phase and amplitude wobble
    COMOVEMENT = "c2"  # variables that move together
    SKELETON = "c3"  # a strong low-frequency skeleton
    SHIFT = "c4"  # means and spreads that shift between training and test


class Variant(StrEnum):
    """Which variables a condition is taken over."""

    TARGET = "target"
    ALL = "all"


def mean_of_known(values: Floats) -> float:
    """Return the mean of the finite values, NaN without any."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else math.nan


def root_mean_square_of_known(values: Floats) -> float:
    """Return the root mean square of the finite values, NaN without any."""
    return math.sqrt(mean_of_known(np.square(values)))


@dataclass(frozen=True)
class Parts:
    """A condition as a function of sums over parts of the series (days, segments), so that parts can be drawn anew.

    `value` maps the summed rows [...] to the condition of every variable, [variable]; NaN where it has none.
    `over` makes one number of those of all variables.
    """

    rows: Floats  # [part, ...]
    value: Callable[[Floats], Floats]
    over: Callable[[Floats], float] = mean_of_known


Variants = dict[Variant, Estimate]


def both_variants(parts: Parts, target: int, generator: np.random.Generator, *, block: int = BLOCK) -> Variants:
    """Return a condition of the target and over all variables, with block-bootstrap intervals over parts."""
    count = len(parts.rows)
    draws = DRAWS if count >= 2 * block else 0
    drawn = [parts.value(parts.rows[block_places(count, block, generator)].sum(axis=0)) for _ in range(draws)]
    return _variants(parts.value(parts.rows.sum(axis=0)), drawn, target, count, parts.over)


def _variants(
    found: Floats, drawn: list[Floats], target: int, count: int, over: Callable[[Floats], float]
) -> Variants:
    return {
        Variant.TARGET: _estimate(float(found[target]), [float(one[target]) for one in drawn], count),
        Variant.ALL: _estimate(over(found), [over(one) for one in drawn], count),
    }


def _estimate(value: float, drawn: list[float], count: int) -> Estimate:
    if not math.isfinite(value):
        return undefined(STILL, count)
    if not drawn:
        return Estimate(value, n=count, reason=Message("suitability.short"))
    found = percentile_estimate(value, np.array(drawn), count)
    return Estimate(found.value, max(0.0, found.low), min(1.0, found.high), n=count)


def missing(reason: Message, n: int = 0) -> Variants:
    """Return a condition that is undefined, for one reason."""
    return dict.fromkeys(Variant, undefined(reason, n))


def wobble(series: ArrayLike, target: int, steps: int | None, *, generator: np.random.Generator) -> Variants:
    """Return c1: the wobbling daily skeleton, sqrt(S W*) of `wobble_of`.

    Parameters
    ----------
    series : [row, variable]
    target : place of the target variable.
    steps : rows in a day; None where it does not hold a whole number of them.
    """
    if steps is None:
        return missing(NO_DAY, len(np.asarray(series)))
    days = without_daily_mean(series, steps)
    if len(days) < FEWEST_DAYS:
        return missing(Message("suitability.few_days_of_skeleton", needed=FEWEST_DAYS, n=len(days)), len(days))
    sums, power = wobble_sums(days, generator)
    return both_variants(Parts(sums, lambda total: wobble_of(total, power, len(days))), target, generator)


def comovement(series: ArrayLike, target: int, steps: int | None, *, generator: np.random.Generator) -> Variants:
    """Return c2: the root mean square correlation of variables with each other, the level of the day removed.

    Parameters
    ----------
    series : [row, variable]
    target : place of the target; its variant takes its own correlations only.
    steps : as in `wobble`.
    """
    if steps is None:
        return missing(NO_DAY, len(np.asarray(series)))
    days = without_daily_mean(series, steps)
    if days.shape[2] < 2:
        return missing(Message("suitability.one_variable"), len(days))
    if len(days) < FEWEST_DAYS:
        return missing(Message("suitability.few_days_of_comovement", needed=FEWEST_DAYS, n=len(days)), len(days))
    days = days - days.mean(axis=(0, 1))
    products = np.einsum("dsi,dsj->dij", days, days, optimize=True)  # [day, variable, variable]
    parts = Parts(products, _root_mean_square_correlation, over=root_mean_square_of_known)
    return both_variants(parts, target, generator)


def _root_mean_square_correlation(products: Floats) -> Floats:
    """Return per variable the root mean square of its correlations with the others; NaN for one that is still."""
    spread = np.sqrt(np.diag(products))
    moving = spread > 0
    found = np.full(len(spread), np.nan)
    if moving.sum() > 1:
        squares = (products[np.ix_(moving, moving)] / np.outer(spread[moving], spread[moving])) ** 2
        found[moving] = np.sqrt((squares.sum(axis=1) - 1) / (moving.sum() - 1))
    return found


def skeleton(series: ArrayLike, target: int, steps: int | None, *, generator: np.random.Generator) -> Variants:
    """Return c3: Welch power from 0 to 2 cycles a day over that from 0 to 12 (the constant left out).

    Parameters
    ----------
    series, target, steps : as in `comovement`. Segments are 30 days long and overlap by half.
    """
    values = np.asarray(series, dtype=np.float64)
    if steps is None:
        return missing(NO_DAY, len(values))
    if steps < DETAIL:
        return missing(Message("suitability.coarse_day", n=steps, needed=DETAIL), len(values))
    length = SEGMENT * steps
    if len(values) < length:
        return missing(Message("suitability.short_segment", needed=SEGMENT, n=len(values) // steps), len(values))
    frequency, _, power = spectrogram(
        values, fs=steps, window="hann", nperseg=length, noverlap=length // 2, axis=0, detrend="constant"
    )  # [frequency, variable, segment]
    power[:, np.ptp(values, axis=0) == 0] = 0.0
    slow, fast = ((frequency > 0) & (frequency <= most) for most in (SLOW, FAST))
    bands = np.stack([power[band].sum(axis=0) for band in (slow, fast)])  # [band, variable, segment]
    return both_variants(Parts(np.moveaxis(bands, 2, 0), _share), target, generator, block=2)


def _share(bands: Floats) -> Floats:
    return np.divide(bands[0], bands[1], out=np.full(bands.shape[1], np.nan), where=bands[1] > 0)


def shift(
    train: ArrayLike, test: ArrayLike, target: int, steps: int | None, *, generator: np.random.Generator
) -> Variants:
    """Return c4: the Hellinger distance of two normal distributions with the means and spreads of train and test.

    Parameters
    ----------
    train, test : rows of both parts, [row, variable].
    target : place of the target.
    steps : rows in a day, which are drawn together in blocks of 14 days; without days, in blocks of 1 % of a part.
    """
    parts = [np.asarray(part, dtype=np.float64) for part in (train, test)]
    if min(map(len, parts)) < 2:
        return missing(Message("suitability.few_rows", train=len(parts[0]), test=len(parts[1])))
    both = np.concatenate(parts)
    spread = np.where(np.ptp(both, axis=0) == 0, np.inf, both.std(axis=0))  # a variable that is still becomes 0
    sums = [_moments((part - both.mean(axis=0)) / spread, steps) for part in parts]
    draws = DRAWS if min(map(len, sums)) >= 2 * BLOCK else 0
    drawn = [
        _hellinger(*[part[block_places(len(part), BLOCK, generator)].sum(axis=0) for part in sums])
        for _ in range(draws)
    ]
    found = _hellinger(*[part.sum(axis=0) for part in sums])
    return _variants(found, drawn, target, sum(map(len, sums)), mean_of_known)


def _moments(values: Floats, steps: int | None) -> Floats:
    """Return count, sum and sum of squares of each day, [day, moment, variable]."""
    rows = steps or max(1, len(values) // 100)
    powers = np.stack([np.ones_like(values), values, values**2], axis=1)  # [row, moment, variable]
    return np.add.reduceat(powers, np.arange(0, len(values), rows), axis=0)


def _hellinger(train: Floats, test: Floats) -> Floats:
    """Return the distance per variable from moments [moment, variable]; NaN for a variable that never moves."""
    means, variances = zip(
        *[(m[1] / m[0], np.maximum(m[2] / m[0] - (m[1] / m[0]) ** 2, 0)) for m in (train, test)], strict=True
    )
    total = variances[0] + variances[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        overlap = np.sqrt(2 * np.sqrt(variances[0] * variances[1]) / total)
        overlap *= np.exp(-((means[0] - means[1]) ** 2) / (4 * total))
    return np.sqrt(np.maximum(1 - overlap, 0))
