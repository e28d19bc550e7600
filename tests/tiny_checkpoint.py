"""A model and a data set small enough to trace in milliseconds; the weights are drawn, not trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.config import ModelConfig, RunConfig, TrainConfig, WindowConfig
from core.data.dataset import Dataset, counted_splits
from core.data.report import IngestReport
from core.data.windows import fit_scaler
from core.model.forecaster import build
from core.train.checkpoint import Checkpoint
from core.train.record import RunRecord

VARIABLES = ("load", "wind", "oil")
WINDOW = WindowConfig(lookback=24, horizon=5)


def tiny_dataset(rows: int = 420) -> Dataset:
    """Hourly values with a daily cycle; half of the rows are the test split."""
    random = np.random.default_rng(7)
    hours = np.arange(rows)
    values = np.sin(2 * np.pi * (hours[:, None] / 24 + np.arange(3) / 3)) + 0.3 * random.normal(size=(rows, 3))
    index = pd.date_range("2020-01-01", periods=rows, freq="h", name="date")
    half, rest = rows // 2, rows - rows // 2 - rows // 8
    return Dataset(
        key="tiny",
        title="Tiny",
        frame=pd.DataFrame(values, index=index, columns=list(VARIABLES)),
        splits=counted_splits(rest, rows // 8, half),
        step=pd.Timedelta(hours=1),
        report=IngestReport(accepted=True),
        units=dict.fromkeys(VARIABLES, ""),
        licence="",
        source="",
        unbroken=True,
    )


def tiny_checkpoint(*, seed: int = 0, dataset: Dataset | None = None, **model: Any) -> Checkpoint:
    """Return drawn weights with their record; `model` sets fields of ModelConfig."""
    sizes: dict[str, Any] = {"width": 8, "blocks": 2, "patch": 4, "heads": 2, "gate": 0.5}
    config = RunConfig("tiny", "tiny", ModelConfig(**(sizes | model)), WINDOW, TrainConfig(seed=seed))
    data = dataset or tiny_dataset()
    record = RunRecord(
        folder=Path("tiny"),
        config=config,
        variables=VARIABLES,
        scaler=fit_scaler(data),
        fingerprint=data.fingerprint,
        versions={},
        weights_sha="0" * 12,
        metrics={},
    )
    return Checkpoint(record, build(config.model, WINDOW, len(VARIABLES), seed).eval())
