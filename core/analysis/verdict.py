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

Profile = Mapping[Condition, Mapping[Variant, Estimate]]

TITLES: Mapping[Condition, str] = {
    Condition.WOBBLE: "a daily skeleton that wobbles",
    Condition.COMOVEMENT: "variables that move together",
    Condition.SKELETON: "slow movement over fast",
    Condition.SHIFT: "a shift between training and test",
}
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
ROUNDING = 0.002  # the references have three digits, and c1 draws at random
CERTAINTY = (
    "Low certainty: the five published data sets are three independent ones (ETTh is every fourth row of ETTm), and "
    "three sets are in the expected order by chance once in six; only training the four modes and comparing their "
    "errors can tell."
)


class Reading(StrEnum):
    """Where a value lies between the data sets that gained most and the others."""

    HIGH = "as high as ETTh2 and ETTm2"
    BETWEEN = "between them and the others"
    LOW = "as low as the others"
    SILENT = "says nothing: ETTh2 and ETTm2 are not on top here"
    UNDEFINED = "undefined here"


class Outlook(StrEnum):
    """What a whole profile suggests."""

    FOR = "resembles the data sets with the largest published gain"
    MIXED = "lies between the data sets with large and with small published gain"
    AGAINST = "resembles the data sets with small published gain"
    UNKNOWN = "says nothing about cross learning"


@dataclass(frozen=True)
class Verdict:
    """A profile in words: the outlook, one sentence for it, one per condition, and one on how sure that is."""

    outlook: Outlook
    sentence: str
    details: tuple[str, ...]
    certainty: str


def read_value(condition: Condition, variant: Variant, value: float) -> Reading:
    """Return where a value of a condition lies among the published data sets.

    >>> read_value(Condition.WOBBLE, Variant.TARGET, 0.7).name, read_value(Condition.WOBBLE, Variant.ALL, 0.7).name
    ('HIGH', 'SILENT')
    """
    least_of_most, most_of_others = _bounds(condition, variant)
    if math.isnan(value):
        return Reading.UNDEFINED
    if not on_top(condition, variant):
        return Reading.SILENT
    if value >= least_of_most - ROUNDING:
        return Reading.HIGH
    return Reading.LOW if value <= most_of_others + ROUNDING else Reading.BETWEEN


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


def verdict(profile: Profile, target: str, dataset: str = "") -> Verdict:
    """Return a profile in words.

    Parameters
    ----------
    profile
        Every condition in both variants.
    target
        Name of the target variable.
    dataset
        Key of the data set: a published one is told from a file that is read against it.
    """
    readings = {
        (condition, variant): read_value(condition, variant, estimate.value)
        for condition, variants in profile.items()
        for variant, estimate in variants.items()
    }
    high, low = (sum(one is kind for one in readings.values()) for kind in (Reading.HIGH, Reading.LOW))
    telling = sum(one in (Reading.HIGH, Reading.BETWEEN, Reading.LOW) for one in readings.values())
    outlook = _outlook(high, low, telling)
    itself = f"{dataset} is one of the sets it is read against. " if dataset in GAINED_MOST + OTHERS else ""
    sentence = _sentence(outlook, high, low, telling)
    return Verdict(outlook, sentence, tuple(_details(profile, readings, target)), itself + CERTAINTY)


def _outlook(high: int, low: int, telling: int) -> Outlook:
    if telling == 0:
        return Outlook.UNKNOWN
    if high > telling / 2:
        return Outlook.FOR
    return Outlook.AGAINST if low > telling / 2 else Outlook.MIXED


def _sentence(outlook: Outlook, high: int, low: int, telling: int) -> str:
    if outlook is Outlook.UNKNOWN:
        return f"The profile {outlook}: no reading that sets ETTh2 and ETTm2 apart is defined here."
    return (
        f"The profile {outlook}: of {telling} readings that set ETTh2 and ETTm2 apart from the other published sets, "
        f"{high} are as high as theirs and {low} as low as those of the others."
    )


def _details(profile: Profile, readings: Mapping[tuple[Condition, Variant], Reading], target: str) -> Iterator[str]:
    for condition, variants in profile.items():
        parts = [
            f"{target if variant is Variant.TARGET else 'all variables'} "
            + (f"{estimate.value:.2f}, {readings[condition, variant]}" if estimate.defined else _why(estimate))
            for variant, estimate in variants.items()
        ]
        yield f"{condition}, {TITLES[condition]}: {'; '.join(parts)}."


def _why(estimate: Estimate) -> str:
    return f"undefined ({estimate.reason.rstrip('.')})"
