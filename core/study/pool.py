"""Worker processes of a study: each does one task; what went wrong is sorted out here.

A task is a group of runs to train (`core.study.engine`) or something to measure (`core.study.measures`).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, Self

from core.exits import Exit
from core.study.folder import FullDisk
from core.worker import spawn

POLL_SECONDS = 0.2  # between two looks at the workers
SHORT_OF_MEMORY = (Exit.OUT_OF_MEMORY, -signal.SIGKILL)  # the system kills whoever holds most


class Worker(Protocol):
    """A process at work, as `subprocess.Popen` is one."""

    def poll(self) -> int | None:
        """Return its exit status, None while it works."""

    def terminate(self) -> None:
        """Ask it to save its state and end."""

    def wait(self) -> int:
        """Wait for its end."""


Emit = Callable[..., None]


class Task(Protocol):
    """What one worker does, in a folder that is handed to every method."""

    @property
    def named(self) -> dict[str, object]:
        """How events name it."""

    @property
    def dataset(self) -> str:
        """Key of the data set that its worker reads."""

    def reads(self, place: Path) -> list[Path]:
        """Return the files and folders of the study that its worker reads."""

    def words(self, place: Path) -> list[str]:
        """Return the command line of its worker."""

    def log(self, place: Path) -> Path:
        """Return the file for what the worker prints."""

    def is_taken(self, place: Path) -> bool:
        """Tell whether a worker of a killed study still saves its work; it ends by itself."""

    def begin(self, place: Path, emit: Emit) -> None:
        """Write what the worker reads."""

    def rest(self, place: Path, emit: Emit) -> Self | None:
        """Return the part that its worker did not finish, None where it finished all; emit what it finished."""

    def halves(self) -> list[Self]:
        """Return two tasks of half the work each; none where it is one piece."""

    def fail(self, place: Path, sentence: str, emit: Emit) -> None:
        """Record and tell why it failed."""


Launch = Callable[[Task, Path], Worker]  # what the worker does, in which folder


def launch_process(task: Task, place: Path) -> Worker:
    """Start a worker as a one-thread process of the command line."""
    return spawn([sys.executable, "-m", "core", *task.words(place), "--parent", str(os.getpid())], task.log(place))


class Pool:
    """At most `size` workers at a time, in the order of the tasks; `place` is the folder of the study they fill."""

    def __init__(self, place: Path, size: int, emit: Emit, launch: Launch = launch_process) -> None:
        self._place = place
        self._size = size
        self._emit = emit
        self._launch = launch
        self._queue: list[Task] = []
        self._alone: list[Task] = []  # ran out of memory beside others: tried once more when nobody else works
        self._last_try = False
        self._at_work: list[tuple[Task, Worker]] = []

    def work_through(
        self, tasks: Sequence[Task], should_stop: Callable[[], bool], on_poll: Callable[[], None] = lambda: None
    ) -> bool:
        """Do all; False when stopped, every worker's state saved. `on_poll` is called while workers are at it.

        Raises
        ------
        FullDisk : what is finished is kept.
        """
        self._queue = list(tasks)
        try:
            while self._queue or self._at_work or self._alone:
                if not (self._queue or self._at_work):
                    self._queue, self._alone, self._size, self._last_try = self._alone, [], 1, True
                self._fill()
                if should_stop():
                    return False
                on_poll()
                if not self._collect():
                    time.sleep(POLL_SECONDS)
        finally:
            self._stop_all()
        return True

    def _fill(self) -> None:
        free = [task for task in self._queue if not task.is_taken(self._place)]
        for task in free[: self._size - len(self._at_work)]:
            self._queue.remove(task)
            task.begin(self._place, self._emit)
            self._at_work.append((task, self._launch(task, self._place)))

    def _collect(self) -> bool:
        """Sort out the workers that ended; tell whether any did."""
        ended = [(task, worker.poll()) for task, worker in self._at_work if worker.poll() is not None]
        self._at_work = [(task, worker) for task, worker in self._at_work if worker.poll() is None]
        for task, exit_status in ended:
            rest = task.rest(self._place, self._emit)
            if rest is not None:
                self._sort_out(rest, task.log(self._place), exit_status)
        return bool(ended)

    def _sort_out(self, task: Task, log: Path, exit_status: int | None) -> None:
        """Decide what becomes of a task that its worker did not finish."""
        if exit_status == Exit.FULL_DISK:
            raise FullDisk(self._place.parent)
        if exit_status not in SHORT_OF_MEMORY:
            task.fail(self._place, _last_line(log), self._emit)
        elif halves := task.halves():
            self._emit("memory", **task.named, then="in two halves")
            self._queue[:0] = halves
        elif not self._last_try:
            self._emit("memory", **task.named, then="tried once more, alone")
            self._alone.append(task)
        else:
            sentence = "The memory ran out even with no other run beside it; choose a smaller preset."
            task.fail(self._place, sentence, self._emit)

    def _stop_all(self) -> None:
        for _, worker in self._at_work:
            worker.terminate()
        for _, worker in self._at_work:
            worker.wait()
        self._at_work = []


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1] if lines else "The worker ended without a word; its log is empty."
