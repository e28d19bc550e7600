"""Workers killed in the middle of a comparison, and resumed until it is done."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from core import jobs
from core.jobs import JobFolder, JobKind, JobState
from core.study.grid import StudyConfig
from core.vocabulary import Fusion
from core.worker import start
from tests.support.waiting import wait_until


def killed(times: int) -> dict[str, int]:
    """Start a comparison, kill it that often with all it started, resume it each time; count how it ended.

    Raises
    ------
    AssertionError
        The comparison, or what was killed of it, did not end in time.
    """
    grid = StudyConfig(
        ("NYweather",), (24,), (Fusion.NONE, Fusion.BOTH), (0,), "quick", 72, matched=False, measures=False
    )
    job = jobs.create(JobKind.STUDY, "a comparison under fire", {"study": grid.to_dict()})
    found = {"kills": 0, "lost and resumed": 0, "done": 0}
    start(job)
    try:
        for _ in range(times):
            if not _is_training(job):
                break
            for process in _processes(job.path):
                os.kill(process, signal.SIGKILL)
                found["kills"] += 1
            wait_until(lambda: not job.state.live)
            found["lost and resumed"] += job.state is JobState.LOST
            start(job)
        wait_until(lambda: not job.state.live)
        found["done"] = int(job.state is JobState.DONE)
    finally:
        job.cancel()
    return found


def _is_training(job: JobFolder) -> bool:
    """Wait until a run of the job saves its state; False where the job ended before."""
    wait_until(lambda: any(job.path.glob("runs/*.training")) or not job.state.live)
    return job.state.live


def _processes(folder: Path) -> list[int]:
    """Return the processes that this soak started on a job's folder: its worker and the trainings below it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes()
        except OSError:  # gone meanwhile
            continue
        if str(folder).encode() in words and int(entry.parent.name) != os.getpid():
            found.append(int(entry.parent.name))
    return found
