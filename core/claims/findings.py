"""What a first trial of the product's authors found, put to the test by the runs at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.analysis.estimate import Estimate, mean_interval
from core.analysis.statistic import Over, Statistic, statistic_name
from core.analysis.synergy import interaction_paired
from core.claims.about_errors import NO_CELL, four_modes
from core.claims.evidence import Evidence
from core.claims.published import DATASETS, Quantity, published_numbers
from core.claims.reading import NO_PAIR, mean_over_seeds, percent_of
from core.config import BOTH, NONE, Arm
from core.english import counted, fixed, listed, signed
from core.vocabulary import Fusion, Reference

# Kernels that are not made from the last state alone; the finding is about the first two.
_OTHER_STATES = {
    Reference.MEAN: "the mean of states",
    Reference.EVERY: "a kernel per token",
    Reference.EMA: "a moving average of states",
    Reference.STATIC: "one learned kernel",
}
_NEEDED = (Reference.MEAN, Reference.EVERY)
CLOSE = 0.1  # of dCor: as far as trained kernels lay above their controls in the first trial


class Outcome(StrEnum):
    """What became of a finding."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNDECIDED = "undecided"  # measured, and the runs at hand cannot tell
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Finding:
    """A finding of the first trial, and what the runs at hand say."""

    trial: str
    outcome: Outcome
    sentence: str


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """Return the findings of the first trial with their outcome, each worded from the numbers."""
    parts = (_always_better, _no_excess, _clock_without_training, _last_state)
    return tuple(part(evidence) for part in parts)


def _decided(trial: str, holds: bool, sentence: str) -> Finding:
    return Finding(trial, Outcome.CONFIRMED if holds else Outcome.REFUTED, sentence)


def _unknown(trial: str, evidence: Evidence, why: str) -> Finding:
    return Finding(trial, Outcome.NOT_MEASURED, evidence.absent or why)


def _always_better(evidence: Evidence) -> Finding:
    trial = "Both directions beat none in every pair of runs with one seed, by less than published."
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
        f"RMSE falls in {better} of {len(changes)} pairs, by {fixed(min(changes), 1)} to {fixed(max(changes), 1)} %, "
        f"on average by {fixed(float(np.mean(changes)), 1)} %; published are means over horizons of {min(said):.1f} "
        f"to {max(said):.1f} %.",
    )


def _no_excess(evidence: Evidence) -> Finding:
    trial = "Both directions gain no more than the sum of the single ones: beta_12 is 0 or above."
    found = {
        cell: interaction_paired(table, generator=np.random.default_rng(0)) for cell, table in four_modes(evidence)
    }
    if not found:
        return _unknown(trial, evidence, NO_CELL.capitalize())
    excess = [f"{dataset} {horizon}" for (dataset, horizon), one in found.items() if one.value < 0]
    values = [one.value for one in found.values()]
    below = f"; below 0 in {listed(excess)}" if excess else ""
    return _decided(
        trial,
        not excess,
        f"beta_12 is 0 or above in {len(found) - len(excess)} of {len(found)} cells of data set and horizon, between "
        f"{signed(min(values), 4)} and {signed(max(values), 4)} of RMSE{below}.",
    )


def _clock_without_training(evidence: Evidence) -> Finding:
    trial = (
        "Kernels of an untrained network follow the time of day about as much as trained ones, or more, and so does "
        "the input."
    )
    readings = list(_clocks(evidence))
    if not readings:
        return _unknown(
            trial, evidence, "No run has kernels that were measured beside an untrained twin and the input."
        )
    near = sum(trained - max(untrained, raw) <= CLOSE for _, trained, untrained, raw in readings)
    each = "; ".join(
        f"{dataset} {trained:.2f} trained, {untrained:.2f} untrained, {raw:.2f} input"
        for dataset, trained, untrained, raw in readings
    )
    return _decided(
        trial,
        near == len(readings),
        f"Trained kernels lie no more than {CLOSE} above the larger control in {near} of {len(readings)} data sets "
        f"(dCor, both directions): {each}.",
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
        means = [mean_over_seeds(one, "").estimate.value for one in values]
        if np.isfinite(means).all():
            yield dataset, means[0], means[1], means[2]


def _last_state(evidence: Evidence) -> Finding:
    trial = (
        "The gain sits in the kernel made from the last state: the mean of states, or a kernel per token, give none "
        "of it."
    )
    readings = {one: found for one in _OTHER_STATES if (found := _against_last(evidence, one))}
    if not readings.keys() >= set(_NEEDED):
        return _unknown(trial, evidence, "No seed has runs of none and of both with all three kinds of kernels.")
    parts = [
        f"{signed(-other.value, 2)} %{_interval(other)} with {_OTHER_STATES[one]} where it changes by "
        f"{signed(-last.value, 2)} %{_interval(last)} with kernels from the last state "
        f"({counted(other.n, 'training')} each)"
        for one, (last, other) in readings.items()
    ]
    sentence = f"Against none of the same seed, RMSE changes by {'; by '.join(parts)}."
    tested = [readings[one] for one in _NEEDED]
    holds = all(_none_of_it(other) for _, other in tested)
    if holds and not all(last.low > 0 for last, _ in tested):
        return Finding(
            trial, Outcome.UNDECIDED, f"{sentence} The gain with the last state is itself within the noise."
        )
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
    return mean_interval(last_gains, of="training"), mean_interval(other_gains, of="training")


def _none_of_it(gain: Estimate) -> bool:
    """Tell whether a mean gain is 0 or less, as far as its interval can tell."""
    return gain.value <= 0 or gain.low <= 0


def _interval(found: Estimate) -> str:
    """Write the interval of a gain as one of a change of RMSE."""
    return f" ({signed(-found.high, 2)} to {signed(-found.low, 2)})" if np.isfinite(found.low) else ""
