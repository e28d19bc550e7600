"""Gates and response: what the GRU path does around abrupt changes, in every mode, against none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from core.analysis.changes import shared_events
from core.analysis.events import SHIFTS, Events, contrast, event_profile
from core.analysis.profiles import BANDS, OF, SHIFT, event_profiles
from core.analysis.statistic import Statistic
from core.analysis.traced import STAMP, patch_of, without_crossing
from core.data.dataset import Dataset
from core.exhibits import needs
from core.exhibits.abrupt import EVENT, MODE
from core.exhibits.case import Case
from core.exhibits.choices import BLOCK, VARIABLE
from core.exhibits.exhibit import Absent, Chart, Chosen, exhibit
from core.exhibits.inside import changes_of
from core.exhibits.selected import AROUND, WINDOWS, chosen_windows
from core.exhibits.trust import GATES, RESPONSE
from core.figures import response as figures
from core.figures.palette import Look
from core.text.message import read
from core.text.words import say
from core.trace.schema import of_variable
from core.vocabulary import Activation, Dim, Fusion, label

PAGE = "gates"
_RESPONSE = ("fusion", "of", "lag", "mean", "low", "high", "events")
_MEASURES = (
    *("fusion", "quantity", "value", "low", "high", "p_value", "n", "reason"),
    *("anywhere_low", "anywhere_high", "with_embedding"),
)
_QUANTITIES = {  # the number, the same at random places, the same with the embedding
    "amplification": (
        Statistic.PEAK_AMPLIFICATION,
        Statistic.PEAK_AMPLIFICATION_ANYWHERE,
        Statistic.PEAK_AMPLIFICATION_WITH_EMBEDDING,
    ),
    "lead": (Statistic.RESPONSE_LEAD, Statistic.RESPONSE_LEAD_ANYWHERE, Statistic.RESPONSE_LEAD_WITH_EMBEDDING),
}


def _most_active(case: Case, chosen: Chosen) -> str:
    return most_active_variable(case.dataset, int(case.origins[chosen["event"]]))


@exhibit(
    "Are abrupt changes answered more, and earlier?",
    page=PAGE,
    needs=needs.changes,
    choices=(WINDOWS,),
    checks=RESPONSE,
)
def event_response(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the average response of each mode beside that of none at the same abrupt changes, or at those selected."""
    needs.check_measured(case)
    kept, selected = [case.averages(each) for each in case.inspected], chosen_windows(case, chosen)
    if selected:
        return _at_selected(case, responses_among(kept, case.origins[selected.places]), selected.over, look)
    table, estimates = responses(kept), measures(case.rows)
    if table.empty:
        raise Absent(say("There is no abrupt change to average over: train on a longer file."))
    drawing = figures.event_response(
        table,
        amplification=_by_mode(estimates, "amplification"),
        lead=_by_mode(estimates, "lead"),
        step=case.dataset.step,
        look=look,
    )
    return Chart(drawing, table, case.foot(case.inspected.values()))


def _at_selected(case: Case, table: pd.DataFrame, over: str, look: Look) -> Chart:
    """Show the average response at the abrupt changes among the selected windows; too few for peaks and leads."""
    if table.empty:
        raise Absent(say("No abrupt change lies among the selected windows: select others, or clear the selection."))
    drawing = figures.event_response(table, amplification={}, lead={}, step=case.dataset.step, look=look)
    counts = table.drop_duplicates("fusion").set_index("fusion")["events"]
    many = ", ".join(f"{label(Fusion(str(each)), look.language)} {count}" for each, count in counts.items())
    told = say("abrupt changes: {counts}", counts=many)
    return Chart(drawing, table, case.foot(case.inspected.values(), over, told))


@exhibit("How much stronger and earlier is each mode?", page=PAGE, needs=needs.measured_response, checks=RESPONSE)
def lead_amplification(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show how much stronger and earlier each mode responds than none."""
    estimates = measures(case.rows)
    drawing = figures.lead_amplification(estimates, look=look)
    return Chart(drawing, estimates, case.foot(case.inspected.values()))


@exhibit(
    "What do the GRU gates do around an abrupt change?",
    page=PAGE,
    needs=needs.changes,
    choices=(WINDOWS, MODE, EVENT, replace(VARIABLE, first=_most_active), BLOCK),
    checks=GATES,
)
def gate_timeline(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show update and reset gates of each mode around one abrupt change, the input below.

    A mixed embedding has one set of gates for all variables; with others, they are those that read the variable.
    """
    place, variable, block = int(chosen["event"]), chosen["variable"], chosen["block"]
    kept = {each: case.averages(each) for each in case.inspected}
    gates = {each: gate_levels(one, place=place, variable=variable, block=block) for each, one in kept.items()}
    first = next(iter(kept.values()))
    shown = first.isel({Dim.ORIGIN: _around(place, first.sizes[Dim.ORIGIN])})
    inputs = case.dataset.frame[variable].to_numpy()[shown[Dim.ORIGIN].to_numpy() - 1]
    drawing = figures.gate_timeline(
        gates,
        inputs,
        event=first[STAMP].to_numpy()[place],
        variable=variable,
        unit=case.dataset.units.get(variable, ""),
        look=look,
    )
    parts = {f"{each}_{gate}": levels[gate] for each, levels in gates.items() for gate in levels}
    table = pd.DataFrame(parts).assign(**{variable: inputs})
    selected = chosen_windows(case, chosen)
    outside = say("this change lies outside of them") if selected and place not in selected.places else ""
    details = say("block {block}", block=block), selected.over, outside
    return Chart(drawing, table, case.foot(case.inspected.values(), *details))


def most_active_variable(dataset: Dataset, origin: int) -> str:
    """Return the variable whose last known step before an origin is the largest for its spread."""
    last = dataset.frame.iloc[max(origin - 2, 0) : origin]  # the two rows before the first target
    steps = (last.iloc[-1] - last.iloc[0]).abs() / dataset.frame.std().replace(0, np.nan)
    return str(steps.fillna(0).idxmax())


def gate_levels(kept: xr.Dataset, *, place: int, variable: str, block: int) -> pd.DataFrame:
    """Return the gates at the last token, averaged over channels, around a place: index stamp, update, reset."""
    shown = kept.isel({Dim.ORIGIN: _around(place, kept.sizes[Dim.ORIGIN])}).sel({Dim.BLOCK: block})
    levels = {}
    for name, gate in (("update", Activation.UPDATE_GATE), ("reset", Activation.RESET_GATE)):
        levels[name] = of_variable(shown[gate.value], variable).to_numpy()
    return pd.DataFrame(levels, index=pd.DatetimeIndex(shown[STAMP].to_numpy(), name=STAMP))


def _around(place: int, origins: int) -> slice:
    return slice(max(place - AROUND, 0), min(place + AROUND + 1, origins))


def responses(kept: Sequence[xr.Dataset]) -> pd.DataFrame:
    """Return the event-averaged change of the GRU path of each mode, and of none at the same events.

    Parameters
    ----------
    kept : averages of the modes.

    Returns
    -------
    Columns fusion, of ("mode" or "none"), lag (steps from the change), mean, low, high (in multiples of the
    surroundings), events. No rows where there is no change, or no run of none. An average of few changes describes
    them and proves nothing: the measures need 24.
    """
    profiles = event_profiles(kept, {one.attrs["run_id"]: changes_of(one) for one in kept})
    parts = []
    for run in profiles["run_id"].to_numpy():
        for of in OF:
            one = profiles.sel({"run_id": run, "of": of})
            if bool(one["mean"].notnull().all()):
                columns = {name: one[name].to_numpy() for name in BANDS}
                named = {"fusion": str(one["fusion"].item()), "of": of, "lag": one[SHIFT].to_numpy()}
                parts.append(pd.DataFrame({**named, **columns, "events": int(one["events"])}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_RESPONSE))


def responses_among(kept: Sequence[xr.Dataset], rows: NDArray[np.int64]) -> pd.DataFrame:
    """Return the same as `responses`, of those changes alone that come before one of the rows."""
    parts = []
    for run in kept:
        none = without_crossing(run, kept)
        if run.attrs["fusion"] == Fusion.NONE or none is None:
            continue
        pair, patch = (changes_of(run), changes_of(none)), patch_of(run)
        places = shared_events(*pair, patch).places
        inside = Events(places[np.isin(run[Dim.ORIGIN].to_numpy()[places], rows)])
        for of, (_, gru) in zip(OF, pair, strict=True):
            if len(inside):
                profile = event_profile(contrast(gru, patch), inside)
                columns = {name: np.exp(getattr(profile, name)) for name in BANDS}
                named = {"fusion": str(run.attrs["fusion"]), "of": of, "lag": SHIFTS}
                parts.append(pd.DataFrame({**named, **columns, "events": len(inside)}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_RESPONSE))


def _by_mode(estimates: pd.DataFrame, quantity: str) -> dict[Fusion, float]:
    rows = estimates.loc[estimates["quantity"] == quantity]
    return {Fusion(fusion): float(value) for fusion, value in zip(rows["fusion"], rows["value"], strict=True)}


def measures(rows: pd.DataFrame) -> pd.DataFrame:
    """Return peak amplification and lead of each mode against none, with their controls.

    Parameters
    ----------
    rows : tidy statistics of the runs shown.

    Returns
    -------
    Columns fusion, quantity (amplification in %, lead in steps), value, low, high, p_value, n, reason; anywhere_low
    and anywhere_high, the central 95 % of the same at places drawn at random; and with_embedding, the same rule on
    the streams, which carry the embedding.
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
