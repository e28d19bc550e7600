"""Traces on disk: a zarr folder of uncompressed float32 arrays, written in slices of origins and read lazily."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr
import zarr
from numpy.typing import NDArray

from core.trace.layout import ATTRIBUTES, STAMP, slice_length, validate_trace
from core.trace.schema import TraceError
from core.vocabulary import Dim

_FORMAT: Final = 2  # zarr's format: 3 has no settled form for names and calls them unstable


class TraceWriter:
    """The open arrays of a trace that is being written, `slice_length` origins a file."""

    def __init__(self, arrays: Mapping[str, zarr.Array[Any]], slice_length: int) -> None:
        self._arrays = arrays
        self.slice_length = slice_length

    def write(self, start: int, values: Mapping[str, NDArray[np.float32]]) -> None:
        """Put the values of consecutive origins, [origin, ...] each, from place `start` on."""
        for name, array in values.items():
            self._arrays[name][start : start + len(array)] = array


@contextmanager
def writing(
    path: Path, frame: xr.Dataset, arrays: Mapping[str, tuple[Sequence[Dim], tuple[int, ...]]]
) -> Iterator[TraceWriter]:
    """Write a trace slice by slice; it appears at `path` only when it is whole, in place of an older one.

    Parameters
    ----------
    frame : coordinates and attributes.
    arrays : name -> (axes, lengths), `origin` first.

    Raises
    ------
    TraceError : something that is no trace lies at `path`.
    """
    _refuse_foreign(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        plain = {name: {"compressors": None} for name in frame.variables}
        frame.to_zarr(part, mode="w-", zarr_format=_FORMAT, consolidated=False, encoding=plain)
        group = zarr.open_group(part, mode="r+")
        length = slice_length(lengths for _, lengths in arrays.values())
        created = {name: _create(group, name, dims, lengths, length) for name, (dims, lengths) in arrays.items()}
        yield TraceWriter(created, length)
        _replace(part, path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _create(
    group: zarr.Group, name: str, dims: Sequence[Dim], lengths: tuple[int, ...], origins: int
) -> zarr.Array[Any]:
    return group.create_array(
        name,
        shape=lengths,
        chunks=(min(lengths[0], origins), *lengths[1:]),
        dtype="float32",
        compressors=None,
        fill_value=np.nan,
        attributes={"_ARRAY_DIMENSIONS": [dim.value for dim in dims]},
        # A slice of zeros (a silenced crossing) is written like any other: a missing file means a broken trace.
        config={"write_empty_chunks": True},
    )


def _refuse_foreign(path: Path) -> None:
    if path.is_file() or (path.is_dir() and any(path.iterdir()) and not (path / ".zgroup").is_file()):
        raise TraceError(f"{path} exists and is not a trace; nothing was written. Choose another folder.")


def _replace(part: Path, path: Path) -> None:
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    if path.exists():
        path.rename(old)
    part.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def open_trace(path: Path) -> xr.Dataset:
    """Open a trace from disk; values are read when they are used, a slice of origins at a time.

    Returns
    -------
    Dataset with one array for each recorded field (names: `core.trace.schema.field_name`), labelled axes, and
    attributes that say which checkpoint, data set and split it is of.

    Raises
    ------
    TraceError : nothing there, not a trace, or damaged.
    """
    path = Path(path)
    if not path.is_dir():
        raise TraceError(
            f"There is no trace at {path}; record one with: python -m core trace CHECKPOINT --out {path}"
        )
    try:
        group = zarr.open_group(path, mode="r", zarr_format=_FORMAT)
        trace = xr.open_zarr(path, consolidated=False, chunks=None, mask_and_scale=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TraceError(f"{path} cannot be read as a trace ({error}); record it again.") from error
    missing = [name for name in (*ATTRIBUTES, STAMP) if name not in trace.attrs and name not in trace.coords]
    if missing:
        raise TraceError(
            f"{path} is not a trace of this product: it lacks {', '.join(missing)}. Choose the folder that "
            "`python -m core trace` wrote."
        )
    for name in trace.data_vars:
        _check_whole(path / str(name), group[str(name)])
    return validate_trace(trace)


def _check_whole(folder: Path, array: zarr.Array[Any] | zarr.Group) -> None:
    """Compare the files of an array with what it needs: zarr itself reads a missing slice as empty."""
    assert isinstance(array, zarr.Array)
    wanted = math.prod(array.chunks) * array.dtype.itemsize
    sizes = [entry.stat().st_size for entry in os.scandir(folder) if not entry.name.startswith(".")]
    whole = sum(size == wanted for size in sizes)
    if whole != array.nchunks:
        raise TraceError(
            f"The trace {folder.parent} is damaged: {folder.name} has {whole} whole slices of "
            f"{array.nchunks}. Record it again."
        )
