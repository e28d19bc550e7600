"""A stack of runs in memory: all step together, each keeps its own best epoch and stops when it is done."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.baselines import load_ridge
from core.config import RunConfig
from core.data.dataset import Dataset
from core.data.windows import validation_stride
from core.train.finish import check_converged, write_tested
from core.train.fit import GRADIENT_EVERY, Event, Interrupted, publish, training_folder
from core.train.recipe import Turns, draw_turns, draw_variables, epoch_order, epoch_steps, learning_rate, side_by_side
from core.train.record import RecordError
from core.train.stack.data import Resident, resident, table_on
from core.train.stack.functions import Stack
from core.train.stack.scores import stack_scores, stack_test_scores
from core.train.stack.shape import widest
from core.train.stack.state import StackState, load_stack, random_state, set_random_state
from core.train.stack.step import Batch, Precision, Step, fresh_moments
from core.train.state import Progress
from core.version import code_fingerprint
from core.vocabulary import Split

SUFFIX = ".stack"  # of the file that keeps a stack's state, beside the folders of its runs
SAVE_SECONDS = 30.0  # between two saves; a stack's state is large
EVENT_SECONDS = 2.0  # between two progress events of each run

Tell = Callable[[RunConfig, Event], None]


@dataclass(frozen=True)
class Target:
    """Where and how stacks are trained."""

    dataset: Dataset
    out: Path
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    precision: Precision = Precision.FLOAT32

    @property
    def identity(self) -> str:
        """What a saved state must share to be gone on with, beside its runs' settings."""
        return json.dumps([self.dataset.fingerprint, code_fingerprint(), self.device.type, self.precision])

    def path(self, runs: Sequence[RunConfig]) -> Path:
        """Return the file that keeps the state of a stack begun with these runs."""
        digest = hashlib.sha256(json.dumps([run.run_id for run in runs]).encode()).hexdigest()[:8]
        return self.out / f"{digest}{SUFFIX}"


class StackLoop:
    """One stack; the loop is `run`, read from there.

    All runs are at the same step. One that has stopped stays in the stack, its best weights safe, until half of
    them have; then the stack is repacked.
    """

    def __init__(
        self,
        runs: Sequence[RunConfig],
        path: Path,
        target: Target,
        on_event: Tell,
        should_stop: Callable[[], bool],
    ) -> None:
        self.path, self.target, self.on_event, self.should_stop = path, target, on_event, should_stop
        self.recipe, self.window = runs[0].train, runs[0].window
        self.table = table_on(target.device, target.dataset)
        self.train = self._part(Split.TRAIN, self.recipe.stride)
        self.validation = self._part(Split.VALIDATION, validation_stride(target.dataset, self.window))
        self.test = self._part(Split.TEST) if self.recipe.test_every_epoch else None
        self.steps = epoch_steps(self.recipe, len(self.train))
        self.failed: dict[str, str] = {}
        self._arm(load_stack(path, target.identity, target.device) or self._fresh(runs))
        set_random_state(target.device, self.state.random)
        self._clock = self._saved = self._told = time.monotonic()

    def run(self) -> dict[str, str]:
        """Train every run to its last epoch, or until its validation has not improved for `patience` epochs.

        Returns the runs that could not be finished by id, with the reason.
        """
        self._finish()
        while self._live():
            self._repack()
            self._epoch()
            self._validate()
            self._finish()
        return self.failed

    def _part(self, split: Split, stride: int = 1) -> Resident:
        return resident(self.table, self.target.dataset, self.window, split, stride=stride)

    def _live(self) -> list[int]:
        return [number for number, progress in enumerate(self.state.progress) if not progress.finished]

    def _fresh(self, runs: Sequence[RunConfig]) -> StackState:
        model = widest(runs)
        rows = Stack(model, runs, self.table.shape[1], device=self.target.device).initial_weights()
        torch.manual_seed(self.recipe.seed)
        return StackState(
            runs=tuple(runs),
            model=model,
            progress=[Progress() for _ in runs],
            rows=rows,
            best=torch.zeros_like(rows),
            moments=fresh_moments(rows),
            random=random_state(self.target.device),
        )

    def _arm(self, state: StackState) -> None:
        """Go on from a state: the functions of its runs, and the step that changes it."""
        self.state = state
        self.stack = self._stack_of(state.runs)
        self.step = Step(self.stack, state.rows, state.moments, self.recipe, self.train, self.target.precision)
        self.loss_sums = torch.tensor([p.loss_sum for p in state.progress], dtype=torch.float64).to(state.rows.device)
        self._flows: list[tuple[int, Tensor]] = []  # gradient flow not yet noted: (step, [run, block, path])

    def _stack_of(self, runs: Sequence[RunConfig]) -> Stack:
        return Stack(self.state.model, runs, self.table.shape[1], device=self.target.device)

    def _repack(self) -> None:
        live = self._live()
        if 2 * len(live) <= len(self.state.runs):
            self._arm(self.state.part(live))

    def _epoch(self) -> None:
        at = self.state.progress[self._live()[0]]
        orders = np.stack([epoch_order(run.train.seed, at.epoch, len(self.train)) for run in self.state.runs])
        chosen = torch.from_numpy(orders).to(self.target.device).split(self.recipe.batch, dim=1)
        for windows in chosen[at.step :]:
            self._train_on(windows, at.total_steps)
            for number in self._live():
                self.state.progress[number].step += 1
                self.state.progress[number].total_steps += 1
            self._tell_step()
            if self.should_stop():
                self._save()
                raise Interrupted(f"Stopped in epoch {at.epoch + 1}; the state is kept, start it again.")
            if time.monotonic() - self._saved > SAVE_SECONDS:
                self._save()

    def _train_on(self, chosen: Tensor, step: int) -> None:
        watch = step % GRADIENT_EVERY == 0
        rate = learning_rate(self.recipe, step, self.steps * self.recipe.epochs)
        losses, flow = self.step(self._batch(chosen, step), rate, watch=watch)
        self.loss_sums += losses
        if watch:
            self._flows.append((step, flow.clone()))

    def _batch(self, chosen: Tensor, step: int) -> Batch:
        """Return what each run trains on in a step, drawn as when it is trained alone."""
        seeds, turns = [run.train.seed for run in self.state.runs], None
        if self.recipe.rotation:
            drawn = [draw_turns(self.recipe, seed, step, chosen.shape[1]) for seed in seeds]
            turns = Turns(*(part.to(chosen.device) for part in side_by_side(drawn)))
        variables = [draw_variables(self.recipe, seed, step, self.stack.variables) for seed in seeds]
        forecast = [places for places in variables if places is not None]  # those of all runs or of none
        return Batch(chosen, turns, torch.stack(forecast).to(chosen.device) if forecast else None)

    def _validate(self) -> None:
        validation = self._errors(self.validation)
        tested = [None] * len(validation) if self.test is None else self._errors(self.test)
        self._note()
        for number in self._live():
            progress = self.state.progress[number]
            if progress.close_epoch(self.recipe, self.steps, validation[number], tested[number]):
                self.state.best[number] = self.state.rows.detach()[number]
            self._tell(number, progress.epoch_event(self.recipe.epochs))
        self.loss_sums.zero_()

    def _errors(self, data: Resident) -> list[dict[str, float]]:
        """Return each run's errors over every window of a part."""
        return [scores.total for scores in stack_scores(self.stack, self.state.rows, data)]

    def _finish(self) -> None:
        """Write the checkpoints of the runs that have stopped, tested together."""
        stopped = []
        for number, (run, progress) in enumerate(zip(self.state.runs, self.state.progress, strict=True)):
            if not progress.finished or run.run_id in self.failed or (self.target.out / run.run_id).exists():
                continue
            try:
                check_converged(run, progress)
                stopped.append(number)
            except RecordError as error:
                self.failed[run.run_id] = str(error)
        if stopped:
            self._write(stopped)

    def _write(self, stopped: Sequence[int]) -> None:
        dataset = self.target.dataset
        part = self.state.part(stopped)
        stack = self._stack_of(part.runs)
        test = self.test or self._part(Split.TEST)
        trained = f"{self.target.device.type}, {self.target.precision}"
        tested = stack_test_scores(stack, part.best, test, load_ridge(dataset, self.window))
        for number, run in enumerate(part.runs):
            folder = self.target.out / run.run_id
            best = stack.state(number, part.best[number])
            working, progress = training_folder(folder), part.progress[number]
            write_tested(working, run, dataset, best, progress, tested[number], stacked=trained)
            publish(folder)

    def _tell_step(self) -> None:
        last = self.state.progress[self._live()[0]].step == self.steps
        if time.monotonic() - self._told < EVENT_SECONDS and not last:
            return
        self._told = time.monotonic()
        self._note()
        for number in self._live():
            self._tell(number, self.state.progress[number].step_event(self.steps, self.recipe.epochs))

    def _tell(self, number: int, event: Event) -> None:
        self.on_event(self.state.runs[number], event)

    def _note(self) -> None:
        """Bring time, losses and gradient flow from the device into each run's progress."""
        now = time.monotonic()
        losses = self.loss_sums.tolist()
        for number in self._live():
            progress = self.state.progress[number]
            progress.seconds += now - self._clock
            progress.loss_sum = losses[number]
            for step, flow in self._flows:
                for block, ((conv, conv_weights), (gru, gru_weights)) in enumerate(flow[number].tolist(), start=1):
                    outputs = {"conv": conv, "gru": gru}
                    weights = {"conv_weights": conv_weights, "gru_weights": gru_weights}
                    progress.gradient.append({"step": step, "block": block, **outputs, **weights})
        self._flows.clear()
        self._clock = now

    def _save(self) -> None:
        self._note()
        self.state.random = random_state(self.target.device)
        self.state.save(self.path, self.target.identity)
        self._saved = time.monotonic()
