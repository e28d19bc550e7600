"""Inspect trained models: averages, interventions and statistics for one data set, window and seed.

    rows.parquet                    every statistic of every run; written last: its presence says "complete"
    <run_id>/averages.npz           what is kept of a run over all its test windows
    <run_id>/drawn.npz, .parquet    the same over drawn windows, and what they tell of the clock: a first look
    <run_id>/twin.npz               averages of its untrained twin over the first windows, once they were asked for
    <run_id>/interventions.parquet  its error when something inside is changed

Beside these lie, while the work goes on, the files of `core.inspection.run`. Stopped or killed, an inspection goes on
where it was; so does one with a damaged file, which is set aside and made again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from core.aside import is_aside, set_aside, whole
from core.baselines import load_ridge
from core.data.catalog import load_dataset
from core.inspection.averages import read_averages
from core.inspection.drawn import DRAWN, DRAWN_ROWS, TWIN
from core.inspection.reading import AVERAGES, PART, Measuring, Reading, measure, measured, read
from core.inspection.run import INTERVENTIONS, KERNELS, RESPONSES, TRACE, UNTRAINED
from core.inspection.side_by_side import SideBySide
from core.stages import Progress, Stopped
from core.table import COLUMNS, write_rows
from core.text.message import Message
from core.text.words import say
from core.trace.store import open_trace
from core.train.record import RunRecord, read_record
from core.version import lasting_measuring_fingerprint
from core.vocabulary import Fusion
from core.workspace import Folder, subfolder

ROWS = "rows.parquet"
WORKING = (TRACE, KERNELS, UNTRAINED, RESPONSES, PART)  # of a run; gone once the rows are there


class InspectionError(ValueError):
    """Runs that cannot be inspected together: which, why, and what to do."""


def inspection_key(records: Sequence[RunRecord]) -> str:
    """Return the name of the inspection of these runs: readable, with a digest of code, weights and data.

    InspectionError where the runs are of several data sets, windows or seeds, or there are none.
    """
    members = sorted((record.run_id, record.weights_sha, record.fingerprint) for record in records)
    digest = hashlib.sha256(json.dumps([lasting_measuring_fingerprint(), members]).encode()).hexdigest()[:8]
    return f"{_one_seed(records).config.cell}-{digest}"


def _one_seed(records: Sequence[RunRecord]) -> RunRecord:
    shared = {
        (run.dataset, run.preset, run.window, run.train.seed, run.model.matched)
        for run in (record.config for record in records)
    }
    if len(shared) != 1:
        raise InspectionError(
            say(
                "{runs} runs of {kinds} data sets, presets, windows, sizes or seeds were given; choose runs that "
                "differ in fusion, reference or merge only.",
                runs=len(records),
                kinds=len(shared),
            )
        )
    return records[0]


@dataclass(frozen=True)
class Inspection:
    """An inspection, read from its folder: finished, at work, or not begun."""

    folder: Path

    @property
    def key(self) -> str:
        """Its name, as `inspection_key` gives it."""
        return self.folder.name

    @property
    def is_complete(self) -> bool:
        """Whether every run was read whole and every statistic is there."""
        return (self.folder / ROWS).exists()

    @property
    def read(self) -> list[str]:
        """The runs that were read over every test window."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{AVERAGES}"))

    @property
    def state(self) -> tuple[tuple[str, int], ...]:
        """What is there, and when it was written, in ns since 1970."""
        return tuple((str(path.relative_to(self.folder)), path.stat().st_mtime_ns) for path in _kept(self.folder))

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Every statistic of every run, one row a number (columns: `core.table.COLUMNS`).

        Before the inspection is complete: what drawn windows tell of the clock, and the interventions so far.
        """
        if self.is_complete:
            return _table(self.folder / ROWS)
        found = [_table(path) for path in sorted(self.folder.glob(f"*/{DRAWN_ROWS}"))]
        for path in sorted(self.folder.glob(f"*/{INTERVENTIONS}")):
            found.append(_table(path).assign(run_id=path.parent.name, reason=""))
        if not found:
            return pd.DataFrame(columns=list(COLUMNS))
        whole_runs = pd.concat(found, ignore_index=True).reindex(columns=list(COLUMNS))
        return whole_runs.drop_duplicates(["run_id", "statistic", "block"], ignore_index=True)

    def averages(self, run_id: str, *, untrained: bool = False) -> xr.Dataset | None:
        """Return what is kept of a run, or of its untrained twin; None before it was looked at.

        Of a run over all windows, else over drawn ones; of a twin over the first ones.
        """
        for name in (TWIN,) if untrained else (AVERAGES, DRAWN):
            if (self.folder / run_id / name).exists():
                return read_averages(self.folder / run_id / name)
        return None


def open_inspection(records: Sequence[RunRecord]) -> Inspection:
    """Return the inspection of runs in the workspace; what is damaged in it was set aside just now."""
    found = Inspection(subfolder(Folder.INSPECTIONS) / inspection_key(records))
    _mend(found.folder, found.state)
    return found


def _kept(folder: Path) -> list[Path]:
    """Return the files of an inspection that last."""
    names = (AVERAGES, DRAWN, DRAWN_ROWS, INTERVENTIONS, TWIN)
    found = [folder / ROWS, *(path for name in names for path in folder.glob(f"*/{name}"))]
    return sorted(path for path in found if path.exists())


@lru_cache(maxsize=64)
def _mend(folder: Path, state: tuple[tuple[str, int], ...]) -> None:
    """Set aside what cannot be read, and the rows where the averages of a run are gone: they are made again."""
    readers = dict.fromkeys((AVERAGES, DRAWN, TWIN), read_averages) | dict.fromkeys(
        (DRAWN_ROWS, INTERVENTIONS), _table
    )
    kept = [path for path in _kept(folder) if path.name in readers]
    found = {path for path in kept if whole(path, readers[path.name]) is not None}
    rows = whole(folder / ROWS, _table)
    runs = [] if rows is None else sorted({*rows["run_id"]} - {""})
    if any(folder / run / name not in found for run in runs for name in (AVERAGES, INTERVENTIONS)):
        set_aside(folder / ROWS)


def _table(path: Path) -> pd.DataFrame:
    """Read a table from one file: pandas takes an empty folder for an empty table."""
    with path.open("rb") as file:
        return pd.read_parquet(file)


def inspect(
    folder: Path,
    *,
    run_folders: Sequence[str],
    on_progress: Progress = lambda done, total, message: None,
    should_stop: Callable[[], bool] = lambda: False,
    workers: int = 1,
) -> Path | None:
    """Read every run, intervene and summarise; return the table's path, None when stopped.

    Parameters
    ----------
    folder : of the inspection; what is finished in it is kept.
    run_folders : checkpoints of one data set, preset, window and seed, in the order of the work.
    on_progress : called with stages done, stages in all, and what is going on.
    workers : processes that read models at a time; 1 reads them in this one.

    Raises
    ------
    InspectionError, RecordError, DataError : checkpoints that do not belong together, or cannot be used.
    """
    for run in folder.glob("*/"):
        if not is_aside(run):
            _set_aside_damage(run)
    records = list({record.run_id: record for record in (read_record(Path(path)) for path in run_folders)}.values())
    config = _one_seed(records).config
    dataset = load_dataset(config.dataset)
    none = next((record for record in records if record.config.model.fusion is Fusion.NONE), None)
    others = [record for record in records if record is not none] or records  # `none` is measured beside each
    total = len(records) + len(others)

    def tell(done: float) -> None:
        on_progress(done, total, Message("progress.reading", models=len(records)))

    def tell_measured(done: float) -> None:
        on_progress(len(records) + done, total, Message("progress.statistics"))

    readings = [Reading(folder, record) for record in records]
    measurings = [Measuring(folder, record, none) for record in others]
    try:
        with SideBySide(workers, len(records)) as processes:
            processes.do(read, readings, on_progress=tell, should_stop=should_stop)
            load_ridge(dataset, config.window)  # kept: pages draw it without fitting
            processes.do(measure, measurings, on_progress=tell_measured, should_stop=should_stop)
    except Stopped:
        return None
    write_rows(folder / ROWS, measured(folder, others))
    for record in records:
        for name in WORKING:
            _remove(folder / record.run_id / name)
    on_progress(total, total, Message("progress.done"))
    return folder / ROWS


def _set_aside_damage(run: Path) -> None:
    """Set aside what cannot be read of what a run left."""
    for path in sorted(run.glob("*.zarr")):
        whole(path, open_trace)
    whole(run / INTERVENTIONS, _table)
    whole(run / RESPONSES, np.load)


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
