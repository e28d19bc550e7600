"""Whether crossing helps or slows overfitting: what it gains after each epoch, and where validation would stop.

The rule was fixed before more was run: the quantity is the gain over none at the last epoch and at the epoch that is
best on the validation rows, each run's own, paired by seed; horizons 720 and 96, ETTh2 and ETTm2 first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import count, takewhile

import numpy as np

from core.analysis.estimate import Estimate, Floats, mean_interval
from core.claims.decision import MATTERS
from core.claims.evidence import Evidence, Values
from core.config import NONE, Arm

TEST, VALIDATION = "test_mse_epoch_", "validation_mse_epoch_"  # statistics of a table, each with its epoch
FIRST_SETS = ("ETTh2", "ETTm2")
RULE_HORIZON = 720


class Overfit(StrEnum):
    """What a crossing does to a training that goes on past its best epoch."""

    HELPS = "helps"  # at the best validation epoch already
    SLOWS = "slows"  # it gains more at the last epoch than at the best one
    HELPS_AND_SLOWS = "helps_and_slows"
    SPEEDS = "speeds"
    COSTS = "costs"
    NOTHING = "nothing"  # gains that matter are excluded, at the best epoch and after it
    UNDECIDED = "undecided"
    ONE_SEED = "one_seed"


@dataclass(frozen=True)
class Curves:
    """Runs of one form that differ in the seed alone, epoch by epoch.

    Attributes
    ----------
    seeds : [seed].
    rmse : of the test windows after each epoch, [seed, epoch].
    best : place of the epoch with the lowest validation error, [seed].
    """

    seeds: tuple[int, ...]
    rmse: Floats
    best: Floats

    @property
    def at_best(self) -> Floats:
        """RMSE at each run's own best validation epoch, [seed]."""
        found: Floats = self.rmse[np.arange(len(self.seeds)), self.best.astype(int)]
        return found

    def of(self, seeds: tuple[int, ...]) -> Curves:
        """Return the runs of some seeds."""
        kept = [self.seeds.index(seed) for seed in seeds]
        return Curves(seeds, self.rmse[kept], self.best[kept])


def curves(evidence: Evidence, dataset: str, horizon: int, arm: Arm) -> Curves | None:
    """Return the runs of a form whose table knows every epoch; None where there is none."""
    test, validation = (_epochs(evidence, kind, dataset, arm) for kind in (TEST, VALIDATION))
    keys = set.intersection(*map(set, [*test, *validation])) if test and len(test) == len(validation) else set()
    seeds = tuple(sorted(seed for at, seed in keys if at == horizon))
    if not seeds:
        return None
    test_mse, validation_mse = (
        np.array([[epoch[horizon, seed] for epoch in of] for seed in seeds]) for of in (test, validation)
    )
    return Curves(seeds, np.sqrt(test_mse), validation_mse.argmin(axis=1).astype(float))


def _epochs(evidence: Evidence, kind: str, dataset: str, arm: Arm) -> list[Values]:
    each = (evidence.values(f"{kind}{epoch}", dataset, arm) for epoch in count(1))
    return list(takewhile(bool, each))


@dataclass(frozen=True)
class Gain:
    """By how many per cent a form lies below none of the same seed.

    Attributes
    ----------
    each : after each epoch, [seed, epoch].
    at_best : at the best validation epoch of both, [seed].
    """

    each: Floats
    at_best: Floats

    @cached_property
    def by_epoch(self) -> tuple[Estimate, ...]:
        """The mean over seeds after each epoch."""
        return tuple(map(mean_interval, self.each.T))

    @property
    def last(self) -> Estimate:
        """At the last epoch."""
        return self.by_epoch[-1]

    @cached_property
    def best(self) -> Estimate:
        """At the best validation epoch."""
        return mean_interval(self.at_best)

    @cached_property
    def more(self) -> Estimate:
        """How much larger it is at the last epoch than at the best one, paired by seed."""
        return mean_interval(self.each[:, -1] - self.at_best)

    @property
    def effect(self) -> Overfit:
        """What that says; a gain that is seen but smaller than what matters is no help."""
        if len(self.at_best) < 2:
            return Overfit.ONE_SEED
        helps, slows = self.best.low > 0 and self.best.value >= MATTERS, self.more.low > 0
        if helps:
            return Overfit.HELPS_AND_SLOWS if slows else Overfit.HELPS
        if slows:
            return Overfit.SLOWS
        if self.more.high < 0:
            return Overfit.SPEEDS
        if self.best.high < 0:
            return Overfit.COSTS
        excluded = self.best.high < MATTERS and self.more.high < MATTERS
        return Overfit.NOTHING if excluded else Overfit.UNDECIDED


def gain(evidence: Evidence, dataset: str, horizon: int, arm: Arm) -> Gain | None:
    """Return what a form gains over none of the same seeds; None where no seed has both."""
    none, other = (curves(evidence, dataset, horizon, one) for one in (NONE, arm))
    if none is None or other is None or none.rmse.shape[1] != other.rmse.shape[1]:
        return None
    shared = tuple(sorted(set(none.seeds) & set(other.seeds)))
    if not shared:
        return None
    none, other = none.of(shared), other.of(shared)
    return Gain(100 * (none.rmse - other.rmse) / none.rmse, 100 * (none.at_best - other.at_best) / none.at_best)
