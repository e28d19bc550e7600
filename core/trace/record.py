"""Recording a forward pass: around any call of the user's own, or over a whole split to disk.

The model hands its taps out as part of its result and keeps nothing; a recorder only asks for them and takes them
out of the result again, so the forecast with and without one is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, assert_never

import numpy as np
import torch
import xarray as xr
from numpy.typing import NDArray
from torch import Tensor, nn

from core.data.dataset import Dataset
from core.data.windows import make_windows
from core.model.forecaster import Forecaster, ForwardOut
from core.trace.layout import ORIGINS_PER_CHUNK, coords, shape, validate_trace
from core.trace.schema import DEFAULT_TRACE, Field, Reduction, TraceError, TraceSpec
from core.trace.store import writing
from core.train.checkpoint import Checkpoint
from core.train.evaluate import batches
from core.train.record import RunRecord
from core.version import VERSION
from core.vocabulary import TAP_DIMS, Dim, Embedding, Split, Tap

Progress = Callable[[int, int], None]  # windows done, windows in all


def reduced(value: Tensor, field: Field, embedding: Embedding) -> Tensor:
    """Return a tap's value [axes of TAP_DIMS] as the field keeps it [axes of field.dims]."""
    dims = list(TAP_DIMS[field.tap])
    match field.reduction:
        case Reduction.FULL:
            kept = value
        case Reduction.LAST_TOKEN:
            kept = value.select(dims.index(Dim.TOKEN), -1)
        case Reduction.MEAN_TOKEN:
            kept = value.mean(dims.index(Dim.TOKEN))
        case Reduction.MEAN_CHANNEL:
            kept = value.mean(dims.index(Dim.CHANNEL))
        case Reduction.MEAN_VARIABLE:
            kept = value.mean(dims.index(Dim.VARIABLE))
        case Reduction.NORM_CHANNEL:
            kept = value.square().mean(dims.index(Dim.CHANNEL)).sqrt()
        case _:
            assert_never(field.reduction)
    left = field.reduction.dims(field.tap)
    if left != field.dims(embedding):  # `mixed` has one row of tokens for all variables: an axis of length 1
        kept = kept.squeeze(left.index(Dim.VARIABLE))
    return kept


class Recorder:
    """Collects what the forward calls inside a `recording` block hand out, reduced at once."""

    def __init__(self, model: Forecaster, spec: TraceSpec) -> None:
        self._model = model
        self.fields = spec.for_model(model.config).fields
        self.taps = frozenset(field.tap for field in self.fields)
        self._slices: list[dict[str, NDArray[np.float32]]] = []

    def take(self, taps: Mapping[Tap, Tensor]) -> None:
        """Reduce and copy the taps of one forward call."""
        embedding = self._model.config.embedding
        self._slices.append(
            {field.name: _as_array(reduced(taps[field.tap].detach(), field, embedding)) for field in self.fields}
        )

    def drain(self) -> dict[str, NDArray[np.float32]]:
        """Return everything recorded so far, [origin, ...] by field name, and forget it.

        Raises
        ------
        TraceError : no forward call was made.
        """
        if not self._slices:
            raise TraceError("Nothing was recorded; call the model inside the `with recording(...)` block.")
        slices, self._slices = self._slices, []
        return {field.name: np.concatenate([part[field.name] for part in slices]) for field in self.fields}

    def dataset(
        self,
        *,
        variables: Sequence[str] | None = None,
        origins: NDArray[np.int64] | None = None,
        stamps: NDArray[np.datetime64] | None = None,
    ) -> xr.Dataset:
        """Return what was recorded with named axes; windows are counted from 0 when `origins` is left out.

        Parameters
        ----------
        variables : names of the columns; "1", "2" ... when left out.
        origins : row of each window's first target, [origin], in the order of the calls.
        stamps : time stamp of that row, [origin].
        """
        values = self.drain()
        self._slices.append(values)
        count = len(next(iter(values.values())))
        names = variables if variables is not None else [str(i + 1) for i in range(self._model.variables)]
        places = origins if origins is not None else np.arange(count)
        if len(places) != count or len(names) != self._model.variables:
            raise TraceError(
                f"{count} windows of {self._model.variables} variables were recorded, but {len(places)} origins "
                f"and {len(names)} names given; pass one of each for every window and variable."
            )
        config, window = self._model.config, self._model.window
        labelled = {
            field.name: ([dim.value for dim in field.dims(config.embedding)], values[field.name])
            for field in self.fields
        }
        return validate_trace(xr.Dataset(labelled, coords(config, window, names, self.fields, places, stamps)))


def _as_array(value: Tensor) -> NDArray[np.float32]:
    # A copy: the caller may go on to change its own tensors in place.
    return np.array(value.cpu().numpy(), dtype=np.float32, order="C")


@contextmanager
def recording(
    model: Forecaster,
    *,
    taps: TraceSpec | Iterable[str] = DEFAULT_TRACE,
    reduce: Reduction = Reduction.FULL,
) -> Iterator[Recorder]:
    """Record every forward call of `model` inside the block.

    Parameters
    ----------
    taps : a TraceSpec, or words such as "attention" or "update_gate:last_token".
    reduce : the reduction of words that name none.

    Examples
    --------
    ``with recording(model, taps=["update_gate"], reduce=Reduction.LAST_TOKEN) as recorder:``
    ``    model(x)``
    ``gates = recorder.dataset()["update_gate_last_token"]``

    Raises
    ------
    TraceError : an unknown tap or reduction, or none that this model has.
    """
    spec = taps if isinstance(taps, TraceSpec) else TraceSpec.parse(taps, reduce)
    recorder = Recorder(model, spec)
    asked: frozenset[Tap] = frozenset()  # what the caller itself wants from the call under way

    def add_taps(_: nn.Module, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        nonlocal asked
        asked = kwargs.get("taps", frozenset())
        return args, {**kwargs, "taps": asked | recorder.taps}

    def take_taps(_: nn.Module, args: Any, out: ForwardOut) -> ForwardOut:
        recorder.take(out.taps)
        return ForwardOut(out.forecast, {tap: value for tap, value in out.taps.items() if tap in asked})

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
    on_progress: Progress | None = None,
) -> Path:
    """Record every window of a split to disk; `out` appears only when it is whole.

    Parameters
    ----------
    on_progress : called after each batch with (windows done, windows in all); what it raises stops the recording
        and leaves nothing behind.

    Returns
    -------
    `out`, to be read with `core.trace.store.open_trace`.

    Raises
    ------
    TraceError : the model has none of the taps, or `out` is something else than a trace.
    """
    config, variables = checkpoint.record.config, checkpoint.record.variables
    windows = make_windows(dataset, config.window, split)
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
    with (
        writing(out, frame, arrays) as writer,
        recording(checkpoint.model, taps=spec) as recorder,
        torch.inference_mode(),
    ):
        written = 0
        for part, x in batches(windows):
            checkpoint.model.eval()(x)
            # Whole slices only: zarr reads a slice back before it changes a part of it.
            if part.stop - written >= ORIGINS_PER_CHUNK or part.stop == len(windows):
                writer.write(written, recorder.drain())
                written = part.stop
            if on_progress is not None:
                on_progress(part.stop, len(windows))
    return out


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
        "merge": config.model.merge.value,
        "reference": config.model.reference.value,
        "embedding": config.model.embedding.value,
        "horizon": config.window.horizon,
        "lookback": config.window.lookback,
        "split": split.value,
        "version": VERSION,
    }
