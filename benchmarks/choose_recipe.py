"""How the `default` recipe was chosen: validation error of candidate recipes; test windows are never looked at.

Run: python -m benchmarks.choose_recipe FOLDER [NAME ...]   (a finished candidate is not trained again)
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import torch

from core.config import preset_run
from core.data.catalog import load_dataset
from core.train.fit import fit
from core.vocabulary import Loss

CANDIDATES: dict[str, dict[str, object]] = {
    "preset": {},
    "lr 5e-4": {"learning_rate": 5e-4},
    "lr 5e-4, 10 epochs": {"learning_rate": 5e-4, "epochs": 10},
    "lr 5e-4, MSE": {"learning_rate": 5e-4, "loss": Loss.MSE},
    "lr 5e-4, Huber": {"learning_rate": 5e-4, "loss": Loss.HUBER},
}
DATASETS = ("ETTh1", "ETTh2")


def main(folder: Path, names: list[str]) -> None:
    torch.set_num_threads(1)
    for name in names or list(CANDIDATES):
        for key in DATASETS:
            run = preset_run(key, "default", horizon=96)
            run = replace(run, train=replace(run.train, **CANDIDATES[name]))  # type: ignore[arg-type]
            record = fit(run, load_dataset(key), folder / f"{name}-{key}")
            validation = record.metrics["validation"]
            print(
                f"{name:20s} {key}: validation MSE {validation['mse']:.4f}, MAE {validation['mae']:.4f}, "
                f"best epoch {record.metrics['best_epoch']}, {record.metrics['seconds']:.0f} s",
                flush=True,
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
