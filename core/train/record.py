"""What a finished run leaves behind, read without torch: settings, errors, history, gradient flow, provenance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.config import ConfigError, RunConfig
from core.data.step import Step
from core.data.windows import Scaler

CONFIG = "config.json"
WEIGHTS = "weights.safetensors"
METRICS = "metrics.json"
HISTORY = "history.csv"
GRADIENT = "gradient.csv"
READ = ("windows", "mse", "mae", "per_step", "per_variable")  # of the test errors, by pages and tables


class RecordError(ValueError):
    """A checkpoint folder that cannot be used: says which, why, and what to do."""


@dataclass(frozen=True)
class RunRecord:
    """A finished run.

    `metrics`: test {windows, missing, ...}, blend and baselines {name: ...} as `core.scores.Scores.metrics` returns
    them, validation {mse, mae}, parameters, epochs, best_epoch, seconds; errors on standardised values. `missing` is
    the number of cells of the test rows that hold no value: their forecasts count in no error (absent in runs of
    earlier code: they counted what was filled in).
    `step` is how the rows it was trained on follow each other; None in runs of earlier code.
    """

    folder: Path
    config: RunConfig
    variables: tuple[str, ...]
    scaler: Scaler
    fingerprint: str  # of the data
    versions: dict[str, str]
    weights_sha: str
    metrics: dict[str, Any]
    step: Step | None = None

    @cached_property
    def run_id(self) -> str:
        """Name of the run: data, horizon, modes, preset, seed, hash of all settings."""
        return self.config.run_id

    @cached_property
    def history(self) -> pd.DataFrame:
        """One row an epoch: epoch, train_loss, validation_mse, validation_mae, learning_rate, seconds.

        Where the recipe asks for it also test_mse, test_mae, for information.
        """
        return _table(self.folder / HISTORY, "epoch")

    @cached_property
    def gradient(self) -> pd.DataFrame:
        """Every tenth step, RMS of dLoss/d(...) by step and block.

        Columns conv, gru: of the paths' outputs after their corrections; conv_weights, gru_weights: of the paths' own
        weights (runs of earlier code lack these).
        """
        return _table(self.folder / GRADIENT, "step", "block")


def read_record(folder: Path) -> RunRecord:
    """Read a checkpoint folder; RecordError names what is missing or broken in it."""
    if not folder.is_dir():
        raise RecordError(f"There is no checkpoint at {folder}; give the folder that `train --out` wrote.")
    try:
        stored = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        metrics = json.loads((folder / METRICS).read_text(encoding="utf-8"))
        if lacking := set(READ) - set(metrics["test"]):
            raise ValueError(f"its test errors lack {', '.join(sorted(lacking))}")
        return RunRecord(
            folder=folder,
            config=RunConfig.from_dict(stored["run"]),
            variables=tuple(stored["variables"]),
            scaler=Scaler(np.asarray(stored["scaler"]["mean"]), np.asarray(stored["scaler"]["scale"])),
            fingerprint=stored["fingerprint"],
            versions=stored["versions"],
            weights_sha=stored["weights_sha"],
            metrics=metrics,
            step=Step.from_dict(stored["step"]) if "step" in stored else None,
        )
    except FileNotFoundError as error:
        name = Path(str(error.filename)).name
        raise RecordError(
            f"Checkpoint {folder.name} lacks {name}; it is unfinished or damaged: train it again."
        ) from None
    except ConfigError as error:
        raise RecordError(f"Checkpoint {folder.name} does not fit this version: {error}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"Checkpoint {folder.name} cannot be read ({error}); train it again.") from error


def readable(folder: Path) -> RunRecord | None:
    """Read a checkpoint folder; None where it cannot be used."""
    try:
        return read_record(folder)
    except RecordError:
        return None


def _table(path: Path, *columns: str) -> pd.DataFrame:
    """Read a table beside the errors; RecordError where it is missing or damaged, or lacks some columns."""
    try:
        return pd.read_csv(path).astype(dict.fromkeys(columns, "int64"))
    except (OSError, ValueError, KeyError) as error:
        raise RecordError(
            f"{path.name} of checkpoint {path.parent.name} cannot be read ({error}); train it again."
        ) from error
