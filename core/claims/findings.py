"""What a first trial of the product's authors found, put to the test by the runs at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from core.analysis.estimate import Estimate, mean_interval
from core.analysis.statistic import Over, Statistic, statistic_name
from core.analysis.synergy import interaction_paired
from core.claims.about_errors import NO_CELL, four_modes
from core.claims.by_epoch import FIRST_SETS, RULE_HORIZON, Gain, Overfit, gain
from core.claims.decision import PERCENT, negative, with_interval
from core.claims.evidence import NOT_MEASURED, Evidence
from core.claims.published import DATASETS, Quantity, published_numbers
from core.claims.reading import NO_PAIR, mean_over_seeds, percent_of
from core.config import BOTH, NONE, Arm
from core.text.amounts import fixed, signed
from core.text.message import Message, Value, all_of, sentences, word
from core.vocabulary import Fusion, Reference

# Kernels that are not made from the last state alone; the finding is about the first two.
_OTHER_STATES = {
    Reference.MEAN: Message("kernel.mean"),
    Reference.EVERY: Message("kernel.every"),
    Reference.EMA: Message("kernel.ema"),
    Reference.STATIC: Message("kernel.static"),
}
TRAINING = Message("unit.training")
_NEEDED = (Reference.MEAN, Reference.EVERY)
CLOSE = 0.1  # of dCor: as far as trained kernels lay above their controls in the first trial


class Outcome(StrEnum):
    """What became of a finding."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNDECIDED = "undecided"  # measured, and the runs at hand cannot tell
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True)
class Finding:
    """A finding of the first trial, and what the runs at hand say; `exhibit` names the one that shows it."""

    trial: Message
    outcome: Outcome
    sentence: Message
    exhibit: str = ""


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """Return the findings of the first trial with their outcome, each worded from the numbers."""
    parts = (_always_better, _no_excess, _clock_without_training, _last_state, _slows_overfitting)
    return tuple(part(evidence) for part in parts)


def _decided(trial: Message, holds: bool, sentence: Message) -> Finding:
    return Finding(trial, Outcome.CONFIRMED if holds else Outcome.REFUTED, sentence)


def _unknown(trial: Message, evidence: Evidence, why: Message) -> Finding:
    return Finding(trial, Outcome.NOT_MEASURED, evidence.absent or why)


def _always_better(evidence: Evidence) -> Finding:
    trial = Message("finding.always_better")
    changes = [one for dataset in DATASETS for one in percent_of(evidence, dataset, NONE, BOTH).values()]
    if not changes:
        return _unknown(trial, evidence, NO_PAIR)
    said = [
        number.value
        for number in published_numbers()
        if (number.quantity, number.mode) == (Quantity.DELTA_RMSE, Fusion.BOTH)
    ]
    better = sum(change > 0 for change in changes)
    return _decided(
        trial,
        better == len(changes) and float(np.mean(changes)) < float(np.mean(said)),
        Message(
            "finding.always_better_found",
            better=better,
            pairs=len(changes),
            least=fixed(min(changes), 1),
            most=fixed(max(changes), 1),
            mean=fixed(float(np.mean(changes)), 1),
            low=min(said),
            high=max(said),
        ),
    )


def _no_excess(evidence: Evidence) -> Finding:
    trial = Message("finding.no_excess")
    found = {
        cell: interaction_paired(table, generator=np.random.default_rng(0)) for cell, table in four_modes(evidence)
    }
    if not found:
        return _unknown(trial, evidence, NO_CELL)
    excess = [
        Message("finding.cell", dataset=dataset, horizon=horizon)
        for (dataset, horizon), one in found.items()
        if one.value < 0
    ]
    values = [one.value for one in found.values()]
    told = Message(
        "finding.no_excess_found",
        above=len(found) - len(excess),
        cells=len(found),
        least=signed(min(values), 4),
        most=signed(max(values), 4),
    )
    if excess:
        told = Message("finding.excess_found", found=told, below=all_of(excess))
    return _decided(trial, not excess, told)


def _clock_without_training(evidence: Evidence) -> Finding:
    trial = Message("finding.clock_untrained")
    readings = list(_clocks(evidence))
    if not readings:
        return _unknown(trial, evidence, Message("lacking.untrained_and_input"))
    near = sum(trained - max(untrained, raw) <= CLOSE for _, trained, untrained, raw in readings)
    each = tuple(
        Message("finding.clock", dataset=dataset, trained=trained, untrained=untrained, raw=raw)
        for dataset, trained, untrained, raw in readings
    )
    return _decided(
        trial,
        near == len(readings),
        Message("finding.clock_untrained_found", close=CLOSE, near=near, all=len(readings), each=each),
    )


def _clocks(evidence: Evidence) -> Iterator[tuple[str, float, float, float]]:
    """Yield (data set, dCor of trained kernels, of untrained ones, of the raw last day), means over seeds."""
    names = [
        statistic_name(one, crossing=Fusion.GRU_TO_CNN, over=Over.MEAN)
        for one in (Statistic.DCOR_KERNEL, Statistic.DCOR_KERNEL_UNTRAINED)
    ]
    for dataset in DATASETS:
        values = [evidence.values(name, dataset, BOTH) for name in names]
        values.append(evidence.of_input(Statistic.DCOR_INPUT, dataset))
        means = [mean_over_seeds(one, NOT_MEASURED).estimate.value for one in values]
        if np.isfinite(means).all():
            yield dataset, means[0], means[1], means[2]


def _last_state(evidence: Evidence) -> Finding:
    trial = Message("finding.last_state")
    readings = {one: found for one in _OTHER_STATES if (found := _against_last(evidence, one))}
    if not readings.keys() >= set(_NEEDED):
        return _unknown(trial, evidence, Message("lacking.kinds_of_kernels"))
    parts = tuple(
        Message(
            "finding.other_state",
            other=_change(other),
            kernel=_OTHER_STATES[one],
            last=_change(last),
            trainings=Message("count.training", n=other.n),
        )
        for one, (last, other) in readings.items()
    )
    sentence = Message("finding.last_state_found", parts=parts)
    tested = [readings[one] for one in _NEEDED]
    holds = all(other.value <= 0 or other.low <= 0 for _, other in tested)  # no gain, as far as intervals can tell
    if holds and not all(last.low > 0 for last, _ in tested):
        return Finding(trial, Outcome.UNDECIDED, sentences(sentence, Message("finding.gain_in_the_noise")))
    return _decided(trial, holds, sentence)


def _against_last(evidence: Evidence, reference: Reference) -> tuple[Estimate, Estimate] | None:
    """Return the mean gains over none with the last state and with another reference, over seeds that have both."""
    pairs = []
    for dataset in DATASETS:
        last, other = (percent_of(evidence, dataset, NONE, arm) for arm in (BOTH, Arm(Fusion.BOTH, reference)))
        pairs += [(last[key], other[key]) for key in sorted(last.keys() & other.keys())]
    if not pairs:
        return None
    last_gains, other_gains = zip(*pairs, strict=True)
    return mean_interval(last_gains, of=TRAINING), mean_interval(other_gains, of=TRAINING)


def _change(gain: Estimate) -> Value:
    """Return a gain, with its interval where it has one, as a change of RMSE."""
    return with_interval(negative(gain), 2, PERCENT)


def _slows_overfitting(evidence: Evidence) -> Finding:
    trial, exhibit = Message("finding.slows_overfitting"), "gain_by_epoch"
    found = {name: one for name in FIRST_SETS if (one := gain(evidence, name, RULE_HORIZON, BOTH))}
    if not found:
        return replace(_unknown(trial, evidence, Message("lacking.epochs")), exhibit=exhibit)
    sentence = sentences(*(_at_last_and_best(name, one) for name, one in found.items()))
    effects = [one.effect for one in found.values()]
    outcome = Outcome.UNDECIDED
    if len(effects) == len(FIRST_SETS):
        if set(effects) <= {Overfit.SLOWS, Overfit.HELPS_AND_SLOWS}:
            outcome = Outcome.CONFIRMED
        elif set(effects) <= {Overfit.HELPS, Overfit.SPEEDS, Overfit.COSTS, Overfit.NOTHING}:
            outcome = Outcome.REFUTED
    return Finding(trial, outcome, sentence, exhibit)


def _at_last_and_best(dataset: str, found: Gain) -> Message:
    return Message(
        "finding.at_last_and_best",
        dataset=dataset,
        horizon=RULE_HORIZON,
        last=with_interval(found.last, 2, PERCENT),
        best=with_interval(found.best, 2, PERCENT),
        effect=word(found.effect),
        seeds=Message("count.seed", n=found.last.n),
    )
