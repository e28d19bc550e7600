"""The tasks of a study on a Ray cluster, one remote task each.

The folder of the study stays the truth, on the machine that leads it: a node is sent what a task reads, works in a
folder of its own, and sends back what it wrote. A data set is sent to a node once. No lock is looked at across
machines: the leader holds that of the study, a node those of its own folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from core.data import uploads
from core.data.catalog import KNOWN
from core.data.official import VARIABLE, fetch
from core.exits import Exit
from core.nodes import join, on, other_code, remote
from core.study.engine import Group
from core.study.parcel import GROWING, Files, append, at_home, grown, lay, packed, portable, receive, stamps
from core.study.pool import Task
from core.version import code_fingerprint, measuring_fingerprint
from core.worker import spawn
from core.workspace import Folder

TRIES = 3  # of a task whose node is lost
PAUSE = 0.5  # seconds between two looks of a node at its worker
LOST = "A node was lost (%s); the task is tried again.\n"


@dataclass(frozen=True)
class Order:
    """What a node is asked to do: the words of a command line, made portable."""

    words: tuple[str, ...]
    log: str
    number: int  # by which it is asked to stop
    versions: tuple[str, str]  # fingerprints of the code


@dataclass(frozen=True)
class Part:
    """What a node sends: what files grew by, and at the end the files it wrote and how its worker ended."""

    grown: Files = field(default_factory=dict)
    written: Files = field(default_factory=dict)
    status: int | None = None


class _Flags:
    """Which tasks are asked to stop; an actor of the cluster."""

    def __init__(self) -> None:
        self._stopped: set[int] = set()

    def stop(self, number: int) -> None:
        self._stopped.add(number)

    def is_stopped(self, number: int) -> bool:
        return number in self._stopped


class Cluster:
    """A Ray cluster that was joined; `launch` starts a task of a study on one of its nodes."""

    def __init__(self, address: str | None = None) -> None:
        """Join the cluster at an address; by default the one that RAY_ADDRESS or this machine knows.

        Raises
        ------
        ClusterError : there is none.
        """
        join(address)
        there = ray.cluster_resources()
        self.cores, self.gpus = int(there.get("CPU", 1)), int(there.get("GPU", 0))
        here = on(ray.get_runtime_context().get_node_id())
        self._flags = remote(num_cpus=0, scheduling_strategy=here)(_Flags).remote()  # no lost node takes it along
        self._numbers = count()
        self._data: dict[str, Any] = {}  # by data set, what ray keeps of it once a node

    def launch(self, task: Task, place: Path) -> Remote:
        """Start a task in the folder of a study."""
        return Remote(self, task, place)

    def submit(self, task: Task, place: Path, number: int) -> Any:
        """Send a task to a node; return ray's generator of its parts."""
        study = place.parent
        if task.dataset not in self._data:
            self._data[task.dataset] = ray.put(_data(task.dataset))
        words = portable(task.words(place), study)
        log = task.log(place).relative_to(study).as_posix()
        order = Order(words, log, number, (code_fingerprint(), measuring_fingerprint()))
        stacked = isinstance(task, Group) and task.stacked
        resources = {"num_gpus": 1} if stacked and self.gpus else {"num_cpus": 1}
        work = remote(num_returns="streaming", max_retries=0, **resources)(_work)
        return work.remote(order, packed(task.reads(place), study), self._data[task.dataset], self._flags)

    def number(self) -> int:
        """Return a number for one more task."""
        return next(self._numbers)

    def stop(self, number: int) -> None:
        """Ask a task to save its state and end."""
        ray.get(self._flags.stop.remote(number))

    def leave(self) -> None:
        """Leave the cluster."""
        ray.shutdown()


class Remote:
    """A task on a node, watched as the process of a worker is (`core.study.pool.Worker`)."""

    def __init__(self, cluster: Cluster, task: Task, place: Path) -> None:
        self._cluster, self._task, self._place = cluster, task, place
        self._tries = 0
        self._status: int | None = None
        self._submit()

    def poll(self) -> int | None:
        """Take in what the node sent since; return the worker's exit status, None while it works."""
        while self._status is None and ray.wait([self._parts], timeout=0)[0]:
            self._take()
        return self._status

    def terminate(self) -> None:
        """Ask the node to have the worker save its state and end."""
        with suppress(RayError):
            self._cluster.stop(self._number)

    def wait(self) -> int:
        """Wait for the worker's end, with all that it wrote."""
        while self._status is None:
            self._take()
        return self._status

    def _submit(self) -> None:
        self._number = self._cluster.number()
        self._parts = self._cluster.submit(self._task, self._place, self._number)
        self._tries += 1

    def _take(self) -> None:
        """Take in the next part; a task whose node is lost begins again on another one."""
        try:
            part: Part = ray.get(next(self._parts))
        except RayTaskError as error:
            self._end(str(error.cause))
        except (RayError, StopIteration) as error:
            if self._tries < TRIES:
                self._say(LOST % type(error).__name__)
                self._submit()
            else:
                self._end(f"Its node was lost {TRIES} times, last by {type(error).__name__}.")
        else:
            append(part.grown, self._place.parent)
            receive(part.written, self._place.parent)
            self._status = part.status

    def _say(self, text: str) -> None:
        with self._task.log(self._place).open("a", encoding="utf-8") as log:
            log.write(text)

    def _end(self, sentence: str) -> None:
        self._say(f"{sentence}\n")
        self._status = Exit.REFUSED


def _data(key: str) -> Files:
    """Return the files of a data set by their paths in a workspace; what is shipped with the product needs none."""
    if key in KNOWN:
        file = KNOWN[key].file
        return {} if file is None else {f"{Folder.DATA.value}/{file.name}": fetch(file).read_bytes()}
    folder = uploads.stored(key)
    return {f"{Folder.UPLOADS.value}/{name}": body for name, body in packed([folder], folder.parent).items()}


def _work(order: Order, read: Files, data: Files, flags: Any) -> Iterator[Part]:
    """Do a task on a node: yield what its worker writes, and at the end how it ended."""
    if told := other_code((code_fingerprint(), measuring_fingerprint()), order.versions):
        yield Part({order.log: f"{told}\n".encode()}, status=Exit.REFUSED)
        return
    if ray.get(flags.is_stopped.remote(order.number)):  # while it waited for a core
        yield Part(status=Exit.STOPPED)
        return
    study = Path(tempfile.mkdtemp(prefix="crosslens-study-"))
    try:
        lay(read, study)
        (study / order.log).parent.mkdir(exist_ok=True)
        before = stamps(study)
        words = at_home(order.words, study)
        own = {"CROSSLENS_HOME": str(_workspace(data)), VARIABLE: ""}
        command = [sys.executable, "-m", "core", *words, "--parent", str(os.getpid())]
        worker = spawn(command, study / order.log, own)
        sent, asked = dict[str, int](), False
        try:
            while worker.poll() is None:
                if more := grown(study, sent):
                    yield Part(more)
                if not asked and ray.get(flags.is_stopped.remote(order.number)):
                    worker.send_signal(signal.SIGTERM)
                    asked = True
                time.sleep(PAUSE)
        finally:
            worker.kill()
        now = {name for name, stamp in stamps(study).items() if before.get(name) != stamp}
        written = [study / name for name in sorted(now) if not name.endswith(GROWING)]
        yield Part(grown(study, sent), packed(written, study), worker.wait())
    finally:
        shutil.rmtree(study, ignore_errors=True)


def _workspace(data: Files) -> Path:
    """Return the workspace of a node with a data set in it; what is made of that, baselines, is made once a node."""
    marks = hashlib.sha256("".join(f"{name} {len(body)}\n" for name, body in sorted(data.items())).encode())
    home = Path(tempfile.gettempdir()) / f"crosslens-{os.getuid()}-{marks.hexdigest()[:12]}"
    if not home.exists():
        making = Path(tempfile.mkdtemp(prefix="crosslens-home-"))
        lay(data, making)
        with suppress(OSError):  # another task of this node was faster
            making.rename(home)
    if home.stat().st_uid != os.getuid():
        raise PermissionError(f"{home} belongs to somebody else: remove it there.")
    return home
