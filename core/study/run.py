"""A study from its grid to its table: what is missing is trained, what is there is kept, read top-down."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet

from core.aside import set_aside
from core.config import ConfigError, RunConfig
from core.jobs import read_json
from core.study.engine import Engine, chosen, groups
from core.study.folder import (
    RUNS,
    STUDY,
    TABLE,
    StudyError,
    only_writer,
    read_study,
    records,
    sibling,
    write_study,
)
from core.study.grid import StudyConfig
from core.study.measures import measure_all, measured_rows
from core.study.pool import Emit, Launch, Pool, launch_process
from core.study.versions import difference_from_now, outdated, read_whole, refuse_or_retrain
from core.table import study_table, write_rows
from core.train.record import RecordError, RunRecord
from core.workspace import CHECKPOINTS


def run_study(
    folder: Path,
    *,
    study: Mapping[str, Any] | None = None,
    workers: int | None = None,
    engine: Engine = Engine.AUTO,
    retrain: bool = False,
    on_event: Emit = lambda kind, **fields: None,
    should_stop: Callable[[], bool] = lambda: False,
    on_poll: Callable[[], None] = lambda: None,
    launch: Launch = launch_process,
) -> Path | None:
    """Train and measure what is missing and write the table; return its path, or None when stopped.

    Parameters
    ----------
    folder : of a new study (then `study` names at least the data sets) or of one that goes on.
    study : the grid, or what to add to the axes of the one in the folder.
    workers : processes at a time; by default as many as cores, one where runs are stacked.
    engine : how runs are shared out to workers.
    retrain : set finished runs of other code or data aside and train them again.
    on_event : called with a kind ("planned", "reused", "started", "finished", "measuring", "measured", "no_weights",
        "failed", "memory", "damaged", "replaced", "left_out", "table") and fields.
    should_stop : asked a few times a second; the workers then save their state and end.
    on_poll : called as often while workers are at it.
    launch : starts a worker.

    Raises
    ------
    ConfigError, DataError : the grid cannot be trained; nothing was begun.
    StudyError : another process writes the folder, versions would be mixed, or the disk is full.
    """
    size = workers or (1 if chosen(engine) is Engine.STACKED else _cores())
    grid_of(folder, study)  # refused before anything is begun
    with only_writer(folder, size):
        grid = grid_of(folder, study)  # nobody else grows it from here on
        _keep_grid(folder, grid, on_event)
        waiting = _prepare(folder, grid, retrain, on_event)
        on_event("planned", runs=len(grid.runs), waiting=len(waiting))
        pool = Pool(folder / RUNS, size, on_event, launch)
        if not pool.work_through(groups(waiting, engine), should_stop, on_poll):
            return None
        if grid.measures and not measure_all(folder, workers or _cores(), on_event, should_stop, on_poll, launch):
            return None
        return _write_table(folder, grid, on_event)


def measure_study(
    folder: Path,
    *,
    workers: int | None = None,
    on_event: Emit = lambda kind, **fields: None,
    should_stop: Callable[[], bool] = lambda: False,
    on_poll: Callable[[], None] = lambda: None,
    launch: Launch = launch_process,
) -> Path | None:
    """Measure the finished runs of a study without training any, and write the table; None when stopped.

    The parameters and errors are those of `run_study`.
    """
    grid = read_study(folder)
    if not records(folder):
        raise StudyError(f"{folder} holds no finished run; train some first: python -m core study --out {folder}")
    size = workers or _cores()
    with only_writer(folder, size):
        if not measure_all(folder, size, on_event, should_stop, on_poll, launch):
            return None
        return _write_table(folder, grid, on_event)


def _cores() -> int:
    return os.cpu_count() or 1


def grid_of(folder: Path, asked: Mapping[str, Any] | None) -> StudyConfig:
    """Return the grid to train, checked: the one in the folder, grown by what is asked, or a new one."""
    try:
        grid = read_study(folder).extended(asked or {})
    except ConfigError:
        if not (asked and asked.get("datasets")) or read_json(folder / STUDY) is not None:
            raise
        grid = StudyConfig.from_dict({name: value for name, value in asked.items() if value is not None})
    grid.check()
    return grid


def _keep_grid(folder: Path, grid: StudyConfig, emit: Emit) -> None:
    """Write the grid; a file that cannot be read is set aside."""
    path = folder / STUDY
    if path.exists() and read_json(path) is None:
        emit("damaged", file=STUDY, kept=set_aside(path).name, then="written anew from the grid that was given")
    write_study(folder, grid)


def _prepare(folder: Path, grid: StudyConfig, retrain: bool, emit: Emit) -> list[RunConfig]:
    """Look through what is there, take over equal runs from elsewhere, and return the runs to train."""
    runs = folder / RUNS
    _check_table(folder / TABLE, emit)
    finished = _finished(runs, grid, emit)
    other = outdated(finished, complete=len(finished) == len(grid.runs))
    for aside in refuse_or_retrain(runs, other, retrain=retrain):
        emit("replaced", kept=aside.name)
    extra = {path.name for path in runs.iterdir() if path.is_dir() and not path.suffix} - set(grid.runs)
    if extra:
        emit("left_out", runs=len(extra), why="they are not of the grid in study.json")
    for run_id in grid.runs:
        sibling(runs / run_id, ".error").unlink(missing_ok=True)
    _reuse(runs, grid, emit)
    return [run for run_id, run in grid.runs.items() if not (runs / run_id).is_dir()]


def _check_table(path: Path, emit: Emit) -> None:
    try:
        if path.exists():
            pyarrow.parquet.read_schema(path)
    except (OSError, ValueError):  # pyarrow's errors are of both kinds
        emit("damaged", file=TABLE, kept=set_aside(path).name, then="written anew from the runs")


def _finished(runs: Path, grid: StudyConfig, emit: Emit) -> list[RunRecord]:
    """Return the records of the finished runs; what is damaged is set aside and trained again."""
    found = []
    for run_id, run in grid.runs.items():
        if not (runs / run_id).exists():
            continue
        try:
            found.append(read_whole(runs / run_id, run))
        except RecordError as error:
            emit("damaged", run=run_id, why=str(error), kept=set_aside(runs / run_id).name, then="trained again")
    return found


def _reuse(runs: Path, grid: StudyConfig, emit: Emit) -> None:
    """Copy equal runs that this very code already trained on these very data, instead of training them again."""
    for run_id, record in reusable(runs, grid).items():
        partial = sibling(runs / run_id, ".copying")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(record.folder, partial)
        partial.rename(runs / run_id)
        emit("reused", run=run_id)


def reusable(runs: Path, grid: StudyConfig) -> dict[str, RunRecord]:
    """Return the missing runs of a grid that are shipped, or finished in a study beside this one."""
    places = [CHECKPOINTS, *(path for path in runs.parent.parent.glob(f"*/{RUNS}") if path != runs)]
    found: dict[str, RunRecord] = {}
    for run_id, run in grid.runs.items():
        if not (runs / run_id).exists():
            elsewhere = (_current(place / run_id, run) for place in places)
            if record := next(filter(None, elsewhere), None):
                found[run_id] = record
    return found


def _current(folder: Path, run: RunConfig) -> RunRecord | None:
    """Return a finished run when it is whole and of this very code and data."""
    try:
        record = read_whole(folder, run)
    except RecordError:
        return None
    return None if difference_from_now(record) else record


def _write_table(folder: Path, grid: StudyConfig, emit: Emit) -> Path | None:
    found = records(folder)
    if not found:
        errors = (sibling(folder / RUNS / run_id, ".error") for run_id in grid.runs)
        first = next(path.read_text(encoding="utf-8") for path in errors if path.exists())
        raise StudyError(f"No run of {folder} could be trained; the first one failed with: {first}")
    write_rows(folder / TABLE, study_table(folder.resolve().name, found, measured_rows(folder)))
    emit("table", path=str(folder / TABLE), runs=len(found), missing=len(grid.runs) - len(found))
    return folder / TABLE
