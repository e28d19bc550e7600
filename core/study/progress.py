"""How far a study is, and how long it will still take: one answer for the command line and for pages."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import mean

from core.study.folder import RunState, RunStatus, status, writer
from core.text.words import say

SAMPLED = 3  # finished runs of a cell whose time is read: bounds the reading of large studies

Cell = tuple[str, int]  # data set and horizon: what decides how long a run takes


@dataclass(frozen=True)
class StudyProgress:
    """A study at one moment."""

    statuses: Sequence[RunStatus]
    workers: int = 1  # processes at a time

    @property
    def share(self) -> float:
        """Part of the runs that is done, 0 to 1; a run at work counts by its steps."""
        return mean(share_of(run) for run in self.statuses) if self.statuses else 0.0

    def count(self, *states: RunState) -> int:
        """Return how many runs are in one of some states."""
        return sum(run.state in states for run in self.statuses)

    @property
    def failures(self) -> list[str]:
        """One sentence a run that failed."""
        return [f"{run.config.run_id}: {run.error}" for run in self.statuses if run.state is RunState.FAILED]

    @cached_property
    def seconds_left(self) -> float | None:
        """Estimate of the time left; None as long as no run told how long it takes.

        What the runs at work still need, and for each one waiting the mean time of a whole run of its data set and
        horizon, divided by the runs that are trained at a time.
        """
        whole = self._whole_runs()
        if not whole:
            return None
        usual = mean(whole.values())
        left = 0.0
        for run in self.statuses:
            if run.state in (RunState.TRAINING, RunState.WAITING):
                step = run.log.step if run.state is RunState.TRAINING else None
                left += float(step["eta"]) if step else whole.get(_cell(run), usual)
        at_work, waiting = self.count(RunState.TRAINING), self.count(RunState.WAITING)
        return left / max(1, at_work, min(self.workers, at_work + waiting))

    def _whole_runs(self) -> dict[Cell, float]:
        """Return the mean time of a whole run by cell, as runs at work foresee it and finished ones told."""
        told: dict[Cell, list[float]] = defaultdict(list)
        finished: dict[Cell, int] = defaultdict(int)
        for run in reversed(self.statuses):
            cell = _cell(run)
            if run.state is RunState.TRAINING and (step := run.log.step):
                told[cell].append(float(step["eta"]) / max(1 - step["step"] / step["steps"], 0.01))
            elif run.state is RunState.DONE and finished[cell] < SAMPLED:
                finished[cell] += 1
                if epoch := run.log.epoch:
                    told[cell].append(float(epoch["seconds"]))
        return {cell: mean(seconds) for cell, seconds in told.items()}


def progress(folder: Path) -> StudyProgress:
    """Return how far the study in a folder is."""
    told = writer(folder) or {}
    return StudyProgress(status(folder), int(told.get("workers", os.cpu_count() or 1)))


def share_of(run: RunStatus) -> float:
    """Return the part of a run that is done, 0 to 1; what failed has ended."""
    if run.state in (RunState.DONE, RunState.FAILED):
        return 1.0
    step = run.log.step
    return min(1.0, step["step"] / step["steps"]) if step else 0.0


def by_cell(statuses: Iterable[RunStatus]) -> dict[Cell, list[RunStatus]]:
    """Return the runs by data set and horizon, in planned order."""
    found: dict[Cell, list[RunStatus]] = {}
    for run in statuses:
        found.setdefault(_cell(run), []).append(run)
    return found


def _cell(run: RunStatus) -> Cell:
    return run.config.dataset, run.config.window.horizon


def clock(seconds: float) -> str:
    """Return a duration as people say it.

    >>> clock(42), clock(130), clock(7300)
    ('42 s', '2 min 10 s', '2 h 1 min')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return say("{hours} h {minutes} min", hours=hours, minutes=minutes)
    if minutes:
        return say("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
    return say("{seconds} s", seconds=rest)
