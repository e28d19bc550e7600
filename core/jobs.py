"""Background work as folders: started apart from whoever asked, read by anybody, outliving both.

A job is a folder. Its worker is a separate process that holds `lock` for as long as it lives (so liveness needs no
process numbers and survives a restart of the server), appends one JSON object a line to `events.jsonl`, and leaves
`result.json` by rename. Whoever watches only reads. Jobs that lie in one parent folder form a queue: one runs, the
others wait in the order they were made.

    spec.json     kind, title, arguments, created
    events.jsonl  {"time", "kind": "queued" | "started" | "progress" | ..., "message", ...}
    log.txt       what the worker printed
    lock          held while the worker lives
    started       there once its turn has come
    cancel        there once it is to stop
    result.json   state (done, failed, cancelled), message, value

Titles and messages lie there as `Message.to_json` gives them, in folders of earlier versions in words.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.aside import is_aside, set_aside
from core.locks import is_held
from core.text.message import Message, word
from core.workspace import Folder, subfolder

QUEUE_LOCK = "queue.lock"


class JobError(ValueError):
    """A job that cannot be made, started or removed: what stands in the way and what to do."""


class JobKind(StrEnum):
    """What a job does."""

    STUDY = "study"  # train and compare
    INSPECT = "inspect"  # read trained models
    EFFECT = "effect"  # measure what changes inside trained models do to their error
    PROBE = "probe"  # put a pulse into every window of trained models
    DOWNLOAD = "download"  # fetch an official data set
    ATTRIBUTE = "attribute"  # average over windows what forecasts rest on

    @property
    def folder(self) -> Folder:
        """Where jobs of this kind live; each folder is one queue."""
        return _FOLDERS[self]


_FOLDERS = {
    JobKind.STUDY: Folder.STUDIES,
    **dict.fromkeys((JobKind.INSPECT, JobKind.EFFECT, JobKind.PROBE), Folder.INSPECTIONS),  # each keeps cores busy
    JobKind.DOWNLOAD: Folder.DOWNLOADS,
    JobKind.ATTRIBUTE: Folder.ATTRIBUTIONS,
}


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"  # the worker was killed, or what it left cannot be read: start it again in the same folder

    @property
    def live(self) -> bool:
        """Whether a worker is at it."""
        return self in (JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING)


_ENDED = {state.value: state for state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)}
_FILES = ("spec.json", "events.jsonl", "log.txt", "lock", "started", "cancel", "result.json")


@dataclass(frozen=True)
class JobFolder:
    """One job, as its folder tells it. Cheap to make; every property reads the disk anew."""

    path: Path

    @property
    def id(self) -> str:
        """Name of the folder: what a link carries."""
        return self.path.name

    @property
    def spec(self) -> dict[str, Any]:
        """What was asked: kind, title, arguments, created; nothing where it cannot be read."""
        return read_json(self.path / "spec.json") or {}

    @property
    def title(self) -> str:
        """The job's name for people, in the language that is spoken."""
        return str(message_in(self.spec, "title") or self.id)

    @property
    def created(self) -> str:
        """When it was asked for (ISO 8601, UTC)."""
        return str(self.spec.get("created", ""))

    @property
    def result(self) -> dict[str, Any] | None:
        """What came out: state, message, value; None before the end, or where it cannot be read."""
        found = read_json(self.path / "result.json")
        return found if found is not None and str(found.get("state")) in _ENDED else None

    @property
    def message(self) -> Message | None:
        """What the worker left to tell at its end; None before, and where it ended well."""
        return message_in(self.result or {})

    @property
    def state(self) -> JobState:
        """Where the job stands now."""
        alive = is_held(self.path / "lock")  # before the result: a worker that ends between leaves one
        result = self.result
        if result is not None:
            return _ENDED[str(result["state"])]
        if not alive:
            return JobState.LOST
        if (self.path / "cancel").exists():
            return JobState.CANCELLING
        return JobState.RUNNING if (self.path / "started").exists() else JobState.QUEUED

    def events(self, after: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Return the whole events that follow a byte offset, and the offset to go on from, see `read_lines`."""
        found, end = read_lines(self.path / "events.jsonl", after)
        return [event for event in found if isinstance(event.get("kind"), str)], end

    def cancel(self) -> None:
        """Ask the worker to stop; it does so at its next pause. Nothing happens to a job that has ended."""
        if self.state.live:
            (self.path / "cancel").touch()

    def make_way(self) -> None:
        """Set aside what lies where a worker would write and cannot: folders in place of the job's files."""
        for name in _FILES:
            if (self.path / name).is_dir():
                set_aside(self.path / name)

    def remove(self) -> None:
        """Delete the folder with all results; refused while a worker is at it."""
        if self.state.live:
            raise JobError(Message("job.alive", job=self.id, state=word(self.state)))
        shutil.rmtree(self.path)


def create(kind: JobKind, title: Message | str, arguments: Mapping[str, Any], *, name: str = "") -> JobFolder:
    """Make the folder of a new job; `start` sets it going.

    Parameters
    ----------
    kind, title, arguments : what to do, its name for people (words are told as they are), JSON values for the worker.
    name : folder name where the content decides it (the same inspection is the same folder); by default a new one. A
        folder that exists is asked anew, its results staying, unless a worker is at it (JobError).
    """
    now = datetime.now(UTC)
    path = subfolder(kind.folder) / (name or f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}")
    if path.is_file():
        set_aside(path)
    path.mkdir(exist_ok=True)
    job = JobFolder(path)
    job.make_way()
    if is_held(path / "lock"):
        raise JobError(Message("job.at_work", job=job.id))
    told = title if isinstance(title, str) else title.to_json()
    spec = {"kind": kind.value, "title": told, "arguments": dict(arguments), "created": now.isoformat()}
    write_json(path / "spec.json", spec)
    return job


def known(kind: JobKind | None = None) -> list[JobFolder]:
    """Return every job of the workspace, of one kind if asked, newest first; lost ones included."""
    names = [kind.folder] if kind is not None else list(dict.fromkeys(_FOLDERS.values()))
    return sorted((job for name in names for job in siblings(subfolder(name))), key=_order, reverse=True)


def find(job_id: str, kind: JobKind | None = None) -> JobFolder | None:
    """Look a job up by its id among those that exist; an id never becomes a path."""
    return next((job for job in known(kind) if job.id == job_id), None)


def siblings(parent: Path) -> list[JobFolder]:
    """Return the jobs of one queue in the order they were made."""
    found = (spec.parent for spec in parent.glob("*/spec.json"))
    return sorted((JobFolder(folder) for folder in found if not is_aside(folder)), key=_order)


def ahead(job: JobFolder) -> list[JobFolder]:
    """Return the jobs that come before this one in its queue: the running one and those made earlier."""
    others = (other for other in siblings(job.path.parent) if other.id != job.id and other.state.live)
    return [other for other in others if (other.path / "started").exists() or _order(other) < _order(job)]


def _order(job: JobFolder) -> tuple[str, str]:
    return (job.created, job.id)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write JSON so that a reader sees all of it or nothing."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    temporary.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)


def read_lines(path: Path, after: int) -> tuple[list[dict[str, Any]], int]:
    """Return the JSON objects on the whole lines of a file from a byte offset on, and the offset to go on from.

    A line still being written is left for the next call; a line a killed worker broke off is passed over.
    """
    try:
        with path.open("rb") as file:
            file.seek(after)
            data = file.read()
    except OSError:  # none yet, or something that is no file
        return [], after
    whole = data[: data.rfind(b"\n") + 1]
    return [found for line in whole.splitlines() if (found := _mapping(line)) is not None], after + len(whole)


def message_in(told: Mapping[str, Any], name: str = "message") -> Message | None:
    """Return what an event, a result or a spec tells; None where it tells nothing that can be read."""
    try:
        return Message.from_json(told[name]) if told.get(name) else None
    except (KeyError, TypeError, AttributeError):  # a watcher goes on, whatever lies there
        return None


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the JSON object in a file; None where there is none that can be read."""
    try:
        return _mapping(path.read_bytes())
    except OSError:
        return None


def _mapping(text: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # a watcher goes on, whatever lies there
        return None
    return value if isinstance(value, dict) else None
