"""How a claim in words is decided: by the interval over independent data sources, never beyond what was measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.estimate import Estimate, mean_interval, undefined
from core.analysis.slope import within_slope
from core.claims.evidence import Evidence, Values
from core.claims.published import HORIZONS, SOURCES
from core.claims.reading import DATA_SOURCE, over_sources, seeds_of
from core.claims.verdict import Answer, direction
from core.text.amounts import signed
from core.text.message import Message, Value

MATTERS = 0.5  # % of RMSE, the smallest difference that matters
TESTABLE = 0.1  # of the published range of x: a slope over less says nothing of the published one
PERCENT = "%"
PERCENT_OF_RMSE = Message("unit.percent_of_rmse")
Point = tuple[str, float, float]  # data set, x, y


@dataclass(frozen=True)
class Decision:
    """What became of a claim in words.

    Attributes
    ----------
    horizons, seeds : on how many of the published ones it rests; 0 where nothing was trained.
    """

    estimate: Estimate
    answer: Answer
    sentence: Message
    horizons: int = 0
    seeds: int = 0

    @classmethod
    def unknown(cls, why: Message) -> Decision:
        """Return the decision on a claim that nothing was measured of."""
        return cls(undefined(why), Answer.NOT_MEASURED, Message("decision.not_measured", why=why))


@dataclass(frozen=True)
class Claim:
    """A claim in words and how to decide it."""

    quantity: str
    published: str
    dataset: str
    page: str  # that shows it
    decide: Callable[[Evidence], Decision]
    exhibit: str = ""  # made of all trainings, that shows it; empty where none does
    computed: bool = False  # from data or a formula: nothing is trained


def by_direction(changes: Mapping[str, Values], says: Message, why_not: Message, *, lowers: bool) -> Decision:
    """Decide whether RMSE falls, or rises, by its mean change over data sources.

    Parameters
    ----------
    changes : of RMSE in percent, by data set, horizon and seed; above 0 it rises.
    says : what changes RMSE, as the beginning of a sentence.
    why_not : why there is none, where there is none.
    lowers : whether the claim is that RMSE falls.
    """
    found = over_sources(changes, why_not)
    if not found.defined:
        return Decision.unknown(found.reason or why_not)
    cells = cell_means(changes)
    return Decision(
        found,
        answer_over_sources(negative(found) if lowers else found, changes, matters=MATTERS),
        Message(
            "decision.lowers" if lowers else "decision.raises",
            says=says,
            change=with_interval(found, 2, PERCENT),
            sources=sources(found),
            agree=sum((value < 0) is lowers for value in cells),
            cells=Message("count.cell", n=len(cells)),
        ),
        *rests(changes),
    )


def negative(found: Estimate) -> Estimate:
    """Return an estimate with the other sign."""
    return Estimate(-found.value, -found.high, -found.low, n=found.n)


def answer_over_sources(found: Estimate, effects: Mapping[str, Values], *, matters: float) -> Answer:
    """Return the answer by a mean over sources; one seed gets none, and one source alone decides nothing."""
    if seeds_of(effects) < 2:
        return Answer.ONE_SEED
    return Answer.UNDECIDED if found.n == 1 else direction(found, matters=matters)


def of_parts(answers: Sequence[Answer]) -> Answer:
    """Return the answer to a claim of several parts: theirs where they agree."""
    if len(set(answers)) == 1:
        return answers[0]
    return Answer.PARTLY if Answer.HOLDS in answers else Answer.UNDECIDED


def cell_means(effects: Mapping[str, Values]) -> list[float]:
    """Return the mean over seeds of every data set and horizon."""
    return [
        float(np.mean([value for (at, _), value in values.items() if at == horizon]))
        for values in effects.values()
        for horizon in sorted({horizon for horizon, _ in values})
    ]


def rests(effects: Mapping[str, Values]) -> tuple[int, int]:
    """Return on how many of the published horizons and on how many seeds, at least, numbers rest."""
    horizons = {horizon for values in effects.values() for horizon, _ in values}
    return len(horizons & set(HORIZONS)), seeds_of(effects)


def sources(found: Estimate) -> Message:
    """Return how many data sources a mean is over."""
    return Message("count.data_source", n=found.n)


def with_interval(
    found: Estimate, digits: int, unit: str | Message = "", write: Callable[[float, int], str] = signed
) -> Value:
    """Return a number, as `write` writes it, with its interval, where it has one.

    >>> str(with_interval(Estimate(1.0, -0.5, 2.5), 1, PERCENT))
    '+1.0 % (−0.5 to +2.5)'
    """
    value: Value = write(found.value, digits)
    if unit:
        value = Message("number.in_unit", value=value, unit=unit)
    if not math.isfinite(found.low):
        return value
    low, high = write(found.low, digits), write(found.high, digits)
    return Message("number.with_interval", value=value, low=low, high=high)


def by_slope(points: Sequence[Point], x: Message, *, published: float, digits: int, why_not: Message) -> Decision:
    """Decide "y rises with x" by the slopes inside the data sources, told over the measured range of x alone.

    Parameters
    ----------
    points : one a training; y in % of RMSE.
    x : name of x, as the subject of a sentence.
    published : the largest published x: from 0 to it is the published range.
    """
    if not points:
        return Decision.unknown(why_not)
    least, most = (pick(value for _, value, _ in points) for pick in (min, max))
    measured = Message(
        "decision.range",
        x=x,
        least=signed(least, digits),
        most=signed(most, digits),
        trainings=Message("count.training", n=len(points)),
    )
    up_to = f"{published:.{digits}f}"
    if most - least < TESTABLE * published:
        short = Message("decision.short_range", range=measured, published=up_to)
        return Decision(undefined(measured), Answer.UNTESTABLE, short)
    change = _change_over_range(points, most - least)
    if not change.defined:
        return Decision.unknown(change.reason or why_not)
    matters = MATTERS * (most - least) / published
    answer = Answer.UNDECIDED if change.n == 1 else direction(change, matters=matters)
    return Decision(
        change,
        answer,
        Message(
            "decision.slope",
            range=measured,
            published=up_to,
            change=with_interval(change, 2, PERCENT_OF_RMSE),
            sources=sources(change),
        ),
    )


def _change_over_range(points: Sequence[Point], span: float) -> Estimate:
    """Return the change of y over a span of x: the slope within each source, times the span, averaged."""
    slopes = []
    for source in dict.fromkeys(SOURCES[dataset] for dataset, _, _ in points):
        names, x, y = zip(*(point for point in points if SOURCES[point[0]] == source), strict=True)
        within = within_slope(x, y, names)
        slopes += [within.value * span] if within.defined else []
    if not slopes:
        return undefined(Message("lacking.slope"))
    return mean_interval(slopes, of=DATA_SOURCE)
