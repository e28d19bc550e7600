"""Labelled averages that figures draw: kernels and attention over a calendar cycle, responses around events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from core.analysis.changes import NO_NONE
from core.analysis.estimate import Floats
from core.analysis.events import SHIFTS, Events, event_profile, select_events
from core.analysis.statistic import CROSSINGS
from core.analysis.traced import path_changes, pick, without_crossing
from core.trace.schema import Reduction, TraceError
from core.vocabulary import Activation, Dim, Fusion, ModelPath

SLOT = "slot"
SHIFT = "shift"
BAND = (0.1, 0.9)  # quantiles of the band around a profile
CHUNK = 512  # origins of an attention map held at once

Integers = NDArray[np.int64]


def kernel_profile(trace: xr.Dataset, crossing: Fusion, *, block: int, slots: Integers, count: int) -> xr.Dataset:
    """Return a crossing's kernels by calendar slot: mean and 10-90 % band.

    Parameters
    ----------
    trace
        Holds the crossing's kernels; select variables or channels beforehand to save time.
    crossing
        GRU_TO_CNN or CNN_TO_GRU.
    block
        Counted from 1.
    slots
        Calendar slot of each origin, [origin].
    count
        Number of slots of the cycle.

    Returns
    -------
    Dataset
        `mean`, `low`, `high`, [slot, (variable), channel, tap] each; NaN in a slot without origins.

    Raises
    ------
    TraceError
        If the run has no such crossing.
    """
    activation = CROSSINGS.get(crossing)
    if activation is None:
        raise TraceError(f"{crossing} is not one crossing; choose one of: {', '.join(CROSSINGS)}.")
    array = pick(trace, activation, Reduction.FULL).sel({Dim.BLOCK: block}, drop=True).transpose(Dim.ORIGIN, ...)
    values = array.to_numpy()  # [origin, (variable), channel, tap]
    found = np.full((3, count, *values.shape[1:]), np.nan, dtype=np.float32)
    for slot in np.unique(slots):
        rows = values[slots == slot]
        found[0, slot] = rows.mean(axis=0)
        found[1:, slot] = np.quantile(rows, BAND, axis=0)
    dims = (SLOT, *array.dims[1:])
    coords = {name: array[name] for name in array.dims[1:]} | {SLOT: np.arange(count)}
    parts = zip(("mean", "low", "high"), found, strict=True)
    return xr.Dataset({name: (dims, part) for name, part in parts}, coords=coords, attrs=trace.attrs)


def attention_profile(trace: xr.Dataset, *, slots: Integers, count: int) -> xr.DataArray:
    """Return the mean attention map by calendar slot, [slot, (variable), head, query, key].

    Parameters
    ----------
    slots, count
        As in `kernel_profile`. Origins are read a few hundred at a time.
    """
    array = pick(trace, Activation.ATTENTION, Reduction.MEAN_VARIABLE, Reduction.FULL).transpose(Dim.ORIGIN, ...)
    sums = np.zeros((count, int(np.prod(array.shape[1:]))))
    for start in range(0, array.sizes[Dim.ORIGIN], CHUNK):
        part = slice(start, start + CHUNK)
        maps = array.isel({Dim.ORIGIN: part}).to_numpy()
        member = np.arange(count)[:, None] == slots[part]  # [slot, origin]
        sums += member.astype(np.float32) @ maps.reshape(len(maps), -1)
    origins = np.bincount(slots, minlength=count)[:, None]
    means = np.divide(sums, origins, out=np.full_like(sums, np.nan), where=origins > 0)
    return xr.DataArray(
        means.reshape(count, *array.shape[1:]).astype(np.float32),
        dims=(SLOT, *array.dims[1:]),
        coords={name: array[name] for name in array.dims[1:]} | {SLOT: np.arange(count)},
        attrs=trace.attrs,
        name=Activation.ATTENTION.value,
    )


def event_profiles(traces: Sequence[xr.Dataset]) -> xr.Dataset:
    """Return how much both paths change around abrupt changes, for every run with a mode `none` to share events.

    Returns
    -------
    Dataset
        `mean`, `low`, `high` [run_id, path, shift], in multiples of the run's own level off the events (95 % t
        interval over events); that `level` [run_id, path]; `events` [run_id], how many; `reason` [run_id], why a
        run has none or too few for a measure (its profile is then a description). The fusion lies along `run_id`.
    """
    changes = {trace.attrs["run_id"]: path_changes(trace) for trace in traces}
    paths = (ModelPath.CONVOLUTION, ModelPath.GRU)
    bands = np.full((3, len(traces), len(paths), len(SHIFTS)), np.nan)
    level = np.full((len(traces), len(paths)), np.nan)
    chosen = [_shared_events(trace, traces, changes) for trace in traces]
    for run, (trace, events) in enumerate(zip(traces, chosen, strict=True)):
        if len(events) == 0:
            continue
        for path, series in enumerate(changes[trace.attrs["run_id"]]):
            profile = event_profile(series, events)
            level[run, path] = profile.baseline
            if profile.baseline > 0:
                bands[:, run, path] = np.stack([profile.mean, profile.low, profile.high]) / profile.baseline
    dims = ("run_id", "path", SHIFT)
    return xr.Dataset(
        {
            **{name: (dims, band) for name, band in zip(("mean", "low", "high"), bands, strict=True)},
            "level": (dims[:2], level),
            "events": ("run_id", [len(events) for events in chosen]),
            "reason": ("run_id", [events.reason for events in chosen]),
        },
        coords={
            "run_id": list(changes),
            "fusion": ("run_id", [str(trace.attrs["fusion"]) for trace in traces]),
            "path": [path.value for path in paths],
            SHIFT: SHIFTS,
        },
    )


def _shared_events(
    trace: xr.Dataset, traces: Sequence[xr.Dataset], changes: Mapping[str, tuple[Floats, Floats]]
) -> Events:
    """Return the events of the mode `none` that a run is compared with."""
    none = without_crossing(trace, traces)
    if none is None:
        return Events(np.empty(0, dtype=np.int64), NO_NONE)
    return select_events(changes[none.attrs["run_id"]][0])
