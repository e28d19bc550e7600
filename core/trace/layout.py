"""The labels of a trace, its size on disk before it is written, and the check at every door."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from core.config import ModelConfig, WindowConfig
from core.trace.schema import Field, TraceError, TraceSpec
from core.vocabulary import Dim

MOST_ORIGINS = 256  # in one file of an array: what is read at least when one window is looked at
SLICE_BYTES = 100_000_000  # of such files of all arrays together: what is written at a time
STAMP = "stamp"  # coordinate along `origin`: the time stamp of the first target row
ATTRIBUTES = (  # what every trace on disk says about where it comes from
    "dataset",
    "fingerprint",
    "run_id",
    "weights_sha",
    "preset",
    "seed",
    "fusion",
    "merge",
    "reference",
    "embedding",
    "horizon",
    "lookback",
    "split",
    "version",
)
_VALUE_BYTES = 4  # float32
_STAMP_BYTES = 8  # int64 and datetime64
_ARRAY_METADATA_BYTES = 200  # .zarray and .zattrs of one array
_AXIS_METADATA_BYTES = 40  # more for each of its axes
_GROUP_METADATA_BYTES = 600  # .zgroup and .zattrs of the trace, and the calendar of the stamps


def labels(config: ModelConfig, window: WindowConfig, variables: Sequence[str]) -> dict[Dim, NDArray[np.generic]]:
    """Return the labels of every axis but `origin`: counts from 1, kernel taps around 0, names of variables."""
    half = config.kernel // 2
    tokens = window.lookback // config.patch
    return {
        Dim.VARIABLE: np.array(list(variables), dtype=np.str_),
        Dim.BLOCK: _count(config.blocks),
        Dim.TOKEN: _count(tokens),
        Dim.CHANNEL: _count(config.width),
        Dim.TAP: np.arange(-half, half + 1),
        Dim.HEAD: _count(config.heads),
        Dim.QUERY: _count(tokens),
        Dim.KEY: _count(tokens),
        Dim.STEP: _count(window.horizon),
    }


def _count(length: int) -> NDArray[np.int64]:
    return np.arange(1, length + 1)


def coords(
    config: ModelConfig,
    window: WindowConfig,
    variables: Sequence[str],
    fields: Sequence[Field],
    origins: NDArray[np.int64],
    stamps: NDArray[np.datetime64] | None = None,
) -> dict[str, tuple[str, NDArray[np.generic]]]:
    """Return the coordinates that `fields` need, as xarray takes them: name -> (axis, labels).

    Parameters
    ----------
    origins : row index of each window's first target row, [origin].
    stamps : time stamp of that row, [origin]; left out for windows without a calendar.
    """
    used = {dim for field in fields for dim in field.dims(config.embedding)}
    named: dict[str, tuple[str, NDArray[np.generic]]] = {
        Dim.ORIGIN.value: (Dim.ORIGIN.value, np.asarray(origins, dtype=np.int64))
    }
    if stamps is not None:
        named[STAMP] = (Dim.ORIGIN.value, np.asarray(stamps, dtype="datetime64[ns]"))
    for dim, values in labels(config, window, variables).items():
        if dim in used:
            named[dim.value] = (dim.value, values)
    return named


def shape(field: Field, config: ModelConfig, window: WindowConfig, variables: int, origins: int) -> tuple[int, ...]:
    """Return the lengths of a field's axes."""
    lengths = {dim: len(values) for dim, values in labels(config, window, [""] * variables).items()}
    lengths[Dim.ORIGIN] = origins
    return tuple(lengths[dim] for dim in field.dims(config.embedding))


def slice_length(shapes: Iterable[tuple[int, ...]]) -> int:
    """Return how many origins one file of each array holds, of arrays [origin, ...].

    >>> slice_length([(5000, 7, 64), (5000, 7)]), slice_length([(5000, 800, 8, 64)])
    (256, 61)
    """
    an_origin = sum(_VALUE_BYTES * math.prod(lengths[1:]) for lengths in shapes)
    return max(1, min(MOST_ORIGINS, SLICE_BYTES // an_origin))


def predicted_bytes(
    config: ModelConfig, window: WindowConfig, variables: Sequence[str], origins: int, spec: TraceSpec
) -> int:
    """Return the bytes that a trace will take up on disk (sum of its files, within 5 %).

    Parameters
    ----------
    variables : names of the data set's columns.
    origins : windows of the split.

    Source: arrays are stored uncompressed as float32, in whole slices of origins.
    """
    fields = spec.for_model(config).fields
    a_slice = min(origins, slice_length(shape(f, config, window, len(variables), 1) for f in fields))
    stored = math.ceil(origins / a_slice) * a_slice
    values = sum(_VALUE_BYTES * math.prod(shape(f, config, window, len(variables), stored)) for f in fields)
    named = coords(config, window, variables, fields, np.arange(origins))
    labelling = sum(array.nbytes for _, array in named.values()) + origins * _STAMP_BYTES
    axes = [len(f.dims(config.embedding)) for f in fields] + [1] * (len(named) + 1)  # and the stamps
    metadata = sum(_ARRAY_METADATA_BYTES + _AXIS_METADATA_BYTES * count for count in axes)
    return values + labelling + metadata + _GROUP_METADATA_BYTES


def validate_trace(trace: xr.Dataset) -> xr.Dataset:
    """Return the trace if every axis and label is as declared.

    xarray makes an outer product of a misspelt axis and drops rows of mismatched labels without a word; this check
    at each door is what catches it.

    Raises
    ------
    TraceError : an axis is unknown, a label is missing, doubled or out of place, or an array lacks `origin`.
    """
    known = {dim.value for dim in Dim}
    for name, array in trace.data_vars.items():
        unknown = [str(dim) for dim in array.dims if dim not in known]
        if unknown:
            raise TraceError(
                f"The array '{name}' of the trace has unknown axes {', '.join(unknown)}; known: "
                f"{', '.join(sorted(known))}. Rename them, or record the trace again."
            )
        if Dim.ORIGIN.value not in array.dims:
            raise TraceError(
                f"The array '{name}' of the trace has the axes {', '.join(map(str, array.dims))}; it needs "
                "'origin' too. Record the trace again."
            )
    for dim in trace.sizes:
        _check_labels(trace, str(dim))
    if STAMP in trace.coords and trace[STAMP].dims != (Dim.ORIGIN.value,):
        raise TraceError(
            f"The stamps of the trace lie along {trace[STAMP].dims}; they must lie along 'origin'. "
            "Record the trace again."
        )
    return trace


def _check_labels(trace: xr.Dataset, dim: str) -> None:
    if dim not in trace.indexes:
        raise TraceError(f"The axis '{dim}' of the trace has no labels; record the trace again.")
    index = trace.indexes[dim]
    if not index.is_unique:
        raise TraceError(
            f"The axis '{dim}' of the trace has doubled labels, for example {index[index.duplicated()][0]}; "
            "record the trace again."
        )
    match dim:
        case Dim.VARIABLE:
            expected = index
        case Dim.ORIGIN:
            expected = index.sort_values()
        case Dim.TAP:
            expected = pd.Index(np.arange(len(index)) - len(index) // 2)
        case _:
            expected = pd.Index(np.arange(1, len(index) + 1))
    if not index.equals(expected):
        raise TraceError(
            f"The axis '{dim}' of the trace is labelled {list(index[:3])}...; wanted "
            f"{list(expected[:3])}.... Record the trace again."
        )
