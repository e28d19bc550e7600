"""Each published quantity as it is measured here, with the controls a sceptical reader asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from core.analysis.cost import Design, cost, counted_costs
from core.analysis.estimate import Estimate
from core.analysis.statistic import EXPLORATORY_SEEDS, Over, Statistic, statistic_name
from core.claims.evidence import Evidence, Values
from core.claims.published import ALL_HORIZONS, CONTRASTS, PublishedNumber, Quantity, contrast_mode
from core.claims.reading import NO_PAIR, Reading, larger, mean_over_seeds, minus, percent_of
from core.config import BOTH, MATCHED, NONE, Arm
from core.text.message import Message, sentences
from core.vocabulary import Fusion, Reference


class Control(StrEnum):
    """What stands beside a measured number."""

    RAW_LAST_DAY = "raw_last_day"
    UNTRAINED = "untrained"
    BIASED = "biased"
    NONE = "none"
    NONE_ITSELF = "none_itself"
    NONE_MATCHED = "none_matched"
    NO_CROSSING = "no_crossing"
    STEP = "step"
    STEP_OF_NONE = "step_of_none"
    OUTPUT = "output"
    OUTPUT_OF_NONE = "output_of_none"
    CORRECTION = "correction"
    WITHOUT_CYCLE = "without_cycle"
    WITH_EMBEDDING = "with_embedding"
    ANYWHERE = "anywhere"
    STEP_PUT_IN = "step_put_in"
    FORMULA = "formula"
    WITHOUT_FLAT_DAYS = "without_flat_days"
    RANDOM_PHASES = "random_phases"


@dataclass(frozen=True)
class Measured:
    """A measured number, the controls beside it, and what it exceeds them by.

    Attributes
    ----------
    over_control : the number minus the largest of the controls that must be exceeded, paired by horizon and seed;
        None where the quantity has no such control.
    remark : what a reader must know of it besides; mostly None.
    """

    reading: Reading
    controls: Mapping[Control, Reading] = field(default_factory=dict)
    over_control: Estimate | None = None
    remark: Message | None = None

    @property
    def estimate(self) -> Estimate:
        """The measured number itself."""
        return self.reading.estimate


@dataclass(frozen=True)
class _Source:
    """Where the number of a run stands, and those beside it: statistics of the same arm unless said otherwise."""

    statistic: str
    exceed: Mapping[Control, tuple[str, Arm | None]] = field(default_factory=dict)  # arm None: its own
    beside: Mapping[Control, tuple[str, Arm | None]] = field(default_factory=dict)
    raw: bool = False  # whether the raw last day of the input must be exceeded too


def _of_kernel(statistic: Statistic) -> str:
    """Return the name of a measure of the kernels written for the convolution path, mean over blocks."""
    return statistic_name(statistic, crossing=Fusion.GRU_TO_CNN, over=Over.MEAN)


_SOURCES = {
    Quantity.DCOR_KERNEL_TOD: _Source(
        _of_kernel(Statistic.DCOR_KERNEL),
        exceed={Control.UNTRAINED: (_of_kernel(Statistic.DCOR_KERNEL_UNTRAINED), None)},
        beside={Control.BIASED: (_of_kernel(Statistic.DCOR_KERNEL_BIASED), None)},
        raw=True,
    ),
    Quantity.DCOR_CONV_CHANGE_TOD: _Source(
        Statistic.DCOR_STEP_SIZE,
        exceed={Control.NONE: (Statistic.DCOR_STEP_SIZE, NONE)},
        beside={
            Control.BIASED: (Statistic.DCOR_STEP_SIZE_BIASED, None),
            Control.STEP: (Statistic.DCOR_STEP, None),
            Control.STEP_OF_NONE: (Statistic.DCOR_STEP, NONE),
            Control.OUTPUT: (Statistic.DCOR_OUTPUT, None),
            Control.OUTPUT_OF_NONE: (Statistic.DCOR_OUTPUT, NONE),
            Control.CORRECTION: (Statistic.DCOR_CORRECTION, None),
        },
    ),
    Quantity.SPEARMAN_GAIN: _Source(
        Statistic.SPEARMAN_GAIN,
        beside={
            Control.WITHOUT_CYCLE: (Statistic.SPEARMAN_GAIN_WITHOUT_CYCLE, None),
            Control.WITH_EMBEDDING: (Statistic.SPEARMAN_GAIN_WITH_EMBEDDING, None),
            Control.NONE_ITSELF: (Statistic.SPEARMAN, NONE),
        },
    ),
    Quantity.PEAK_AMPLIFICATION: _Source(
        Statistic.PEAK_AMPLIFICATION,
        exceed={Control.ANYWHERE: (Statistic.PEAK_AMPLIFICATION_ANYWHERE, None)},
        beside={Control.WITH_EMBEDDING: (Statistic.PEAK_AMPLIFICATION_WITH_EMBEDDING, None)},
    ),
    Quantity.RESPONSE_LEAD: _Source(  # a path that is earlier everywhere has its lead anywhere too: nothing to exceed
        Statistic.RESPONSE_LEAD,
        beside={
            Control.ANYWHERE: (Statistic.RESPONSE_LEAD_ANYWHERE, None),
            Control.STEP_PUT_IN: (Statistic.INTERVENTION_LEAD, None),
            Control.WITH_EMBEDDING: (Statistic.RESPONSE_LEAD_WITH_EMBEDDING, None),
        },
    ),
}


def measure(number: PublishedNumber, evidence: Evidence) -> Measured:
    """Return what the tables hold of a published number; undefined with a reason where they hold nothing."""
    match number.quantity:
        case Quantity.PHASE_DRIFT | Quantity.SPAI:
            return _of_data(number, evidence)
        case Quantity.RMSE_INCREASE:
            weakened = Arm(Fusion.BOTH, Reference(number.mode))
            return _percent(number, evidence, BOTH, weakened, sign=-1, controls={Control.NO_CROSSING: NONE})
        case Quantity.DELTA_RMSE:
            return _percent(number, evidence, NONE, _arm(number), sign=1, controls={Control.NONE_MATCHED: MATCHED})
        case (
            Quantity.DCOR_KERNEL_TOD
            | Quantity.DCOR_CONV_CHANGE_TOD
            | Quantity.SPEARMAN_GAIN
            | Quantity.PEAK_AMPLIFICATION
            | Quantity.RESPONSE_LEAD
        ):
            return _of_runs(number, evidence, _SOURCES[number.quantity])
        case Quantity.MACS_EMBEDDING | Quantity.MACS_CROSSING | Quantity.MACS_TOTAL:
            return _of_cost(number)
        case _:
            assert_never(number.quantity)


def measure_contrast(number: PublishedNumber, evidence: Evidence) -> Measured:
    """Return both minus one direction, paired by horizon and seed, of a number of `published_contrasts`."""
    single = CONTRASTS[number.quantity]
    if number.mode != contrast_mode(single):
        raise ValueError(f"{number.mode} is no contrast of {number.quantity}; give one of published_contrasts().")
    statistic = _SOURCES[number.quantity].statistic
    both, alone = (evidence.values(statistic, number.dataset, arm) for arm in (BOTH, Arm(single)))
    lacking = [arm for arm, found in ((BOTH, both), (Arm(single), alone)) if not found]
    why_not = evidence.why_not(statistic, number.dataset, lacking[0]) if lacking else NO_PAIR
    return Measured(mean_over_seeds(minus(_later(number, both), _later(number, alone)), why_not))


def _of_runs(number: PublishedNumber, evidence: Evidence, source: _Source) -> Measured:
    """Return a statistic of an arm's runs beside its controls, each at the horizons of the number if it has any."""
    arm, dataset = _arm(number), number.dataset
    values = _later(number, _chosen(evidence.values(source.statistic, dataset, arm), number))
    reading = mean_over_seeds(values, evidence.why_not(source.statistic, dataset, arm))

    def of(name: str, other: Arm | None) -> Values:
        return _later(number, _chosen(evidence.values(name, dataset, other or arm), number))

    exceed = {Control.RAW_LAST_DAY: evidence.of_input(Statistic.DCOR_INPUT, dataset)} if source.raw else {}
    exceed |= {name: of(*place) for name, place in source.exceed.items()}
    beside = exceed | {name: of(*place) for name, place in source.beside.items()}
    over = mean_over_seeds(
        minus(values, larger(one for one in exceed.values() if one)), Message("lacking.no_common")
    ).estimate
    found = {name: _control(one, reading) for name, one in beside.items()}
    remark = _of_gain(values, found[Control.NONE_ITSELF]) if number.quantity is Quantity.SPEARMAN_GAIN else None
    return Measured(reading, found, over if exceed else None, remark)


def _of_gain(values: Values, none: Reading) -> Message | None:
    """Say how large a Spearman gain can be at most, and whether its seeds were seen before it was defined."""
    if not (values and none.estimate.defined):
        return None
    level = none.estimate.value
    in_sight = {seed for _, seed in values} <= set(EXPLORATORY_SEEDS)
    return sentences(
        Message("claim.largest_gain", level=level, most=1 - level),
        Message("claim.chosen_in_sight") if in_sight else None,
    )


def _later(number: PublishedNumber, values: Values) -> Values:
    return later_seeds(values) if number.quantity is Quantity.SPEARMAN_GAIN else values


def later_seeds(values: Values) -> Values:
    """Leave out the seeds in whose sight the Spearman gain was defined, where two later ones have a value."""
    later = {key: value for key, value in values.items() if key[1] not in EXPLORATORY_SEEDS}
    return later if len({seed for _, seed in later}) > 1 else values


def _arm(number: PublishedNumber) -> Arm:
    return Arm(Fusion(number.mode))


def _of_cost(number: PublishedNumber) -> Measured:
    """Return what was counted on running modules, beside the formula."""
    design, part = Design(number.mode), number.quantity.removeprefix("macs_")
    counted = counted_costs()[design, part]
    formula = getattr(cost(design), part)
    return Measured(Reading(Estimate(float(counted), n=1)), {Control.FORMULA: Reading(Estimate(float(formula), n=1))})


def _of_data(number: PublishedNumber, evidence: Evidence) -> Measured:
    controls = {
        Control.WITHOUT_FLAT_DAYS: f"{number.quantity}_robust",
        Control.RANDOM_PHASES: f"{number.quantity}_null",
    }
    found = evidence.of_data(number.quantity, number.dataset)
    # The published number is of these very rows: the value must agree, an interval that holds it is not enough.
    exact = Estimate(found.value, n=found.n, reason=found.reason)
    return Measured(
        Reading(exact), {name: Reading(evidence.of_data(one, number.dataset)) for name, one in controls.items()}
    )


def _percent(
    number: PublishedNumber, evidence: Evidence, base: Arm, other: Arm, *, sign: int, controls: Mapping[Control, Arm]
) -> Measured:
    """Return by how many percent the RMSE of `other` lies below (sign 1) or above (-1) that of `base`, by seed."""

    def changes(arm: Arm) -> Values:
        found = percent_of(evidence, number.dataset, base, arm)
        return _chosen({key: sign * change for key, change in found.items()}, number)

    reading = mean_over_seeds(changes(other), evidence.absent or NO_PAIR)
    return Measured(reading, {name: _control(changes(arm), reading) for name, arm in controls.items()})


def _control(values: Values, beside: Reading) -> Reading:
    """Return a control at the horizons of the number it stands beside; at its own where it shares none of them."""
    shared = {key: value for key, value in values.items() if key[0] in beside.horizons}
    return mean_over_seeds(shared or values, Message("lacking.no_control"))


def _chosen(values: Values, number: PublishedNumber) -> Values:
    """Return the numbers at the published horizon; at every horizon measured where it is a mean over all."""
    if number.horizon == ALL_HORIZONS:
        return values
    return {key: value for key, value in values.items() if key[0] == int(number.horizon)}
