"""What is kept of a run: averages over its test windows by slot of the calendar, and one number a window.

Everything that concerns a single window is asked of the model instead. A file of averages says how many of the test
windows it rests on: some drawn at random where the others have not been read yet.

    <kernel>_mean, _low, _high    by slot, with the 10-90 % band, [slot, (variable), block, channel, tap]
    <kernel>_profile_...          the same of the mean over channels, [slot, (variable), block, tap]
    <kernel>_share                share of the kernels' variance that the slots explain, [(variable), block]
    <kernel>_norm                 mean norm over taps, [block]
    <correction>_size             RMS of the correction against that of the path it corrects, [block]
    attention                     mean map by slot, [slot, head, query, key]
    update_gate, reset_gate       at the last token, mean over channels, [origin, (variable), block]
    conv_change, gru_change       of the paths' outputs from one window to the next, [origin]; not of drawn ones
    error                         MSE, standardised, [origin, variable]
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from core.analysis import profiles
from core.analysis.clock import eta_squared
from core.analysis.errors import window_errors
from core.analysis.statistic import CROSSINGS
from core.analysis.traced import STAMP, last_token, path_changes
from core.data.calendar import cycle_of, slots
from core.data.dataset import Dataset
from core.data.windows import Windows
from core.trace.schema import Reduction, field_name
from core.vocabulary import CROSSED, Activation, Dim, Fusion

Parts = dict[str, xr.DataArray]
SLICE = 512  # windows whose values are read at once
PROFILE = "profile"  # in names: of the mean over channels
GATES = (Activation.UPDATE_GATE, Activation.RESET_GATE)
CHANGES = ("conv_change", "gru_change")
LISTENERS = {Fusion.GRU_TO_CNN: Activation.CONV_OUTPUT, Fusion.CNN_TO_GRU: Activation.GRU_OUTPUT}
_HEADER = "header"


def averages(trace: xr.Dataset, windows: Windows, dataset: Dataset, *, of: int) -> xr.Dataset:
    """Return what is kept of a run.

    Parameters
    ----------
    trace : holds `core.trace.schema.DEFAULT_TRACE`, of `windows`, in their order.
    of : test windows of the run in all.
    """
    cycle, last_read = cycle_of(dataset), dataset.frame.index[windows.origins - 1]
    slot = slots(pd.DatetimeIndex(last_read), cycle)
    parts: Parts = {}
    for crossing, activation in CROSSINGS.items():
        if activation.value in trace.data_vars:
            parts |= _kernels(trace, crossing, slot, cycle.count)
        correction = field_name(CROSSED[crossing].correction, Reduction.LAST_TOKEN)
        if correction in trace.data_vars:
            parts[size_name(crossing)] = _size(trace, crossing)
    if field_name(Activation.ATTENTION, Reduction.MEAN_VARIABLE) in trace.data_vars:
        parts[Activation.ATTENTION.value] = profiles.attention_profile(trace, slots=slot, count=cycle.count)
    for gate in GATES:
        parts[gate.value] = last_token(trace, gate).mean(Dim.CHANNEL)
    made = path_changes(trace)
    if np.isfinite(made[0]).mean() > 0.5:  # of drawn windows hardly one follows another
        parts |= {name: xr.DataArray(one, dims=Dim.ORIGIN) for name, one in zip(CHANGES, made, strict=True)}
    parts["error"] = xr.DataArray(_errors(trace, windows), dims=(Dim.ORIGIN, Dim.VARIABLE))
    labels = {Dim.ORIGIN.value: trace[Dim.ORIGIN], STAMP: trace[STAMP], Dim.VARIABLE.value: list(dataset.variables)}
    attrs = trace.attrs | {"windows": len(windows), "of": of}
    return xr.Dataset({name: part.drop_attrs() for name, part in parts.items()}, labels, attrs).load()


def kernel_name(crossing: Fusion, what: str) -> str:
    """Return the name of something kept of a crossing's kernels: mean, low, high, share, norm ..."""
    return f"{CROSSINGS[crossing].value}_{what}"


def size_name(crossing: Fusion) -> str:
    """Return the name of the size of a crossing's correction."""
    return f"{CROSSED[crossing].correction.value}_size"


def _kernels(trace: xr.Dataset, crossing: Fusion, slot: NDArray[np.int64], count: int) -> Parts:
    """Return all that is kept of a crossing's kernels."""
    array = trace[CROSSINGS[crossing].value].load()  # [origin, (variable), block, channel, tap]
    parts: Parts = {}
    for name, part in (("", array), (f"{PROFILE}_", array.mean(Dim.CHANNEL))):
        own = part.to_dataset(name=CROSSINGS[crossing].value)
        found = [
            profiles.kernel_profile(own, crossing, block=int(block), slots=slot, count=count)
            for block in array[Dim.BLOCK].to_numpy()
        ]
        joined = xr.concat(found, dim=array[Dim.BLOCK], coords="minimal", compat="override", join="exact")
        parts |= {kernel_name(crossing, f"{name}{band}"): joined[band] for band in profiles.BANDS}
    apart = [dim for dim in (Dim.VARIABLE, Dim.BLOCK) if dim in array.dims]
    rows = array.transpose(*apart, Dim.ORIGIN, ...).to_numpy()
    shape, origins = rows.shape[: len(apart)], rows.shape[len(apart)]
    shares = [eta_squared(one, slot).value for one in rows.reshape(np.prod(shape), origins, -1)]
    parts[kernel_name(crossing, "share")] = xr.DataArray(
        np.reshape(shares, shape), {dim.value: array[dim] for dim in apart}, [dim.value for dim in apart]
    )
    norm = _block_means(array, lambda part: (part**2).sum(Dim.TAP) ** 0.5)
    return parts | {kernel_name(crossing, "norm"): norm}


def _size(trace: xr.Dataset, crossing: Fusion) -> xr.DataArray:
    """Return by block how large a crossing's correction is against the path it corrects: RMS of the last token."""
    correction, path = (
        _block_means(trace[field_name(activation, Reduction.LAST_TOKEN)], np.square)
        for activation in (CROSSED[crossing].correction, LISTENERS[crossing])
    )
    return (correction / path) ** 0.5


def _block_means(values: xr.DataArray, of: Callable[[xr.DataArray], xr.DataArray]) -> xr.DataArray:
    """Return the mean of what is made of the values in each block, a slice of windows in memory at a time."""
    sums = xr.DataArray(0.0)
    for part in _sliced(values):
        made = of(part)
        rest = [dim for dim in made.dims if dim not in (Dim.BLOCK, Dim.ORIGIN)]
        sums = sums + made.astype(float).mean(rest).sum(Dim.ORIGIN)
    return sums / values.sizes[Dim.ORIGIN]


def _errors(trace: xr.Dataset, windows: Windows) -> NDArray[np.float64]:
    """Return the MSE of every window and variable, standardised, [origin, variable]."""
    found, start = [], 0
    for part in _sliced(trace[Activation.FORECAST.value]):
        places = slice(start, start + SLICE)
        found.append(window_errors(part.to_numpy(), windows.y[places], windows.known_at(places)))
        start += SLICE
    return np.concatenate(found)


def _sliced(array: xr.DataArray) -> Iterator[xr.DataArray]:
    for start in range(0, array.sizes[Dim.ORIGIN], SLICE):
        yield array.isel({Dim.ORIGIN: slice(start, start + SLICE)}).load()


def write_averages(path: Path, kept: xr.Dataset) -> None:
    """Write averages as one file, replacing it whole."""
    arrays = {str(name): array.to_numpy() for name, array in kept.variables.items()}
    dims = {str(name): [str(dim) for dim in array.dims] for name, array in kept.variables.items()}
    header = json.dumps({"dims": dims, "coords": [str(name) for name in kept.coords], "attrs": kept.attrs})
    partial = path.with_name(f".{path.name}.{os.getpid()}")  # a page and a job may look at one run at once
    path.parent.mkdir(parents=True, exist_ok=True)
    with partial.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **{_HEADER: np.array(header)}, **arrays)
    partial.replace(path)


def read_averages(path: Path) -> xr.Dataset:
    """Read what `write_averages` wrote; nothing is unpickled."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        header = json.loads(str(stored[_HEADER]))
        arrays = {name: (dims, stored[name]) for name, dims in header["dims"].items()}
    coords = {name: arrays.pop(name) for name in header["coords"]}
    return xr.Dataset(arrays, coords, header["attrs"])
