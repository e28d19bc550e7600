"""Gates and response: what the GRU path does around abrupt changes, in every mode, against none."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from core.analysis.changes import shared_events
from core.analysis.events import contrast
from core.analysis.profiles import BANDS, OF, SHIFT, event_profiles
from core.analysis.statistic import Statistic
from core.analysis.traced import STAMP, patch_of, path_changes, pick
from core.data.dataset import Dataset
from core.data.step import Step
from core.figures import response as figures
from core.figures.theme import Look
from core.report.slide import Slide
from core.text.message import read
from core.trace.schema import Reduction, of_variable
from core.vocabulary import Activation, Dim, Fusion

Traces = Mapping[Fusion, xr.Dataset]  # of one data set, window, form and seed

_RESPONSE = ("fusion", "of", "lag", "mean", "low", "high", "events")
_MEASURES = (
    *("fusion", "quantity", "value", "low", "high", "p_value", "n", "reason"),
    *("anywhere_low", "anywhere_high", "with_embedding"),
)
AROUND = 48  # origins shown on either side of an abrupt change
_QUANTITIES = {  # the number, the same at random places, the same with the embedding
    "amplification": (
        Statistic.PEAK_AMPLIFICATION,
        Statistic.PEAK_AMPLIFICATION_ANYWHERE,
        Statistic.PEAK_AMPLIFICATION_WITH_EMBEDDING,
    ),
    "lead": (
        Statistic.RESPONSE_LEAD,
        Statistic.RESPONSE_LEAD_ANYWHERE,
        Statistic.RESPONSE_LEAD_WITH_EMBEDDING,
    ),
}


def abrupt_changes(mode: xr.Dataset, none: xr.Dataset) -> pd.DataFrame:
    """Return the abrupt changes that a mode is measured at against none, the largest first.

    Parameters
    ----------
    mode, none
        Traces of one seed; their convolution paths choose together.

    Returns
    -------
    DataFrame
        Columns place (on the axis of origins), stamp, size (in multiples of the surroundings, geometric mean of both
        convolution paths).
    """
    patch = patch_of(mode)
    pair = path_changes(mode), path_changes(none)
    places = shared_events(*pair, patch).places
    height = np.mean([contrast(conv, patch)[places] for conv, _ in pair], axis=0)
    table = pd.DataFrame({"place": places, "stamp": none[STAMP].to_numpy()[places], "size": np.exp(height)})
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
    """Return the event-averaged change of the GRU path of each mode, and of none at the same events.

    Returns
    -------
    DataFrame
        Columns fusion, of ("mode" or "none"), lag (steps from the change), mean, low, high (in multiples of the
        surroundings), events. No rows where there is no change, or no run of none. An average of few changes
        describes them and proves nothing: the measures need 24.
    """
    profiles = event_profiles(list(traces.values()))
    parts = []
    for run in profiles["run_id"].to_numpy():
        for of in OF:
            one = profiles.sel({"run_id": run, "of": of})
            if bool(one["mean"].notnull().all()):
                columns = {name: one[name].to_numpy() for name in BANDS}
                named = {"fusion": str(one["fusion"].item()), "of": of, "lag": one[SHIFT].to_numpy()}
                parts.append(pd.DataFrame({**named, **columns, "events": int(one["events"])}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_RESPONSE))


def event_response(table: pd.DataFrame, estimates: pd.DataFrame, *, step: Step, look: Look, provenance: str) -> Slide:
    """Show the average response of each mode beside that of none at the same abrupt changes.

    Parameters
    ----------
    table
        From `responses`.
    estimates
        From `measures`.
    """
    figure = figures.event_response(
        table,
        amplification=_by_mode(estimates, "amplification"),
        lead=_by_mode(estimates, "lead"),
        step=step,
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
    """Return peak amplification and lead of each mode against none, with their controls.

    Parameters
    ----------
    rows
        Tidy statistics of the runs shown.

    Returns
    -------
    DataFrame
        Columns fusion, quantity (amplification in %, lead in steps), value, low, high, p_value, n, reason; the
        central 95 % of the same at places drawn at random: anywhere_low, anywhere_high; and the same rule on the
        streams, which carry the embedding: with_embedding.
    """
    parts = []
    for quantity, (statistic, anywhere, with_embedding) in _QUANTITIES.items():
        found, random, carried = (
            rows.loc[rows["statistic"] == name.value].set_index("run_id")
            for name in (statistic, anywhere, with_embedding)
        )
        beside = random[["low", "high"]].add_prefix("anywhere_")
        beside["with_embedding"] = carried["value"]
        reasons = [str(read(one) or "") for one in found["reason"]]
        parts.append(found.join(beside).assign(quantity=quantity, reason=reasons))
    return pd.concat(parts, ignore_index=True)[list(_MEASURES)]
