"""A model with drawn weights and its record, for what needs no training; traced in milliseconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.windows import fit_scaler
from core.model.forecaster import build
from core.train.checkpoint import Checkpoint
from core.train.record import RunRecord
from core.vocabulary import Embedding
from tests.support.tiny import tiny_dataset, tiny_run

GATE = 0.5  # wide open, so that every crossing matters


def tiny_checkpoint(*, seed: int = 0, dataset: Dataset | None = None, **model: Any) -> Checkpoint:
    """Return drawn weights with their record; `model` sets fields of ModelConfig."""
    data = dataset or tiny_dataset()
    run = tiny_run(data, seed=seed)
    if model.get("embedding") is Embedding.PATCHES:
        model = {"patch": run.model.width, **model}
    run = replace(run, model=replace(run.model, gate=GATE, **model))
    return drawn_checkpoint(run, data)


def drawn_checkpoint(run: RunConfig, dataset: Dataset) -> Checkpoint:
    """Return the weights that a run begins with, drawn from its seed, and a record of them."""
    record = RunRecord(
        folder=Path("drawn"),
        config=run,
        variables=dataset.variables,
        scaler=fit_scaler(dataset),
        fingerprint=dataset.fingerprint,
        versions={},
        weights_sha=f"drawn-{run.train.seed}",
        metrics={},
    )
    return Checkpoint(record, build(run.model, run.window, len(dataset.variables), run.train.seed).eval())
