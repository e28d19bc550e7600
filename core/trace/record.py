"""Recording a forward pass: around any call of the user's own, or over a whole split to disk.

The model hands its activations out as part of its result and keeps nothing; a recorder only asks for them and takes
them out of the result again, so the forecast with and without one is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
import xarray as xr
from numpy.typing import NDArray
from torch import Tensor, nn

from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.model.forecaster import Forecaster, ForwardOut
from core.model.probe import Keep
from core.trace.layout import coords, shape
from core.trace.paths import BEYOND, path_activations
from core.trace.recorder import Recorder
from core.trace.schema import DEFAULT_TRACE, Reduction, TraceSpec
from core.trace.store import writing
from core.train.checkpoint import Checkpoint
from core.train.evaluate import batches
from core.train.record import RunRecord
from core.version import VERSION
from core.vocabulary import Activation, Split

Progress = Callable[[int, int], None]  # windows done, windows in all
Places = slice | NDArray[np.int64]


@contextmanager
def recording(
    model: Forecaster,
    *,
    activations: TraceSpec | Iterable[str] = DEFAULT_TRACE,
    reduce: Reduction = Reduction.FULL,
) -> Iterator[Recorder]:
    """Record every forward call of `model` inside the block.

    Parameters
    ----------
    activations : a TraceSpec, or words such as "attention" or "update_gate:last_token".
    reduce : the reduction of words that name none.

    ``with recording(model, activations=["update_gate"], reduce=Reduction.LAST_TOKEN) as recorder:``
    ``    model(x)``
    ``gates = recorder.dataset()["update_gate_last_token"]``

    Raises
    ------
    TraceError : an unknown activation or reduction, or none that this model has.
    """
    spec = activations if isinstance(activations, TraceSpec) else TraceSpec.parse(activations, reduce)
    recorder = Recorder(model, spec)
    asked: Collection[Activation] | Mapping[Activation, Keep] = (
        frozenset()
    )  # what the caller itself wants from the call under way

    def add_taps(_: nn.Module, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        nonlocal asked
        asked = kwargs.get("activations", frozenset())
        return args, {**kwargs, "activations": recorder.asking(asked)}

    def take_taps(_: nn.Module, args: Any, out: ForwardOut) -> ForwardOut:
        recorder.take(out.activations)
        return ForwardOut(
            out.forecast, {activation: value for activation, value in out.activations.items() if activation in asked}
        )

    # Prepended, so that of two nested recordings the inner one, which asked last, takes its part first.
    hooks = (
        model.register_forward_pre_hook(add_taps, with_kwargs=True),
        model.register_forward_hook(take_taps, prepend=True),
    )
    try:
        yield recorder
    finally:
        for hook in hooks:
            hook.remove()


def trace_split(
    checkpoint: Checkpoint,
    dataset: Dataset,
    *,
    out: Path,
    split: Split = Split.TEST,
    spec: TraceSpec = DEFAULT_TRACE,
    places: Places = slice(None),
    on_progress: Progress | None = None,
) -> Path:
    """Record windows of a split to disk; `out` appears only when it is whole.

    Parameters
    ----------
    places : which windows of the split, in order; every one unless given.
    on_progress : called after each batch with (windows done, windows in all); what it raises stops the recording
        and leaves nothing behind.

    Returns
    -------
    `out`, to be read with `core.trace.store.open_trace`.

    Raises
    ------
    TraceError : the model has none of the activations, or `out` is something else than a trace.
    """
    config, variables = checkpoint.record.config, checkpoint.record.variables
    windows = make_windows(dataset, config.window, split).at(places)
    fields = spec.for_model(config.model).fields
    frame = xr.Dataset(
        coords=coords(config.model, config.window, variables, fields, windows.origins, windows.stamps),
        attrs=attributes(checkpoint.record, split),
    )
    arrays = {
        field.name: (
            field.dims(config.model.embedding),
            shape(field, config.model, config.window, len(variables), len(windows)),
        )
        for field in fields
    }
    recorder = Recorder(checkpoint.model.eval(), spec)
    with (
        writing(out, frame, arrays) as writer,
        ThreadPoolExecutor(max_workers=1) as disk,  # writes one slice while the model computes the next
        torch.inference_mode(),
    ):
        written = 0
        pending: Future[None] | None = None
        for part, x in batches(windows):
            recorder.take(_activations(checkpoint.model, x, recorder.asking({})))
            # Whole slices only: zarr reads a slice back before it changes a part of it.
            if part.stop - written >= writer.slice_length or part.stop == len(windows):
                if pending is not None:
                    pending.result()  # at most one slice waits in memory; a full disk is told here
                pending = disk.submit(writer.write, written, recorder.drain())
                written = part.stop
            if on_progress is not None:
                on_progress(part.stop, len(windows))
        if pending is not None:
            pending.result()
    return out


def _activations(model: Forecaster, x: Tensor, keeps: Mapping[Activation, Keep]) -> Mapping[Activation, Tensor]:
    return model(x, activations=keeps).activations if BEYOND & keeps.keys() else path_activations(model, x, keeps)


def attributes(record: RunRecord, split: Split) -> dict[str, str | int]:
    """Return what a trace says about where it comes from."""
    config = record.config
    return {
        "dataset": config.dataset,
        "fingerprint": record.fingerprint,
        "run_id": config.run_id,
        "weights_sha": record.weights_sha,
        "preset": config.preset,
        "seed": config.train.seed,
        "fusion": config.model.fusion.value,
        "matched": int(config.model.matched),
        "merge": config.model.merge.value,
        "reference": config.model.reference.value,
        "embedding": config.model.embedding.value,
        "patch": config.model.patch,
        "horizon": config.window.horizon,
        "lookback": config.window.lookback,
        "split": split.value,
        "version": VERSION,
    }
