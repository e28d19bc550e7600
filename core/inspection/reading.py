"""The two halves of an inspection, run by run: reading the test windows, and measuring what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.data.catalog import load_dataset
from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.inspection.averages import averages, write_averages
from core.inspection.run import STAGES, TRACE, inspect_run, statistics
from core.inspection.side_by_side import ShouldStop, Tell
from core.stages import Stages
from core.table import write_rows
from core.text.message import Message
from core.trace.schema import DEFAULT_TRACE
from core.trace.store import open_trace
from core.train.record import RunRecord
from core.vocabulary import Dim, Split

AVERAGES = "averages.npz"
PART = "part.parquet"  # the statistics of a run, until those of all are there


@dataclass(frozen=True)
class Reading:
    """One run that is read for an inspection."""

    folder: Path  # of the inspection
    record: RunRecord


def read(reading: Reading, tell: Tell, should_stop: ShouldStop) -> None:
    """Read a run over its test windows, or go on with what was begun."""
    record, run = reading.record, reading.folder / reading.record.run_id
    dataset = load_dataset(record.config.dataset)
    stages = Stages(STAGES + 1, lambda done, total, message: tell(done / total), should_stop)
    inspect_run(run, record, dataset, DEFAULT_TRACE, stages)
    stages.begin(Message("progress.done"))
    _keep(run, record, dataset)


def _keep(run: Path, record: RunRecord, dataset: Dataset) -> None:
    """Write the averages of a run whose trace is there."""
    trace = open_trace(run / TRACE)
    windows = make_windows(dataset, record.config.window, Split.TEST)
    read = windows.at(slice(trace.sizes[Dim.ORIGIN]))
    write_averages(run / AVERAGES, averages(trace, read, dataset, of=len(windows)))


@dataclass(frozen=True)
class Measuring:
    """One run whose statistics are measured, with the run of none that it is held against."""

    folder: Path  # of the inspection
    record: RunRecord
    none: RunRecord | None

    @property
    def runs(self) -> list[RunRecord]:
        """Both."""
        return [self.record] if self.none in (None, self.record) else [self.none, self.record]


def measure(measuring: Measuring, tell: Tell, should_stop: ShouldStop) -> None:
    """Measure a run that was read. Statistics of a run draw by its seed, so that they are the same beside others."""
    Stages(1, lambda done, total, message: tell(0.0), should_stop).begin(Message("progress.statistics"))
    dataset = load_dataset(measuring.record.config.dataset)
    rows = statistics(measuring.folder, measuring.runs, dataset, measuring.folder.name)
    write_rows(measuring.folder / measuring.record.run_id / PART, rows)


def measured(folder: Path, records: Sequence[RunRecord]) -> pd.DataFrame:
    """Return every statistic of runs that were measured, each once."""
    rows = pd.concat([pd.read_parquet(folder / record.run_id / PART) for record in records], ignore_index=True)
    return rows.drop_duplicates(["run_id", "statistic", "block"], ignore_index=True)
