"""The state of a training between two steps, in one file that is replaced whole: a kill at any moment loses little.

Everything the rest of the training depends on is in it: weights, the best weights so far, both moments of AdamW,
the random state of dropout, and where the loop stands. Plain tensors and JSON; nothing is pickled.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import safetensors
import torch
from safetensors.torch import save_file
from torch import Tensor

from core.config import TrainConfig
from core.model.forecaster import Forecaster
from core.train.recipe import learning_rate


@dataclass
class Progress:
    """Where the loop stands; JSON values only."""

    epoch: int = 0
    step: int = 0  # within the epoch
    total_steps: int = 0
    loss_sum: float = 0.0  # over the steps of this epoch
    best_epoch: int = -1
    best_validation: float = float("inf")
    seconds: float = 0.0
    finished: bool = False
    history: list[dict[str, Any]] = field(default_factory=list)
    gradient: list[dict[str, Any]] = field(default_factory=list)

    def close_epoch(self, recipe: TrainConfig, steps: int, validation: dict[str, float]) -> bool:
        """Note an epoch of `steps` and its validation errors; tell whether it is the best one so far."""
        better = validation["mse"] < self.best_validation
        if better:
            self.best_validation, self.best_epoch = validation["mse"], self.epoch
        self.history.append(
            {
                "epoch": self.epoch + 1,
                "train_loss": self.loss_sum / steps,
                "validation_mse": validation["mse"],
                "validation_mae": validation["mae"],
                "learning_rate": learning_rate(recipe, self.total_steps, steps * recipe.epochs),
                "seconds": round(self.seconds, 2),
            }
        )
        self.epoch += 1
        self.step, self.loss_sum = 0, 0.0
        waited = self.epoch - 1 - self.best_epoch
        self.finished = self.epoch >= recipe.epochs or waited >= recipe.patience
        return better


def save_state(
    path: Path,
    model: Forecaster,
    optimiser: torch.optim.AdamW,
    best: dict[str, Tensor],
    progress: Progress,
    identity: str,
) -> None:
    """Replace the state file; `identity` names settings, data and code, and must match when it is read."""
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    tensors |= {f"best.{name}": value for name, value in best.items()}
    tensors["random"] = torch.get_rng_state()
    for number, moments in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{number}.{name}": value for name, value in moments.items()}
    partial = path.with_suffix(".partial")
    contiguous = {name: value.detach().contiguous() for name, value in tensors.items()}
    save_file(contiguous, partial, metadata={"progress": json.dumps(asdict(progress)), "identity": identity})
    partial.replace(path)


def load_state(
    path: Path, model: Forecaster, optimiser: torch.optim.AdamW, identity: str
) -> tuple[Progress, dict[str, Tensor]] | None:
    """Restore model, optimiser and random state in place; None when there is no usable state for this run."""
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}
    except (OSError, safetensors.SafetensorError):
        return None
    if metadata.get("identity") != identity:
        return None

    def under(prefix: str) -> dict[str, Tensor]:
        return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}

    model.load_state_dict(under("model."))
    moments: dict[int, dict[str, Tensor]] = {}
    for name, value in under("optimiser.").items():
        number, _, key = name.partition(".")
        moments.setdefault(int(number), {})[key] = value
    optimiser.load_state_dict({**optimiser.state_dict(), "state": moments})
    torch.set_rng_state(tensors["random"])
    return Progress(**json.loads(metadata["progress"])), under("best.")
