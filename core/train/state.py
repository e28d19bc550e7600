"""The state of a training between two steps, in one file that is replaced whole: a kill at any moment loses little.

Everything the rest of the training depends on is in it: weights, the best weights so far, both moments of AdamW,
the random state of dropout, and where the loop stands. Plain tensors and JSON; nothing is pickled.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, assert_never

import safetensors
import torch
from safetensors.torch import save_file
from torch import Tensor

from core.config import TrainConfig
from core.model.forecaster import Forecaster
from core.train.recipe import learning_rate
from core.vocabulary import Select


@dataclass
class Progress:
    """Where the loop stands; JSON values only."""

    epoch: int = 0
    step: int = 0  # within the epoch
    total_steps: int = 0
    loss_sum: float = 0.0  # over the steps of this epoch
    best_epoch: int = -1  # the epoch whose weights are kept: the best one, or the last where the recipe says so
    best_validation: float = float("inf")
    seconds: float = 0.0
    finished: bool = False
    history: list[dict[str, Any]] = field(default_factory=list)
    gradient: list[dict[str, Any]] = field(default_factory=list)

    def close_epoch(
        self,
        recipe: TrainConfig,
        steps: int,
        validation: Mapping[str, float],
        test: Mapping[str, float] | None = None,
    ) -> bool:
        """Note an epoch of `steps` and its errors; tell whether its weights are the ones to keep so far.

        `test` errors are noted for information; nothing is chosen by them.
        """
        keep = self._is_kept(recipe.select, validation["mse"])
        if keep:
            self.best_validation, self.best_epoch = validation["mse"], self.epoch
        errors = {"validation": validation, "test": test or {}}
        self.history.append(
            {
                "epoch": self.epoch + 1,
                "train_loss": self.loss_sum / steps,
                **{
                    f"{part}_{kind}": of[kind] for part, of in errors.items() for kind in ("mse", "mae") if kind in of
                },
                "learning_rate": learning_rate(recipe, self.total_steps, steps * recipe.epochs),
                "seconds": round(self.seconds, 2),
            }
        )
        self.epoch += 1
        self.step, self.loss_sum = 0, 0.0
        waited = self.epoch - 1 - self.best_epoch
        impatient = recipe.select is Select.BEST and waited >= recipe.patience
        self.finished = self.epoch >= recipe.epochs or impatient
        return keep

    def _is_kept(self, select: Select, mse: float) -> bool:
        match select:
            case Select.BEST:
                return mse < self.best_validation
            case Select.LAST:
                return math.isfinite(mse)
            case _:
                assert_never(select)

    def step_event(self, steps: int, epochs: int) -> dict[str, Any]:
        """Return how far the training is, for whoever watches: `steps` an epoch, at most so many epochs."""
        done, total = self.total_steps, steps * epochs
        return {
            "kind": "step",
            "epoch": self.epoch + 1,
            "step": done,
            "steps": total,
            "loss": self.loss_sum / self.step,
            "eta": self.seconds / done * (total - done),
        }

    def epoch_event(self, epochs: int) -> dict[str, Any]:
        """Return the errors of the epoch that was closed last."""
        return {"kind": "epoch", "epochs": epochs, **self.history[-1]}


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
