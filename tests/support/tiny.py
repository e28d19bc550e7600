"""Small data sets and models with known properties, shared by the tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.config import ModelConfig, RunConfig, TrainConfig, WindowConfig
from core.data.catalog import load_dataset
from core.data.dataset import Dataset
from core.data.ingest import Ingested
from core.data.report import IngestReport
from core.data.step import Step
from core.data.uploads import store
from core.vocabulary import Fusion

WINDOW = WindowConfig(lookback=48, horizon=6)
MODEL = ModelConfig(width=8, blocks=2, patch=6, heads=2, dropout=0.2, variable_dropout=0.2)
HOURLY = Step(pd.Timedelta(hours=1))
TRAIN = TrainConfig(learning_rate=3e-3, batch=32, epochs=3, stride=1)


def tiny_frame(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    """Three hourly series: a daily cycle, the same one three hours later, and their noise."""
    generator = np.random.default_rng(seed)
    hours = np.arange(rows)
    cycle = np.sin(2 * np.pi * hours / 24)
    noise = generator.normal(0, 0.2, (rows, 3))
    table = np.stack([cycle, np.roll(cycle, 3), 0.1 * hours / rows + 0 * cycle], axis=1) + noise
    index = pd.date_range("2024-01-01", periods=rows, freq="h", name="date")
    return pd.DataFrame(table, index=index, columns=["load", "later load", "drift"])


def tiny_dataset(rows: int = 600, seed: int = 0) -> Dataset:
    """Store the frame as an upload of the current workspace (see the `workspace` fixture) and load it."""
    return stored(tiny_frame(rows, seed), "tiny.csv")


def stored(frame: pd.DataFrame, title: str, step: Step = HOURLY) -> Dataset:
    """Store a checked frame [row, variable], NaN where nothing was measured, as an upload, and load it."""
    report = IngestReport(accepted=True, rows=len(frame), variables=frame.shape[1], step=step.text)
    return load_dataset(store(Ingested(frame, step, report), title))


def tiny_run(dataset: Dataset, *, fusion: Fusion = Fusion.BOTH, seed: int = 0, **train: object) -> RunConfig:
    """Return a run of a tiny model that takes about a second."""
    return RunConfig(
        dataset=dataset.key,
        preset="tiny",
        model=replace(MODEL, fusion=fusion),
        window=WINDOW,
        train=replace(TRAIN, seed=seed, **train),  # type: ignore[arg-type]
    )
