"""The response probe: the standard pulse at every test origin of every mode; measured in the background, and kept.

    <run_id>.parquet   the rows of one run; what is finished is kept
    probe.parquet      those of all runs, written last: a row a window and mode

What the pulse is and what counts of the response to it, `core.analysis.pulse` defines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.resample import subsample
from core.aside import whole
from core.serve.by_run import held_for, write_by_run
from core.stages import Progress, Stages
from core.text.message import Message
from core.train.record import RunRecord, read_record
from core.version import answer_key
from core.vocabulary import Embedding
from core.workspace import Folder, subfolder

PROBE = "probe.parquet"
TWINS = 512  # test windows drawn at random that the untrained twin is asked about
CHANNEL_SECONDS = 80e-9  # of a pass on one core, a channel of a token in a block: 50 to 120 ns in every preset


def probe_key(records: Sequence[RunRecord]) -> str:
    """Return the name of the answer for some runs: readable, with a digest of code, weights and data."""
    parts = [(one.run_id, one.weights_sha, one.fingerprint) for one in records]
    return f"{records[0].config.cell}-probe-{answer_key('core.serve.probe', parts)}"


def arguments_of(records: Iterable[RunRecord]) -> dict[str, Any]:
    """Return the question about some runs as the arguments of the job that answers it."""
    return {"runs": [str(one.folder) for one in records]}


def open_probe(key: str) -> pd.DataFrame | None:
    """Return a finished answer of the workspace, see `measure_probe`; None where there is none that can be read."""
    return whole(subfolder(Folder.INSPECTIONS) / key / PROBE, pd.read_parquet)


def measure_probe(
    folder: Path,
    *,
    runs: Sequence[str],
    on_progress: Progress = lambda done, total, message: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Path | None:
    """Put the standard pulse into every test window of runs; return the table's path, or None when stopped.

    Parameters
    ----------
    folder : of the answer; the runs that are finished in it are kept.
    runs : checkpoint folders.

    Returns
    -------
    Columns run_id, fusion, origin (row of the first target), size (of the response, standardised), half (steps after
    which half of it is there; NaN where nothing responds), twin (size with the weights before training; NaN but for
    the windows drawn for that).

    Raises
    ------
    RecordError, DataError : a checkpoint that cannot be used.
    """
    parts = [
        (record, Message("progress.probe", run=record.run_id), partial(_of_run, record))
        for record in (read_record(Path(run)) for run in runs)
    ]
    return write_by_run(folder, PROBE, parts, on_progress=on_progress, should_stop=should_stop)


def _of_run(record: RunRecord, stages: Stages) -> pd.DataFrame:
    from core.serve.pulse import pulse_numbers

    held = held_for(record)
    windows = held.windows
    drawn = subsample(len(windows), TWINS, np.random.default_rng(record.config.train.seed))
    total = len(windows) + len(drawn)
    size, half = pulse_numbers(
        held.checkpoint.model, windows, np.arange(len(windows)), lambda done, _: stages.within(done, total)
    )
    twin = np.full(len(windows), np.nan)
    twin[drawn], _ = pulse_numbers(
        held.twin.checkpoint.model, windows, drawn, lambda done, _: stages.within(len(windows) + done, total)
    )
    names = {"run_id": record.run_id, "fusion": record.config.model.fusion.value, "origin": windows.origins}
    return pd.DataFrame({**names, "size": size, "half": half, "twin": twin})


def about_seconds(records: Iterable[RunRecord]) -> float:
    """Return about how long the probe of some runs takes on one idle core."""
    return sum(CHANNEL_SECONDS * _channels(one) * _passes(one) for one in records)


def _passes(record: RunRecord) -> int:
    windows: int = record.metrics["test"]["windows"]
    return 2 * (windows + min(windows, TWINS))  # with the pulse and without


def _channels(record: RunRecord) -> int:
    """Return the channels of all tokens and blocks that one window takes."""
    model, variables = record.config.model, len(record.variables)
    series = 1 if model.embedding is Embedding.MIXED else variables
    return series * record.config.window.lookback // model.patch * model.width * model.blocks
