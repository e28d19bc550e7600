"""From the traces of one data set, horizon and seed to tidy rows: where labels meet arrays.

Traces are read in `traced`; every number comes from the pure functions of this folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from core.analysis.changes import NO_NONE, RunChanges, changes_over_none, own_changes
from core.analysis.clock import NO_DAY, ClockDependence, last_day
from core.analysis.estimate import Estimate, undefined
from core.analysis.gains import gain_rows
from core.analysis.gates import gate_decision
from core.analysis.gradient import NO_GRADIENT_IN_ANY_STEP, Reading, imbalance, reading_of, signed_share
from core.analysis.readings import clock_readings
from core.analysis.response import intervention_lead
from core.analysis.statistic import Over, Statistic, statistic_name
from core.analysis.traced import SeedTraces, blocks, kernels, last_token, without_crossing
from core.table import COLUMNS, KEYS
from core.text.message import Message, stored
from core.vocabulary import Activation, Dim, Fusion

_OF_RUN = (*KEYS, "run_id")

Row = dict[str, Any]


def summarise(seed_traces: SeedTraces) -> pd.DataFrame:
    """Return every statistic of every run as tidy rows.

    A number that is undefined keeps its row, with the reason. Rows of the input, the floor of what any state may
    owe to the time of day, belong to no run.

    Returns
    -------
    Columns `core.table.COLUMNS`; `block` counts from 1 and is missing where a number belongs to no block.

    Raises
    ------
    ValueError : there are no traces.
    TraceError : a trace lacks an activation, or traces hold different origins.
    """
    if not seed_traces.traces:
        raise ValueError("there are no traces to summarise; record at least one run.")
    changes = {trace.attrs["run_id"]: RunChanges.read(trace) for trace in seed_traces.traces}
    rows = list(_floor_rows(seed_traces))
    for trace in seed_traces.traces:
        rows += _kernel_rows(seed_traces, trace)
        rows += _change_rows(seed_traces, trace, changes)
        rows += _gradient_rows(seed_traces, trace)
    for twin in seed_traces.untrained:
        rows += _untrained_rows(seed_traces, twin)
    rows += [_row(run, statistic, estimate) for run, statistic, estimate in list(gain_rows(rows))]
    told = [row | {"reason": stored(row["reason"])} for row in rows]
    table = pd.DataFrame(told, columns=list(COLUMNS)).assign(study=seed_traces.study)
    types = {"block": "Int64", "matched": "bool", **dict.fromkeys(("n", "seed", "horizon", "lookback"), "int64")}
    return table.astype(types)


def _row(run: Mapping[str, Any], statistic: str, estimate: Estimate, block: int | None = None) -> Row:
    return {
        **{name: run.get(name, "") for name in _OF_RUN},
        "block": block,
        "statistic": str(statistic),
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "p_value": estimate.p_value,
        "n": estimate.n,
        "reason": estimate.reason,
    }


def _floor_rows(seed_traces: SeedTraces) -> Iterator[Row]:
    windows = np.asarray(seed_traces.inputs)
    places = seed_traces.places
    steps = seed_traces.steps_per_day
    if steps is None:
        found = ClockDependence.missing(NO_DAY, len(places))
    elif windows.shape[1] < steps:
        found = ClockDependence.missing(Message("clock.short_lookback"), len(places))
    else:
        found = seed_traces.on_clock(last_day(windows[places], steps), places)
    first = seed_traces.traces[0].attrs
    run = {name: first[name] for name in ("dataset", "horizon", "lookback", "seed")}
    yield _row(run, Statistic.DCOR_INPUT, found.corrected)
    yield _row(run, Statistic.DCOR_INPUT_BIASED, found.biased)
    yield _row(run, Statistic.ETA2_INPUT, found.eta_squared)


def _on_clock_by_block(seed_traces: SeedTraces, array: xr.DataArray) -> dict[int, ClockDependence]:
    places = seed_traces.places
    origins = seed_traces.traces[0][Dim.ORIGIN][places]
    return {block: seed_traces.on_clock(state, places) for block, state in blocks(array, origins)}


def _kernel_rows(seed_traces: SeedTraces, trace: xr.Dataset) -> Iterator[Row]:
    """Dependence of each crossing's kernels on the time of day, per block and over blocks."""
    source = seed_traces.kernels.get(trace.attrs["run_id"], trace)
    for crossing, array in kernels(source).items():
        found = _on_clock_by_block(seed_traces, array)
        for statistic, estimates in (
            (Statistic.DCOR_KERNEL, {block: one.corrected for block, one in found.items()}),
            (Statistic.DCOR_KERNEL_BIASED, {block: one.biased for block, one in found.items()}),
            (Statistic.ETA2_KERNEL, {block: one.eta_squared for block, one in found.items()}),
        ):
            yield from _block_rows(trace, statistic, crossing, estimates)


def _untrained_rows(seed_traces: SeedTraces, twin: xr.Dataset) -> Iterator[Row]:
    for crossing, array in kernels(twin).items():
        found = _on_clock_by_block(seed_traces, array)
        estimates = {block: one.corrected for block, one in found.items()}
        yield from _block_rows(twin, Statistic.DCOR_KERNEL_UNTRAINED, crossing, estimates)


def _block_rows(
    trace: xr.Dataset, statistic: Statistic, crossing: Fusion, estimates: Mapping[int, Estimate]
) -> Iterator[Row]:
    for block, estimate in estimates.items():
        yield _row(trace.attrs, statistic_name(statistic, crossing=crossing), estimate, block)
    values = np.array([estimate.value for estimate in estimates.values()])
    first = next(iter(estimates.values()))
    for over, value in ((Over.MEAN, values.mean()), (Over.MAX, values.max())):
        reason = None if np.isfinite(value) else first.reason
        name = statistic_name(statistic, crossing=crossing, over=over)
        yield _row(trace.attrs, name, Estimate(float(value), n=first.n, reason=reason))


def _change_rows(seed_traces: SeedTraces, trace: xr.Dataset, changes: Mapping[str, RunChanges]) -> Iterator[Row]:
    own = changes[trace.attrs["run_id"]]
    estimates = clock_readings(seed_traces, trace, own.own[0]) | own_changes(seed_traces, own.own)
    if trace.attrs["fusion"] != Fusion.NONE:
        found = without_crossing(trace, seed_traces.traces)
        none = None if found is None else changes[found.attrs["run_id"]]
        estimates |= changes_over_none(seed_traces, own, none)
        estimates[Statistic.INTERVENTION_LEAD] = _intervention(seed_traces, trace, found)
    spread, saturation = gate_decision(state for _, state in blocks(last_token(trace, Activation.UPDATE_GATE)))
    estimates |= {Statistic.UPDATE_GATE_SPREAD: spread, Statistic.UPDATE_GATE_SATURATION: saturation}
    for statistic, estimate in estimates.items():
        yield _row(trace.attrs, statistic, estimate)


def _intervention(seed_traces: SeedTraces, trace: xr.Dataset, none: xr.Dataset | None) -> Estimate:
    if none is None:
        return undefined(NO_NONE)
    own, other = (seed_traces.responses.get(one.attrs["run_id"]) for one in (trace, none))
    if own is None or other is None or len(own) == 0:
        return undefined(Message("response.no_step_put_in"))
    return intervention_lead(own, other, generator=seed_traces.generator())


_OF_GRADIENT = {
    Reading.OUTPUTS: (Statistic.GRADIENT_IMBALANCE, Statistic.GRADIENT_SHARE),
    Reading.WEIGHTS: (Statistic.GRADIENT_IMBALANCE_WEIGHTS, Statistic.GRADIENT_SHARE_WEIGHTS),
}


def _gradient_rows(seed_traces: SeedTraces, trace: xr.Dataset) -> Iterator[Row]:
    """Balance of the gradients of one training, and per block the median share of its steps, in both readings."""
    for reading, (balance, share) in _OF_GRADIENT.items():
        table = reading_of(seed_traces.gradients.get(trace.attrs["run_id"]), reading)
        if isinstance(table, Message):
            yield _row(trace.attrs, balance, undefined(table))
            continue
        yield _row(trace.attrs, balance, imbalance(table["conv"], table["gru"]))
        for block, of_block in table.groupby("block"):
            yield _row(trace.attrs, share, _median_share(of_block), int(str(block)))


def _median_share(of_block: pd.DataFrame) -> Estimate:
    """Return the median share of a block's steps, with its quartiles."""
    shares = signed_share(of_block["conv"], of_block["gru"])
    known = shares[np.isfinite(shares)]
    if not known.size:
        return undefined(NO_GRADIENT_IN_ANY_STEP)
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
    return Estimate(float(middle), float(low), float(high), n=known.size)
