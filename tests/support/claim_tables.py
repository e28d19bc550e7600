"""What the tests of claims share: tables of a study whose every number is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.statistic import DEFINITIONS, Over, Statistic, statistic_name
from core.claims.published import DATASETS, Quantity, published_numbers
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, LATE_FUSION, NO_FUSION, NONE, Arm
from core.table import WORDS, tidy
from core.vocabulary import Fusion, Reference

Row = dict[str, Any]
FORM = {"embedding": "hybrid", "preset": "default", "lookback": 720}
KERNELS = {
    name: statistic_name(statistic, crossing=Fusion.GRU_TO_CNN, over=Over.MEAN)
    for name, statistic in (("trained", Statistic.DCOR_KERNEL), ("untrained", Statistic.DCOR_KERNEL_UNTRAINED))
}
NAMES = {  # of the statistic, where it is not the quantity's
    Quantity.DCOR_KERNEL_TOD: KERNELS["trained"],
    Quantity.DCOR_CONV_CHANGE_TOD: Statistic.DCOR_STEP_SIZE,
}


def row(statistic: str, value: float, dataset: str, horizon: int, seed: int, arm: Arm, **more: Any) -> Row:
    """Return one number of a run."""
    words = {"fusion": arm.fusion, "reference": arm.reference, "merge": arm.merge, "matched": arm.matched}
    text = {name: str(word) if name != "matched" else word for name, word in words.items()}
    keys = {"dataset": dataset, "horizon": horizon, "seed": seed, **text, **FORM}
    return {
        "statistic": str(statistic),
        "value": value,
        "n": 100,
        "run_id": "-".join(map(str, keys.values())),
        **keys,
        **more,
    }


def of_data(statistic: str, value: float, dataset: str) -> Row:
    """Return one measure of a data set itself."""
    nothing = {**dict.fromkeys(WORDS, ""), "matched": False, "seed": None, "horizon": 0, "lookback": 0, "run_id": ""}
    return {"statistic": statistic, "value": value, "n": 100, "dataset": dataset, **nothing}


def table(rows: Iterable[Row]) -> pd.DataFrame:
    """Return rows as the table of a study, its measures by the present definitions."""
    found = tidy(pd.DataFrame(list(rows)))
    found.attrs = {"definitions": [DEFINITIONS]}
    return found


def errors(cells: Mapping[tuple[str, int], Iterable[tuple[float, float, float, float]]]) -> list[Row]:
    """Return the RMSE of the four modes (none, GRU to CNN, CNN to GRU, both) of every seed of some cells."""
    return [
        row("rmse", value, dataset, horizon, seed, arm)
        for (dataset, horizon), seeds in cells.items()
        for seed, values in enumerate(seeds)
        for arm, value in zip((NONE, GRU_TO_CNN, CNN_TO_GRU, BOTH), values, strict=True)
    ]


def as_published(sign: int = 1) -> pd.DataFrame:
    """Return a table in which every published number stands (sign 1), or its opposite (-1), in three seeds.

    Seeds differ a little: where the response is earlier, and the kernels follow the clock more, both gain more.
    """
    return table([*_data_rows(sign), *_rmse_rows(sign), *_inside_rows(sign), *_forms_rows()])


def _number(quantity: Quantity, dataset: str, mode: str) -> float:
    found = {(one.quantity, one.dataset, one.mode): one.value for one in published_numbers()}
    return found.get((quantity, dataset, mode), np.nan)


def _data_rows(sign: int) -> Iterator[Row]:
    for quantity in (Quantity.PHASE_DRIFT, Quantity.SPAI):
        yield from (of_data(quantity, sign * _number(quantity, name, "data"), name) for name in DATASETS)
    for place, name in enumerate(DATASETS):
        yield from (
            of_data(f"c{one}_{over}", 0.9 - 0.1 * place, name) for one in range(1, 5) for over in ("target", "all")
        )


def _gain(sign: int, dataset: str, horizon: int, arm: Arm) -> float:
    """Return the RMSE reduction of a mode: the published one as a mean over horizons, Weather 720 without excess."""
    uneven = {96: 1.4, 720: -1.4}[horizon] if (dataset, arm) == ("Weather", BOTH) else 0.0
    return sign * (_number(Quantity.DELTA_RMSE, dataset, arm.fusion) + uneven)


def _rmse_rows(sign: int) -> Iterator[Row]:
    for dataset in DATASETS:
        for horizon in (96, 720):
            for seed, more in enumerate((-0.01, 0.0, 0.01)):
                gains = {arm: _gain(sign, dataset, horizon, arm) for arm in (GRU_TO_CNN, CNN_TO_GRU, BOTH)}
                both = 1 - (gains[BOTH] + more) / 100
                values = {NONE: 1.0, **{arm: 1 - gain / 100 for arm, gain in gains.items()}, BOTH: both}
                for word in (Reference.EMA, Reference.STATIC) if horizon == 720 else ():
                    values[Arm(Fusion.BOTH, word)] = both * (
                        1 + sign * _number(Quantity.RMSE_INCREASE, dataset, word) / 100
                    )
                yield from (row("rmse", value, dataset, horizon, seed, arm) for arm, value in values.items())


def _inside_rows(sign: int) -> Iterator[Row]:
    inside = [one for one in published_numbers() if one.quantity in set(Quantity) - _OUTSIDE]
    for one in inside:
        for horizon in (96, 720):
            for seed, more in enumerate((-0.01, 0.0, 0.01)):
                name = NAMES.get(one.quantity, one.quantity.value)
                yield row(name, sign * one.value + more, one.dataset, horizon, seed, Arm(Fusion(one.mode)))


_OUTSIDE = {
    *(Quantity.PHASE_DRIFT, Quantity.SPAI, Quantity.RMSE_INCREASE, Quantity.DELTA_RMSE),
    *(Quantity.MACS_EMBEDDING, Quantity.MACS_CROSSING, Quantity.MACS_TOTAL),
}


def _forms_rows() -> Iterator[Row]:
    for arm, rmse, imbalance in ((LATE_FUSION, 1.2, 2.0), (NO_FUSION, 1.3, 3.0), (BOTH, None, 0.5)):
        for seed in (0, 1):
            for reading in (Statistic.GRADIENT_IMBALANCE, Statistic.GRADIENT_IMBALANCE_WEIGHTS):
                yield row(reading, imbalance, "ETTm2", 720, seed, arm)
            if rmse is not None:
                yield row("rmse", rmse, "ETTm2", 720, seed, arm)
