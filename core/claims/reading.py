"""From numbers by horizon and seed to one number with an interval, and what it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.analysis.estimate import Estimate, mean_interval, undefined
from core.claims.evidence import RMSE, Evidence, Values
from core.claims.published import SOURCES
from core.config import Arm
from core.text.message import Message

NO_PAIR = Message("lacking.no_pair")
DATA_SOURCE = Message("unit.data_source")


@dataclass(frozen=True)
class Reading:
    """A number with its interval over seeds (`estimate.n` of them) and the horizons, in rows, it is a mean over."""

    estimate: Estimate
    horizons: tuple[int, ...] = ()


def mean_over_seeds(values: Values, why_not: Message) -> Reading:
    """Return the mean over seeds of each seed's mean over horizons, with its interval.

    All seeds have the same horizons: those that keep the most values, and of equally many the most seeds, for without
    two seeds there is no interval. What else was measured is left out, and the reading names what it rests on.
    """
    by_seed: dict[int, dict[int, float]] = defaultdict(dict)
    for (horizon, seed), value in sorted(values.items()):
        by_seed[seed][horizon] = value
    if not by_seed:
        return Reading(undefined(why_not))
    horizons = _most_values([frozenset(found) for found in by_seed.values()])
    complete = [found for found in by_seed.values() if found.keys() >= set(horizons)]
    means = [float(np.mean([found[horizon] for horizon in horizons])) for found in complete]
    return Reading(mean_interval(means), horizons)


def _most_values(of_seeds: list[frozenset[int]]) -> tuple[int, ...]:
    """Return the set of horizons that, asked of every seed, keeps the most values."""
    every = sorted(frozenset.union(*of_seeds))
    sets = [chosen for size in range(1, len(every) + 1) for chosen in combinations(every, size)]

    def kept(chosen: tuple[int, ...]) -> tuple[int, int]:
        seeds = sum(found >= set(chosen) for found in of_seeds)
        return seeds * len(chosen), seeds

    return max(sets, key=kept)


def minus(values: Values, others: Values) -> Values:
    """Return the differences of numbers that have both, paired by horizon and seed."""
    return {key: values[key] - others[key] for key in sorted(values.keys() & others.keys())}


def larger(values: Iterable[Values]) -> Values:
    """Return the largest of several numbers wherever all are there."""
    each = list(values)
    shared = set.intersection(*(set(one) for one in each)) if each else set()
    return {key: max(one[key] for one in each) for key in sorted(shared)}


def percent_of(evidence: Evidence, dataset: str, base: Arm, other: Arm) -> Values:
    """Return by how many percent the RMSE of `other` lies below that of `base`, by horizon and seed of both."""
    above = percent_above(*(evidence.values(RMSE, dataset, arm) for arm in (base, other)))
    return {key: -value for key, value in above.items()}


def percent_above(reference: Values, values: Values) -> Values:
    """Return by how many percent numbers lie above those of a reference, by horizon and seed of both."""
    shared = sorted(values.keys() & reference.keys())
    return {key: 100 * (values[key] - reference[key]) / reference[key] for key in shared}


def over_sources(by_dataset: Mapping[str, Values], why_not: Message) -> Estimate:
    """Return the mean over independent data sources of a number, with its interval over these sources.

    Parameters
    ----------
    by_dataset : numbers by horizon and seed of each data set; those of one source count as one.

    Returns
    -------
    `n` counts sources (`core.claims.published.SOURCES`); one alone has no interval.
    """
    cells: dict[str, dict[tuple[str, int], list[float]]] = defaultdict(lambda: defaultdict(list))
    for dataset, values in by_dataset.items():
        for (horizon, _), value in values.items():
            cells[SOURCES[dataset]][dataset, horizon].append(value)
    if not cells:
        return undefined(why_not)
    means = [np.mean([np.mean(seeds) for seeds in of.values()]) for of in cells.values()]
    return mean_interval(means, of=DATA_SOURCE)


def seeds_of(by_dataset: Mapping[str, Values]) -> int:
    """Return how many seeds the numbers of data sets rest on at least; 0 without any."""
    per_cell: dict[tuple[str, int], int] = defaultdict(int)
    for dataset, values in by_dataset.items():
        for horizon, _ in values:
            per_cell[dataset, horizon] += 1
    return min(per_cell.values(), default=0)
