"""What a suitability profile says in words, and how sure that is.

A profile is read against those of the five published data sets. A condition can only speak where the two sets with
the largest published gain, ETTh2 and ETTm2, have more of it than the others; and even then it rests on three
independent sets, because ETTh is every fourth row of ETTm.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.analysis.estimate import Estimate
from core.analysis.suitability import Condition, Variant
from core.text.message import Message, sentences, word

Profile = Mapping[Condition, Mapping[Variant, Estimate]]

GAINED_MOST = ("ETTh2", "ETTm2")  # published delta RMSE of both crossings: 8.3 and 5.9 %
OTHERS = ("ETTh1", "ETTm1", "Weather")  # 1.9, 2.2 and 2.4 %

# condition, variant: values of GAINED_MOST and OTHERS in that order, measured with `core.analysis.data_measures`
REFERENCE: Mapping[tuple[Condition, Variant], tuple[float, float, float, float, float]] = {
    (Condition.WOBBLE, Variant.TARGET): (0.635, 0.664, 0.158, 0.163, 0.417),
    (Condition.WOBBLE, Variant.ALL): (0.157, 0.161, 0.191, 0.194, 0.234),
    (Condition.COMOVEMENT, Variant.TARGET): (0.286, 0.278, 0.193, 0.191, 0.517),
    (Condition.COMOVEMENT, Variant.ALL): (0.427, 0.425, 0.353, 0.354, 0.464),
    (Condition.SKELETON, Variant.TARGET): (0.975, 0.978, 0.945, 0.952, 0.920),
    (Condition.SKELETON, Variant.ALL): (0.902, 0.929, 0.873, 0.899, 0.895),
    (Condition.SHIFT, Variant.TARGET): (0.484, 0.484, 0.689, 0.689, 0.249),
    (Condition.SHIFT, Variant.ALL): (0.592, 0.591, 0.312, 0.312, 0.340),
}
ALL_VARIABLES = Message("profile.all_variables")
ROUNDING = 0.002  # the references have three digits, and c1 draws at random


class Standing(StrEnum):
    """Where a value lies between the data sets that gained most and the others."""

    HIGH = "high"
    BETWEEN = "between"
    LOW = "low"
    SILENT = "silent"  # the sets that gained most are not on top here
    UNDEFINED = "undefined"


class Outlook(StrEnum):
    """What a whole profile suggests."""

    FOR = "for"
    MIXED = "mixed"
    AGAINST = "against"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Advice:
    """A profile to be told: the outlook, one sentence for it, one per condition, and one on how sure that is."""

    outlook: Outlook
    sentence: Message
    details: tuple[Message, ...]
    certainty: Message


def read_value(condition: Condition, variant: Variant, value: float) -> Standing:
    """Return where a value of a condition lies among the published data sets.

    >>> read_value(Condition.WOBBLE, Variant.TARGET, 0.7).name, read_value(Condition.WOBBLE, Variant.ALL, 0.7).name
    ('HIGH', 'SILENT')
    """
    least_of_most, most_of_others = _bounds(condition, variant)
    if math.isnan(value):
        return Standing.UNDEFINED
    if not on_top(condition, variant):
        return Standing.SILENT
    if value >= least_of_most - ROUNDING:
        return Standing.HIGH
    return Standing.LOW if value <= most_of_others + ROUNDING else Standing.BETWEEN


def on_top(condition: Condition, variant: Variant) -> bool:
    """Return whether ETTh2 and ETTm2 have more of a condition than the other three, as is claimed of all four.

    >>> sum(on_top(condition, variant) for condition in Condition for variant in Variant)
    4
    """
    least_of_most, most_of_others = _bounds(condition, variant)
    return least_of_most > most_of_others


def _bounds(condition: Condition, variant: Variant) -> tuple[float, float]:
    values = REFERENCE[condition, variant]
    return min(values[: len(GAINED_MOST)]), max(values[len(GAINED_MOST) :])


def verdict(profile: Profile, target: str, dataset: str = "") -> Advice:
    """Return a profile in words.

    Parameters
    ----------
    profile : every condition in both variants.
    target : name of the target variable.
    dataset : key of the data set: a published one is told from a file that is read against it.
    """
    readings = {
        (condition, variant): read_value(condition, variant, estimate.value)
        for condition, variants in profile.items()
        for variant, estimate in variants.items()
    }
    high, low = (sum(one is kind for one in readings.values()) for kind in (Standing.HIGH, Standing.LOW))
    telling = sum(one in (Standing.HIGH, Standing.BETWEEN, Standing.LOW) for one in readings.values())
    outlook = _outlook(high, low, telling)
    sentence = Message("profile.unknown", outlook=word(outlook))
    if telling:
        sentence = Message("profile.outlook", outlook=word(outlook), telling=telling, high=high, low=low)
    itself = Message("profile.itself", dataset=dataset) if dataset in GAINED_MOST + OTHERS else None
    details = tuple(_details(profile, readings, target))
    return Advice(outlook, sentence, details, sentences(itself, Message("profile.certainty")))


def _outlook(high: int, low: int, telling: int) -> Outlook:
    if telling == 0:
        return Outlook.UNKNOWN
    if high > telling / 2:
        return Outlook.FOR
    return Outlook.AGAINST if low > telling / 2 else Outlook.MIXED


def _details(
    profile: Profile, readings: Mapping[tuple[Condition, Variant], Standing], target: str
) -> Iterator[Message]:
    for condition, variants in profile.items():
        parts = tuple(
            _detail(target if variant is Variant.TARGET else ALL_VARIABLES, estimate, readings[condition, variant])
            for variant, estimate in variants.items()
        )
        yield Message("profile.condition", condition=condition.value, title=word(condition), parts=parts)


def _detail(of: str | Message, estimate: Estimate, reading: Standing) -> Message:
    if estimate.defined:
        return Message("profile.reading", of=of, value=estimate.value, reading=word(reading))
    return Message("profile.undefined", of=of, why=estimate.reason or "")
