"""A finished run at half its size: weights in half precision, and what that costs in error."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.jobs import write_json
from core.train.checkpoint import load_checkpoint, weights_digest
from core.train.evaluate import split_scores
from core.train.record import CONFIG, GRADIENT, HISTORY, METRICS, WEIGHTS, RecordError
from core.vocabulary import Split

NOTE = "weights"  # the version entry that tells which weights were halved


@dataclass(frozen=True)
class Packed:
    """A run whose weights were halved, and its test MSE (standardised values) before and after."""

    run_id: str
    recorded: float
    halved: float

    @property
    def error_growth(self) -> float:
        """By how much the test MSE grew; below zero where it fell."""
        return self.halved - self.recorded


def in_half_precision(folder: Path, dataset: Dataset, out: Path) -> Packed:
    """Copy a finished run to `out` / its name with weights in half precision, and test the copy on every window.

    Metrics stay those of the run as it was trained, in seven digits; settings name the digest of the weights it was
    trained to.

    Raises
    ------
    RecordError : the run cannot be used, the data are others, its weights are halved already, or `out` holds it.
    """
    checkpoint = load_checkpoint(folder)
    checkpoint.check_data(dataset)
    record = checkpoint.record
    target = out / record.run_id
    if NOTE in record.versions:
        raise RecordError(f"{record.run_id} has weights in half precision already; give the run as it was trained.")
    if target.exists():
        raise RecordError(f"{target} exists already; remove it or choose another folder.")
    partial = out / f".{record.run_id}.partial"
    partial.mkdir(parents=True, exist_ok=True)
    for name in (HISTORY, GRADIENT):
        shutil.copyfile(folder / name, partial / name)
    # Errors of each step and variable would be as large as the weights otherwise.
    (partial / METRICS).write_text(json.dumps(_rounded(record.metrics), separators=(",", ":")) + "\n")
    weights = {name: value.to(torch.float16) for name, value in checkpoint.model.state_dict().items()}
    save_file(weights, partial / WEIGHTS)
    settings = json.loads((folder / CONFIG).read_text())
    settings["versions"][NOTE] = f"float16 of {record.weights_sha}"
    write_json(partial / CONFIG, {**settings, "weights_sha": weights_digest(partial / WEIGHTS)})
    partial.rename(target)
    windows = make_windows(dataset, record.config.window, Split.TEST)
    after = split_scores(load_checkpoint(target).model, windows).total["mse"]
    return Packed(record.run_id, record.metrics["test"]["mse"], after)


def _rounded(value: Any) -> Any:
    """Return JSON values with their numbers in seven digits, more than single precision has."""
    match value:
        case dict():
            return {name: _rounded(one) for name, one in value.items()}
        case list():
            return [_rounded(one) for one in value]
        case float():
            return float(f"{value:.7g}")
        case _:
            return value
