"""A grid of runs: planned, trained side by side in one-thread processes, resumed, gathered in one tidy table.

A study is a folder:

    study.json             the grid
    runs/<run_id>/         finished checkpoints
    runs/<run_id>.training/    what an unfinished run kept
    runs/<run_id>.jsonl    its progress, one JSON object a line
    runs/<run_id>.error    why it failed
    table.parquet          one row per number, once every run has ended
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from core.config import ConfigError, RunConfig, Section, preset_run
from core.data.catalog import load_dataset
from core.data.windows import training_stride
from core.jobs import write_json
from core.locks import is_held
from core.table import write_table
from core.train.record import RecordError, RunRecord, find_records, read_record
from core.version import code_fingerprint
from core.vocabulary import Fusion, Merge, Reference
from core.worker import ONE_THREAD
from core.workspace import CHECKPOINTS, ROOT

RUNS = "runs"
LOOK_SECONDS = 0.2  # between two looks at the workers


@dataclass(frozen=True)
class StudyConfig(Section):
    """The grid: every combination is one run, equal ones collapsed."""

    title: ClassVar[str] = "study"

    datasets: tuple[str, ...]
    horizons: tuple[int, ...] = (96,)
    fusions: tuple[Fusion, ...] = tuple(Fusion)
    seeds: tuple[int, ...] = (0,)
    preset: str = "default"
    lookback: int = 720
    references: tuple[Reference, ...] = (Reference.DYNAMIC,)
    merges: tuple[Merge, ...] = (Merge.ATTENTION,)
    stride: int | None = None  # between training windows; None: the preset's, scaled to the step of the data

    def __post_init__(self) -> None:
        """Refuse an empty axis."""
        for axis in ("datasets", "horizons", "fusions", "seeds", "references", "merges"):
            if not getattr(self, axis):
                raise ConfigError(f"The study names no {axis}; give at least one.")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from JSON values; lists become tuples of words."""
        words = {"fusions": Fusion, "references": Reference, "merges": Merge}
        read = {
            key: tuple(words.get(key, lambda item: item)(item) for item in value)
            if isinstance(value, list)
            else value
            for key, value in values.items()
        }
        return super().from_dict(read)

    def plan(self) -> list[RunConfig]:
        """Return the runs in a fixed order; duplicates (`none` under two references) once."""
        runs: dict[str, RunConfig] = {}
        for key in self.datasets:
            dataset = load_dataset(key)
            axes = (self.horizons, self.seeds, self.merges, self.references, self.fusions)
            for horizon, seed, merge, reference, fusion in itertools.product(*axes):
                run = preset_run(
                    key,
                    self.preset,
                    horizon=horizon,
                    lookback=self.lookback,
                    seed=seed,
                    fusion=fusion,
                    reference=reference,
                    merge=merge,
                ).canonical
                stride = self.stride or training_stride(dataset, run.train.stride)
                run = replace(run, train=replace(run.train, stride=stride))
                runs.setdefault(run.run_id, run)
        return list(runs.values())


@dataclass(frozen=True)
class RunStatus:
    """One run of a study as its files tell it: waiting, training, done or failed."""

    config: RunConfig
    state: str
    events: list[dict[str, Any]]
    error: str = ""


def read_study(folder: Path) -> StudyConfig:
    """Read a study's grid; ConfigError when the folder holds none."""
    try:
        return StudyConfig.from_dict(json.loads((folder / "study.json").read_text()))
    except (FileNotFoundError, json.JSONDecodeError) as error:
        raise ConfigError(f"{folder} holds no readable study.json; give the folder of a study.") from error


def status(folder: Path) -> list[RunStatus]:
    """Return every run of a study in planned order, with its progress events so far."""
    return [_status(folder / RUNS, run) for run in read_study(folder).plan()]


def _status(runs: Path, run: RunConfig) -> RunStatus:
    base = runs / run.run_id
    events = _events(_beside(base, ".jsonl"))
    error = _beside(base, ".error")
    if base.is_dir():
        return RunStatus(run, "done", events)
    if error.exists():
        return RunStatus(run, "failed", events, error.read_text())
    working = _beside(base, ".training")
    return RunStatus(run, "training" if is_held(working / "lock") else "waiting", events)


def records(folder: Path) -> list[RunRecord]:
    """Return the finished runs of a study."""
    return find_records([folder / RUNS])


def run_study(
    folder: Path,
    *,
    study: Mapping[str, Any] | None = None,
    workers: int | None = None,
    on_event: Callable[..., None] = lambda kind, **fields: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Train what is missing and write the table; return its path, or None when stopped.

    Parameters
    ----------
    folder : of a new study (then `study` says the grid) or of one that goes on.
    workers : processes at a time; by default as many as cores, at most one a run.
    on_event : called with a kind ("planned", "reused", "started", "finished", "failed", "table") and fields.
    should_stop : asked a few times a second; the workers then save their state and end.
    """
    runs = folder / RUNS
    runs.mkdir(parents=True, exist_ok=True)
    if study is not None:
        write_json(folder / "study.json", StudyConfig.from_dict(study).to_dict())
    plan = read_study(folder).plan()
    for run in plan:
        _beside(runs / run.run_id, ".error").unlink(missing_ok=True)
    _reuse(plan, runs, on_event)
    waiting = [run for run in plan if not (runs / run.run_id).is_dir()]
    on_event("planned", runs=len(plan), waiting=len(waiting))
    pool = _Pool(runs, workers or os.cpu_count() or 1, on_event)
    if not pool.work_through(waiting, should_stop):
        return None
    table = folder / "table.parquet"
    write_table(table, folder.name, records(folder))
    on_event("table", rows=str(table))
    return table


def _reuse(plan: Sequence[RunConfig], runs: Path, on_event: Callable[..., None]) -> None:
    """Copy equal runs that this very code already trained on these very data, instead of training them again."""
    shipped = {record.run_id: record for record in find_records([CHECKPOINTS, *_other_runs(runs)])}
    for run in plan:
        record = shipped.get(run.run_id)
        target = runs / run.run_id
        if record is None or target.is_dir() or record.versions.get("code") != code_fingerprint():
            continue
        if record.fingerprint != load_dataset(run.dataset).fingerprint:
            continue
        partial = _beside(target, ".copying")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(record.folder, partial)
        partial.rename(target)
        on_event("reused", run=run.run_id)


def _other_runs(runs: Path) -> list[Path]:
    """Return the runs folders of the studies beside this one."""
    return [path for path in runs.parent.parent.glob(f"*/{RUNS}") if path != runs]


class _Pool:
    """One-thread worker processes, each training one run through the command line."""

    def __init__(self, runs: Path, size: int, on_event: Callable[..., None]) -> None:
        self._runs = runs
        self._size = size
        self._on_event = on_event
        self._at_work: dict[str, subprocess.Popen[bytes]] = {}

    def work_through(self, waiting: Sequence[RunConfig], should_stop: Callable[[], bool]) -> bool:
        """Train all; False when stopped, every worker's state saved."""
        queue = list(waiting)
        try:
            while queue or self._at_work:
                for run in [run for run in queue if not self._is_taken(run)][: self._size - len(self._at_work)]:
                    queue.remove(run)
                    self._start(run)
                if should_stop():
                    return False
                time.sleep(LOOK_SECONDS)
                self._collect()
        finally:
            self._stop_all()
        return True

    def _is_taken(self, run: RunConfig) -> bool:
        """Whether a worker of a killed study still saves this run's state; it ends by itself."""
        return is_held(_beside(self._runs / run.run_id, ".training") / "lock")

    def _start(self, run: RunConfig) -> None:
        base = self._runs / run.run_id
        spec = _beside(base, ".json")
        write_json(spec, run.to_dict())
        with _beside(base, ".log").open("ab") as log:
            words = ["train", "--run", str(spec), "--out", str(base), "--events", str(_beside(base, ".jsonl"))]
            words += ["--parent", str(os.getpid())]
            self._at_work[run.run_id] = subprocess.Popen(
                [sys.executable, "-m", "core", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=os.environ | ONE_THREAD,
            )
        self._on_event("started", run=run.run_id)

    def _collect(self) -> None:
        for run_id, process in list(self._at_work.items()):
            if process.poll() is None:
                continue
            del self._at_work[run_id]
            base = self._runs / run_id
            try:
                record = read_record(base)
            except RecordError:
                error = _last_line(_beside(base, ".log"))
                _beside(base, ".error").write_text(error)
                self._on_event("failed", run=run_id, error=error)
            else:
                self._on_event("finished", run=run_id, mse=record.metrics["test"]["mse"])

    def _stop_all(self) -> None:
        for process in self._at_work.values():
            process.terminate()  # the worker saves its state on this signal
        for process in self._at_work.values():
            process.wait()
        self._at_work.clear()


def _beside(base: Path, suffix: str) -> Path:
    return base.with_name(base.name + suffix)


def _events(path: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a run's progress file; the one being written is left for the next look."""
    if not path.exists():
        return []
    data = path.read_text()
    found = []
    for line in data[: data.rfind("\n") + 1].splitlines():
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError:  # broken off by a kill
            continue
    return found


def _last_line(path: Path) -> str:
    lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1] if lines else "The worker ended without a word; its log is empty."
