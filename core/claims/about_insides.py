"""Claims in words about what happens inside: alignment, response, gradients and gates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from core.analysis.estimate import Estimate
from core.analysis.statistic import Over, Statistic, statistic_name
from core.claims.about_errors import changes
from core.claims.decision import (
    MATTERS,
    PERCENT,
    Decision,
    Point,
    answer_over_sources,
    by_slope,
    of_parts,
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
from core.text.message import Message, Value, sentences
from core.vocabulary import Fusion

JOINED_LATE = {Message("insides.late_fusion"): LATE_FUSION, Message("insides.no_fusion"): NO_FUSION}
OF_GRADIENTS = "ETTm2"  # the data set of the published figure
# two readings: the first is settled by the form of the merge at the last block
GRADIENTS = (Statistic.GRADIENT_IMBALANCE, Statistic.GRADIENT_IMBALANCE_WEIGHTS)
OCTAVE = 0.2  # factors of two, the smallest difference of gradients that matters
GATES = (Statistic.UPDATE_GATE_SPREAD, Statistic.UPDATE_GATE_SATURATION)
GATE = 0.01  # of an update gate, which runs from 0 to 1
A_FEW = 0.25  # of the contrasts: below, what is seen is told as not found, with its count
KERNEL = statistic_name(Statistic.DCOR_KERNEL, crossing=Fusion.GRU_TO_CNN, over=Over.MEAN)


def leads(evidence: Evidence) -> dict[str, Values]:
    """Return by how many steps CNN -> GRU alone is earlier than none, by data set, horizon and seed."""
    return {name: evidence.values(Statistic.RESPONSE_LEAD, name, CNN_TO_GRU) for name in DATASETS}


def added_alignment(evidence: Evidence) -> dict[str, Values]:
    """Return what both add to the kernels' dCor of GRU -> CNN, by data set, horizon and seed."""
    return {name: minus(*(evidence.values(KERNEL, name, arm) for arm in (BOTH, GRU_TO_CNN))) for name in DATASETS}


def extra_gain(evidence: Evidence, dataset: str, single: Arm) -> Values:
    """Return what both gain more than a single direction, in % of the RMSE of none, by horizon and seed."""
    return minus(*(percent_of(evidence, dataset, NONE, arm) for arm in (BOTH, single)))


def earlier_gains(evidence: Evidence) -> Decision:
    """Decide: the earlier the response of CNN -> GRU, the larger the extra gain of both over GRU -> CNN."""
    said = published_numbers()
    lead = [one.value for one in said if (one.quantity, one.mode) == (Quantity.RESPONSE_LEAD, Fusion.CNN_TO_GRU)]
    x, why = Message("insides.lead"), Message("lacking.lead_and_gain")
    return _extra_gain_by(leads(evidence), x, GRU_TO_CNN, evidence, published=max(lead), digits=2, why_not=why)


def alignment_gains(evidence: Evidence) -> Decision:
    """Decide: the more both align filters with the time of day, the larger their gain over CNN -> GRU."""
    added = [one.value for one in published_contrasts() if one.quantity is Quantity.DCOR_KERNEL_TOD]
    x, why = Message("insides.added_alignment"), Message("lacking.kernels_and_gain")
    more = added_alignment(evidence)
    return _extra_gain_by(more, x, CNN_TO_GRU, evidence, published=max(added), digits=3, why_not=why)


def _extra_gain_by(
    values: Mapping[str, Values],
    x: Message,
    single: Arm,
    evidence: Evidence,
    *,
    published: float,
    digits: int,
    why_not: Message,
) -> Decision:
    """Decide: the larger x, the more both gain over a single direction; `values` of x by data set."""
    points: list[Point] = []
    for dataset, of_runs in values.items():
        extra = extra_gain(evidence, dataset, single)
        points += [(dataset, of_runs[key], extra[key]) for key in sorted(of_runs.keys() & extra.keys())]
    decision = by_slope(points, x, published=published, digits=digits, why_not=evidence.lacking(why_not))
    if decision.answer is Answer.NOT_MEASURED:
        return decision
    horizons, seeds = rests(changes(evidence, NONE, BOTH))
    alone = seeds < 2 and decision.answer is not Answer.UNTESTABLE
    return replace(decision, answer=Answer.ONE_SEED if alone else decision.answer, horizons=horizons, seeds=seeds)


def joined_late(evidence: Evidence) -> Decision:
    """Decide: late and no fusion have a worse RMSE and less balanced gradients on ETTm2, in two readings of these."""
    rises = {name: changes(evidence, BOTH, arm)[OF_GRADIENTS] for name, arm in JOINED_LATE.items()}
    if lacking := [name for name, found in rises.items() if not found]:
        return Decision.unknown(
            evidence.absent or Message("lacking.both_or_fusion", fusion=lacking[0], dataset=OF_GRADIENTS)
        )
    rmse = {name: mean_over_seeds(found, NO_PAIR).estimate for name, found in rises.items()}
    more = {name: [_imbalance(evidence, reading, arm) for reading in GRADIENTS] for name, arm in JOINED_LATE.items()}
    parts = [_changes_by(name, rmse[name], *more[name]) for name in JOINED_LATE]
    of_reading = [[direction(found, matters=OCTAVE) for found in each] for each in zip(*more.values(), strict=True)]
    whole = all(Answer.NOT_MEASURED not in answers for answers in of_reading)
    said = Message("insides.joined_late", dataset=OF_GRADIENTS, parts=tuple(parts))
    first, *_ = rmse.values()
    return Decision(
        first,
        _of_fusions([direction(found, matters=MATTERS) for found in rmse.values()], of_reading),
        sentences(said, None if whole else Message("insides.gradients_lacking")),
        *rests({OF_GRADIENTS: next(iter(rises.values()))}),
    )


def _changes_by(name: Message, rmse: Estimate, of_outputs: Estimate, of_weights: Estimate) -> tuple[Value, ...]:
    """Return by how much a form changes RMSE and, where they were measured, the gradients in both readings."""
    outputs, weights = (with_interval(found, 2, Message("unit.octaves")) for found in (of_outputs, of_weights))
    parts = (
        (Message("insides.change_of_rmse", fusion=name, change=with_interval(rmse, 2, PERCENT)), rmse),
        (Message("insides.imbalance_of_outputs", change=outputs), of_outputs),
        (Message("insides.imbalance_of_weights", change=weights), of_weights),
    )
    return tuple(message for message, found in parts if found.defined)


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
    why = evidence.lacking(Message("lacking.gates"))
    found = [over_sources(one, why) for one in effects]
    if lacking := [one.reason for one in found if one.reason and not one.defined]:
        return Decision.unknown(lacking[0])
    answers = [answer_over_sources(one, of, matters=GATE) for one, of in zip(found, effects, strict=True)]
    spread, saturation = (with_interval(one, 3) for one in found)
    return Decision(
        found[0],
        of_parts(answers),
        Message("insides.gates", spread=spread, saturation=saturation, sources=sources(found[0])),
        *rests(effects[0]),
    )


def rises_with_both(evidence: Evidence) -> Decision:
    """Decide: alignment and response rise from one direction to both; the contrasts, counted."""
    rows = [(number, measure_contrast(number, evidence).reading) for number in published_contrasts()]
    verdicts = Counter(judge(number, reading.estimate).verdict for number, reading in rows)
    known = len(rows) - verdicts[Verdict.NOT_MEASURED]
    if not known:
        return Decision.unknown(evidence.lacking(Message("lacking.contrast")))
    seen = sum(verdicts[one] for one in (Verdict.REPRODUCED, Verdict.WEAKER, Verdict.STRONGER))
    against, zero, single = (verdicts[one] for one in (Verdict.OPPOSITE, Verdict.NOT_FOUND, Verdict.ONE_SEED))
    seeds = [reading.estimate.n for _, reading in rows if reading.horizons]
    horizons = {horizon for _, reading in rows for horizon in reading.horizons}
    return Decision(
        Estimate(seen / known, n=known),
        _of_contrasts(verdicts, known, seen),
        Message(
            "insides.contrasts",
            known=Message("count.contrast", n=known),
            rows=len(rows),
            measures=len(CONTRASTS),
            data_sets=len(DATASETS),
            rise=seen,
            fall=against,
            zero=zero,
            undecided=known - seen - against - zero - single,
            single=single,
        ),
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
