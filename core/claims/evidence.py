"""What was measured, by horizon and seed: the door between a tidy table (`core.table.COLUMNS`) and the claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from core.analysis.estimate import Estimate, undefined
from core.table import COLUMNS, NUMBERS
from core.vocabulary import Fusion, Merge, Reference

Values = dict[tuple[int, int], float]  # (horizon, seed) -> number

NOT_RUN = "The table holds no such run."
NO_DATA_MEASURES = "The table holds no measures of this data set."


@dataclass(frozen=True)
class Arm:
    """A variant of the model; `none` writes no kernels, so its reference does not count."""

    fusion: Fusion
    reference: Reference = Reference.DYNAMIC
    merge: Merge = Merge.ATTENTION
    matched: bool = False


NONE = Arm(Fusion.NONE)
GRU_TO_CNN = Arm(Fusion.GRU_TO_CNN)
CNN_TO_GRU = Arm(Fusion.CNN_TO_GRU)
BOTH = Arm(Fusion.BOTH)
MATCHED = Arm(Fusion.NONE, matched=True)
LATE = Arm(Fusion.NONE, merge=Merge.CONCAT)
APART = Arm(Fusion.NONE, merge=Merge.MEAN)


@dataclass(frozen=True)
class Evidence:
    """A study's table of one form of the model.

    Attributes
    ----------
    table
        Columns `core.table.COLUMNS`, one row a number.
    absent
        Why there is no table at all, in one sentence; empty where there is one.
    """

    table: pd.DataFrame
    absent: str = ""

    @classmethod
    def nothing(cls, why: str) -> Evidence:
        """Return the evidence of a table that is not there."""
        return cls(pd.DataFrame(columns=list(COLUMNS)), why)

    @cached_property
    def _by_statistic(self) -> Mapping[str, pd.DataFrame]:
        whole = self.table[self.table["block"].isna()]  # others are of one block
        return {str(name): rows for name, rows in whole.groupby("statistic", observed=True)}

    def values(self, statistic: str, dataset: str, arm: Arm) -> Values:
        """Return the numbers of an arm's runs by horizon and seed, undefined ones left out."""
        return _by_horizon_and_seed(self._of(statistic, dataset, arm))

    def why_not(self, statistic: str, dataset: str, arm: Arm) -> str:
        """Return why an arm has no such number: the first reason in the table, or that it was not run."""
        reasons = [reason for reason in self._of(statistic, dataset, arm)["reason"] if reason]
        return self.absent or (reasons[0] if reasons else NOT_RUN)

    def of_input(self, statistic: str, dataset: str) -> Values:
        """Return the numbers of the raw input by horizon and seed; they belong to no run."""
        rows = self._rows(statistic, dataset)
        return _by_horizon_and_seed(rows[rows["seed"].notna()])

    def of_data(self, statistic: str, dataset: str) -> Estimate:
        """Return a measure of a data set itself."""
        rows = self._rows(statistic, dataset)
        if rows.empty:
            return undefined(self.absent or NO_DATA_MEASURES)
        row = rows.iloc[0]
        value, low, high, p_value = (float(row[name]) for name in NUMBERS)
        return Estimate(value, low, high, p_value, int(row["n"]), row["reason"])

    def _rows(self, statistic: str, dataset: str) -> pd.DataFrame:
        found = self._by_statistic.get(statistic)
        return self.table.iloc[:0] if found is None else found[found["dataset"] == dataset]

    def _of(self, statistic: str, dataset: str, arm: Arm) -> pd.DataFrame:
        rows = self._rows(statistic, dataset)
        same = (rows["fusion"] == arm.fusion) & (rows["merge"] == arm.merge) & (rows["matched"] == arm.matched)
        return rows[same & ((rows["reference"] == arm.reference) | (arm.fusion is Fusion.NONE))]


def _by_horizon_and_seed(rows: pd.DataFrame) -> Values:
    known = rows[rows["value"].notna()]
    return {
        (int(horizon), int(seed)): float(value)
        for horizon, seed, value in zip(known["horizon"], known["seed"], known["value"], strict=True)
    }
