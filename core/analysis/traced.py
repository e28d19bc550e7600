"""What the statistics read from traces: one state, one block at a time, as plain arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from core.analysis.clock import NO_DAY, Clock, ClockDependence, Integers, clock_dependence
from core.analysis.estimate import Floats
from core.analysis.events import PATCH
from core.analysis.resample import subsample
from core.analysis.response import change, follows
from core.analysis.statistic import CROSSINGS
from core.trace.schema import Reduction, TraceError, field_name
from core.vocabulary import Activation, Dim, Fusion

Changes = tuple[Floats, Floats]  # of the convolution path and of the GRU path, [origin] each

STAMP = "stamp"
OWN = (Activation.CONV_INCREMENT, Activation.GRU_HIDDEN)  # what the paths make
STREAMS = (Activation.CONV_OUTPUT, Activation.GRU_OUTPUT)  # what they hand on: mostly the embedding they carry along
KERNEL_ORIGINS = 2500  # drawn at random from more for a distance correlation: at 1,000 a draw moves it by .01 to .017


@dataclass(frozen=True)
class SeedTraces:
    """All runs of one data set, horizon and seed, over the same origins.

    Attributes
    ----------
    traces : one trace per run, opened lazily.
    inputs : what the runs read, standardised, [origin, look-back, variable] (a view will do).
    steps_per_day : None when a day does not hold a whole number (at least 2) of steps.
    kernels : by run id: a trace of its kernels alone, where `traces` do without them; the origins of `places`.
    untrained : kernels of the same runs before training, with the same run ids; the origins of `places` at least.
    gradients : by run id: columns step, block, conv, gru, and conv_weights, gru_weights where they were recorded.
    responses : by run id: how far a step put into the input moves the GRU path, [event, step], same events for all
        runs.
    study : name of the study, for the rows.
    seed : of everything drawn at random here.
    kernel_origins : how many origins have kernels, at most.
    """

    traces: Sequence[xr.Dataset]
    inputs: ArrayLike
    steps_per_day: int | None
    kernels: Mapping[str, xr.Dataset] = field(default_factory=dict)
    untrained: Sequence[xr.Dataset] = ()
    gradients: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    responses: Mapping[str, Floats] = field(default_factory=dict)
    study: str = ""
    seed: int = 0
    kernel_origins: int = KERNEL_ORIGINS

    @cached_property
    def clock(self) -> Clock | None:
        """The time of the last input row of every origin, the row before the first target."""
        if self.steps_per_day is None:
            return None
        stamps = pd.DatetimeIndex(self.traces[0][STAMP].to_numpy()) - pd.Timedelta(days=1) / self.steps_per_day
        return Clock.read(stamps.to_numpy("datetime64[ns]"), self.steps_per_day)

    @cached_property
    def days(self) -> Integers:
        """Number of the calendar day of every origin."""
        return self.traces[0][STAMP].to_numpy().astype("datetime64[D]").astype(np.int64)

    def generator(self) -> np.random.Generator:
        """Return a fresh generator: the same draws for every run, so that runs stay paired."""
        return np.random.default_rng(self.seed)

    @cached_property
    def places(self) -> Integers:
        """Places of the origins whose kernels count, the same for every run."""
        return kernel_places(self.traces[0].sizes[Dim.ORIGIN], self.seed, self.kernel_origins)

    def on_clock(self, values: Floats, places: Integers) -> ClockDependence:
        """Return the dependence of values [place, feature] at some origins on the time of day."""
        clock = self.clock
        if clock is None:
            return ClockDependence.missing(NO_DAY, len(places))
        return clock_dependence(values, clock.take(places), generator=self.generator())


def kernel_places(count: int, seed: int, most: int = KERNEL_ORIGINS) -> Integers:
    """Return the places of at most `most` of `count` origins, drawn by a run's seed."""
    return subsample(count, most, np.random.default_rng(seed))


def pick(trace: xr.Dataset, activation: Activation, *reductions: Reduction) -> xr.DataArray:
    """Return the first of some reductions of an activation that a trace holds, unread; TraceError for none."""
    for reduction in reductions:
        name = field_name(activation, reduction)
        if name in trace.data_vars:
            return trace[name]
    wanted = " or ".join(field_name(activation, reduction) for reduction in reductions)
    raise TraceError(
        f"The trace of {trace.attrs.get('run_id', 'a run')} holds {', '.join(map(str, trace.data_vars))}; the "
        f"statistic needs {wanted}. Record it with the activation {activation}."
    )


def last_token(trace: xr.Dataset, activation: Activation) -> xr.DataArray:
    """Return an activation's value at the last token, [origin, (variable), block, channel], unread."""
    array = pick(trace, activation, Reduction.LAST_TOKEN, Reduction.FULL)
    return array.isel({Dim.TOKEN: -1}) if Dim.TOKEN in array.dims else array


def blocks(array: xr.DataArray, origins: xr.DataArray | None = None) -> Iterator[tuple[int, Floats]]:
    """Yield (block, values [origin, feature]), read one block at a time, all axes but `origin` flattened.

    Parameters
    ----------
    array : with axes `origin` and `block`.
    origins : labels on the axis of origins; all without it.
    """
    part = array if origins is None else array.sel({Dim.ORIGIN: origins})
    for place, block in enumerate(array[Dim.BLOCK].to_numpy()):
        values = part.isel({Dim.BLOCK: place}).transpose(Dim.ORIGIN, ...).to_numpy()
        yield int(block), values.reshape(len(values), -1).astype(np.float64)


def kernels(trace: xr.Dataset) -> dict[Fusion, xr.DataArray]:
    """Return the kernels of each crossing that a run has, unread."""
    return {
        crossing: trace[activation]
        for crossing, activation in CROSSINGS.items()
        if activation.value in trace.data_vars
    }


def path_changes(trace: xr.Dataset, paths: tuple[Activation, Activation] = OWN) -> Changes:
    """Return (change of the convolution path, change of the GRU path) at the last token, [origin] each.

    They are NaN where an origin does not follow the one before.

    Parameters
    ----------
    paths : OWN, what each path makes itself, before anything is added to it; or STREAMS, what it hands on after the
        block: the token embedding, all corrections included.
    """
    following = follows(trace[Dim.ORIGIN].to_numpy(), trace[STAMP].to_numpy())
    conv, gru = (
        change((state for _, state in blocks(last_token(trace, activation))), following) for activation in paths
    )
    return conv, gru


def patch_of(trace: xr.Dataset) -> int:
    """Return the rows of a token of the run; the published length where a trace does not say."""
    return int(trace.attrs.get("patch", PATCH))


def without_crossing(trace: xr.Dataset, traces: Sequence[xr.Dataset]) -> xr.Dataset | None:
    """Return the trace of mode `none` that a run is compared with: all other settings and the seed are equal.

    TraceError where its origins are not those of the run.
    """
    same = ("dataset", "horizon", "lookback", "merge", "embedding", "preset", "seed", "split")
    for other in traces:
        if other.attrs["fusion"] != Fusion.NONE or other.attrs.get("matched", 0):
            continue  # a size-matched run is a control of its own
        if any(other.attrs[key] != trace.attrs[key] for key in same):
            continue
        if not np.array_equal(other[Dim.ORIGIN], trace[Dim.ORIGIN]):
            raise TraceError(
                f"The traces of {trace.attrs['run_id']} and {other.attrs['run_id']} hold different origins; "
                "record both over the same split."
            )
        return other
    return None
