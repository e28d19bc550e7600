"""What a recording keeps: each activation reduced as it comes, copied out of torch, and labelled in the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import assert_never

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from torch import Tensor

from core.model.forecaster import Forecaster
from core.model.probe import Keep, last_token, whole
from core.trace.layout import coords, validate_trace
from core.trace.schema import Field, Reduction, TraceError, TraceSpec
from core.vocabulary import ACTIVATION_DIMS, Activation, Dim, Embedding


def reduced(value: Tensor, field: Field, embedding: Embedding) -> Tensor:
    """Return an activation's value [axes of ACTIVATION_DIMS] as the field keeps it [axes of field.dims]."""
    dims = list(ACTIVATION_DIMS[field.activation])
    if value.ndim < len(dims):
        dims = list(field.reduction.dims(field.activation))  # the model handed out the last token alone
    match field.reduction:
        case Reduction.FULL:
            kept = value
        case Reduction.LAST_TOKEN:
            kept = value.select(dims.index(Dim.TOKEN), -1) if Dim.TOKEN in dims else value
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
    left = field.reduction.dims(field.activation)
    if left != field.dims(embedding):  # `mixed` has one row of tokens for all variables: an axis of length 1
        kept = kept.squeeze(left.index(Dim.VARIABLE))
    return kept


class Recorder:
    """Collects what the forward calls inside a `recording` block hand out, reduced at once."""

    def __init__(self, model: Forecaster, spec: TraceSpec) -> None:
        self._model = model
        self.fields = spec.for_model(model.config).fields
        self.activations = frozenset(field.activation for field in self.fields)
        more = {field.activation for field in self.fields if field.reduction is not Reduction.LAST_TOKEN}
        self._keeps: dict[Activation, Keep] = {
            activation: whole if activation in more else last_token for activation in self.activations
        }
        self._slices: list[dict[str, NDArray[np.float32]]] = []

    def asking(self, asked: Collection[Activation] | Mapping[Activation, Keep]) -> dict[Activation, Keep]:
        """Return what a forward call must keep for this recorder and for the caller, who asked for `asked`."""
        wanted = dict(asked) if isinstance(asked, Mapping) else dict.fromkeys(asked, whole)
        for activation, keep in self._keeps.items():
            wanted[activation] = keep if wanted.get(activation, keep) is keep else whole
        return wanted

    def take(self, activations: Mapping[Activation, Tensor]) -> None:
        """Reduce and copy the activations of one forward call."""
        embedding = self._model.config.embedding
        self._slices.append(
            {
                field.name: _as_array(reduced(activations[field.activation].detach(), field, embedding))
                for field in self.fields
            }
        )

    def drain(self) -> dict[str, NDArray[np.float32]]:
        """Return and forget everything recorded so far, [origin, ...] by field name; TraceError without a call."""
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
