"""Inspect trained models: traces, interventions and statistics for one data set, window and seed.

The files of each run are those of `core.inspection.run`; `rows.parquet`, every statistic of every run, is written
last, so that its presence says "complete". Stopped or killed, an inspection goes on where it was; so does one with a
damaged file, which is set aside and made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.aside import is_aside, set_aside, whole
from core.baselines import load_ridge
from core.data.catalog import load_dataset
from core.inspection.run import (
    INTERVENTIONS,
    RESPONSES,
    STAGES,
    TRACE,
    UNTRAINED,
    inspect_run,
    statistics,
)
from core.stages import Progress, Stages, Stopped
from core.table import write_rows
from core.text.message import Message
from core.trace.schema import DEFAULT_TRACE
from core.trace.store import open_trace
from core.train.record import RunRecord, read_record
from core.version import lasting_measuring_fingerprint
from core.workspace import Folder, subfolder

if TYPE_CHECKING:
    import xarray as xr

ROWS = "rows.parquet"


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
            f"{len(records)} runs of {len(shared)} data sets, presets, windows, sizes or seeds were given; choose "
            "runs that differ in fusion, reference or merge only."
        )
    return records[0]


@dataclass(frozen=True)
class Inspection:
    """A finished inspection, read from its folder."""

    folder: Path

    @property
    def key(self) -> str:
        """Its name, as `inspection_key` gives it."""
        return self.folder.name

    @property
    def written(self) -> int:
        """When it was finished, in ns since 1970: one that is made again has another time."""
        return (self.folder / ROWS).stat().st_mtime_ns

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Every statistic of every run, one row a number (columns: `core.table.COLUMNS`)."""
        return pd.read_parquet(self.folder / ROWS)

    @cached_property
    def run_ids(self) -> tuple[str, ...]:
        """The runs that were inspected."""
        return tuple(sorted(path.parent.name for path in self.folder.glob(f"*/{TRACE}")))

    def trace(self, run_id: str) -> xr.Dataset:
        """Open the trace of a run, lazily; TraceError when there is none."""
        return open_trace(self.folder / run_id / TRACE)

    def untrained(self, run_id: str) -> xr.Dataset | None:
        """Open the kernels of a run's untrained twin, lazily; None for a run without crossings."""
        path = self.folder / run_id / UNTRAINED
        return open_trace(path) if path.is_dir() else None


def open_inspection(key: str) -> Inspection | None:
    """Return a finished inspection of the workspace, or None: none yet, or what is damaged was set aside just now."""
    known = {path.parent.name: path.parent for path in subfolder(Folder.INSPECTIONS).glob(f"*/{ROWS}")}
    if key not in known or not _is_whole(known[key], _written(known[key])):
        return None
    return Inspection(known[key])


def _written(folder: Path) -> tuple[int, ...]:
    """Return when the parts of an inspection were last written: what its checks are remembered by.

    Bytes that change inside a slice of a trace show in the next process only: looking at every slice takes too long.
    """
    parts = [folder / ROWS, *sorted(folder.glob("*/*")), *sorted(folder.glob("*/*.zarr/*"))]
    return tuple(path.stat().st_mtime_ns for path in parts)


@lru_cache(maxsize=64)
def _is_whole(folder: Path, written: tuple[int, ...]) -> bool:
    """Tell whether every file of an inspection can be read; one that cannot is set aside, and the rows with it."""
    runs = [path for path in sorted(folder.iterdir()) if path.is_dir() and not is_aside(path)]
    found = [_is_usable(run) for run in runs]
    if found and all(found):
        return whole(folder / ROWS, _table) is not None
    set_aside(folder / ROWS)
    return False


def _table(path: Path) -> pd.DataFrame:
    """Read a table from one file: pandas takes an empty folder for an empty table."""
    with path.open("rb") as file:
        return pd.read_parquet(file)


def _is_usable(run: Path) -> bool:
    """Tell whether what was recorded of one run can be read; what cannot is set aside."""
    traces = {run / TRACE, *run.glob("*.zarr")}  # whole or not, every one is looked at
    found = [whole(path, open_trace) is not None for path in sorted(traces)]
    found += [whole(run / INTERVENTIONS, _table) is not None, whole(run / RESPONSES, np.load) is not None]
    return all(found)


def inspect(
    folder: Path,
    *,
    run_folders: Sequence[str],
    on_progress: Progress = lambda done, total, message: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Trace, intervene and summarise; return the table's path, or None when stopped.

    Parameters
    ----------
    folder : of the inspection; what is finished in it is kept.
    run_folders : checkpoints of one data set, preset, window and seed.
    on_progress : called with stages done, stages in all, and what is going on.

    Raises
    ------
    InspectionError, RecordError, DataError : checkpoints that do not belong together, or cannot be used.
    """
    for run in folder.glob("*/"):
        _is_usable(run)  # what is damaged makes way
    records = list({record.run_id: record for record in (read_record(Path(path)) for path in run_folders)}.values())
    config = _one_seed(records).config
    dataset = load_dataset(config.dataset)
    stages = Stages(STAGES * len(records) + 1, on_progress, should_stop)
    try:
        for record in records:
            inspect_run(folder / record.run_id, record, dataset, DEFAULT_TRACE, stages)
        stages.begin(Message("progress.statistics"))
        load_ridge(dataset, config.window)  # kept: pages draw it without fitting
        rows = statistics(folder, records, dataset, folder.name)
    except Stopped:
        return None
    write_rows(folder / ROWS, rows)
    stages.begin(Message("progress.done"))
    return folder / ROWS
