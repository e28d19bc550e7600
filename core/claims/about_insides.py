"""Claims in words about what happens inside: alignment, response, gradients and gates."""

from __future__ import annotations

from collections import Counter

from core.analysis.estimate import Estimate
from core.analysis.statistic import Over, Statistic, statistic_name
from core.claims.about_errors import changes
from core.claims.decision import (
    MATTERS,
    Decision,
    Point,
    answer_over_sources,
    by_slope,
    rests,
    sources,
    with_interval,
)
from core.claims.evidence import Evidence, Values
from core.claims.published import CONTRASTS, DATASETS, Quantity, published_contrasts, published_numbers
from core.claims.quantities import measure_contrast
from core.claims.reading import NO_PAIR, mean_over_seeds, minus, over_sources, percent_of
from core.claims.verdict import Answer, Verdict, direction, judge
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, LATE_FUSION, NO_FUSION, NONE, Arm
from core.english import counted
from core.vocabulary import Fusion

JOINED_LATE = {"late fusion": LATE_FUSION, "no fusion": NO_FUSION}
OF_GRADIENTS = "ETTm2"  # the data set of the published figure
GRADIENTS = {  # two readings: the first is settled by the form of the merge at the last block
    Statistic.GRADIENT_IMBALANCE: "at the paths' outputs",
    Statistic.GRADIENT_IMBALANCE_WEIGHTS: "at their weights",
}
OCTAVE = 0.2  # factors of two, the smallest difference of gradients that matters
GATES = {
    Statistic.UPDATE_GATE_SPREAD: "spread",
    Statistic.UPDATE_GATE_SATURATION: "share of values below .1 or above .9",
}
GATE = 0.01  # of an update gate, which runs from 0 to 1
A_FEW = 0.25  # of the contrasts: below, what is seen is told as not found, with its count
KERNEL = statistic_name(Statistic.DCOR_KERNEL, crossing=Fusion.GRU_TO_CNN, over=Over.MEAN)


def earlier_gains(evidence: Evidence) -> Decision:
    """Decide: the earlier the response of CNN -> GRU, the larger the extra gain of both over GRU -> CNN."""
    leads = [
        one.value
        for one in published_numbers()
        if (one.quantity, one.mode) == (Quantity.RESPONSE_LEAD, Fusion.CNN_TO_GRU)
    ]
    points = [
        (dataset, *pair)
        for dataset in DATASETS
        for pair in _paired(
            evidence.values(Statistic.RESPONSE_LEAD, dataset, CNN_TO_GRU), _extra(evidence, dataset, GRU_TO_CNN)
        )
    ]
    why = evidence.lacking("no run has both a response lead and a gain.")
    return _with_rests(by_slope(points, "The lead, in steps,", published=max(leads), digits=2, why_not=why), evidence)


def alignment_gains(evidence: Evidence) -> Decision:
    """Decide: the more both align filters with the time of day, the larger their gain over CNN -> GRU."""
    published = [one.value for one in published_contrasts() if one.quantity is Quantity.DCOR_KERNEL_TOD]
    points: list[Point] = []
    for dataset in DATASETS:
        more = minus(*(evidence.values(KERNEL, dataset, arm) for arm in (BOTH, GRU_TO_CNN)))
        points += [(dataset, *pair) for pair in _paired(more, _extra(evidence, dataset, CNN_TO_GRU))]
    why = evidence.lacking("no run has both kernels that were measured and a gain.")
    x = "What both directions add to the kernels' dCor"
    return _with_rests(by_slope(points, x, published=max(published), digits=3, why_not=why), evidence)


def _extra(evidence: Evidence, dataset: str, single: Arm) -> Values:
    """Return how much more both lower the RMSE of none than one direction does, percent by horizon and seed."""
    return minus(*(percent_of(evidence, dataset, NONE, arm) for arm in (BOTH, single)))


def _paired(x: Values, y: Values) -> list[tuple[float, float]]:
    return [(x[key], y[key]) for key in sorted(x.keys() & y.keys())]


def joined_late(evidence: Evidence) -> Decision:
    """Decide: late and no fusion have a worse RMSE and less balanced gradients on ETTm2, in two readings of these."""
    rises = {name: changes(evidence, BOTH, arm)[OF_GRADIENTS] for name, arm in JOINED_LATE.items()}
    if lacking := [name for name, found in rises.items() if not found]:
        return Decision.unknown(evidence.absent or f"the table lacks both or {lacking[0]} on {OF_GRADIENTS}.")
    rmse = {name: mean_over_seeds(found, NO_PAIR).estimate for name, found in rises.items()}
    more = {name: [_imbalance(evidence, reading, arm) for reading in GRADIENTS] for name, arm in JOINED_LATE.items()}
    parts = [
        f"{name} changes RMSE by {with_interval(rmse[name], 2, ' %')}"
        + "".join(
            f", the imbalance of gradients {where} by {with_interval(found, 2, ' octaves')}"
            for found, where in zip(more[name], GRADIENTS.values(), strict=True)
            if found.defined
        )
        for name in JOINED_LATE
    ]
    of_reading = [[direction(found, matters=OCTAVE) for found in each] for each in zip(*more.values(), strict=True)]
    whole = all(Answer.NOT_MEASURED not in answers for answers in of_reading)
    lacks = "" if whole else " Gradients were not measured in both readings."
    first, *_ = rmse.values()
    return Decision(
        first,
        _of_fusions([direction(found, matters=MATTERS) for found in rmse.values()], of_reading),
        f"On {OF_GRADIENTS}, against both: {'; '.join(parts)}.{lacks}",
        *rests({OF_GRADIENTS: next(iter(rises.values()))}),
    )


def _imbalance(evidence: Evidence, reading: Statistic, arm: Arm) -> Estimate:
    """Return by how many octaves an arm's gradients are less balanced than those of both, paired by seed."""
    own, both = (evidence.values(reading, OF_GRADIENTS, one) for one in (arm, BOTH))
    return mean_over_seeds(minus(own, both), NO_PAIR).estimate


def _of_fusions(errors: list[Answer], readings: list[list[Answer]]) -> Answer:
    """Return the answer of a claim of two parts, errors and gradients, where the latter have two readings."""
    known = [answers for answers in readings if Answer.NOT_MEASURED not in answers]
    if len(known) > 1 and any(len({one[place] for one in known}) > 1 for place in range(len(errors))):
        return Answer.BY_READING
    every = [*errors, *(answer for answers in known for answer in answers)]
    if Answer.ONE_SEED in every:
        return Answer.ONE_SEED
    if Answer.HOLDS in every:
        return Answer.HOLDS if set(every) == {Answer.HOLDS} and known else Answer.PARTLY
    if set(every) == {Answer.OPPOSITE}:
        return Answer.OPPOSITE
    return Answer.UNDECIDED if Answer.UNDECIDED in every else Answer.NOT_FOUND


def gates_decide(evidence: Evidence) -> Decision:
    """Decide: with both directions the update gate decides more clearly: it varies more, and saturates more."""
    effects = [
        {name: minus(*(evidence.values(statistic, name, arm) for arm in (BOTH, NONE))) for name in DATASETS}
        for statistic in GATES
    ]
    why = evidence.lacking("no two runs of both and of none with one seed have measured update gates.")
    found = [over_sources(one, why) for one in effects]
    if lacking := [one.reason for one in found if not one.defined]:
        return Decision.unknown(lacking[0])
    answers = [answer_over_sources(one, of, matters=GATE) for one, of in zip(found, effects, strict=True)]
    several = Answer.PARTLY if Answer.HOLDS in answers else Answer.UNDECIDED
    said = [f"its {name} by {with_interval(one, 3)}" for name, one in zip(GATES.values(), found, strict=True)]
    return Decision(
        found[0],
        answers[0] if len(set(answers)) == 1 else several,
        f"With both directions the update gate changes {' and '.join(said)} against none, on average over "
        f"{sources(found[0])}.",
        *rests(effects[0]),
    )


def rises_with_both(evidence: Evidence) -> Decision:
    """Decide: alignment and response rise from one direction to both; the contrasts, counted."""
    rows = [(number, measure_contrast(number, evidence).reading) for number in published_contrasts()]
    verdicts = Counter(judge(number, reading.estimate).verdict for number, reading in rows)
    known = len(rows) - verdicts[Verdict.NOT_MEASURED]
    if not known:
        return Decision.unknown(evidence.lacking("no contrast of both with one direction was measured."))
    seen = sum(verdicts[one] for one in (Verdict.REPRODUCED, Verdict.WEAKER, Verdict.STRONGER))
    against, zero, single = (verdicts[one] for one in (Verdict.OPPOSITE, Verdict.NOT_FOUND, Verdict.ONE_SEED))
    seeds = [reading.estimate.n for _, reading in rows if reading.horizons]
    horizons = {horizon for _, reading in rows for horizon in reading.horizons}
    return Decision(
        Estimate(seen / known, n=known),
        _of_contrasts(verdicts, known, seen),
        f"Of {counted(known, 'contrast')} measured (of {len(rows)}: {len(CONTRASTS)} measures on {len(DATASETS)} "
        f"data sets), {seen} rise, {against} fall, {zero} show no rise and exclude the published one, "
        f"{known - seen - against - zero - single} undecided and {single} of one seed.",
        len(horizons),
        min(seeds),
    )


def _of_contrasts(verdicts: Counter[Verdict], known: int, seen: int) -> Answer:
    if verdicts[Verdict.ONE_SEED] == known:
        return Answer.ONE_SEED
    if seen == known:
        return Answer.HOLDS
    if seen >= A_FEW * known:
        return Answer.PARTLY
    words = {
        Verdict.OPPOSITE: Answer.OPPOSITE,
        Verdict.NOT_FOUND: Answer.NOT_FOUND,
        Verdict.UNDECIDED: Answer.UNDECIDED,
    }
    return words[max(words, key=lambda one: verdicts[one])]


def _with_rests(decision: Decision, evidence: Evidence) -> Decision:
    """Add the horizons and seeds of the runs that a slope is over."""
    if decision.answer is Answer.NOT_MEASURED:
        return decision
    found = rests(changes(evidence, NONE, BOTH))
    if found[1] < 2 and decision.answer is not Answer.UNTESTABLE:
        return Decision(decision.estimate, Answer.ONE_SEED, decision.sentence, *found)
    return Decision(decision.estimate, decision.answer, decision.sentence, *found)
