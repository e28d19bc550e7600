"""What a comparison of a claim with measured numbers comes to; a wide interval never earns a good word."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import stdtrit

from core.analysis.estimate import Estimate
from core.claims.published import PublishedNumber, Quantity

LEAST_SEEDS = 5  # no number of seeds below this is said to decide
_ROUNDING = 1 + 1e-9  # half a step of a decimal is no binary fraction

# The smallest difference that matters, in the unit of the published number.
_MATTERS = {
    Quantity.RMSE_INCREASE: 0.5,
    Quantity.DELTA_RMSE: 0.5,
    Quantity.DCOR_KERNEL_TOD: 0.05,
    Quantity.DCOR_CONV_CHANGE_TOD: 0.05,
    Quantity.SPEARMAN_GAIN: 0.03,
    Quantity.PEAK_AMPLIFICATION: 2.0,
    Quantity.RESPONSE_LEAD: 0.2,
}


class Verdict(StrEnum):
    """How a published number fares."""

    REPRODUCED = "reproduced"  # the interval holds the published number and not 0
    NO_EFFECT = "no_effect"  # published as next to nothing, and measured closely as that
    WEAKER = "weaker"  # the sign agrees, the size is excluded
    STRONGER = "stronger"
    NOT_FOUND = "not_found"  # the published size is excluded and no effect is seen
    OPPOSITE = "opposite"  # an effect of the other sign
    UNDECIDED = "undecided"  # the interval holds the published number and 0
    ONE_SEED = "one_seed"  # a number without an interval: no verdict
    NOT_MEASURED = "not_measured"


class Answer(StrEnum):
    """How a claim in words fares."""

    HOLDS = "holds"
    PARTLY = "partly"
    UNDECIDED = "undecided"
    BY_READING = "by_reading"
    NOT_FOUND = "not_found"  # an effect of a size that matters is excluded
    OPPOSITE = "opposite"
    UNTESTABLE = "untestable"  # by what was measured
    ONE_SEED = "one_seed"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True)
class Judgement:
    """A verdict on a number and what belongs to it.

    Attributes
    ----------
    ratio : measured over published, where the verdict is weaker or stronger; else NaN.
    seeds_needed : how many seeds would decide, where the verdict is undecided; else 0.
    """

    verdict: Verdict
    ratio: float = math.nan
    seeds_needed: int = 0


def matters(quantity: Quantity) -> float:
    """Return the smallest difference that matters; 0 for what is computed and not trained."""
    return _MATTERS.get(quantity, 0.0)


def judge(published: PublishedNumber, measured: Estimate) -> Judgement:
    """Return the verdict on a number by its interval over seeds.

    A published number may lie outside the interval by as much as it was rounded; whether 0 lies inside is read from
    the interval as it is.
    """
    if not measured.defined:
        return Judgement(Verdict.NOT_MEASURED)
    if not (math.isfinite(measured.low) and math.isfinite(measured.high)):
        return Judgement(Verdict.ONE_SEED)
    value, slack = published.value, published.printed_half_step * _ROUNDING
    low, high = measured.low - slack, measured.high + slack
    if not low <= value <= high:
        return _excluded(value, measured)
    if not holds_zero(measured):
        return Judgement(Verdict.REPRODUCED)
    if abs(value) <= matters(published.quantity) and (high - low) / 2 <= matters(published.quantity):
        return Judgement(Verdict.NO_EFFECT)
    return Judgement(Verdict.UNDECIDED, seeds_needed=seeds_that_decide(value, measured))


def _excluded(published: float, measured: Estimate) -> Judgement:
    """Return the verdict where the interval does not hold the published number."""
    if holds_zero(measured):
        return Judgement(Verdict.NOT_FOUND)
    if measured.value * published <= 0:
        return Judgement(Verdict.OPPOSITE)
    ratio = measured.value / published
    return Judgement(Verdict.WEAKER if ratio < 1 else Verdict.STRONGER, ratio=ratio)


def judge_computed(published: PublishedNumber, computed: Estimate) -> Judgement:
    """Return the verdict on a number that follows from data or a formula: it must agree to its last printed digit."""
    return judge(published, Estimate(computed.value, computed.value, computed.value, n=computed.n))


def no_more_than_control(published: float, over_control: Estimate) -> bool:
    """Tell whether a number is not seen to exceed its control in the published direction.

    Parameters
    ----------
    published : its sign is the direction.
    over_control : measured minus control, paired by seed. Without an interval nothing is said: False.

    >>> no_more_than_control(0.4, Estimate(0.1, -0.1, 0.3)), no_more_than_control(0.4, Estimate(0.2, 0.1, 0.3))
    (True, False)
    """
    return over_control.low <= 0 if published >= 0 else over_control.high >= 0


def seeds_that_decide(published: float, measured: Estimate) -> int:
    """Return how many seeds tell the published number from 0: (4 sd / |published|)^2, the sd that of the seeds.

    >>> seeds_that_decide(0.5, Estimate(0.2, -0.8, 1.2, n=3))
    11
    """
    if published == 0:
        return LEAST_SEEDS
    half = (measured.high - measured.low) / 2  # of Student's interval
    spread = half * math.sqrt(measured.n) / float(stdtrit(measured.n - 1, 0.975))
    return max(LEAST_SEEDS, math.ceil((4 * spread / abs(published)) ** 2))


def direction(effect: Estimate, *, matters: float) -> Answer:
    """Return the answer to a claim "there is an effect above 0", by the interval of the effect.

    Where the interval holds 0, an effect of a size that matters is either excluded (not found) or still possible.

    >>> direction(Estimate(0.1, -0.2, 0.4), matters=0.5), direction(Estimate(0.1, -2.0, 2.2), matters=0.5)
    (<Answer.NOT_FOUND: 'not_found'>, <Answer.UNDECIDED: 'undecided'>)
    """
    if not effect.defined:
        return Answer.NOT_MEASURED
    if not math.isfinite(effect.low):
        return Answer.ONE_SEED
    if effect.low > 0:
        return Answer.HOLDS
    if effect.high < 0:
        return Answer.OPPOSITE
    return Answer.NOT_FOUND if effect.high <= matters else Answer.UNDECIDED


def holds_zero(measured: Estimate) -> bool:
    """Tell whether an interval holds 0, so that no effect is seen.

    >>> holds_zero(Estimate(1.0, -1.0, 3.0)), holds_zero(Estimate(1.0))
    (True, False)
    """
    return measured.low <= 0 <= measured.high


def disagreement(published: float, measured: Estimate) -> float:
    """Return how far apart both are, as a share of the larger one: 0 equal, above 1 of opposite signs, NaN unknown.

    >>> disagreement(8.0, Estimate(2.0)), disagreement(2.0, Estimate(-2.0))
    (0.75, 2.0)
    """
    if not measured.defined:
        return math.nan
    largest = max(abs(published), abs(measured.value))
    return abs(published - measured.value) / largest if largest else 0.0
