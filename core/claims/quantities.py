"""Each published quantity as it is measured here, with the controls a sceptical reader asks for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

import numpy as np

from core.analysis.cost import Cost, Design, cost
from core.analysis.estimate import Estimate, mean_interval, undefined
from core.analysis.statistic import Over, Statistic, statistic_name
from core.claims.evidence import BOTH, MATCHED, NONE, RMSE, Arm, Evidence, Values
from core.claims.published import ALL_HORIZONS, PublishedNumber, Quantity
from core.vocabulary import Fusion, Reference

NO_CONTROL = "The table holds no such control."
NO_PAIR = "The table holds no two such runs of one seed."


@dataclass(frozen=True)
class Reading:
    """A number with its interval over seeds, and the horizons (rows) it is a mean over; none where it has none."""

    estimate: Estimate
    horizons: tuple[int, ...] = ()


@dataclass(frozen=True)
class Measured:
    """A measured number and, by name, the controls beside it."""

    reading: Reading
    controls: Mapping[str, Reading] = field(default_factory=dict)

    @property
    def estimate(self) -> Estimate:
        """The measured number itself."""
        return self.reading.estimate


def measure(number: PublishedNumber, evidence: Evidence) -> Measured:
    """Return what the tables hold of a published number; undefined with a reason where they hold nothing."""
    match number.quantity:
        case Quantity.PHASE_DRIFT | Quantity.SPAI:
            return _of_data(number, evidence)
        case Quantity.RMSE_INCREASE:
            weakened = Arm(Fusion.BOTH, Reference(number.mode))
            return _percent(number, evidence, BOTH, weakened, sign=-1, controls={"no crossing": NONE})
        case Quantity.DELTA_RMSE:
            return _percent(number, evidence, NONE, _arm(number), sign=1, controls={"none, matched size": MATCHED})
        case Quantity.DCOR_KERNEL_TOD:
            return _kernels(number, evidence)
        case Quantity.DCOR_CONV_CHANGE_TOD:
            none = (Statistic.DCOR_STEP_SIZE, NONE)
            biased = (Statistic.DCOR_STEP_SIZE_BIASED, _arm(number))
            return _of_runs(number, evidence, Statistic.DCOR_STEP_SIZE, {"none": none, "biased estimator": biased})
        case Quantity.SPEARMAN_GAIN:
            without = (Statistic.SPEARMAN_GAIN_WITHOUT_CYCLE, _arm(number))
            return _of_runs(number, evidence, Statistic.SPEARMAN_GAIN, {"daily cycle removed": without})
        case Quantity.PEAK_AMPLIFICATION:
            anywhere = (Statistic.PEAK_AMPLIFICATION_ANYWHERE, _arm(number))
            return _of_runs(number, evidence, Statistic.PEAK_AMPLIFICATION, {"anywhere": anywhere})
        case Quantity.RESPONSE_LEAD:
            anywhere = (Statistic.RESPONSE_LEAD_ANYWHERE, _arm(number))
            step = (Statistic.INTERVENTION_LEAD, _arm(number))
            beside = {"anywhere": anywhere, "step put into the input": step}
            return _of_runs(number, evidence, Statistic.RESPONSE_LEAD, beside)
        case Quantity.MACS_EMBEDDING | Quantity.MACS_CROSSING | Quantity.MACS_TOTAL:
            return Measured(Reading(Estimate(float(_part(cost(Design(number.mode)), number.quantity)), n=1)))
        case _:
            assert_never(number.quantity)


def mean_over_seeds(values: Values, why_not: str) -> Reading:
    """Return the mean over seeds of each seed's mean over horizons, with its interval.

    All seeds have the same horizons: the most that any seed has (of equally many, those that most seeds have); seeds
    that lack one of them are left out.
    """
    by_seed: dict[int, dict[int, float]] = defaultdict(dict)
    for (horizon, seed), value in sorted(values.items()):
        by_seed[seed][horizon] = value
    if not by_seed:
        return Reading(undefined(why_not))
    sets = Counter(tuple(found) for found in by_seed.values())
    horizons = max(sets, key=lambda one: (len(one), sets[one]))
    complete = [found for found in by_seed.values() if found.keys() >= set(horizons)]
    means = [float(np.mean([found[horizon] for horizon in horizons])) for found in complete]
    return Reading(mean_interval(means), horizons)


def percent_of(evidence: Evidence, dataset: str, base: Arm, other: Arm) -> Values:
    """Return by how many percent the RMSE of `other` lies below that of `base`, by horizon and seed of both."""
    reference, values = (evidence.values(RMSE, dataset, arm) for arm in (base, other))
    shared = sorted(values.keys() & reference.keys())
    return {key: 100 * (reference[key] - values[key]) / reference[key] for key in shared}


def _arm(number: PublishedNumber) -> Arm:
    return Arm(Fusion(number.mode))


def _part(found: Cost, quantity: Quantity) -> int:
    parts = {Quantity.MACS_EMBEDDING: found.embedding, Quantity.MACS_CROSSING: found.crossing}
    return parts.get(quantity, found.total)


def _of_data(number: PublishedNumber, evidence: Evidence) -> Measured:
    controls = {
        "flat days left out": f"{number.quantity}_robust",
        "phases drawn at random": f"{number.quantity}_null",
    }
    found = evidence.of_data(number.quantity, number.dataset)
    # The published number is of these very rows: the value must agree, an interval that holds it is not enough.
    exact = Estimate(found.value, n=found.n, reason=found.reason)
    return Measured(
        Reading(exact), {name: Reading(evidence.of_data(one, number.dataset)) for name, one in controls.items()}
    )


def _kernels(number: PublishedNumber, evidence: Evidence) -> Measured:
    """Measure the kernels written for the convolution path, mean over blocks."""

    def name(statistic: Statistic) -> str:
        return statistic_name(statistic, crossing=Fusion.GRU_TO_CNN, over=Over.MEAN)

    untrained = (name(Statistic.DCOR_KERNEL_UNTRAINED), _arm(number))
    biased = (name(Statistic.DCOR_KERNEL_BIASED), _arm(number))
    found = _of_runs(
        number, evidence, name(Statistic.DCOR_KERNEL), {"untrained": untrained, "biased estimator": biased}
    )
    floor = _control(evidence.of_input(Statistic.DCOR_INPUT, number.dataset), number, found.reading)
    return Measured(found.reading, {"raw last day": floor, **found.controls})


def _of_runs(
    number: PublishedNumber, evidence: Evidence, statistic: str, controls: Mapping[str, tuple[str, Arm]]
) -> Measured:
    """Return a statistic of an arm's runs; each control is a statistic of an arm."""
    arm = _arm(number)
    values = _chosen(evidence.values(statistic, number.dataset, arm), number)
    reading = mean_over_seeds(values, evidence.why_not(statistic, number.dataset, arm))
    beside = {
        name: _control(evidence.values(other, number.dataset, of), number, reading)
        for name, (other, of) in controls.items()
    }
    return Measured(reading, beside)


def _percent(
    number: PublishedNumber, evidence: Evidence, base: Arm, other: Arm, *, sign: int, controls: Mapping[str, Arm]
) -> Measured:
    """Return by how many percent the RMSE of `other` lies below (sign 1) or above (-1) that of `base`, by seed."""

    def changes(arm: Arm) -> Values:
        found = percent_of(evidence, number.dataset, base, arm)
        return _chosen({key: sign * change for key, change in found.items()}, number)

    reading = mean_over_seeds(changes(other), evidence.absent or NO_PAIR)
    return Measured(reading, {name: _control(changes(arm), number, reading) for name, arm in controls.items()})


def _control(values: Values, number: PublishedNumber, beside: Reading) -> Reading:
    """Return a control at the horizons of the number it stands beside, or at those of them that it has."""
    chosen = {key: value for key, value in _chosen(values, number).items() if key[0] in beside.horizons}
    return mean_over_seeds(chosen, NO_CONTROL)


def _chosen(values: Values, number: PublishedNumber) -> Values:
    """Return the numbers at the published horizon; at every horizon measured where it is a mean over all."""
    if number.horizon == ALL_HORIZONS:
        return values
    return {key: value for key, value in values.items() if key[0] == int(number.horizon)}
