"""The training loop of a stack: every run to its own best epoch, resumable, halved where the memory is too small."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import torch

from core.config import RunConfig
from core.data.windows import check_fit
from core.exits import Exit, refusal
from core.train.fit import finished_record, hold, training_folder
from core.train.stack.loop import SUFFIX, StackLoop, Target, Tell
from core.train.stack.shape import check_shape
from core.train.stack.state import load_stack, saved_runs


@dataclass(frozen=True)
class _Task:
    """Runs to be trained together, and where their state is or will be kept."""

    runs: tuple[RunConfig, ...]
    path: Path


def fit_stack(
    runs: Sequence[RunConfig],
    target: Target,
    *,
    on_event: Tell = lambda run, event: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, str]:
    """Train runs of one shape at once into `target.out`, each as `fit` trains one; finished ones stay as they are.

    Started again after a kill, a saved stack goes on as it was, all its unfinished runs with it, and ends with the
    same results. `on_event` receives dictionaries of kind "step", "epoch" and, where a stack did not fit into the
    memory, "halved" with the numbers of runs before and after.

    Returns
    -------
    The runs that could not be trained by id, with the reason; the others are finished.

    Raises
    ------
    Interrupted : `should_stop` said so; the state is saved.
    RecordError : another process trains one of the runs, or a folder holds another run.
    ValueError : the runs are not of one shape.
    """
    wanted = list(dict.fromkeys(run.canonical for run in runs))
    check_shape(wanted)
    check_fit(target.dataset, wanted[0].window)
    target.out.mkdir(parents=True, exist_ok=True)
    queue = _tasks([run for run in wanted if not _is_finished(run, target)], target)
    failed: dict[str, str] = {}
    with ExitStack() as held:
        for run in (run for task in queue for run in task.runs if not _is_finished(run, target)):
            held.callback(os.close, hold(training_folder(target.out / run.run_id)))
        while queue:
            task = queue.pop(0)
            if _fits(task, target, on_event, should_stop, failed):
                task.path.unlink(missing_ok=True)
            else:
                queue[:0] = _halves(task, target, on_event)
    return failed


def _is_finished(run: RunConfig, target: Target) -> bool:
    return finished_record(run, target.dataset, target.out / run.run_id) is not None


def _tasks(waiting: Sequence[RunConfig], target: Target) -> list[_Task]:
    """Return the saved stacks that hold any of the waiting runs, and one new stack of those that none holds."""
    tasks, rest = [], list(waiting)
    for path in sorted(target.out.glob(f"*{SUFFIX}")):
        saved = saved_runs(path, target.identity) or ()
        if any(run in rest for run in saved):
            tasks.append(_Task(saved, path))
            rest = [run for run in rest if run not in saved]
    return [*tasks, _Task(tuple(rest), target.path(rest))] if rest else tasks


def _fits(
    task: _Task, target: Target, on_event: Tell, should_stop: Callable[[], bool], failed: dict[str, str]
) -> bool:
    """Train a stack to its end; tell whether it fitted into the memory."""
    try:
        with torch.random.fork_rng(devices=[target.device] if target.device.type == "cuda" else []):
            failed |= StackLoop(task.runs, task.path, target, on_event, should_stop).run()
    except (RuntimeError, MemoryError) as error:
        cause = _shortage(error)
        if cause is None:
            raise
        if len(task.runs) == 1:
            raise cause from None
        return False
    return True


def _shortage(error: BaseException | None) -> Exception | None:
    """Return the error that says the memory ran out; a capture that it broke off raises another in its stead."""
    while isinstance(error, Exception):
        told = refusal(error)
        if told is not None and told[0] is Exit.OUT_OF_MEMORY:
            return error
        error = error.__cause__ or error.__context__
    return None


def _halves(task: _Task, target: Target, on_event: Tell) -> list[_Task]:
    """Part a stack in two that go on from its last saved state, or from the beginning where there is none."""
    if target.device.type == "cuda":
        torch.cuda.empty_cache()
    saved = load_stack(task.path, target.identity, torch.device("cpu"))
    runs = saved.runs if saved else task.runs
    middle = (len(runs) + 1) // 2
    halves = []
    for numbers in (range(middle), range(middle, len(runs))):
        part = tuple(runs[number] for number in numbers)
        halves.append(_Task(part, target.path(part)))
        if saved:
            saved.part(numbers).save(halves[-1].path, target.identity)
        for run in part:
            if not _is_finished(run, target):
                on_event(run, {"kind": "halved", "runs": len(runs), "then": len(part)})
    task.path.unlink(missing_ok=True)
    return halves
