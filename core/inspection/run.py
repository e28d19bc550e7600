"""Inspect one model, and the statistics of models that are inspected together: what pages and tables share.

    <run_id>/trace.zarr             what happened inside, over the test windows
    <run_id>/kernels.zarr           the kernels of some windows, where the trace does without them
    <run_id>/untrained.zarr         the kernels of the same architecture before training, same windows
    <run_id>/interventions.parquet  its error when something inside is changed
    <run_id>/responses.npy          how far a step put into the input moves the GRU's hidden states

What is finished is kept, so that an inspection goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.analysis.statistic import CROSSINGS
from core.analysis.summarise import summarise
from core.analysis.traced import KERNEL_ORIGINS, OWN, STREAMS, SeedTraces, kernel_places
from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.stages import Stages
from core.table import COLUMNS
from core.text.message import Message
from core.trace.layout import predicted_bytes
from core.trace.schema import Reduction, TraceError, TraceSpec, field_name
from core.trace.store import open_trace
from core.train.record import RunRecord
from core.vocabulary import Activation, Dim, Fusion, Merge, Reference, Split

if TYPE_CHECKING:
    from core.train.checkpoint import Checkpoint

TRACE = "trace.zarr"
KERNELS = "kernels.zarr"
UNTRAINED = "untrained.zarr"
INTERVENTIONS = "interventions.parquet"
RESPONSES = "responses.npy"
STEPS_PUT_IN = 40  # rows at which a step begins: each takes a pass over a token's origins
RUN_BYTES = 400_000_000  # a run's trace covers the first windows of the test split that fit in here
MEASURED_BYTES = 800_000_000  # the same for a trace that is thrown away after measuring: all windows of Weather
INTERVENTION_WINDOWS = 256  # drawn at random: interventions take one forward pass each
STAGES = 4  # of the inspection of one run

CROSSING_KERNELS = TraceSpec(dict.fromkeys(CROSSINGS.values(), (Reduction.FULL,)))
# All that statistics read of every window.
MEASURED = TraceSpec(
    dict.fromkeys((*OWN, *STREAMS, Activation.UPDATE_GATE, Activation.CORRECTION_GRU_TO_CNN), (Reduction.LAST_TOKEN,))
)


def inspect_run(
    folder: Path,
    record: RunRecord,
    dataset: Dataset,
    spec: TraceSpec,
    steps: Stages,
    *,
    limit: int = RUN_BYTES,
) -> None:
    """Record, perturb and change one run inside.

    Parameters
    ----------
    folder : of this run.
    spec : what the trace holds; what `MEASURED` names at least.
    limit : bytes of the trace; it covers the first windows of the test split that fit.

    Raises
    ------
    RecordError : the checkpoint cannot be used, or was trained on other data.
    """
    from core.trace.intervene import untrained_twin
    from core.train.checkpoint import load_checkpoint

    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = load_checkpoint(record.folder)
    checkpoint.check_data(dataset)
    windows = make_windows(dataset, record.config.window, Split.TEST)
    traced = windows.at(slice(windows_that_fit(record, len(windows), spec, limit)))
    places = kernel_places(len(traced), record.config.train.seed, _kernel_origins(record))
    drawn = {"spec": CROSSING_KERNELS, "places": places}
    steps.begin(Message("progress.recording", run=record.run_id))
    _trace(folder / TRACE, checkpoint, dataset, steps, spec=spec, places=slice(len(traced)))
    if _writes_kernels(record) and not CROSSING_KERNELS.activations.keys() <= spec.activations.keys():
        _trace(folder / KERNELS, checkpoint, dataset, steps, **drawn)
    steps.begin(Message("progress.untrained", run=record.run_id))
    if _writes_kernels(record):
        _trace(folder / UNTRAINED, untrained_twin(checkpoint), dataset, steps, **drawn)
    steps.begin(Message("progress.step_response", run=record.run_id))
    if not (folder / RESPONSES).exists():
        _put_steps_in(folder, checkpoint, traced)
    steps.begin(Message("progress.interventions", run=record.run_id))
    if not (folder / INTERVENTIONS).exists():
        _intervene(folder / INTERVENTIONS, checkpoint, windows)


def _trace(path: Path, checkpoint: Checkpoint, dataset: Dataset, steps: Stages, **settings: Any) -> None:
    """Record unless this very trace is there already."""
    from core.trace.record import trace_split

    try:
        if open_trace(path).attrs["weights_sha"] == checkpoint.record.weights_sha:
            return
    except TraceError:
        pass  # not there, or broken off: record it
    trace_split(checkpoint, dataset, out=path, on_progress=steps.within, **settings)


def windows_that_fit(record: RunRecord, windows: int, spec: TraceSpec, limit: int) -> int:
    """Return of how many windows at most the fullest trace fits: the same number for all forms of the model.

    Parameters
    ----------
    windows : as many as are wanted.
    limit : bytes of the trace.
    """
    model, window = record.config.model, record.config.window
    fullest = replace(model, fusion=Fusion.BOTH, reference=Reference.DYNAMIC, merge=Merge.ATTENTION, matched=False)
    size = predicted_bytes(fullest, window, record.variables, windows, spec)
    return windows if size <= limit else windows * limit // size


def _kernel_origins(record: RunRecord) -> int:
    """Return of how many windows kernels are kept: fewer than usual where those of many variables would not fit."""
    return windows_that_fit(record, KERNEL_ORIGINS, CROSSING_KERNELS, RUN_BYTES)


def _writes_kernels(record: RunRecord) -> bool:
    """Tell whether the model has any crossing that writes kernels."""
    return bool(record.config.model.activations & set(CROSSINGS.values()))


def _put_steps_in(folder: Path, checkpoint: Checkpoint, windows: Any) -> None:
    from core.trace.perturb import step_responses

    states = open_trace(folder / TRACE)[field_name(Activation.GRU_HIDDEN, Reduction.LAST_TOKEN)].to_numpy()
    seed = checkpoint.record.config.train.seed
    found = step_responses(checkpoint.model, windows, states=states, events=STEPS_PUT_IN, seed=seed)
    partial = folder / f".{RESPONSES}"
    np.save(partial, found)
    partial.replace(folder / RESPONSES)


def _intervene(path: Path, checkpoint: Checkpoint, windows: Any) -> None:
    from core.trace.intervene import errors_under, usual_interventions

    drawn = {"limit": INTERVENTION_WINDOWS, "seed": checkpoint.record.config.train.seed}
    usual = usual_interventions(checkpoint.model, windows, **drawn)
    partial = path.with_name(f".{path.name}")
    errors_under(checkpoint, windows, usual, **drawn).to_parquet(partial, index=False)
    partial.replace(path)


def statistics(folder: Path, records: Sequence[RunRecord], dataset: Dataset, study: str) -> pd.DataFrame:
    """Return every statistic of runs of one data set, window and seed that were inspected in a folder.

    Returns
    -------
    Columns `core.table.COLUMNS`, one row a number.
    """
    traces = [open_trace(folder / record.run_id / TRACE) for record in records]
    windows = make_windows(dataset, records[0].config.window, Split.TEST)
    crossing = [record.run_id for record in records if _writes_kernels(record)]
    apart = [run_id for run_id in crossing if (folder / run_id / KERNELS).is_dir()]
    summary = summarise(
        SeedTraces(
            traces=traces,
            inputs=windows.x[: traces[0].sizes[Dim.ORIGIN]],
            steps_per_day=dataset.steps_per_day,
            kernels={run_id: open_trace(folder / run_id / KERNELS) for run_id in apart},
            untrained=[open_trace(folder / run_id / UNTRAINED) for run_id in crossing],
            responses={record.run_id: np.load(folder / record.run_id / RESPONSES) for record in records},
            gradients={record.run_id: record.gradient for record in records},
            study=study,
            seed=records[0].config.train.seed,
            kernel_origins=_kernel_origins(records[0]),
        )
    )
    interventions = [
        _labelled(pd.read_parquet(folder / trace.attrs["run_id"] / INTERVENTIONS), trace.attrs, study)
        for trace in traces
    ]
    return pd.concat([summary, *interventions], ignore_index=True)


def _labelled(errors: pd.DataFrame, run: Mapping[str, Any], study: str) -> pd.DataFrame:
    keys = {"matched": False} | {name: run[name] for name in COLUMNS if name in run}
    rows = errors.assign(**keys, study=study, reason="").reindex(columns=list(COLUMNS))
    missing = {name: "float64" for name in ("low", "high", "p_value")}
    counts = dict.fromkeys(("n", "seed", "horizon", "lookback"), "int64")
    return rows.astype({"block": "Int64", "matched": "bool", **counts, **missing})
