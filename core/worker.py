"""The worker's side of a job: start it as a process of its own, wait for its turn, report, and leave a result."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.exits import hardship
from core.jobs import QUEUE_LOCK, JobError, JobFolder, JobState, ahead, write_json
from core.locks import take
from core.text.message import Message, message_of
from core.workspace import ROOT

WORKER = (sys.executable, "-m", "core", "work")
PAUSE = 0.2  # seconds between two looks at the queue
LEAVING = 20.0  # seconds that a worker may take to end once its result is written

# One thread a process and no spinning: processes side by side beat threads that wait for one another. Huge pages for
# the C library's heap: a training step frees and takes again a hundred arrays of a megabyte each.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}


NOTHING: Mapping[str, str] = MappingProxyType({})


class JobCancelled(Exception):
    """Raised inside the work once somebody asked it to stop."""


@dataclass(frozen=True)
class Reporter:
    """What the work is handed: where it is, how to tell, and whether to stop."""

    job: JobFolder

    def event(self, kind: str, **fields: Any) -> None:
        """Append one event; one write, so that lines of several threads never mix."""
        line = json.dumps({"time": datetime.now(UTC).isoformat(), "kind": kind, **fields}) + "\n"
        with (self.job.path / "events.jsonl").open("ab", buffering=0) as file:
            file.write(line.encode())

    def progress(self, done: float, total: float, message: Message) -> None:
        """Tell how far the work is, in any unit."""
        self.event("progress", done=done, total=total, message=message.to_json())

    def should_stop(self) -> bool:
        """Tell whether somebody asked this job to stop."""
        return (self.job.path / "cancel").exists()

    def stop_if_asked(self) -> None:
        """Raise JobCancelled where somebody asked this job to stop."""
        if self.should_stop():
            raise JobCancelled


Work = Callable[[Reporter], Mapping[str, Any]]


def spawn(
    command: Sequence[str], log: Path, environment: Mapping[str, str] = NOTHING, **settings: Any
) -> subprocess.Popen[bytes]:
    """Start a one-thread process of the product that prints into a log.

    Parameters
    ----------
    environment : variables that are set for it besides.
    settings : those of `Popen` besides.
    """
    with log.open("ab") as file:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD, **environment},
            **settings,
        )


def start(job: JobFolder, *, command: Sequence[str] = WORKER) -> None:
    """Set a job going in a process of its own; a job that ended or was lost starts again in its folder.

    The worker inherits the lock, so the job counts as alive from this call on, without a gap.
    """
    job.make_way()
    lock = _lock_of(job)
    try:
        for left in ("started", "cancel", "result.json"):
            (job.path / left).unlink(missing_ok=True)
        _end_broken_line(job)
        process = spawn(
            [*command, str(job.path), "--lock", str(lock)],
            job.path / "log.txt",
            pass_fds=(lock,),
            start_new_session=True,  # Ctrl-C in the server's terminal does not reach it
        )
    finally:
        os.close(lock)  # the worker's copy goes on holding it
    threading.Thread(target=process.wait, daemon=True).start()  # so that no dead child lingers


def _lock_of(job: JobFolder) -> int:
    """Take the lock of a job; a worker that has left its result holds it until it has ended, and is waited for."""
    end = time.monotonic() + LEAVING
    while (lock := take(job.path / "lock")) is None:
        if job.result is None or time.monotonic() > end:
            raise JobError(Message("job.at_work", job=job.id))
        time.sleep(PAUSE)
    return lock


def run(job: JobFolder, work: Work, *, lock: int | None = None) -> int:
    """Do a job's work in this process: wait for its turn, run, write the result; return an exit status.

    Parameters
    ----------
    lock : descriptor of the job's lock inherited from `start`; None takes the lock here (JobError when held).
    """
    if lock is None:
        lock = take(job.path / "lock")
        if lock is None:
            raise JobError(Message("job.at_work", job=job.id))
    os.set_inheritable(lock, False)  # the work's own children do not keep the job alive
    reporter = Reporter(job)
    try:
        with _turn(reporter):
            (job.path / "started").touch()
            reporter.event("started")
            value = work(reporter)
        return _finish(reporter, JobState.DONE, None, value)
    except JobCancelled:
        return _finish(reporter, JobState.CANCELLED, Message("job.stopped"))
    except ValueError as error:  # the product's own refusals are sentences
        traceback.print_exc()
        return _finish(reporter, JobState.FAILED, message_of(error))
    except Exception as error:
        traceback.print_exc()
        told = hardship(error)
        fault = Message("job.fault", error=type(error).__name__, said=str(error))
        return _finish(reporter, JobState.FAILED, told[1] if told else fault)


@contextmanager
def _turn(reporter: Reporter) -> Iterator[None]:
    """Wait until every earlier job of the queue has ended, and hold the queue meanwhile."""
    path = reporter.job.path.parent / QUEUE_LOCK
    told = -1
    while True:
        reporter.stop_if_asked()
        waiting_for = len(ahead(reporter.job))
        queue = take(path) if waiting_for == 0 else None
        if queue is not None:
            break
        if told != waiting_for:
            reporter.event("queued", ahead=max(waiting_for, 1))
            told = waiting_for
        time.sleep(PAUSE)
    try:
        yield
    finally:
        os.close(queue)


def _finish(
    reporter: Reporter, state: JobState, message: Message | None, value: Mapping[str, Any] | None = None
) -> int:
    said = message.to_json() if message else ""
    result = {"state": state.value, "message": said, "value": dict(value or {})}
    reporter.event("ended", state=state.value, message=said)
    write_json(reporter.job.path / "result.json", result)
    return 0 if state is JobState.DONE else 1


def _end_broken_line(job: JobFolder) -> None:
    """Close a line that a killed worker broke off, so that the next event stands on its own."""
    path = job.path / "events.jsonl"
    if path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n"):
        with path.open("ab") as file:
            file.write(b"\n")
