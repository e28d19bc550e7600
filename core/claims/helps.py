"""Whether cross learning helps on one data set and horizon: from what was measured to one paragraph.

The proposed mode, crossing both ways, is judged: the best of three modes by their test errors would be favoured by
having been chosen. Everything it is held against is an estimate whose larger values speak for cross learning.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from core.analysis.estimate import Estimate
from core.claims.decision import MATTERS, PERCENT, negative, with_interval
from core.claims.published import PublishedNumber, Quantity
from core.claims.verdict import Verdict, judge, matters, seeds_that_decide
from core.text.amounts import fixed
from core.text.message import Message, Value, all_of, sentences, word
from core.vocabulary import Fusion, label

FEWEST_SEEDS = 3  # one seed has no interval, and that of two is 13 deviations wide
UNUSED = 0.5  # % of the MSE: crossings whose silence costs less than this are not used
HALF = 0.5  # of the variables, or of the steps


class Help(StrEnum):
    """What is said of crossing both ways against none."""

    HELPS = "helps"
    A_LITTLE = "a_little"  # seen, and smaller on average than what matters
    NO_DIFFERENCE = "no_difference"  # every difference that matters is excluded
    HARMS = "harms"
    CANNOT_TELL = "cannot_tell"  # the interval holds zero and differences that matter
    FEW_SEEDS = "few_seeds"
    NOT_COMPARED = "not_compared"


class Beside(StrEnum):
    """What else it is held against."""

    MATCHED = "matched"  # % of RMSE that it takes off none with as many parameters
    RIDGE = "ridge"  # % of RMSE that it takes off ridge
    AVERAGED = "averaged"  # the same of none, once both are averaged with ridge
    SILENCED = "silenced"  # % of MSE that it costs to silence its crossings
    KERNELS = "kernels"  # dCor of its kernels with the time of day, less the untrained twin's
    VARIABLES = "variables"  # share of variables whose MSE falls
    STEPS = "steps"  # share of steps ahead whose MSE falls
    DAILY = "daily"  # % of MSE that it takes off the variables that repeat day by day


LIMITS = {  # a value up to it speaks against cross learning
    Beside.SILENCED: UNUSED,
    Beside.KERNELS: matters(Quantity.DCOR_KERNEL_TOD),
    Beside.VARIABLES: HALF,
    Beside.STEPS: HALF,
}
COUNTED = (Beside.VARIABLES, Beside.STEPS)  # shares of one average over seeds: without an interval


class Side(StrEnum):
    """For what something speaks."""

    FOR = "for"
    AGAINST = "against"
    OPEN = "open"  # within the spread over seeds
    UNKNOWN = "unknown"  # not measured


@dataclass(frozen=True)
class Numbers:
    """What is measured on one data set and horizon; estimates are over seeds, paired.

    Attributes
    ----------
    gains : % of RMSE that each mode takes off none; modes without a seed of none are not in it.
    beside : undefined where it was not measured; what does not apply is not in it.
    published : what the published study says of `both` on these data, where it does.
    coming : of what is not measured, what is being measured.
    """

    gains: Mapping[Fusion, Estimate]
    beside: Mapping[Beside, Estimate]
    published: PublishedNumber | None = None
    coming: tuple[Beside, ...] = ()

    @property
    def gain(self) -> Estimate:
        """That of crossing both ways; undefined where it was not compared."""
        return self.gains.get(Fusion.BOTH, Estimate(math.nan))


def help_of(gain: Estimate) -> Help:
    """Return what a gain over seeds says; where its interval holds zero it is never called one.

    >>> help_of(Estimate(2.0, 1.0, 3.0, n=5)).value, help_of(Estimate(2.0, -1.0, 5.0, n=5)).value
    ('helps', 'cannot_tell')
    """
    if not gain.defined:
        return Help.NOT_COMPARED
    if gain.n < FEWEST_SEEDS or not math.isfinite(gain.low):
        return Help.FEW_SEEDS
    if gain.high < 0:
        return Help.HARMS
    if gain.low > 0:
        return Help.HELPS if gain.value >= MATTERS else Help.A_LITTLE
    return Help.NO_DIFFERENCE if max(-gain.low, gain.high) < MATTERS else Help.CANNOT_TELL


def side_of(of: Beside, found: Estimate) -> Side:
    """Return for what one number speaks; one seed alone can speak against cross learning and not for it.

    >>> side_of(Beside.RIDGE, Estimate(1.0, -1.0, 3.0, n=3)).value, side_of(Beside.STEPS, Estimate(0.6)).value
    ('open', 'for')
    """
    if not found.defined:
        return Side.UNKNOWN
    limit = LIMITS.get(of, 0.0)
    if found.value <= limit:
        return Side.AGAINST
    return Side.FOR if of in COUNTED or found.low > limit else Side.OPEN


def paragraph(numbers: Numbers) -> Message:
    """Return whether cross learning helps, by how much, how sure that is, and what speaks against it."""
    sides = {of: side_of(of, found) for of, found in numbers.beside.items()}
    against = [_AGAINST[of](numbers.beside[of]) for of, side in sides.items() if side is Side.AGAINST]
    against += _published(numbers)
    lacking = [of for of, side in sides.items() if side is Side.UNKNOWN]
    open_ = _all([of for of, side in sides.items() if side is Side.OPEN])
    coming = _all([of for of in lacking if of in numbers.coming])
    unknown = _all([of for of in lacking if of not in numbers.coming])
    none_against = Message("help.nothing_against") if numbers.gain.defined else None
    return sentences(
        _answer(numbers.gain),
        Message("help.against", reasons=tuple(against)) if against else none_against,
        Message("help.open", of=open_) if open_ else None,
        Message("help.one_way", modes=one_way) if (one_way := tuple(_one_way(numbers))) else None,
        Message("help.coming", of=coming) if coming else None,
        Message("help.unknown", of=unknown) if unknown else None,
    )


def _all(of: Iterable[Beside]) -> Value:
    return all_of([word(one) for one in of])


def _one_way(numbers: Numbers) -> Iterable[Message]:
    for mode, gain in numbers.gains.items():
        if mode is not Fusion.BOTH:
            yield Message("help.mode", mode=label(mode), gain=with_interval(gain, 2, PERCENT))


def _answer(gain: Estimate) -> Message:
    """Return the first sentence: the answer, its size, and what that rests on."""
    change = negative(gain) if gain.value < 0 else gain
    size, told = with_interval(change, 2, PERCENT, fixed), with_interval(gain, 2, PERCENT)
    n, least = gain.n, f"{MATTERS:g}"
    match help_of(gain):
        case Help.HELPS:
            return Message("help.helps", size=size, n=n)
        case Help.A_LITTLE:
            return Message("help.a_little", size=size, n=n, matters=least)
        case Help.NO_DIFFERENCE:
            return Message("help.no_difference", gain=told, n=n, matters=least)
        case Help.HARMS:
            return Message("help.harms", size=size, n=n)
        case Help.CANNOT_TELL:
            more = seeds_that_decide(MATTERS, gain)
            return Message("help.cannot_tell", gain=told, n=n, more=more, matters=least)
        case Help.FEW_SEEDS:
            return Message("help.few_seeds", gain=told, n=n, least=FEWEST_SEEDS)
        case Help.NOT_COMPARED:
            return Message("help.not_compared", least=FEWEST_SEEDS)
        case unknown:
            assert_never(unknown)


def _published(numbers: Numbers) -> list[Message]:
    """Return in a list of at most one that the published gain is not what is measured."""
    if numbers.published is None or help_of(numbers.gain) is Help.FEW_SEEDS:
        return []
    found = judge(numbers.published, numbers.gain).verdict
    if found not in (Verdict.WEAKER, Verdict.NOT_FOUND, Verdict.OPPOSITE):
        return []
    return [Message("against.published", gain=fixed(numbers.published.value, numbers.published.digits))]


def _percent(found: Estimate) -> Value:
    return with_interval(found, 1, PERCENT)


_AGAINST: dict[Beside, Callable[[Estimate], Message]] = {
    Beside.MATCHED: lambda found: Message("against.matched", gain=_percent(found)),
    Beside.RIDGE: lambda found: Message("against.ridge", gain=_percent(found)),
    Beside.AVERAGED: lambda found: Message("against.averaged", gain=_percent(found)),
    Beside.SILENCED: lambda found: Message("against.silenced", cost=_percent(found)),
    Beside.KERNELS: lambda found: Message("against.kernels", more=with_interval(found, 2)),
    Beside.VARIABLES: lambda found: Message("against.variables", gain=round(found.value * found.n), n=found.n),
    Beside.STEPS: lambda found: Message("against.steps", gain=round(found.value * found.n), n=found.n),
    Beside.DAILY: lambda found: Message("against.daily", gain=_percent(found)),
}
