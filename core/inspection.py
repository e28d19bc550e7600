"""Opening trained models up: traces, interventions and statistics of one data set, window and seed, in one folder.

    <run_id>/trace.zarr           what happened inside, over the test windows
    <run_id>/untrained.zarr       the kernels of the same architecture before training
    <run_id>/interventions.parquet  its error when something inside is changed
    <run_id>/responses.npy        how far a step put into the input moves the GRU path
    rows.parquet                  every statistic of every run; written last, so its presence says "complete"

Everything that is finished is kept: stopped or killed, an inspection goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.analysis.statistic import CROSSINGS
from core.analysis.summarise import summarise
from core.analysis.traced import SeedTraces
from core.baselines import load_ridge
from core.data.catalog import load_dataset
from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.steps import Progress, Steps, Stopped
from core.table import COLUMNS
from core.trace.layout import predicted_bytes
from core.trace.schema import DEFAULT_TRACE, Reduction, TraceError, TraceSpec
from core.trace.store import open_trace
from core.train.record import RunRecord, read_record
from core.version import VERSION
from core.vocabulary import Dim, Fusion, Merge, Split
from core.workspace import Room, room

if TYPE_CHECKING:
    import xarray as xr

    from core.train.checkpoint import Checkpoint

ROWS = "rows.parquet"
TRACE = "trace.zarr"
UNTRAINED = "untrained.zarr"
INTERVENTIONS = "interventions.parquet"
RESPONSES = "responses.npy"
STEPS_PUT_IN = 40  # rows at which a step begins: each takes two forward passes over a token's origins
RUN_BYTES = 400_000_000  # a run's trace covers the first windows of the test split that fit in here
INTERVENTION_WINDOWS = 512  # drawn at random: interventions take one forward pass each
KERNELS = TraceSpec(dict.fromkeys(CROSSINGS.values(), (Reduction.FULL,)))


class InspectionError(ValueError):
    """Runs that cannot be opened up together: which, why, and what to do."""


def inspection_key(records: Sequence[RunRecord]) -> str:
    """Return the name of the inspection of these runs: readable, with a digest of their weights and data.

    Raises
    ------
    InspectionError : the runs are of several data sets, windows or seeds, or there are none.
    """
    first = _one_seed(records).config
    members = sorted((record.run_id, record.weights_sha, record.fingerprint) for record in records)
    digest = hashlib.sha256(json.dumps([VERSION, members]).encode()).hexdigest()[:8]
    window = first.window
    return f"{first.dataset}-h{window.horizon}-l{window.lookback}-{first.preset}-s{first.train.seed}-{digest}"


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

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Every statistic of every run, one row a number (columns: `core.table.COLUMNS`)."""
        return pd.read_parquet(self.folder / ROWS)

    @cached_property
    def run_ids(self) -> tuple[str, ...]:
        """The runs that were opened up."""
        return tuple(sorted(path.parent.name for path in self.folder.glob(f"*/{TRACE}")))

    def trace(self, run_id: str) -> xr.Dataset:
        """Open the trace of a run, lazily; TraceError when there is none."""
        return open_trace(self.folder / run_id / TRACE)

    def untrained(self, run_id: str) -> xr.Dataset | None:
        """Open the kernels of a run's untrained twin, lazily; None for a run without crossings."""
        path = self.folder / run_id / UNTRAINED
        return open_trace(path) if path.is_dir() else None


def open_inspection(key: str) -> Inspection | None:
    """Return a finished inspection of the workspace, or None."""
    known = {path.parent.name: path.parent for path in room(Room.INSPECTIONS).glob(f"*/{ROWS}")}
    return Inspection(known[key]) if key in known else None


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
    on_progress : called with steps done, steps in all, and a word on what is going on.

    Raises
    ------
    InspectionError, RecordError, DataError : checkpoints that do not belong together, or cannot be used.
    """
    records = {record.run_id: record for record in (read_record(Path(path)) for path in run_folders)}
    dataset = load_dataset(_one_seed(list(records.values())).config.dataset)
    steps = Steps(4 * len(records) + 1, on_progress, should_stop)
    try:
        for record in records.values():
            _open_up(folder / record.run_id, record, dataset, steps)
        steps.begin("statistics")
        load_ridge(dataset, _one_seed(list(records.values())).config.window)  # kept: pages draw it without fitting
        rows = _rows(folder, list(records.values()), dataset)
    except Stopped:
        return None
    partial = folder / f".{ROWS}"
    rows.to_parquet(partial, index=False)
    partial.replace(folder / ROWS)
    steps.begin("done")
    return folder / ROWS


def _open_up(folder: Path, record: RunRecord, dataset: Dataset, steps: Steps) -> None:
    from core.trace.intervene import errors_under, untrained_twin, usual_interventions
    from core.trace.perturb import step_responses
    from core.train.checkpoint import load_checkpoint

    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = load_checkpoint(record.folder)
    checkpoint.check_data(dataset)
    steps.begin(f"tracing {record.run_id}")
    _trace(folder / TRACE, checkpoint, dataset, DEFAULT_TRACE, steps)
    steps.begin(f"the untrained twin of {record.run_id}")
    if _crosses(record):
        _trace(folder / UNTRAINED, untrained_twin(checkpoint), dataset, KERNELS, steps)
    windows = make_windows(dataset, record.config.window, Split.TEST)
    steps.begin(f"a step put into the input of {record.run_id}")
    if not (folder / RESPONSES).exists():
        partial = folder / f".{RESPONSES}"
        np.save(
            partial, step_responses(checkpoint.model, windows, events=STEPS_PUT_IN, seed=record.config.train.seed)
        )
        partial.replace(folder / RESPONSES)
    steps.begin(f"interventions on {record.run_id}")
    if not (folder / INTERVENTIONS).exists():
        drawn = {"limit": INTERVENTION_WINDOWS, "seed": record.config.train.seed}
        usual = usual_interventions(checkpoint.model, windows, **drawn)
        partial = folder / f".{INTERVENTIONS}"
        errors_under(checkpoint, windows, usual, **drawn).to_parquet(partial, index=False)
        partial.replace(folder / INTERVENTIONS)


def _crosses(record: RunRecord) -> bool:
    fusion = record.config.model.fusion
    return fusion.corrects_conv or fusion.corrects_gru


def _trace(path: Path, checkpoint: Checkpoint, dataset: Dataset, spec: TraceSpec, steps: Steps) -> None:
    """Record the windows that fit in RUN_BYTES, unless this very trace is there already."""
    from core.trace.record import trace_split

    record = checkpoint.record
    try:
        if open_trace(path).attrs["weights_sha"] == record.weights_sha:
            return
    except TraceError:
        pass  # not there, or broken off: record it
    trace_split(checkpoint, dataset, out=path, spec=spec, limit=_limit(record, dataset), on_progress=steps.within)


def _limit(record: RunRecord, dataset: Dataset) -> int:
    """Return how many windows of the fullest trace fit in RUN_BYTES: the same number for all fusion modes."""
    model, window = record.config.model, record.config.window
    windows = len(make_windows(dataset, window, Split.TEST))
    fullest = replace(model, fusion=Fusion.BOTH, merge=Merge.ATTENTION)
    size = predicted_bytes(fullest, window, record.variables, windows, DEFAULT_TRACE)
    return windows if size <= RUN_BYTES else windows * RUN_BYTES // size


def _rows(folder: Path, records: Sequence[RunRecord], dataset: Dataset) -> pd.DataFrame:
    traces = [open_trace(folder / record.run_id / TRACE) for record in records]
    first = records[0].config
    windows = make_windows(dataset, first.window, Split.TEST)
    summary = summarise(
        SeedTraces(
            traces=traces,
            inputs=windows.x[: traces[0].sizes[Dim.ORIGIN]],
            steps_per_day=dataset.steps_per_day,
            untrained=[open_trace(folder / record.run_id / UNTRAINED) for record in records if _crosses(record)],
            responses={record.run_id: np.load(folder / record.run_id / RESPONSES) for record in records},
            gradients={record.run_id: record.gradient for record in records},
            study=folder.name,
            seed=first.train.seed,
        )
    )
    interventions = [
        _labelled(pd.read_parquet(folder / trace.attrs["run_id"] / INTERVENTIONS), trace.attrs, folder.name)
        for trace in traces
    ]
    return pd.concat([summary, *interventions], ignore_index=True)


def _labelled(errors: pd.DataFrame, run: Mapping[str, Any], study: str) -> pd.DataFrame:
    keys = {"matched": False} | {name: run[name] for name in COLUMNS if name in run}
    rows = errors.assign(**keys, study=study, reason="").reindex(columns=list(COLUMNS))
    missing = {name: "float64" for name in ("low", "high", "p_value")}
    counts = dict.fromkeys(("n", "seed", "horizon", "lookback"), "int64")
    return rows.astype({"block": "Int64", "matched": "bool", **counts, **missing})
