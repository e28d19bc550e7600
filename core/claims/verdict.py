"""What a comparison of a published with a measured number comes to."""

from __future__ import annotations

import math
from enum import StrEnum

from core.analysis.estimate import Estimate
from core.claims.published import PublishedNumber


class Verdict(StrEnum):
    """How a claim fares, from best to worst; the words a page shows."""

    REPRODUCED = "reproduced"  # the measured interval holds the published number
    SAME_DIRECTION = "same direction"
    OPPOSITE = "opposite"  # or none at all
    NOT_MEASURED = "not measured"


def judge(published: PublishedNumber, measured: Estimate) -> Verdict:
    """Return the verdict on a number; what was printed with few digits may differ by half of the last one.

    A number without an interval (one seed, or a count) is reproduced only where it is the printed one. A direction is
    that of the value, whether or not its interval holds 0: see `holds_zero`.
    """
    if not measured.defined:
        return Verdict.NOT_MEASURED
    low, high = (end if math.isfinite(end) else measured.value for end in (measured.low, measured.high))
    slack = published.printed_half_step * (1 + 1e-9)  # a half step itself is no binary fraction
    if low - slack <= published.value <= high + slack:
        return Verdict.REPRODUCED
    return by_sign(measured.value * published.value)


def by_sign(agreement: float) -> Verdict:
    """Return the verdict on a direction: above 0 the published one."""
    return Verdict.SAME_DIRECTION if agreement > 0 else Verdict.OPPOSITE


def by_share(share: float, *, several_seeds: bool = True) -> Verdict:
    """Return the verdict on a claim that is made of several: the share of them that hold.

    What one seed alone says has a direction and no more.
    """
    return Verdict.REPRODUCED if share == 1 and several_seeds else by_sign(share - 0.5)


def holds_zero(measured: Estimate) -> bool:
    """Tell whether an interval holds 0, so that the measured direction itself is open.

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
