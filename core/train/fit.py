"""The training loop: one run, deterministic by its seed, resumable after any interruption."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, assert_never

import numpy as np
import pandas as pd
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F

from core.baselines import baseline_errors
from core.config import RunConfig, TrainConfig
from core.data.dataset import Dataset
from core.data.windows import Windows, check_fit, make_windows
from core.locks import take
from core.model.forecaster import build
from core.train.checkpoint import parameter_count, weights_digest, write_json
from core.train.evaluate import split_errors, summary, test_metrics
from core.train.gradient import GradientWatch
from core.train.record import CONFIG, GRADIENT, HISTORY, METRICS, WEIGHTS, RecordError, RunRecord, read_record
from core.train.state import Progress, load_state, save_state
from core.version import code_fingerprint, versions
from core.vocabulary import Loss, Split

Event = dict[str, Any]
GRADIENT_EVERY = 10  # steps between two records of the gradient flow
SAVE_SECONDS = 10.0  # between two saves within an epoch
EVENT_SECONDS = 0.5  # between two progress events
LOCK = "lock"  # held while a process trains in the folder
_STATE = "state.safetensors"


class Interrupted(Exception):
    """The run was asked to stop and its state is saved; start it again to go on."""


def training_folder(folder: Path) -> Path:
    """Return where a run lives until it is finished; `folder` itself appears when it is whole."""
    return folder.with_name(folder.name + ".training")


def fit(
    config: RunConfig,
    dataset: Dataset,
    folder: Path,
    *,
    on_event: Callable[[Event], None] = lambda event: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> RunRecord:
    """Train one run into `folder` and return its record; a finished run is returned as it is.

    Started again after a kill, it goes on from the last saved state and ends with the same metrics as a run that
    was never interrupted. `on_event` receives dictionaries of kind "step" and "epoch".

    Raises
    ------
    Interrupted : `should_stop` said so; the state is saved.
    RecordError : `folder` holds another run.
    DataError : the data set is too short for the windows.
    """
    if folder.exists():
        record = read_record(folder)
        if record.config.canonical != config.canonical or record.fingerprint != dataset.fingerprint:
            raise RecordError(f"{folder} holds another run ({record.run_id}); choose an empty folder.")
        return record
    check_fit(dataset, config.window)
    working = training_folder(folder)
    working.mkdir(parents=True, exist_ok=True)
    with _only_writer(working), torch.random.fork_rng(devices=[]):
        training = _Training(config, dataset, working, on_event, should_stop)
        training.run()
        training.write_checkpoint()
        for left in (_STATE, LOCK):
            (working / left).unlink()
        working.rename(folder)
    return read_record(folder)


@contextmanager
def _only_writer(working: Path) -> Iterator[None]:
    held = take(working / LOCK)
    if held is None:
        raise RecordError(
            f"{working.name} is being trained by another process; wait for it, or choose another folder."
        )
    try:
        yield
    finally:
        os.close(held)


class _Training:
    """One run in memory; the loop is `run`, read from there."""

    def __init__(
        self,
        config: RunConfig,
        dataset: Dataset,
        folder: Path,
        on_event: Callable[[Event], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self.config = config.canonical
        self.recipe: TrainConfig = config.train
        self.dataset = dataset
        self.folder = folder
        self.on_event = on_event
        self.should_stop = should_stop
        self.train = make_windows(dataset, config.window, Split.TRAIN, stride=self.recipe.stride)
        self.validation = make_windows(dataset, config.window, Split.VALIDATION)
        self.model = build(config.model, config.window, len(dataset.variables), self.recipe.seed)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=self.recipe.learning_rate, weight_decay=self.recipe.weight_decay
        )
        self.steps = math.ceil(len(self.train) / self.recipe.batch)  # an epoch; the last batch may be small
        self.identity = json.dumps([self.config.to_dict(), dataset.fingerprint, code_fingerprint()], sort_keys=True)
        torch.manual_seed(self.recipe.seed)
        state = load_state(folder / _STATE, self.model, self.optimiser, self.identity)
        self.progress, self.best = state or (Progress(), {})
        self._clock = time.monotonic()
        self._saved = self._told = self._clock

    def run(self) -> None:
        """Train to the last epoch, or until validation has not improved for `patience` epochs."""
        progress = self.progress
        while not progress.finished:
            self._epoch(self._order(progress.epoch))
            self._validate()
            progress.epoch += 1
            progress.step, progress.loss_sum = 0, 0.0
            waited = progress.epoch - 1 - progress.best_epoch
            progress.finished = progress.epoch >= self.recipe.epochs or waited >= self.recipe.patience
            self._save()

    def _order(self, epoch: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the epoch's order of train windows; a function of seed and epoch alone."""
        return np.random.default_rng((self.recipe.seed, epoch)).permutation(len(self.train))

    def _epoch(self, order: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        self.model.train()
        while self.progress.step < self.steps:
            start = self.progress.step * self.recipe.batch
            self.progress.loss_sum += self._step(order[start : start + self.recipe.batch])
            self.progress.step += 1
            self.progress.total_steps += 1
            self._tell_step()
            if self.should_stop():
                self._save()
                raise Interrupted(f"Stopped in epoch {self.progress.epoch + 1}; the state is kept, start it again.")
            if time.monotonic() - self._saved > SAVE_SECONDS:
                self._save()

    def _step(self, chosen: np.ndarray[Any, np.dtype[np.int64]]) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self._learning_rate()
        x, y = _gather(self.train, chosen)
        watch = GradientWatch(self.progress.total_steps) if self.progress.total_steps % GRADIENT_EVERY == 0 else None
        forecast = self.model(x, edits=watch.edits if watch else {}).forecast
        loss = _loss(self.recipe.loss, forecast, y)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.optimiser.step()
        if watch:
            self.progress.gradient.extend(watch.rows())
        return float(loss.detach())

    def _learning_rate(self) -> float:
        """Cosine from the first step to zero at the last one of the last epoch."""
        share = self.progress.total_steps / (self.steps * self.recipe.epochs)
        return self.recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * share))

    def _validate(self) -> None:
        errors = summary(split_errors(self.model, self.validation))
        if errors["mse"] < self.progress.best_validation:
            self.progress.best_validation = errors["mse"]
            self.progress.best_epoch = self.progress.epoch
            self.best = {name: value.clone() for name, value in self.model.state_dict().items()}
        self._tick()
        row = {
            "epoch": self.progress.epoch + 1,
            "train_loss": self.progress.loss_sum / self.steps,
            "validation_mse": errors["mse"],
            "validation_mae": errors["mae"],
            "learning_rate": self._learning_rate(),
            "seconds": round(self.progress.seconds, 2),
        }
        self.progress.history.append(row)
        self.on_event({"kind": "epoch", "epochs": self.recipe.epochs, **row})

    def _tell_step(self) -> None:
        now = time.monotonic()
        last = self.progress.step == self.steps
        if now - self._told < EVENT_SECONDS and not last and self.progress.total_steps > 1:
            return
        self._told = now
        self._tick()
        done = self.progress.total_steps
        total = self.steps * self.recipe.epochs
        self.on_event(
            {
                "kind": "step",
                "epoch": self.progress.epoch + 1,
                "step": done,
                "steps": total,
                "loss": self.progress.loss_sum / self.progress.step,
                "eta": self.progress.seconds / done * (total - done),
            }
        )

    def _tick(self) -> None:
        now = time.monotonic()
        self.progress.seconds += now - self._clock
        self._clock = now

    def _save(self) -> None:
        self._tick()
        save_state(self.folder / _STATE, self.model, self.optimiser, self.best, self.progress, self.identity)
        self._saved = time.monotonic()

    def write_checkpoint(self) -> None:
        """Write the best epoch's weights and everything `read_record` reads into the working folder."""
        if not self.best:
            raise RecordError(
                f"Training of {self.config.run_id} diverged: the validation error was never a number; "
                f"choose a learning rate below {self.recipe.learning_rate:g}."
            )
        self.model.load_state_dict(self.best)
        test = make_windows(self.dataset, self.config.window, Split.TEST)
        best = self.progress.history[self.progress.best_epoch]
        write_json(
            self.folder / METRICS,
            {
                "test": test_metrics(self.model, test, self.dataset.variables),
                "validation": {"mse": best["validation_mse"], "mae": best["validation_mae"]},
                "baselines": baseline_errors(self.dataset, self.config.window),
                "parameters": parameter_count(self.model),
                "epochs": self.progress.epoch,
                "best_epoch": best["epoch"],
                "seconds": round(self.progress.seconds, 1),
            },
        )
        save_file(self.best, self.folder / WEIGHTS)
        pd.DataFrame(self.progress.history).to_csv(self.folder / HISTORY, index=False)
        pd.DataFrame(self.progress.gradient).to_csv(self.folder / GRADIENT, index=False, float_format="%.6g")
        scaler = self.train.scaler
        write_json(
            self.folder / CONFIG,
            {
                "run": self.config.to_dict(),
                "variables": self.dataset.variables,
                "scaler": {"mean": scaler.mean.tolist(), "scale": scaler.scale.tolist()},
                "fingerprint": self.dataset.fingerprint,
                "versions": versions(),
                "weights_sha": weights_digest(self.folder / WEIGHTS),
            },
        )


def _gather(windows: Windows, chosen: np.ndarray[Any, np.dtype[np.int64]]) -> tuple[Tensor, Tensor]:
    """Return x [window, lookback, variable] and y [window, horizon, variable] of the chosen windows."""
    return torch.from_numpy(windows.x[chosen]), torch.from_numpy(windows.y[chosen])


def _loss(kind: Loss, forecast: Tensor, truth: Tensor) -> Tensor:
    match kind:
        case Loss.L1:
            return F.l1_loss(forecast, truth)
        case Loss.MSE:
            return F.mse_loss(forecast, truth)
        case Loss.HUBER:
            return F.huber_loss(forecast, truth)
        case _:
            assert_never(kind)
