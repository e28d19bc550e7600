"""Worker processes of a study: each trains one group of runs; what went wrong is sorted out here.

Side by side, a group is one run and its worker `python -m core train`; stacked, it is many runs of one shape and its
worker `python -m core stack`. Either leaves the same files a run, see `core.study.folder`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from core.config import RunConfig
from core.exits import Exit
from core.jobs import write_json
from core.locks import is_held
from core.study.engine import Group
from core.study.folder import StudyError, beside
from core.train.record import RecordError, read_record
from core.worker import ONE_THREAD
from core.workspace import ROOT

LOOK_SECONDS = 0.2  # between two looks at the workers
SHORT_OF_MEMORY = (Exit.OUT_OF_MEMORY, -signal.SIGKILL)  # the system kills whoever holds most


class Worker(Protocol):
    """A process at work, as `subprocess.Popen` is one."""

    def poll(self) -> int | None:
        """Return its exit status, None while it works."""

    def terminate(self) -> None:
        """Ask it to save its state and end."""

    def wait(self) -> int:
        """Wait for its end."""


Launch = Callable[[Sequence[str], Path], Worker]  # words of the command line, file for what the worker prints
Tell = Callable[..., None]


def full_disk(folder: Path) -> StudyError:
    """Return the sentence for a study that stops because its disk is full."""
    return StudyError(
        f"The disk that holds {folder} is full: the study stopped and everything finished is kept; free some space "
        "and start it again."
    )


def launch_process(words: Sequence[str], log: Path) -> Worker:
    """Start a worker as a one-thread process of the command line."""
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "core", *words, "--parent", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=os.environ | ONE_THREAD,
        )


class Pool:
    """At most `size` workers at a time, in the order of the groups."""

    def __init__(self, runs: Path, size: int, tell: Tell, launch: Launch = launch_process) -> None:
        self._runs = runs
        self._size = size
        self._tell = tell
        self._launch = launch
        self._queue: list[Group] = []
        self._alone: list[Group] = []  # ran out of memory beside others: tried once more when nobody else works
        self._last_try = False
        self._at_work: list[tuple[Group, Worker]] = []

    def work_through(
        self, groups: Sequence[Group], should_stop: Callable[[], bool], look: Callable[[], None] = lambda: None
    ) -> bool:
        """Train all; False when stopped, every worker's state saved. `look` is called while workers are at it.

        Raises
        ------
        StudyError : the disk is full; what is finished is kept.
        """
        self._queue = list(groups)
        try:
            while self._queue or self._at_work or self._alone:
                if not (self._queue or self._at_work):
                    self._queue, self._alone, self._size, self._last_try = self._alone, [], 1, True
                self._fill()
                if should_stop():
                    return False
                look()
                if not self._collect():
                    time.sleep(LOOK_SECONDS)
        finally:
            self._stop_all()
        return True

    def _fill(self) -> None:
        for group in [group for group in self._queue if not self._is_taken(group)][: self._size - len(self._at_work)]:
            self._queue.remove(group)
            self._start(group)

    def _is_taken(self, group: Group) -> bool:
        """Whether a worker of a killed study still saves one of these runs; it ends by itself."""
        return any(is_held(beside(self._runs / run.run_id, ".training") / "lock") for run in group.runs)

    def _start(self, group: Group) -> None:
        for run in group.runs:
            write_json(beside(self._runs / run.run_id, ".json"), run.to_dict())
        worker = self._launch(group.words(self._runs), group.log(self._runs))
        self._at_work.append((group, worker))
        for run in group.runs:
            self._tell("started", run=run.run_id)

    def _collect(self) -> bool:
        """Sort out the workers that ended; tell whether any did."""
        ended = [(group, worker.poll()) for group, worker in self._at_work if worker.poll() is not None]
        self._at_work = [(group, worker) for group, worker in self._at_work if worker.poll() is None]
        for group, exit_status in ended:
            missing = [run for run in group.runs if not self._is_finished(run)]
            if missing:
                self._sort_out(Group(tuple(missing), group.stacked), group.log(self._runs), exit_status)
        return bool(ended)

    def _is_finished(self, run: RunConfig) -> bool:
        try:
            record = read_record(self._runs / run.run_id)
        except RecordError:
            return False
        self._tell("finished", run=run.run_id, mse=record.metrics["test"]["mse"])
        return True

    def _sort_out(self, group: Group, log: Path, exit_status: int | None) -> None:
        """Decide what becomes of runs that their worker did not finish."""
        if exit_status == Exit.FULL_DISK:
            raise full_disk(self._runs.parent)
        if exit_status not in SHORT_OF_MEMORY:
            self._fail(group, _last_line(log))
        elif len(group.runs) > 1:
            halves = group.halves()
            self._tell("memory", runs=len(group.runs), then=f"two stacks of {len(halves[0].runs)}")
            self._queue[:0] = halves
        elif not self._last_try:
            self._tell("memory", run=group.runs[0].run_id, then="tried once more, alone")
            self._alone.append(group)
        else:
            self._fail(group, "The memory ran out even with no other run beside it; choose a smaller preset.")

    def _fail(self, group: Group, sentence: str) -> None:
        for run in group.runs:
            path = beside(self._runs / run.run_id, ".error")
            if not path.exists():  # a worker of many runs knows better which of them failed, and why
                path.write_text(sentence)
            self._tell("failed", run=run.run_id, error=path.read_text())

    def _stop_all(self) -> None:
        for _, worker in self._at_work:
            worker.terminate()
        for _, worker in self._at_work:
            worker.wait()
        self._at_work = []


def _last_line(path: Path) -> str:
    lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1] if lines else "The worker ended without a word; its log is empty."
