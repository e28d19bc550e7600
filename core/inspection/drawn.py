"""What an inspection keeps, over some test windows: a first look within a second, and one at the untrained twin."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.analysis.resample import subsample
from core.analysis.statistic import Statistic
from core.analysis.summarise import summarise
from core.analysis.traced import SeedTraces
from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.inspection.averages import averages, write_averages
from core.inspection.run import CROSSING_KERNELS, RUN_BYTES, windows_that_fit
from core.table import write_rows
from core.trace.schema import DEFAULT_TRACE
from core.trace.store import open_trace
from core.vocabulary import Split

if TYPE_CHECKING:
    from core.train.checkpoint import Checkpoint

DRAWN = "drawn.npz"
DRAWN_ROWS = "drawn.parquet"
TWIN = "twin.npz"
WINDOWS = 256
LOOK_BYTES = 100_000_000  # of a first look: fewer windows of hundreds of variables
TWIN_WINDOWS = 1024
ON_CLOCK = (  # what needs no window to follow another
    *(Statistic.DCOR_KERNEL, Statistic.DCOR_KERNEL_BIASED, Statistic.DCOR_KERNEL_UNTRAINED, Statistic.ETA2_KERNEL),
    *(Statistic.DCOR_INPUT, Statistic.DCOR_INPUT_BIASED, Statistic.ETA2_INPUT),
)


def look_first(folder: Path, checkpoint: Checkpoint, dataset: Dataset) -> None:
    """Write averages and dependence on the time of day over drawn windows into the folder of a run.

    Raises
    ------
    RecordError : the checkpoint was trained on other data.
    """
    from core.trace.intervene import untrained_twin
    from core.trace.record import trace_split

    checkpoint.check_data(dataset)
    record = checkpoint.record
    windows, seed = make_windows(dataset, record.config.window, Split.TEST), record.config.train.seed
    count = windows_that_fit(record, WINDOWS, DEFAULT_TRACE, LOOK_BYTES)
    places = subsample(len(windows), count, np.random.default_rng(seed))
    drawn = windows.at(places)
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary)
        trace = open_trace(trace_split(checkpoint, dataset, out=out / "trace", spec=DEFAULT_TRACE, places=places))
        kept = averages(trace, drawn, dataset, of=len(windows))
        twins = []
        if record.config.model.activations & CROSSING_KERNELS.activations.keys():
            twin = untrained_twin(checkpoint)
            path = trace_split(twin, dataset, out=out / "twin", spec=CROSSING_KERNELS, places=places)
            twins = [open_trace(path)]
        rows = summarise(
            SeedTraces(
                traces=[trace],
                inputs=drawn.x,
                steps_per_day=dataset.steps_per_day,
                untrained=twins,
                gradients={record.run_id: record.gradient},
                study=folder.parent.name,
                seed=seed,
            )
        )
    write_averages(folder / DRAWN, kept)
    write_rows(folder / DRAWN_ROWS, _on_clock(rows))


def look_at_twin(folder: Path, checkpoint: Checkpoint, dataset: Dataset) -> None:
    """Write averages of a run's untrained twin, over the first test windows, into the folder of the run.

    They follow one another, so that its abrupt changes are known too.
    """
    from core.trace.intervene import untrained_twin
    from core.trace.record import trace_split

    checkpoint.check_data(dataset)
    record = checkpoint.record
    windows = make_windows(dataset, record.config.window, Split.TEST)
    first = slice(windows_that_fit(record, TWIN_WINDOWS, DEFAULT_TRACE, RUN_BYTES))
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "trace"
        trace = open_trace(trace_split(untrained_twin(checkpoint), dataset, out=out, places=first))
        write_averages(folder / TWIN, averages(trace, windows.at(first), dataset, of=len(windows)))


def _on_clock(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.loc[rows["statistic"].str.startswith(ON_CLOCK)]
