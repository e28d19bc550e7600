"""What was measured, by horizon and seed: the door between a tidy table (`core.table.COLUMNS`) and the claims."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from core.analysis.estimate import Estimate, undefined
from core.config import Arm
from core.table import COLUMNS
from core.text.message import Message, read
from core.vocabulary import Fusion

Values = dict[tuple[int, int], float]  # (horizon, seed) -> number

_RunKey = tuple[str, str, str, str, str, bool]
_Number = tuple[int, int, float, str]
_OF = ("statistic", "dataset", "fusion", "reference", "merge", "matched")  # a _RunKey
_NUMBER = ("horizon", "seed", "value", "reason")  # a _Number

RMSE = "rmse"  # every run has it, measured or not
NOT_RUN = Message("lacking.no_run")
NOT_MEASURED = Message("lacking.not_measured")
FORMER_MEASURES = Message("lacking.former_measures")
NO_DATA_MEASURES = Message("lacking.no_data_measures")


@dataclass(frozen=True)
class Evidence:
    """A study's table of one form of the model.

    Attributes
    ----------
    table : columns `core.table.COLUMNS`, one row a number.
    absent : why there is no table at all; None where there is one.
    former : what became of measures by former definitions; None where the table has none.
    other_embedding : the table of a form with another token embedding, for the one claim that needs two; None
        without.
    """

    table: pd.DataFrame
    absent: Message | None = None
    former: Message | None = None
    other_embedding: Evidence | None = None

    @classmethod
    def nothing(cls, why: Message) -> Evidence:
        """Return the evidence of a table that is not there."""
        return cls(pd.DataFrame(columns=list(COLUMNS)), why)

    @cached_property
    def _runs(self) -> Mapping[_RunKey, list[_Number]]:
        """The numbers of runs, and of the input they read (fusion ""), by what they are of."""
        # Other rows are of a block, or of data.
        rows = self.table[self.table["block"].isna() & self.table["seed"].notna()]
        found: dict[_RunKey, list[_Number]] = defaultdict(list)
        of, numbers = (zip(*(rows[name] for name in names), strict=True) for names in (_OF, _NUMBER))
        for (statistic, dataset, fusion, *variant), number in zip(of, numbers, strict=True):
            kept = tuple(variant) if fusion != Fusion.NONE else ("", *variant[1:])
            found[statistic, dataset, fusion, *kept].append(number)
        return found

    def values(self, statistic: str, dataset: str, arm: Arm) -> Values:
        """Return the numbers of an arm's runs by horizon and seed, undefined ones left out."""
        return _by_horizon_and_seed(self._of(statistic, dataset, arm))

    def why_not(self, statistic: str, dataset: str, arm: Arm) -> Message:
        """Return why an arm has no such number: the first reason in the table, or that it was not run or measured."""
        if self.absent:
            return self.absent
        reasons = (read(reason) for *_, reason in self._of(statistic, dataset, arm))
        if first := next(filter(None, reasons), None):
            return first
        if not self._of(RMSE, dataset, arm):
            return NOT_RUN
        return FORMER_MEASURES if self.former else NOT_MEASURED

    def lacking(self, why: Message) -> Message:
        """Return why there is no measure: there is no table, or only former measures, or else `why`."""
        return self.absent or (FORMER_MEASURES if self.former else why)

    def of_input(self, statistic: str, dataset: str) -> Values:
        """Return the numbers of the raw input by horizon and seed; they belong to no run."""
        return _by_horizon_and_seed(self._runs.get((statistic, dataset, "", "", "", False), []))

    def of_data(self, statistic: str, dataset: str) -> Estimate:
        """Return a measure of a data set itself."""
        row = self._data.get((statistic, dataset))
        return undefined(self.absent or NO_DATA_MEASURES) if row is None else row

    @cached_property
    def _data(self) -> Mapping[tuple[str, str], Estimate]:
        rows = self.table[(self.table["fusion"] == "") & self.table["seed"].isna()]
        return {
            (row["statistic"], row["dataset"]): Estimate(
                row["value"], row["low"], row["high"], row["p_value"], row["n"], read(row["reason"])
            )
            for row in rows.to_dict("records")
        }

    def _of(self, statistic: str, dataset: str, arm: Arm) -> list[_Number]:
        reference = "" if arm.fusion is Fusion.NONE else arm.reference
        return self._runs.get((statistic, dataset, arm.fusion, reference, arm.merge, arm.matched), [])


def _by_horizon_and_seed(numbers: Iterable[_Number]) -> Values:
    return {(int(horizon), int(seed)): value for horizon, seed, value, _ in numbers if not math.isnan(value)}
