"""Gates and response: what the GRU path does around abrupt changes, in every mode, against none."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from core.analysis.events import select_events
from core.analysis.profiles import SHIFT, event_profiles
from core.analysis.statistic import Statistic
from core.analysis.traced import STAMP, path_changes, pick
from core.data.dataset import Dataset
from core.figures import response as figures
from core.figures.theme import Look
from core.report.slide import Slide
from core.trace.schema import Reduction, of_variable
from core.vocabulary import Activation, Dim, Fusion, ModelPath

Traces = Mapping[Fusion, xr.Dataset]  # of one data set, window, form and seed

_RESPONSE = ("fusion", "lag", "mean", "low", "high", "events")
AROUND = 48  # origins shown on either side of an abrupt change
_QUANTITIES = {"amplification": Statistic.PEAK_AMPLIFICATION, "lead": Statistic.RESPONSE_LEAD}


def abrupt_changes(none: xr.Dataset) -> pd.DataFrame:
    """Return the abrupt changes that all modes of a seed are measured at, the largest first.

    Parameters
    ----------
    none
        Trace of mode none; its convolution path decides.

    Returns
    -------
    DataFrame
        Columns place (on the axis of origins), stamp, size (in units of the path's own spread).
    """
    change, _ = path_changes(none)
    places = select_events(change).places
    table = pd.DataFrame({"place": places, "stamp": none[STAMP].to_numpy()[places], "size": change[places]})
    return table.sort_values("size", ascending=False, kind="stable", ignore_index=True)


def livelier_variable(dataset: Dataset, origin: int) -> str:
    """Return the variable whose last known step before an origin is the largest for its spread."""
    last = dataset.frame.iloc[max(origin - 2, 0) : origin]  # the two rows before the first target
    steps = (last.iloc[-1] - last.iloc[0]).abs() / dataset.frame.std().replace(0, np.nan)
    return str(steps.fillna(0).idxmax())


def gate_timeline(
    traces: Traces, dataset: Dataset, *, place: int, variable: str, block: int, look: Look, provenance: str
) -> Slide:
    """Show update and reset gates of each mode around one abrupt change, the input below.

    Parameters
    ----------
    place
        Of the abrupt change, on the axis of origins.
    variable
        Whose tokens the gates read (a mixed embedding has one set of gates for all), and whose input is drawn.
    block
        Counted from 1.
    """
    gates = {mode: gate_levels(trace, place=place, variable=variable, block=block) for mode, trace in traces.items()}
    first = next(iter(traces.values()))
    shown = first.isel({Dim.ORIGIN: _around(place, first.sizes[Dim.ORIGIN])})
    inputs = dataset.frame[variable].to_numpy()[shown[Dim.ORIGIN].to_numpy() - 1]
    figure = figures.gate_timeline(
        gates,
        inputs,
        event=first[STAMP].to_numpy()[place],
        variable=variable,
        unit=dataset.units.get(variable, ""),
        look=look,
        provenance=provenance,
    )
    parts = {f"{mode}_{gate}": levels[gate] for mode, levels in gates.items() for gate in levels}
    table = pd.DataFrame(parts).assign(**{variable: inputs})
    return Slide.of(figure, name="gate_timeline", table=table)


def gate_levels(trace: xr.Dataset, *, place: int, variable: str, block: int) -> pd.DataFrame:
    """Return the gates at the last token, averaged over channels, around a place: index stamp, update, reset."""
    shown = trace.isel({Dim.ORIGIN: _around(place, trace.sizes[Dim.ORIGIN])})
    levels = {}
    for name, activation in (("update", Activation.UPDATE_GATE), ("reset", Activation.RESET_GATE)):
        gate = pick(shown, activation, Reduction.LAST_TOKEN, Reduction.FULL)
        last = gate.isel({Dim.TOKEN: -1}) if Dim.TOKEN in gate.dims else gate
        one = of_variable(last.sel({Dim.BLOCK: block}), variable)
        rest = [dim for dim in one.dims if dim != Dim.ORIGIN]
        levels[name] = one.mean(rest).to_numpy()
    return pd.DataFrame(levels, index=pd.DatetimeIndex(shown[STAMP].to_numpy(), name=STAMP))


def _around(place: int, origins: int) -> slice:
    return slice(max(place - AROUND, 0), min(place + AROUND + 1, origins))


def responses(traces: Traces) -> pd.DataFrame:
    """Return the event-averaged change of the GRU path of each mode.

    Returns
    -------
    DataFrame
        Columns fusion, lag (steps from the change), mean, low, high (in multiples of the mode's own level off the
        changes), events. No rows where there is no change, or no run of none. An average of few changes describes
        them and proves nothing: the measures need 20.
    """
    profiles = event_profiles(list(traces.values())).sel(path=ModelPath.GRU.value)
    parts = []
    for mode, run in zip(traces, profiles["run_id"].to_numpy(), strict=True):
        one = profiles.sel(run_id=run)
        if bool(one["mean"].notnull().all()):
            columns = {name: one[name].to_numpy() for name in ("mean", "low", "high")}
            lags = one[SHIFT].to_numpy()
            parts.append(pd.DataFrame({"fusion": mode.value, "lag": lags, **columns, "events": int(one["events"])}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_RESPONSE))


def event_response(
    table: pd.DataFrame, estimates: pd.DataFrame, *, hours_per_step: float, look: Look, provenance: str
) -> Slide:
    """Show the average response of each mode to the same abrupt changes.

    Parameters
    ----------
    table
        From `responses`.
    estimates
        From `measures`.
    """
    profiles = {mode: table.loc[table["fusion"] == mode.value] for mode in Fusion}
    figure = figures.event_response(
        {mode: profile for mode, profile in profiles.items() if len(profile)},
        amplification=_by_mode(estimates, "amplification"),
        lead=_by_mode(estimates, "lead"),
        events=int(table["events"].iloc[0]) if len(table) else 0,
        hours_per_step=hours_per_step,
        look=look,
        provenance=provenance,
    )
    return Slide.of(figure, name="event_response", table=table)


def _by_mode(estimates: pd.DataFrame, quantity: str) -> dict[Fusion, float]:
    rows = estimates.loc[estimates["quantity"] == quantity]
    return {Fusion(fusion): float(value) for fusion, value in zip(rows["fusion"], rows["value"], strict=True)}


def lead_amplification(estimates: pd.DataFrame, *, look: Look, provenance: str) -> Slide:
    """Show how much stronger and earlier each mode responds than none (`estimates` from `measures`)."""
    figure = figures.lead_amplification(estimates, look=look, provenance=provenance)
    return Slide.of(figure, name="lead_amplification", table=estimates)


def measures(rows: pd.DataFrame) -> pd.DataFrame:
    """Return peak amplification and lead of each mode against none, with the placebo.

    Parameters
    ----------
    rows
        Tidy statistics of the runs shown.

    Returns
    -------
    DataFrame
        Columns fusion, quantity (amplification in %, lead in steps), value, low, high, p_value, n, reason, and the
        central 95 % of the placebo: placebo_low, placebo_high.
    """
    parts = []
    for quantity, statistic in _QUANTITIES.items():
        found = rows.loc[rows["statistic"] == statistic.value].set_index("run_id")
        placebo = rows.loc[rows["statistic"] == f"{statistic}_placebo"].set_index("run_id")[["low", "high"]]
        parts.append(found.join(placebo.add_prefix("placebo_")).assign(quantity=quantity))
    columns = ["fusion", "quantity", "value", "low", "high", "p_value", "n", "reason", "placebo_low", "placebo_high"]
    return pd.concat(parts, ignore_index=True)[columns]
