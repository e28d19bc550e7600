"""Kernels: what each path writes to the other over the calendar cycle, for one window, and beyond the input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from core.analysis import profiles
from core.analysis.clock import eta_squared
from core.analysis.profiles import SLOT
from core.analysis.statistic import CROSSINGS, Statistic, statistic_name
from core.figures import kernels as figures
from core.figures.dependence import dcor_comparison as dependence_figure
from core.figures.theme import Look
from core.report.chapters.windows import Calendar, stamp_text
from core.report.slide import Slide
from core.trace.schema import of_variable
from core.vocabulary import Dim, Fusion

MEAN = "mean"  # stands for the mean of all channels
DCOR = ("crossing", "block", "value", "low", "high", "p_value", "n", "biased", "untrained")

Kernels = Mapping[Fusion, xr.DataArray]  # by crossing, [origin, block, channel, tap]


def crossings(mode: Fusion) -> list[Fusion]:
    """Return the crossings that a mode has switched on.

    >>> [crossing.value for crossing in crossings(Fusion.BOTH)]
    ['gru_to_cnn', 'cnn_to_gru']
    """
    switched = {Fusion.GRU_TO_CNN: mode.corrects_conv, Fusion.CNN_TO_GRU: mode.corrects_gru}
    return [crossing for crossing, on in switched.items() if on]


def kernels_of(trace: xr.Dataset, variable: str) -> dict[Fusion, xr.DataArray]:
    """Return the kernels of each crossing of a run for one variable, [origin, block, channel, tap], in memory."""
    mode = Fusion(trace.attrs["fusion"])
    return {each: of_variable(trace[CROSSINGS[each].value], variable).load() for each in crossings(mode)}


def channel_text(channel: str) -> str:
    """Return the name of a choice of channels: one, or MEAN."""
    return "mean of channels" if channel == MEAN else f"channel {channel}"


def kernel_by_slot(
    kernels: Kernels, crossing: Fusion, calendar: Calendar, *, block: int, look: Look, provenance: str
) -> Slide:
    """Show the mean kernel of each slot of the cycle, channel by channel and tap by tap."""
    mean = _profile(kernels[crossing], crossing, block, calendar)["mean"]  # [slot, channel, tap]
    figure = figures.kernel_by_slot(
        mean.to_numpy(),
        crossing=CROSSINGS[crossing],
        taps=_taps(mean),
        slot_labels=calendar.cycle.labels,
        cycle=calendar.title,
        look=look,
        provenance=f"{provenance} · block {block}",
    )
    table = mean.to_dataframe().reset_index()
    table.insert(1, "label", calendar.label(table[SLOT]))
    columns = [SLOT, "label", Dim.CHANNEL.value, Dim.TAP.value, "mean"]
    return Slide.of(figure, name="kernel_by_slot", table=table[columns])


def kernel_profile(
    kernels: Kernels, calendar: Calendar, *, block: int, channel: str = MEAN, look: Look, provenance: str
) -> Slide:
    """Show each tap of both crossings over the cycle with a band, for one channel or the mean of all."""
    parts = []
    for crossing, array in kernels.items():
        one = array.mean(Dim.CHANNEL) if channel == MEAN else array.sel({Dim.CHANNEL: int(channel)}, drop=True)
        profile = _profile(one, crossing, block, calendar)[["mean", "low", "high"]]
        parts.append(profile.to_dataframe().reset_index().assign(crossing=CROSSINGS[crossing].value))
    table = pd.concat(parts, ignore_index=True).dropna(subset="mean")
    table = table.assign(label=calendar.label(table[SLOT]))
    figure = figures.kernel_profile(
        table,
        cycle=calendar.title,
        spread="10–90 % of the windows of a slot",
        look=look,
        provenance=f"{provenance} · block {block}, {channel_text(channel)}",
    )
    return Slide.of(figure, name="kernel_profile", table=table)


def _profile(array: xr.DataArray, crossing: Fusion, block: int, calendar: Calendar) -> xr.Dataset:
    part = array.sel({Dim.BLOCK: [block]}).to_dataset(name=CROSSINGS[crossing].value)
    return profiles.kernel_profile(part, crossing, block=block, slots=calendar.slots, count=calendar.cycle.count)


def window_kernels(
    kernels: Kernels, *, place: int, stamp: np.datetime64, block: int, look: Look, provenance: str
) -> Slide:
    """Show the kernels that one window (by its place) made."""
    single = {each: array.sel({Dim.BLOCK: block}).isel({Dim.ORIGIN: place}) for each, array in kernels.items()}
    taps = _taps(next(iter(single.values())))
    figure = figures.window_kernels(
        {CROSSINGS[each]: array.to_numpy() for each, array in single.items()},
        taps=taps,
        stamp=stamp_text(stamp),
        look=look,
        provenance=f"{provenance} · block {block}",
    )
    columns = {
        f"{each.value} tap {tap:+d}": array.to_numpy()[:, number]
        for each, array in single.items()
        for number, tap in enumerate(taps)
    }
    table = pd.DataFrame(columns)
    table.insert(0, "channel", range(1, len(table) + 1))
    return Slide.of(figure, name="window_kernels", table=table)


def _taps(array: xr.DataArray) -> Sequence[int]:
    return [int(tap) for tap in array[Dim.TAP].to_numpy()]


def variance_shares(kernels: Kernels, calendar: Calendar, *, block: int) -> dict[Fusion, float]:
    """Return by crossing which share of its kernels' variance the slots of the cycle explain (adjusted)."""
    shares = {}
    for crossing, array in kernels.items():
        values = array.sel({Dim.BLOCK: block}).transpose(Dim.ORIGIN, ...).to_numpy()
        shares[crossing] = eta_squared(values.reshape(len(values), -1), calendar.slots).value
    return shares


def dcor_table(rows: pd.DataFrame, run_id: str, mode: Fusion) -> tuple[pd.DataFrame, float]:
    """Return the dependence of a run's kernels on the time of day, and that of the raw input.

    Parameters
    ----------
    rows
        Tidy statistics of an inspection.

    Returns
    -------
    table : DataFrame
        Columns DCOR, one row a crossing and block; no rows where there is no time of day.
    floor : float
        NaN where there is no time of day.
    """
    own = rows.loc[(rows["run_id"] == run_id) & rows["block"].notna()]
    parts = []
    for crossing in crossings(mode):
        trained, biased, untrained = (
            own.loc[own["statistic"] == statistic_name(name, crossing=crossing)].set_index("block")
            for name in (Statistic.DCOR_KERNEL, Statistic.DCOR_KERNEL_BIASED, Statistic.DCOR_KERNEL_UNTRAINED)
        )
        named = {"biased": biased["value"], "untrained": untrained["value"]}
        parts.append(trained.assign(crossing=CROSSINGS[crossing].value, **named).reset_index())
    table = pd.concat(parts, ignore_index=True)[list(DCOR)] if parts else pd.DataFrame(columns=list(DCOR))
    floor = rows.loc[rows["statistic"] == Statistic.DCOR_INPUT.value, "value"]
    return table.dropna(subset="value"), float(floor.iloc[0]) if len(floor) else float("nan")


def dcor_comparison(rows: pd.DataFrame, run_id: str, mode: Fusion, *, look: Look, provenance: str) -> Slide:
    """Show dCor of the kernels with the time of day beside that of the untrained twin and of the raw input."""
    table, floor = dcor_table(rows, run_id, mode)
    figure = dependence_figure(table, floor=floor, look=look, provenance=provenance)
    return Slide.of(figure, name="dcor_comparison", table=table.assign(raw_input=floor))
