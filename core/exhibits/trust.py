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
        f"dCor {number(own, 2)}, twin {number(before, 2)}",
        f"The kernels' distance correlation with the time of day is {number(own, 2)}; before training it is "
        f"{number(before, 2)}, and what the twin shows too was not learned.",
    )


def kernel_null(case: Case, chosen: Chosen) -> Check:
    """Hold the same dependence against hours that are rotated day by day."""
    run = run_of(case, chosen)
    trained, _ = _clocks(of_run(case, run), chosen, run)
    known = [estimate.p_value for estimate in trained if math.isfinite(estimate.p_value)]
    if not known:
        return undefined(CheckKind.NULL, trained)
    largest = max(known)
    of = f" (the largest of {counted(len(known), 'kernel')})" if len(known) > 1 else ""
    return Check(
        CheckKind.NULL,
        Sign.HOLDS if largest <= SURE else Sign.AGAINST,
        f"hours rotated, {probability(largest)}",
        f"Against the hours of every day rotated by an amount of its own, {probability(largest)}{of}.",
    )


def kernel_seeds(case: Case, chosen: Chosen) -> Check:
    """Say whether kernels of other seeds exceed their untrained twins as these do."""
    run = run_of(case, chosen)

    def excess(rows: pd.DataFrame) -> float:
        trained, twin = map(_mean, _clocks(rows, chosen, run))
        return trained - twin

    others = other_seeds(case, run, excess)
    return over_seeds(excess(of_run(case, run)), others, what="Their dCor less the untrained twin's")


def kernel_intervention(case: Case, chosen: Chosen) -> Check:
    """Say what the error does when the kernels are held at their mean over windows."""
    run = run_of(case, chosen)
    crossings = _crossings(chosen, run)
    told = f"the kernels of {listed(label(each) for each in crossings)} frozen to their mean"
    what = told if len(crossings) == 1 else f"{told}, one after the other,"
    names = [f"frozen_{each}" for each in crossings]
    return error_change(CheckKind.INTERVENTION, case, run, names, short="kernels frozen", what=what)


# Routing of the merge: what the error does without it.


def routing_seeds(case: Case, chosen: Chosen) -> Check:
    """Say whether even attention changes the error of other seeds alike."""
    return seeds_of_change(case, run_of(case, chosen), ["uniform_attention"], what="attention uniform")


def routing_null(case: Case, chosen: Chosen) -> Check:
    """Say what the error does with the attention that another window has."""
    told = {"short": "shuffled", "what": "the attention of another window"}
    return error_change(CheckKind.NULL, case, run_of(case, chosen), ["shuffled_attention"], **told)


def routing_intervention(case: Case, chosen: Chosen) -> Check:
    """Say what the error does when every token is read alike."""
    told = {"short": "attention uniform", "what": "attention uniform"}
    return error_change(CheckKind.INTERVENTION, case, run_of(case, chosen), ["uniform_attention"], **told)


# Responses to abrupt changes.


def response_null(case: Case, chosen: Chosen) -> Check:
    """Hold the peak amplification against the same number at places drawn at random."""
    rows = of_run(case, run_of(case, chosen))
    peak, anywhere = found(rows, Statistic.PEAK_AMPLIFICATION), found(rows, Statistic.PEAK_AMPLIFICATION_ANYWHERE)
    if not (peak.defined and math.isfinite(anywhere.low)):
        return undefined(CheckKind.NULL, [peak, anywhere])
    inside = f"{signed(anywhere.low)} to {signed(anywhere.high)} %"
    return Check(
        CheckKind.NULL,
        Sign.HOLDS if peak.value > anywhere.high else Sign.AGAINST,
        f"{signed(peak.value)} %, anywhere {inside}",
        f"The peak at abrupt changes is {signed(peak.value)} % against none; at places drawn at random 95 % of the "
        f"same numbers lie in {inside}.",
    )


def response_seeds(case: Case, chosen: Chosen) -> Check:
    """Say whether other seeds amplify or dampen alike."""
    run, of = run_of(case, chosen), Statistic.PEAK_AMPLIFICATION
    own, others = found(of_run(case, run), of), other_seeds(case, run, lambda rows: found(rows, of).value)
    if not own.defined:
        return undefined(CheckKind.SEEDS, [own])
    return over_seeds(own.value, others, what="The peak against none", unit=" %", decimals=1)


def response_intervention(case: Case, chosen: Chosen) -> Check:
    """Say how much earlier than none a step is answered that is put into the input."""
    lead = found(of_run(case, run_of(case, chosen)), Statistic.INTERVENTION_LEAD)
    if not lead.defined:
        return undefined(CheckKind.INTERVENTION, [lead])
    sign = Sign.HOLDS if lead.low > 0 else Sign.AGAINST if lead.high < 0 else Sign.OPEN
    size, when = f"{fixed(abs(lead.value), 2)} steps", "earlier" if lead.value > 0 else "later"
    return Check(
        CheckKind.INTERVENTION,
        sign,
        f"step put in, {size} {when}",
        f"A step that is put into the input is answered {size} {when} than by none, over {counted(lead.n, 'place')} "
        f"(earlier by{interval(lead.low, lead.high, 2)}).",
    )


def gate_seeds(case: Case, chosen: Chosen) -> Check:
    """Say whether the update gates of other seeds spread alike."""
    run, of = run_of(case, chosen), Statistic.UPDATE_GATE_SPREAD
    own, others = found(of_run(case, run), of), other_seeds(case, run, lambda rows: found(rows, of).value)
    return alike(own.value, others, what="The spread of the update gates")


SWITCH = ("switch above", "The switch above shows the untrained twin in this figure.")
ON_CHANGES = ("on Changes", "What a gate held open or shut does, Changes shows and measures.")
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
    twin=("not measured", "Responses of the untrained twins are not measured."),
    null=response_null,
    seeds=response_seeds,
    intervention=response_intervention,
)
MEMORY = strip(
    twin=("not asked", "The memory of the untrained twin is not asked."),
    null=("gates alone", "What is held stands beside what the update gates alone would leave."),
    seeds=gate_seeds,
    intervention=ON_CHANGES,
)
GATES = strip(
    twin=SWITCH,
    null=("one change", "One abrupt change has no null; the average over them has."),
    seeds=gate_seeds,
    intervention=ON_CHANGES,
)
