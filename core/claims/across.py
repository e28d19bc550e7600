"""One measure over every mode and data set of a table: where it differs from what means nothing, and which way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.analysis.estimate import Estimate, mean_interval
from core.analysis.statistic import Over, Statistic, statistic_name
from core.claims.evidence import Evidence, Values
from core.claims.published import DATASETS
from core.claims.quantities import later_seeds
from core.claims.reading import percent_of
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, MATCHED, NONE, Arm, arm_label
from core.text.words import mark, say
from core.vocabulary import Language

CROSSED = (GRU_TO_CNN, CNN_TO_GRU, BOTH)
DATA = mark("the data")  # the one column of a measure of the data themselves
COLUMNS = ("dataset", "arm", "value", "low", "high", "n", "beyond")
Reader = Callable[[Evidence, str, Arm], Values]


@dataclass(frozen=True)
class Measure:
    """A measure for people; 0 is what means nothing.

    Attributes
    ----------
    title, unit : as an axis names it; no unit where it has none.
    above, below : what a value above and below zero says, as a sentence goes on with it.
    decimals : that the seeds support.
    arms : the forms of the model it is of; none for a measure of the data themselves.
    read : a form's numbers by horizon and seed.
    data : of the data themselves: the statistic whose value stands against its own null.
    """

    title: str
    unit: str
    above: str
    below: str
    decimals: int
    arms: tuple[Arm, ...] = CROSSED
    read: Reader = lambda evidence, dataset, arm: {}
    data: str = ""

    @property
    def axis(self) -> str:
        """Title and unit."""
        return f"{say(self.title)} ({say(self.unit)})" if self.unit else say(self.title)


def _of(statistic: str) -> Reader:
    return lambda evidence, dataset, arm: evidence.values(statistic, dataset, arm)


def _spearman(evidence: Evidence, dataset: str, arm: Arm) -> Values:
    return later_seeds(evidence.values(Statistic.SPEARMAN_GAIN, dataset, arm))


def _of_kernels(statistic: Statistic) -> Reader:
    """Return what reads a measure of the kernels that a mode writes: the mean over its crossings."""

    def read(evidence: Evidence, dataset: str, arm: Arm) -> Values:
        names = [statistic_name(statistic, crossing=each, over=Over.MEAN) for each in arm.fusion.crossings]
        found = [evidence.values(name, dataset, arm) for name in names]
        shared = set.intersection(*(set(one) for one in found))
        return {key: float(np.mean([one[key] for one in found])) for key in sorted(shared)}

    return read


def _silenced(evidence: Evidence, dataset: str, arm: Arm) -> Values:
    return evidence.values(f"mse_change_silenced_{arm.fusion}", dataset, arm)


FOLLOWS = (mark("follows the clock more"), mark("follows it less"))
MEASURES = {
    "rmse": Measure(
        *(mark("RMSE below none"), "%", mark("lower error"), mark("higher error"), 2),
        arms=(*CROSSED, MATCHED),
        read=lambda evidence, dataset, arm: percent_of(evidence, dataset, NONE, arm),
    ),
    "kernels_input": Measure(
        *(mark("dCor of kernels and time of day beyond the raw input"), "", *FOLLOWS, 2),
        read=_of_kernels(Statistic.DCOR_KERNEL_OVER_FLOOR),
    ),
    "kernels_twin": Measure(
        *(mark("dCor of kernels and time of day beyond the untrained twin"), "", *FOLLOWS, 2),
        read=_of_kernels(Statistic.DCOR_KERNEL_OVER_UNTRAINED),
    ),
    "step_size": Measure(
        *(mark("dCor of the convolution path's steps and time of day beyond none"), "", *FOLLOWS, 2),
        read=_of(Statistic.DCOR_STEP_SIZE_GAIN),
    ),
    "spearman": Measure(
        *(mark("Spearman gain of both paths over none"), "", mark("the paths change more together"), mark("less"), 2),
        read=_spearman,
    ),
    "amplification": Measure(
        *(mark("Peak at abrupt changes over none"), "%", mark("amplified"), mark("dampened"), 1),
        read=_of(Statistic.PEAK_AMPLIFICATION),
    ),
    "lead": Measure(
        *(mark("Lead at abrupt changes over none"), mark("steps"), mark("earlier"), mark("later"), 2),
        read=_of(Statistic.RESPONSE_LEAD),
    ),
    "put_in": Measure(
        *(mark("Lead at a step put in over none"), mark("steps"), mark("earlier"), mark("later"), 2),
        read=_of(Statistic.INTERVENTION_LEAD),
    ),
    "silenced": Measure(
        mark("MSE with the crossings silenced"),
        mark("% more"),
        mark("the crossings are needed"),
        mark("they harm"),
        1,
        read=_silenced,
    ),
    "uniform": Measure(
        *(mark("MSE with attention uniform"), mark("% more"), mark("the routing is needed"), mark("it harms"), 1),
        arms=(NONE, *CROSSED),
        read=_of("mse_change_uniform_attention"),
    ),
    "spai": Measure(
        *(mark("SPAI above random phases"), "", mark("steadier phases"), mark("less steady ones"), 3), data="spai"
    ),
    "phase_drift": Measure(
        *(mark("Phase drift above random phases"), mark("days"), mark("phases drift more"), mark("less"), 3),
        data="phase_drift",
    ),
}


def datasets_of(evidence: Evidence) -> list[str]:
    """Return the data sets of a table: the published ones in their order, then the others."""
    there = dict.fromkeys(evidence.table["dataset"])
    return [*(name for name in DATASETS if name in there), *(name for name in there if name not in DATASETS)]


def horizons_of(evidence: Evidence) -> list[int]:
    """Return the horizons of the runs of a table, in rows."""
    return sorted(int(one) for one in evidence.table.loc[evidence.table["fusion"] != "", "horizon"].unique())


def across(evidence: Evidence, measure: Measure, horizon: int, language: Language = Language.ENGLISH) -> pd.DataFrame:
    """Return a measure of every form on every data set at one horizon: columns COLUMNS, a row a cell.

    `n` counts seeds (of the data themselves: days), 0 where nothing was measured. An effect is `beyond` chance where
    the 95 % interval does not hold 0: over seeds, as one seed has none; of the data themselves against the same with
    random phases.
    """
    rows = []
    for dataset in datasets_of(evidence):
        cells = {say(DATA): _of_data(evidence, measure, dataset)} if measure.data else {}
        cells |= {
            arm_label(arm, language): _over_seeds(measure.read(evidence, dataset, arm), horizon)
            for arm in ([] if measure.data else measure.arms)
        }
        rows += [
            (dataset, arm, one.value, one.low, one.high, one.n if one.defined else 0, one.low > 0 or one.high < 0)
            for arm, one in cells.items()
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _over_seeds(values: Values, horizon: int) -> Estimate:
    return mean_interval([value for (rows, _), value in values.items() if rows == horizon])


def _of_data(evidence: Evidence, measure: Measure, dataset: str) -> Estimate:
    """Return by how much a measure of the data lies above its own null, the mean of random phases."""
    own, null = (evidence.of_data(f"{measure.data}_{variant}", dataset) for variant in ("robust", "null"))
    return Estimate(own.value - null.value, own.low - null.value, own.high - null.value, n=own.n)
