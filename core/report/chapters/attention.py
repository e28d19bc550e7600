"""Attention: where the merge routes each query, over the calendar cycle too, and the error without it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from core.analysis.profiles import SLOT, attention_profile
from core.analysis.traced import pick
from core.figures import attention as figures
from core.figures.theme import Look
from core.report.chapters.windows import Calendar
from core.report.slide import Slide
from core.trace.schema import Reduction
from core.vocabulary import Activation, Dim, Fusion

CHANGE = "mse_change_"  # head of the names of interventions in the rows


def window_map(trace: xr.Dataset, place: int) -> xr.DataArray:
    """Return the map of one window, variables averaged, [head, query, key]."""
    found = pick(trace, Activation.ATTENTION, Reduction.MEAN_VARIABLE).isel({Dim.ORIGIN: place})
    return found.transpose(Dim.HEAD, Dim.QUERY, Dim.KEY).load()


def maps_by_slot(trace: xr.Dataset, calendar: Calendar) -> xr.DataArray:
    """Return the mean map of every slot of the cycle, [slot, head, query, key]; NaN where a slot has no window."""
    return attention_profile(trace, slots=calendar.slots, count=calendar.cycle.count)


def mean_map(by_slot: xr.DataArray, calendar: Calendar) -> xr.DataArray:
    """Return the mean map of all windows from those of the slots, [head, query, key]."""
    windows = np.bincount(calendar.slots, minlength=calendar.cycle.count)
    return by_slot.fillna(0).weighted(xr.DataArray(windows, dims=SLOT)).mean(SLOT)


def attention_map(weights: xr.DataArray, *, token: str, shown: str, look: Look, provenance: str) -> Slide:
    """Show a map, head by head.

    Parameters
    ----------
    weights
        [head, query, key].
    token
        Length of one token, in words.
    shown
        What it is a map of, such as "mean over all windows".
    """
    figure = figures.attention_map(weights.to_numpy(), token=token, window=shown, look=look, provenance=provenance)
    return Slide.of(figure, name="attention_map", table=_rows(weights))


def attention_by_slot(by_slot: xr.DataArray, calendar: Calendar, *, token: str, look: Look, provenance: str) -> Slide:
    """Show the mean weight of each key token over the cycle, heads and queries averaged."""
    keys = by_slot.mean([Dim.HEAD, Dim.QUERY])  # [slot, key]
    figure = figures.attention_by_slot(
        keys.to_numpy(),
        slot_labels=calendar.cycle.labels,
        cycle=calendar.title,
        token=token,
        look=look,
        provenance=provenance,
    )
    table = _rows(keys)
    table.insert(1, "label", calendar.label(table[SLOT]))
    return Slide.of(figure, name="attention_by_slot", table=table)


def _rows(weights: xr.DataArray) -> pd.DataFrame:
    return weights.rename("weight").to_dataframe()["weight"].reset_index()


def effects(rows: pd.DataFrame, modes: Mapping[str, Fusion]) -> pd.DataFrame:
    """Return by how many per cent each intervention changes the MSE of each mode.

    Parameters
    ----------
    rows
        Tidy statistics of an inspection.
    modes
        By run id, the runs that are shown.

    Returns
    -------
    DataFrame
        Columns control, fusion, change, low, high, windows; low and high are missing, as one seed has no spread.
    """
    part = rows.loc[rows["run_id"].isin(list(modes)) & rows["statistic"].str.startswith(CHANGE)]
    columns = {
        "control": part["statistic"].str.removeprefix(CHANGE),
        "fusion": part["run_id"].map({run_id: mode.value for run_id, mode in modes.items()}),
        "change": part["value"],
        "low": np.nan,
        "high": np.nan,
        "windows": part["n"],
    }
    return pd.DataFrame(columns).reset_index(drop=True)


def attention_controls(changes: pd.DataFrame, *, look: Look, provenance: str) -> Slide:
    """Show the error when attention or crossings are replaced (`changes` from `effects`)."""
    figure = figures.attention_controls(changes, look=look, provenance=provenance)
    return Slide.of(figure, name="attention_controls", table=changes)
