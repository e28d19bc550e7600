"""One reading of one run: a first look over drawn windows, or the whole of its test windows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import assert_never

from core.data.catalog import load_dataset
from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.inspection.averages import averages, write_averages
from core.inspection.drawn import DRAWN_ROWS, look_first
from core.inspection.run import STAGES, TRACE, inspect_run
from core.inspection.side_by_side import ShouldStop, Tell
from core.stages import Stages
from core.text.message import Message
from core.trace.schema import DEFAULT_TRACE
from core.trace.store import open_trace
from core.train.record import RunRecord
from core.vocabulary import Dim, Split

AVERAGES = "averages.npz"


class Step(Enum):
    """The readings of a run, in the order of the work."""

    FIRST_LOOK = auto()
    WHOLE = auto()


@dataclass(frozen=True)
class Reading:
    """One reading of one run."""

    step: Step
    folder: Path  # of the inspection
    record: RunRecord


def read(reading: Reading, tell: Tell, should_stop: ShouldStop) -> None:
    """Do one reading, unless it was done before."""
    from core.train.checkpoint import load_checkpoint

    record, run = reading.record, reading.folder / reading.record.run_id
    dataset = load_dataset(record.config.dataset)
    stages = Stages(STAGES + 1, lambda done, total, message: tell(done / total), should_stop)
    match reading.step:
        case Step.FIRST_LOOK:
            stages.begin(Message("progress.starting"))
            if not (run / DRAWN_ROWS).exists():
                look_first(run, load_checkpoint(record.folder), dataset)
        case Step.WHOLE:
            inspect_run(run, record, dataset, DEFAULT_TRACE, stages)
            stages.begin(Message("progress.done"))
            _keep(run, record, dataset)
        case _:
            assert_never(reading.step)


def _keep(run: Path, record: RunRecord, dataset: Dataset) -> None:
    """Write the averages of a run whose trace is there."""
    trace = open_trace(run / TRACE)
    windows = make_windows(dataset, record.config.window, Split.TEST)
    read = windows.at(slice(trace.sizes[Dim.ORIGIN]))
    write_averages(run / AVERAGES, averages(trace, read, dataset, of=len(windows)))
