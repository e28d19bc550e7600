"""What is measured after training: every cell of a study and its data sets, one worker process each.

A cell is the finished runs of one data set, window, preset and seed. Its models are inspected in a folder that is
thrown away again; the rows stay, one parquet file a cell, with notes of the weights, the data and the measuring code
they are of. A cell whose notes still hold is not measured again.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.analysis.data_rows import data_rows
from core.analysis.statistic import DEFINITIONS
from core.data.catalog import load_dataset
from core.data.dataset import Dataset
from core.inspection.run import MEASURED, MEASURED_BYTES, STAGES, inspect_run, statistics
from core.locks import is_held, take
from core.stages import Progress, Stages, Stopped
from core.study.folder import MEASURES, STUDY, StudyError, records
from core.study.pool import Emit, Launch, Pool, launch_process
from core.study.progress import clock
from core.table import Notes, read_notes, tidy, write_rows
from core.text.message import Message
from core.train.record import WEIGHTS, RunRecord
from core.version import VERSION, different_measures, measuring_fingerprint

RUNS_NOTED = "runs"  # note of a cell's rows: weights digest by run id


@dataclass(frozen=True)
class Measurement:
    """One cell, or one data set (then without runs): the task of one worker."""

    name: str
    study: Path
    dataset: str
    fingerprint: str  # of the data the runs were trained on
    runs: tuple[RunRecord, ...] = ()

    @property
    def measurable(self) -> tuple[RunRecord, ...]:
        """The runs whose weights are there."""
        return tuple(record for record in self.runs if (record.folder / WEIGHTS).exists())

    @property
    def rows(self) -> Path:
        """The file of its rows."""
        return self.study / MEASURES / f"{self.name}.parquet"

    @property
    def error(self) -> Path:
        """The file of the sentence why it failed."""
        return self.study / MEASURES / f"{self.name}.error"

    @property
    def notes(self) -> Notes:
        """What its rows are of, were they measured now."""
        return {
            "product": [VERSION],
            "code": [],  # that of the runs is noted with their errors
            "data": {self.dataset: [self.fingerprint]},
            "measures": [measuring_fingerprint()],
            "definitions": [DEFINITIONS],
            RUNS_NOTED: {record.run_id: record.weights_sha for record in self.measurable},
        }

    @property
    def is_current(self) -> bool:
        """Whether its rows are there and of equivalent code, these data and the weights of all runs that have any."""
        found, wanted = read_notes(self.rows), self.notes
        if any(found.get(name) != wanted[name] for name in ("data", "definitions")):
            return False
        if different_measures(found.get("measures", ())) != {measuring_fingerprint()}:
            return False
        finished = {record.run_id: record.weights_sha for record in self.runs}
        measured: Mapping[str, str] = found.get(RUNS_NOTED, {})
        return measured.items() <= finished.items() and wanted[RUNS_NOTED].keys() <= measured.keys()

    @property
    def lacking(self) -> list[str]:
        """The runs that are in no measures and cannot be: their weights are gone."""
        measured = read_notes(self.rows).get(RUNS_NOTED, {}) if self.is_current else {}
        here = {record.run_id for record in self.measurable}
        return [record.run_id for record in self.runs if record.run_id not in {*here, *measured}]

    @property
    def named(self) -> dict[str, object]:
        """How events name it."""
        return {"cell": self.name}

    def words(self, measures: Path) -> list[str]:
        """Return the command line that measures it."""
        return ["study", "--out", str(self.study), "--cell", self.name]

    def log(self, measures: Path) -> Path:
        """Return the file for what the worker prints."""
        return measures / f"{self.name}.log"

    def reads(self, measures: Path) -> list[Path]:
        """Return the grid and the runs that it is of; of a data set itself, a run that was trained on it."""
        of_data = (record for record in records(self.study) if record.config.dataset == self.dataset)
        runs = self.measurable if self.runs else tuple(of_data)[:1]
        return [self.study / STUDY, *(record.folder for record in runs)]

    def is_taken(self, measures: Path) -> bool:
        """Tell whether a worker of a killed study has not ended yet."""
        return is_held(self._inspection / "lock")

    def begin(self, measures: Path, emit: Emit) -> None:
        """Emit that it begins, and forget its former error; the worker reads the study."""
        self.error.unlink(missing_ok=True)
        emit("measuring", cell=self.name, runs=len(self.measurable))

    def rest(self, measures: Path, emit: Emit) -> Measurement | None:
        """Return the whole of it unless its rows are there."""
        if not self.is_current:
            return self
        emit("measured", cell=self.name)
        return None

    def halves(self) -> list[Measurement]:
        """Return nothing: the runs of a cell are compared with one another."""
        return []

    def fail(self, measures: Path, sentence: str, emit: Emit) -> None:
        """Record and tell why it failed."""
        self.error.write_text(sentence, encoding="utf-8")
        emit("failed", cell=self.name, error=sentence)

    @property
    def _inspection(self) -> Path:
        return self.study / MEASURES / f"{self.name}.inspection"

    def measure(self, on_progress: Progress, should_stop: Callable[[], bool]) -> bool:
        """Measure and write the rows; False when stopped. The inspection is deleted on exit, also after an error.

        Raises
        ------
        StudyError, RecordError, DataError : other data are at hand, weights are damaged, or it is being measured.
        """
        dataset = load_dataset(self.dataset)
        if dataset.fingerprint != self.fingerprint:
            raise StudyError(
                f"The runs were trained on version {self.fingerprint} of {self.dataset} and the data at hand are "
                f"version {dataset.fingerprint}; bring that version or train again."
            )
        with self._own_folder() as folder:
            try:
                rows = self._cell_rows(folder, dataset, on_progress, should_stop) if self.runs else data_rows(dataset)
            except Stopped:
                return False
        rows = tidy(rows.assign(study=""))
        rows.attrs = dict(self.notes)
        write_rows(self.rows, rows)
        return True

    def _cell_rows(
        self, folder: Path, dataset: Dataset, on_progress: Progress, should_stop: Callable[[], bool]
    ) -> pd.DataFrame:
        runs = self.measurable
        stages = Stages(STAGES * len(runs) + 1, on_progress, should_stop)
        for record in runs:
            inspect_run(folder / record.run_id, record, dataset, MEASURED, stages, limit=MEASURED_BYTES)
        stages.begin(Message("progress.statistics"))
        return statistics(folder, runs, dataset, "")

    @contextmanager
    def _own_folder(self) -> Iterator[Path]:
        """Give a folder to one process at a time; what a killed one left in it goes first."""
        self._inspection.mkdir(parents=True, exist_ok=True)
        lock = take(self._inspection / "lock")
        if lock is None:
            raise StudyError(f"Another process measures {self.name}; wait for it or stop it.")
        try:
            for left in self._inspection.iterdir():
                if left.is_dir():
                    shutil.rmtree(left)
            yield self._inspection
        finally:
            shutil.rmtree(self._inspection, ignore_errors=True)
            os.close(lock)


def measurements(folder: Path) -> dict[str, Measurement]:
    """Return all there is to measure of a study's finished runs, by name: cells in planned order, then data sets."""
    cells: dict[str, list[RunRecord]] = {}
    versions: dict[str, str] = {}
    for record in records(folder):
        cells.setdefault(record.config.cell, []).append(record)
        versions.setdefault(record.config.dataset, record.fingerprint)
    found = [
        Measurement(name, folder, runs[0].config.dataset, runs[0].fingerprint, tuple(runs))
        for name, runs in cells.items()
    ]
    found += [Measurement(key, folder, key, version) for key, version in versions.items()]
    return {each.name: each for each in found}


def measurement(folder: Path, name: str) -> Measurement:
    """Return one of a study's measurements; StudyError for an unknown name."""
    known = measurements(folder)
    if name not in known:
        raise StudyError(
            f"{folder} has nothing to measure named {name!r}; there is: {', '.join(known) or 'nothing'}."
        )
    return known[name]


def measure_all(
    folder: Path,
    size: int,
    emit: Emit,
    should_stop: Callable[[], bool],
    on_poll: Callable[[], None] = lambda: None,
    launch: Launch = launch_process,
) -> bool:
    """Measure what is missing or outdated, side by side; False when stopped. What fails does not stop the rest."""
    (folder / MEASURES).mkdir(exist_ok=True)
    everything = list(measurements(folder).values())
    waiting = [each for each in everything if not each.is_current and (each.measurable or not each.runs)]
    if lacking := [run_id for each in everything for run_id in each.lacking]:
        emit("no_weights", runs=", ".join(lacking), then="left out of the measures")
    pool = Pool(folder / MEASURES, size, _Counting(emit, len(waiting)), launch)
    return pool.work_through(waiting, should_stop, on_poll)


def measured_rows(folder: Path) -> list[pd.DataFrame]:
    """Return the rows of all that was measured of the runs and data as they are now, with their notes."""
    return [pd.read_parquet(each.rows) for each in measurements(folder).values() if each.is_current]


class _Counting:
    """Adds to every end how far the measuring is and how long it will still take."""

    def __init__(self, emit: Emit, total: int) -> None:
        self._emit = emit
        self._total = total
        self._done = 0
        self._begun = time.monotonic()

    def __call__(self, kind: str, **fields: Any) -> None:
        if kind in ("measured", "failed"):
            self._done += 1
            left = (time.monotonic() - self._begun) / self._done * (self._total - self._done)
            fields |= {"done": f"{self._done} of {self._total}", "left": clock(left)}
        self._emit(kind, **fields)
