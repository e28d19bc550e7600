"""The training loop: one run, deterministic by its seed, resumable after any interruption."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.config import RunConfig, TrainConfig
from core.data.dataset import Dataset
from core.data.windows import Windows, check_fit, make_windows, validation_stride
from core.locks import take
from core.model.forecaster import Forecaster, build
from core.train.evaluate import split_scores
from core.train.finish import write_checkpoint
from core.train.gradient import GradientWatch
from core.train.recipe import (
    draw_turns,
    draw_variables,
    epoch_order,
    epoch_steps,
    learning_rate,
    loss_of,
    turned,
    turned_known,
    weight_decay,
)
from core.train.record import RecordError, RunRecord, read_record
from core.train.state import Progress, load_state, save_state
from core.version import code_fingerprint
from core.vocabulary import Split

Event = dict[str, Any]
GRADIENT_EVERY = 10  # steps between two records of the gradient flow
SAVE_SECONDS = 10.0  # between two saves within an epoch
EVENT_SECONDS = 0.5  # between two progress events
LOCK = "lock"  # held while a process trains in the folder
STATE = "state.safetensors"


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
    finished = finished_record(config, dataset, folder)
    if finished is not None:
        return finished
    check_fit(dataset, config.window)
    working = training_folder(folder)
    with _only_writer(working), torch.random.fork_rng(devices=[]):
        training = _Training(config, dataset, working, on_event, should_stop)
        training.run()
        write_checkpoint(working, training.config, dataset, training.model, training.best, training.progress)
        publish(folder)
    return read_record(folder)


def finished_record(config: RunConfig, dataset: Dataset, folder: Path) -> RunRecord | None:
    """Return the record of a finished run; None when `folder` is free, RecordError when another run is there."""
    if not folder.exists():
        return None
    record = read_record(folder)
    if record.config.canonical != config.canonical or record.fingerprint != dataset.fingerprint:
        raise RecordError(f"{folder} holds another run ({record.run_id}); choose an empty folder.")
    return record


def publish(folder: Path) -> None:
    """Give a run's whole training folder its final name."""
    working = training_folder(folder)
    for left in (STATE, LOCK):
        (working / left).unlink(missing_ok=True)
    working.rename(folder)


def hold(working: Path) -> int:
    """Take the lock of a training folder; RecordError when another process trains there."""
    working.mkdir(parents=True, exist_ok=True)
    held = take(working / LOCK)
    if held is None:
        raise RecordError(
            f"{working.name} is being trained by another process; wait for it, or choose another folder."
        )
    return held


@contextmanager
def _only_writer(working: Path) -> Iterator[None]:
    held = hold(working)
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
        thin = validation_stride(dataset, config.window)
        self.validation = make_windows(dataset, config.window, Split.VALIDATION, stride=thin)
        self.model = build(config.model, config.window, len(dataset.variables), self.recipe.seed)
        self.model.embedding.requires_grad_(not self.recipe.freeze_embedding)
        self.test = make_windows(dataset, config.window, Split.TEST) if self.recipe.test_every_epoch else None
        self.optimiser = make_optimiser(self.model, self.recipe)
        self.steps = epoch_steps(self.recipe, len(self.train))
        self.identity = json.dumps([self.config.to_dict(), dataset.fingerprint, code_fingerprint()], sort_keys=True)
        torch.manual_seed(self.recipe.seed)
        state = load_state(folder / STATE, self.model, self.optimiser, self.identity)
        self.progress, self.best = state or (Progress(), {})
        self._clock = time.monotonic()
        self._saved = self._told = self._clock

    def run(self) -> None:
        """Train to the last epoch, or until validation has not improved for `patience` epochs."""
        while not self.progress.finished:
            self._epoch(epoch_order(self.recipe.seed, self.progress.epoch, len(self.train)))
            self._validate()
            self._save()

    def _epoch(self, order: NDArray[np.int64]) -> None:
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

    def _step(self, chosen: NDArray[np.int64]) -> float:
        step = self.progress.total_steps
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.recipe, step, self.steps * self.recipe.epochs)
        variables = draw_variables(self.recipe, self.recipe.seed, step, self.train.x.shape[2])
        x, y, known = _gather(self.train, chosen, variables)
        if self.recipe.rotation:
            turns = draw_turns(self.recipe, self.recipe.seed, step, len(chosen))
            x, y = turned(x, turns), turned(y, turns)
            known = None if known is None else turned_known(known, turns)
        watch = GradientWatch(step) if step % GRADIENT_EVERY == 0 else None
        edits = watch.observers if watch else {}
        loss = loss_of(self.recipe, self.model(x, edits=edits, variables=variables).forecast, y, known)
        self.optimiser.zero_grad()
        loss.backward()
        if watch:
            self.progress.gradient.extend(watch.rows(self.model))
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.optimiser.step()
        return float(loss.detach())

    def _validate(self) -> None:
        validation = split_scores(self.model, self.validation).total
        test = split_scores(self.model, self.test).total if self.test is not None else None
        self._tick()
        if self.progress.close_epoch(self.recipe, self.steps, validation, test):
            self.best = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.on_event(self.progress.epoch_event(self.recipe.epochs))

    def _tell_step(self) -> None:
        now = time.monotonic()
        last = self.progress.step == self.steps
        if now - self._told < EVENT_SECONDS and not last and self.progress.total_steps > 1:
            return
        self._told = now
        self._tick()
        self.on_event(self.progress.step_event(self.steps, self.recipe.epochs))

    def _tick(self) -> None:
        now = time.monotonic()
        self.progress.seconds += now - self._clock
        self._clock = now

    def _save(self) -> None:
        self._tick()
        save_state(self.folder / STATE, self.model, self.optimiser, self.best, self.progress, self.identity)
        self._saved = time.monotonic()


def make_optimiser(model: Forecaster, recipe: TrainConfig) -> torch.optim.AdamW:
    """Return AdamW over all weights, in groups of one weight decay each."""
    groups: dict[float, list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        groups.setdefault(weight_decay(recipe, name), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": members, "weight_decay": decay} for decay, members in groups.items()],
        lr=recipe.learning_rate,
        fused=True,  # one pass over all weights instead of some ten small ones for each tensor
    )


def _gather(
    windows: Windows, chosen: NDArray[np.int64], variables: Tensor | None
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return x [window, lookback, variable] of chosen windows; y [.., horizon, variables] and where that is known."""
    forecast = slice(None) if variables is None else variables.numpy()
    known = windows.known_at(chosen)
    return (
        torch.from_numpy(windows.x[chosen]),
        torch.from_numpy(windows.y[chosen][..., forecast]),
        None if known is None else torch.from_numpy(known[..., forecast]),
    )
