"""Labelled averages that figures draw: kernels and attention over a calendar cycle, responses around events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from core.analysis.changes import NO_NONE, shared_events
from core.analysis.events import SHIFTS, Events, contrast, event_profile
from core.analysis.statistic import CROSSINGS
from core.analysis.traced import Changes, patch_of, pick, without_crossing
from core.text.message import stored
from core.trace.schema import Reduction, TraceError
from core.vocabulary import Activation, Dim, Fusion

SLOT = "slot"
SHIFT = "shift"
OF = ("mode", "none")  # whose response a profile of events is
BANDS = ("mean", "low", "high")
BAND = (0.1, 0.9)  # quantiles of the band around a profile
CHUNK = 512  # origins of an attention map held at once

Integers = NDArray[np.int64]


def kernel_profile(trace: xr.Dataset, crossing: Fusion, *, block: int, slots: Integers, count: int) -> xr.Dataset:
    """Return a crossing's kernels by calendar slot: mean and 10-90 % band.

    Parameters
    ----------
    trace : holds the crossing's kernels; select variables or channels beforehand to save time.
    crossing : GRU_TO_CNN or CNN_TO_GRU.
    block : counted from 1.
    slots : calendar slot of each origin, [origin].
    count : number of slots of the cycle.

    Returns
    -------
    `mean`, `low`, `high`, [slot, (variable), channel, tap] each; NaN in a slot without origins.

    Raises
    ------
    TraceError : the run has no such crossing.
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
    parts = zip(BANDS, found, strict=True)
    return xr.Dataset({name: (dims, part) for name, part in parts}, coords=coords, attrs=trace.attrs)


def attention_profile(trace: xr.Dataset, *, slots: Integers, count: int) -> xr.DataArray:
    """Return the mean attention map by calendar slot, [slot, (variable), head, query, key].

    Parameters
    ----------
    slots, count : as in `kernel_profile`. Origins are read a few hundred at a time.
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


def event_profiles(runs: Sequence[xr.Dataset], changes: Mapping[str, Changes]) -> xr.Dataset:
    """Return how a mode's GRU path and that of `none` change around the abrupt changes that both choose.

    Parameters
    ----------
    runs : traces or averages of one data set, window and seed over the same origins; their attributes are read.
    changes : by run id, how both paths change from one origin to the next.

    Returns
    -------
    `mean`, `low`, `high` [run_id, of, shift], in multiples of the surroundings (95 % t interval over events), of
    every run that has crossings and of the run of `none` beside it (`of` is "mode" or "none"); `events` [run_id], how
    many; `reason` [run_id], why there are none, or too few for a measure (the profile is then a description). The
    fusion lies along `run_id`.
    """
    crossing = [run for run in runs if run.attrs["fusion"] != Fusion.NONE]
    bands = np.full((3, len(crossing), len(OF), len(SHIFTS)), np.nan)
    chosen = []
    for place, run in enumerate(crossing):
        none = without_crossing(run, runs)
        if none is None:
            chosen.append(Events(np.empty(0, dtype=np.int64), NO_NONE))
            continue
        pair = (changes[run.attrs["run_id"]], changes[none.attrs["run_id"]])
        chosen.append(shared_events(*pair, patch_of(run)))
        if len(chosen[-1]):
            profiles = [event_profile(contrast(gru, patch_of(run)), chosen[-1]) for _, gru in pair]
            bands[:, place] = np.exp([[getattr(each, name) for each in profiles] for name in BANDS])
    dims = ("run_id", "of", SHIFT)
    return xr.Dataset(
        {
            **{name: (dims, band) for name, band in zip(BANDS, bands, strict=True)},
            "events": ("run_id", [len(events) for events in chosen]),
            "reason": ("run_id", [stored(events.reason) for events in chosen]),
        },
        coords={
            "run_id": [run.attrs["run_id"] for run in crossing],
            "fusion": ("run_id", [str(run.attrs["fusion"]) for run in crossing]),
            "of": list(OF),
            SHIFT: SHIFTS,
        },
    )
