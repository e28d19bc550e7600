"""A study as its folder tells it. Whoever watches only reads; one process at a time writes, and says which it is.

study.json                  the grid
study.lock                  held while a process writes the folder; says which, and how many workers it has
runs/<run_id>/              a finished run: its checkpoint
runs/<run_id>.training/     what an unfinished run kept
runs/<run_id>.jsonl         its progress, one JSON object a line
runs/<run_id>.error         why it failed, one sentence
runs/<run_id>.old-<code>/   a run of another version, set aside
measures/<cell>.parquet     measures of the runs of one data set, horizon and seed, or of a data set itself
measures/<cell>.inspection/ the inspection that it is measured from; gone with the worker
measures/<cell>.error       why it could not be measured
table.parquet               one row per number, once every run has ended
*.damaged                   what could not be read, set aside
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.config import ConfigError, RunConfig
from core.exits import is_full_disk
from core.jobs import JobFolder, read_json, write_json
from core.locks import is_held, take
from core.study.grid import StudyConfig
from core.study.log import RunLog, read_log
from core.text.words import mark, say
from core.train.record import METRICS, RunRecord, readable

STUDY = "study.json"
RUNS = "runs"
TABLE = "table.parquet"
LOCK = "study.lock"
MEASURES = "measures"


class StudyError(ValueError):
    """A study that cannot go on: what stands in the way, what is kept, and what to do."""


class FullDisk(StudyError):
    """A study that stops because its disk is full; whatever is finished is kept."""

    errno = errno.ENOSPC  # what `core.exits` knows it by

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The disk that holds {folder} is full: the study stopped and everything finished is kept; free some "
            "space and start it again."
        )


class RunState(StrEnum):
    """Where a run of a study stands."""

    WAITING = mark("waiting")
    TRAINING = mark("training")
    DONE = mark("done")
    FAILED = mark("failed")


@dataclass(frozen=True)
class RunStatus:
    """One run of a study as its files tell it."""

    config: RunConfig
    state: RunState
    folder: Path  # of the finished run; its other files lie beside it

    @property
    def log(self) -> RunLog:
        """Its progress so far."""
        return read_log(sibling(self.folder, ".jsonl"))

    @property
    def error(self) -> str:
        """Why it failed, in one sentence; empty otherwise."""
        try:
            written = sibling(self.folder, ".error") if self.state is RunState.FAILED else None
            return written.read_text(encoding="utf-8", errors="replace") if written else ""
        except OSError:  # being tried again at this moment
            return ""


def sibling(folder: Path, suffix: str) -> Path:
    """Return the file or folder of a run that lies beside its finished one."""
    return folder.with_name(folder.name + suffix)


def is_study(folder: Path) -> bool:
    """Tell whether a folder holds a study that can be read."""
    try:
        read_study(folder)
    except ConfigError:
        return False
    return True


def read_study(folder: Path) -> StudyConfig:
    """Read a study's grid; ConfigError when the folder holds none."""
    try:
        return StudyConfig.from_dict(json.loads((folder / STUDY).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, ConfigError):
            raise
        told = mark(
            "{folder} holds no readable {file}; give the folder of a study, or the grid to begin one (--datasets)."
        )
        raise ConfigError(say(told, folder=folder, file=STUDY)) from error


def datasets_of(study: Path) -> set[str]:
    """Return the data sets of a study, as its own file or the job around it names them."""
    with suppress(ConfigError):
        return set(read_study(study).datasets)
    asked = JobFolder(study).spec.get("arguments")
    grid = asked.get("study") if isinstance(asked, dict) else None
    named = grid.get("datasets") if isinstance(grid, dict) else None
    return set(map(str, named)) if isinstance(named, list | tuple) else set()


def write_study(folder: Path, study: StudyConfig) -> None:
    """Write a study's grid, replacing the file whole."""
    write_json(folder / STUDY, study.to_dict())


def status(folder: Path) -> list[RunStatus]:
    """Return every run of a study in planned order. One listing of the folder, whatever the number of runs."""
    runs = folder / RUNS
    try:
        present = {path.name for path in runs.iterdir()}
    except FileNotFoundError:
        present = set()
    planned = read_study(folder).runs
    return [RunStatus(run, _state(runs, run_id, present), runs / run_id) for run_id, run in planned.items()]


def _state(runs: Path, run_id: str, present: set[str]) -> RunState:
    if run_id in present:
        return RunState.DONE
    if f"{run_id}.training" in present and is_held(runs / f"{run_id}.training" / "lock"):
        return RunState.TRAINING
    return RunState.FAILED if f"{run_id}.error" in present else RunState.WAITING


def records(folder: Path) -> list[RunRecord]:
    """Return the finished runs of a study's grid in planned order; unreadable ones are left out."""
    places = (folder / RUNS / run_id for run_id in read_study(folder).runs)
    found = (readable(place) for place in places if (place / METRICS).exists())
    return [record for record in found if record is not None]


def writer(folder: Path) -> dict[str, Any] | None:
    """Return what the process that writes a study now told about itself (process, workers), or None."""
    lock = folder / LOCK
    return (read_json(lock) or {}) if is_held(lock) else None  # not yet told where it has just begun


@contextmanager
def only_writer(folder: Path, workers: int) -> Iterator[None]:
    """Hold a study's folder while it is written; StudyError where another process does, or the disk is full."""
    try:
        with _lock(folder, workers):
            yield
    except OSError as error:
        if not is_full_disk(error):
            raise
        raise FullDisk(folder) from error


@contextmanager
def _lock(folder: Path, workers: int) -> Iterator[None]:
    (folder / RUNS).mkdir(parents=True, exist_ok=True)
    lock = take(folder / LOCK)
    if lock is None:
        process = (writer(folder) or {}).get("process", "unknown")
        raise StudyError(
            f"{folder} is being written by another study (process {process}); wait for it, stop it, or choose "
            "another folder."
        )
    try:
        os.truncate(lock, 0)
        os.write(lock, json.dumps({"process": os.getpid(), "workers": workers}).encode())
        yield
    finally:
        os.close(lock)
