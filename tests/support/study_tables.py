"""What the tests of exhibits of all trainings share: tables with known curves by epoch, and studies of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from core.claims.published import DATASETS
from core.claims.tables import Form, evidence_of
from core.config import BOTH, CNN_TO_GRU, GRU_TO_CNN, NONE, Arm
from core.data.dataset import Dataset
from core.exhibits.claims import Judged
from core.exhibits.study import Studies
from tests.support.claim_tables import Row, as_published, row, table

MODES = (NONE, GRU_TO_CNN, CNN_TO_GRU, BOTH)
VALIDATION = (0.9, 0.7, 0.8, 1.0)  # after each epoch: the second is best


def by_epoch(
    dataset: str,
    horizon: int,
    arm: Arm,
    rmse: Iterable[Iterable[float]],
    validation: Iterable[float] = VALIDATION,
    first: int = 10,
) -> list[Row]:
    """Return the runs of one form, each with its RMSE after every epoch and the one it ends with."""
    rows = []
    for seed, curve in enumerate(rmse, start=first):
        values = list(curve)
        rows.append(row("rmse", values[-1], dataset, horizon, seed, arm))
        for epoch, (test, known) in enumerate(zip(values, validation, strict=True), start=1):
            rows.append(row(f"test_mse_epoch_{epoch}", test**2, dataset, horizon, seed, arm))
            rows.append(row(f"validation_mse_epoch_{epoch}", known, dataset, horizon, seed, arm))
    return rows


def overtrained() -> pd.DataFrame:
    """Return a table of every data set at both horizons of the rule: crossing slows overfitting in all of them."""
    rows: list[Row] = []
    for dataset in DATASETS:
        for horizon in (720, 96):
            for place, arm in enumerate(MODES):
                shrunk = 1 - 0.02 * place
                curves = [
                    (0.81 + s, 0.8 + s, 0.8 + 0.1 * shrunk + s, 0.8 + 0.2 * shrunk + s) for s in (0, 0.01, 0.03)
                ]
                rows += by_epoch(dataset, horizon, arm, curves)
    return table(rows)


def studies_of(tables: Mapping[Form, pd.DataFrame], own: Dataset | None = None) -> Studies:
    """Return studies of some tables, in their order."""
    judged = {form: Judged(f"made {form}", form, evidence_of(found)) for form, found in tables.items()}
    return Studies("made", tuple(tables), judged.__getitem__, own)


@cache
def whole() -> Studies:
    """Return studies in which every exhibit has its numbers: those published, and trainings past their best epoch."""
    return studies_of({Form.DEFAULT: as_published(), Form.OVERTRAINED: overtrained()})


def ship(folder: Path) -> None:
    """Write the tables of `whole` where shipped ones lie."""
    folder.mkdir(parents=True, exist_ok=True)
    as_published().to_parquet(folder / f"{Form.DEFAULT}.parquet", index=False)
    overtrained().to_parquet(folder / f"{Form.OVERTRAINED}.parquet", index=False)
