"""How the recipes were chosen: validation error of candidates; test windows are never looked at.

Run: python -m benchmarks.choose_recipe FOLDER [NAME ...]   (a finished candidate is not trained again)
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import torch

from core.data.catalog import load_dataset
from core.presets import preset_run
from core.train.fit import fit
from core.vocabulary import Loss

CANDIDATES: dict[str, tuple[str, dict[str, object]]] = {  # preset, and what is changed in its recipe
    "preset": ("default", {}),
    "lr 5e-4": ("default", {"learning_rate": 5e-4}),
    "lr 5e-4, 10 epochs": ("default", {"learning_rate": 5e-4, "epochs": 10}),
    "lr 5e-4, MSE": ("default", {"learning_rate": 5e-4, "loss": Loss.MSE}),
    "lr 5e-4, Huber": ("default", {"learning_rate": 5e-4, "loss": Loss.HUBER}),
} | {
    f"published form, {loss.value}, lr {rate:g}": ("published-small", {"learning_rate": rate, "loss": loss})
    for loss in (Loss.L1, Loss.MSE)
    for rate in (1e-4, 5e-4, 1e-3)
}
DATASETS = ("ETTh1", "ETTh2")


def main(folder: Path, names: list[str]) -> None:
    torch.set_num_threads(1)
    for name in names or list(CANDIDATES):
        preset, changes = CANDIDATES[name]
        for key in DATASETS:
            run = preset_run(key, preset, horizon=96)
            run = replace(run, train=replace(run.train, **changes))  # type: ignore[arg-type]
            record = fit(run, load_dataset(key), folder / f"{name}-{key}")
            validation = record.metrics["validation"]
            print(
                f"{name:32s} {key}: validation MSE {validation['mse']:.4f}, MAE {validation['mae']:.4f}, "
                f"best epoch {record.metrics['best_epoch']}, {record.metrics['seconds']:.0f} s",
                flush=True,
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
