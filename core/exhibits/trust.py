"""Which checks the exhibits that explain carry, and how each is read: of the case's rows and of the shipped table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.estimate import Estimate
from core.analysis.statistic import Statistic, statistic_name
from core.exhibits.case import Case
from core.exhibits.checks import Check, CheckKind, Sign
from core.exhibits.exhibit import Chosen
from core.exhibits.measured import (
    alike,
    error_change,
    found,
    of_run,
    other_seeds,
    over_seeds,
    run_of,
    seeds_of_change,
    strip,
    undefined,
)
from core.figures.lettering import interval, number, probability
from core.text.amounts import counted, fixed, listed, signed
from core.text.words import mark, say
from core.train.record import RunRecord
from core.vocabulary import Fusion, label

CLOSE = 0.1  # of dCor: nearer to its control than this, a dependence is hardly more than it
SURE = 0.05  # largest p-value that speaks for an effect
# Kernels: how closely they follow the time of day.


def _crossings(chosen: Chosen, run: RunRecord) -> Sequence[Fusion]:
    return [chosen["crossing"]] if "crossing" in chosen else run.config.model.crossings


def _clock(rows: pd.DataFrame, of: Statistic, crossings: Iterable[Fusion], block: Any) -> list[Estimate]:
    """Return the distance correlation of each crossing's kernels, of one block or of all."""
    names = [statistic_name(of, crossing=crossing) for crossing in crossings]
    own = rows.loc[rows["statistic"].isin(names) & rows["block"].notna()]
    blocks = own["block"].unique() if block is None else [block]
    return [found(own, name, each) for name in names for each in blocks]


def _clocks(rows: pd.DataFrame, chosen: Chosen, run: RunRecord) -> tuple[list[Estimate], list[Estimate]]:
    """Return that of the trained kernels, and that of the untrained twin's."""
    crossings, block = _crossings(chosen, run), chosen.get("block")
    trained = _clock(rows, Statistic.DCOR_KERNEL, crossings, block)
    return trained, _clock(rows, Statistic.DCOR_KERNEL_UNTRAINED, crossings, block)


def _mean(estimates: Iterable[Estimate]) -> float:
    values = [estimate.value for estimate in estimates]
    return float(np.mean(values)) if values else math.nan


def kernel_twin(case: Case, chosen: Chosen) -> Check:
    """Hold the kernels' dependence on the time of day against that of the same network before training."""
    run = run_of(case, chosen)
    trained, twin = _clocks(of_run(case, run), chosen, run)
    own, before = _mean(trained), _mean(twin)
    if not math.isfinite(own - before):
        return undefined(CheckKind.TWIN, [*trained, *twin])
    sign = Sign.HOLDS if own - before > CLOSE else Sign.OPEN if own > before else Sign.AGAINST
    return Check(
        CheckKind.TWIN,
        sign,
        say("dCor {own}, twin {twin}", own=number(own, 2), twin=number(before, 2)),
        say(
            "The kernels' distance correlation with the time of day is {own}; before training it is {twin}, and what "
            "the twin shows too was not learned.",
            own=number(own, 2),
            twin=number(before, 2),
        ),
    )


def kernel_null(case: Case, chosen: Chosen) -> Check:
    """Hold the same dependence against hours that are rotated day by day."""
    run = run_of(case, chosen)
    trained, _ = _clocks(of_run(case, run), chosen, run)
    known = [estimate.p_value for estimate in trained if math.isfinite(estimate.p_value)]
    if not known:
        return undefined(CheckKind.NULL, trained)
    largest = max(known)
    of = say(" (the largest of {kernels})", kernels=counted(len(known), "kernel")) if len(known) > 1 else ""
    return Check(
        CheckKind.NULL,
        Sign.HOLDS if largest <= SURE else Sign.AGAINST,
        say("hours rotated, {probability}", probability=probability(largest)),
        say(
            "Against the hours of every day rotated by an amount of its own, {probability}{of}.",
            probability=probability(largest),
            of=of,
        ),
    )


def kernel_seeds(case: Case, chosen: Chosen) -> Check:
    """Say whether kernels of other seeds exceed their untrained twins as these do."""
    run = run_of(case, chosen)

    def excess(rows: pd.DataFrame) -> float:
        trained, twin = map(_mean, _clocks(rows, chosen, run))
        return trained - twin

    others = other_seeds(case, run, excess)
    return over_seeds(excess(of_run(case, run)), others, what=say("Their dCor less the untrained twin's"))


def kernel_intervention(case: Case, chosen: Chosen) -> Check:
    """Say what the error does when the kernels are held at their mean over windows."""
    run = run_of(case, chosen)
    crossings = _crossings(chosen, run)
    what = say(
        "the kernels of {crossings} frozen to their mean"
        if len(crossings) == 1
        else "the kernels of {crossings} frozen to their mean, one after the other,",
        crossings=listed(label(each) for each in crossings),
    )
    names = [f"frozen_{each}" for each in crossings]
    return error_change(CheckKind.INTERVENTION, case, run, names, short=say("kernels frozen"), what=what)


# Routing of the merge: what the error does without it.


def routing_seeds(case: Case, chosen: Chosen) -> Check:
    """Say whether even attention changes the error of other seeds alike."""
    return seeds_of_change(case, run_of(case, chosen), ["uniform_attention"], what=say("attention uniform"))


def routing_null(case: Case, chosen: Chosen) -> Check:
    """Say what the error does with the attention that another window has."""
    told = {"short": say("shuffled"), "what": say("the attention of another window")}
    return error_change(CheckKind.NULL, case, run_of(case, chosen), ["shuffled_attention"], **told)


def routing_intervention(case: Case, chosen: Chosen) -> Check:
    """Say what the error does when every token is read alike."""
    told = {"short": say("attention uniform"), "what": say("attention uniform")}
    return error_change(CheckKind.INTERVENTION, case, run_of(case, chosen), ["uniform_attention"], **told)


# Responses to abrupt changes.


def response_null(case: Case, chosen: Chosen) -> Check:
    """Hold the peak amplification against the same number at places drawn at random."""
    rows = of_run(case, run_of(case, chosen))
    peak, anywhere = found(rows, Statistic.PEAK_AMPLIFICATION), found(rows, Statistic.PEAK_AMPLIFICATION_ANYWHERE)
    if not (peak.defined and math.isfinite(anywhere.low)):
        return undefined(CheckKind.NULL, [peak, anywhere])
    inside = say("{low} to {high} %", low=signed(anywhere.low), high=signed(anywhere.high))
    return Check(
        CheckKind.NULL,
        Sign.HOLDS if peak.value > anywhere.high else Sign.AGAINST,
        say("{own} %, anywhere {inside}", own=signed(peak.value), inside=inside),
        say(
            "The peak at abrupt changes is {peak} % against none; at places drawn at random 95 % of the same numbers "
            "lie in {inside}.",
            peak=signed(peak.value),
            inside=inside,
        ),
    )


def response_seeds(case: Case, chosen: Chosen) -> Check:
    """Say whether other seeds amplify or dampen alike."""
    run, of = run_of(case, chosen), Statistic.PEAK_AMPLIFICATION
    own, others = found(of_run(case, run), of), other_seeds(case, run, lambda rows: found(rows, of).value)
    if not own.defined:
        return undefined(CheckKind.SEEDS, [own])
    return over_seeds(own.value, others, what=say("The peak against none"), unit=" %", decimals=1)


def response_intervention(case: Case, chosen: Chosen) -> Check:
    """Say how much earlier than none a step is answered that is put into the input."""
    lead = found(of_run(case, run_of(case, chosen)), Statistic.INTERVENTION_LEAD)
    if not lead.defined:
        return undefined(CheckKind.INTERVENTION, [lead])
    sign = Sign.HOLDS if lead.low > 0 else Sign.AGAINST if lead.high < 0 else Sign.OPEN
    earlier, size = lead.value > 0, fixed(abs(lead.value), 2)
    return Check(
        CheckKind.INTERVENTION,
        sign,
        say("step put in, {size} steps earlier" if earlier else "step put in, {size} steps later", size=size),
        say(
            "A step that is put into the input is answered {size} steps earlier than by none, over {places} (earlier "
            "by{interval})."
            if earlier
            else "A step that is put into the input is answered {size} steps later than by none, over {places} "
            "(earlier by{interval}).",
            size=size,
            places=counted(lead.n, "place"),
            interval=interval(lead.low, lead.high, 2),
        ),
    )


def gate_seeds(case: Case, chosen: Chosen) -> Check:
    """Say whether the update gates of other seeds spread alike."""
    run, of = run_of(case, chosen), Statistic.UPDATE_GATE_SPREAD
    own, others = found(of_run(case, run), of), other_seeds(case, run, lambda rows: found(rows, of).value)
    return alike(own.value, others, what=say("The spread of the update gates"))


SWITCH = (mark("switch above"), mark("The switch above shows the untrained twin in this figure."))
ON_CHANGES = (mark("on Changes"), mark("What a gate held open or shut does, Changes shows and measures."))
KERNELS = strip(
    twin=kernel_twin,
    null=kernel_null,
    seeds=kernel_seeds,
    intervention=kernel_intervention,
)
ROUTING = strip(
    twin=SWITCH,
    null=routing_null,
    seeds=routing_seeds,
    intervention=routing_intervention,
)
RESPONSE = strip(
    twin=(mark("not measured"), mark("Responses of the untrained twins are not measured.")),
    null=response_null,
    seeds=response_seeds,
    intervention=response_intervention,
)
MEMORY = strip(
    twin=(mark("not asked"), mark("The memory of the untrained twin is not asked.")),
    null=(mark("gates alone"), mark("What is held stands beside what the update gates alone would leave.")),
    seeds=gate_seeds,
    intervention=ON_CHANGES,
)
GATES = strip(
    twin=SWITCH,
    null=(mark("one change"), mark("One abrupt change has no null; the average over them has.")),
    seeds=gate_seeds,
    intervention=ON_CHANGES,
)
