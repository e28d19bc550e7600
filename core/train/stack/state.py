"""The state of a stack between two steps, in one file that is replaced whole; any part of it is a state, too.

As for a single run, everything the rest of the training depends on is in it, plain tensors and JSON.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import safetensors
import torch
from safetensors.torch import save_file
from torch import Tensor

from core.config import ModelConfig, RunConfig
from core.train.state import Progress


@dataclass
class StackState:
    """Runs that are trained in step with one another; all tables are [run, weight]."""

    runs: tuple[RunConfig, ...]
    model: ModelConfig  # has the crossings of all of them; decides what a column is
    progress: list[Progress]
    rows: Tensor  # weights
    best: Tensor  # weights of the epoch with the least validation error
    moments: dict[str, Tensor]  # of AdamW: step (one number for all), exp_avg, exp_avg_sq
    random: Tensor  # of the device's generator, from which dropout draws

    def part(self, numbers: Sequence[int]) -> StackState:
        """Return the state of some of the runs."""
        chosen = list(numbers)
        return StackState(
            runs=tuple(self.runs[number] for number in chosen),
            model=self.model,
            progress=[self.progress[number] for number in chosen],
            rows=self.rows.detach()[chosen],
            best=self.best[chosen],
            moments={name: value[chosen] if value.ndim else value for name, value in self.moments.items()},
            random=self.random,
        )

    def save(self, path: Path, identity: str) -> None:
        """Replace the file at `path`; `identity` names data, code and device, and must match when it is read."""
        tensors = {"rows": self.rows.detach(), "best": self.best, "random": self.random}
        tensors |= {f"moments.{name}": value for name, value in self.moments.items()}
        metadata = {
            "identity": identity,
            "runs": json.dumps([run.to_dict() for run in self.runs]),
            "model": json.dumps(self.model.to_dict()),
            "progress": json.dumps([asdict(progress) for progress in self.progress]),
        }
        partial = path.with_name(path.name + ".partial")
        save_file({name: value.contiguous() for name, value in tensors.items()}, partial, metadata=metadata)
        partial.replace(path)


def saved_runs(path: Path, identity: str) -> tuple[RunConfig, ...] | None:
    """Return the runs of a saved stack; None when it is of other data or code, or cannot be read."""
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
    except (OSError, safetensors.SafetensorError):
        return None
    if metadata.get("identity") != identity:
        return None
    return tuple(RunConfig.from_dict(run) for run in json.loads(metadata["runs"]))


def load_stack(path: Path, identity: str, device: torch.device) -> StackState | None:
    """Read a saved stack onto a device; None when there is no usable one."""
    runs = saved_runs(path, identity)
    if runs is None:
        return None
    with safetensors.safe_open(path, framework="pt", device=str(device)) as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    moments = {name.removeprefix("moments."): value for name, value in tensors.items() if name.startswith("moments.")}
    return StackState(
        runs=runs,
        model=ModelConfig.from_dict(json.loads(metadata["model"])),
        progress=[Progress(**progress) for progress in json.loads(metadata["progress"])],
        rows=tensors["rows"],
        best=tensors["best"],
        moments=moments,
        random=tensors["random"].cpu(),
    )


def random_state(device: torch.device) -> Tensor:
    """Return the state of the generator that dropout on a device draws from."""
    return torch.cuda.get_rng_state(device) if device.type == "cuda" else torch.get_rng_state()


def set_random_state(device: torch.device, state: Tensor) -> None:
    """Put that generator back to a state."""
    if device.type == "cuda":
        torch.cuda.set_rng_state(state, device)
    else:
        torch.set_rng_state(state)
