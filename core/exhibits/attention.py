"""Attention: where the merge routes each query, over the calendar cycle too, and the error without it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from core.analysis.profiles import SLOT as SLOT_AXIS
from core.data.spans import span_of
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.choices import ALL, ORIGIN, SELECTED, SLOT, WINDOW, map_text, mode, shown_map
from core.exhibits.exhibit import Chart, Chosen, exhibit
from core.exhibits.inside import mean_of, mean_of_slots, recorded_in
from core.exhibits.selected import WINDOWS, chosen_windows, counted_slots
from core.exhibits.trust import ROUTING
from core.figures import attention as figures
from core.figures.palette import Look
from core.text.words import say
from core.trace.schema import Reduction
from core.vocabulary import Activation, Dim, Fusion, label

PAGE = "attention"
CHANGE = "mse_change_"  # head of the names of interventions in the rows
WINDOW_MAP = f"{Activation.ATTENTION}:{Reduction.MEAN_VARIABLE}"
MODE = mode()


def shown_weights(case: Case, chosen: Chosen) -> xr.DataArray:
    """Return the map of a window, or the mean of a slot, of the selected or of all windows, [head, query, key]."""
    if chosen["map"] == WINDOW:
        found = recorded_in(case.answers(chosen["mode"], chosen["origin"], WINDOW_MAP))
        return found.transpose(Dim.HEAD, Dim.QUERY, Dim.KEY)
    if chosen["map"] == SELECTED:
        run, places = case.chosen_runs[chosen["mode"]], chosen_windows(case, chosen).drawn
        (mean,) = mean_of(run, places, WINDOW_MAP, untrained=case.untrained)
        return mean.transpose(Dim.HEAD, Dim.QUERY, Dim.KEY)
    by_slot = case.averages(chosen["mode"])[Activation.ATTENTION.value]
    return mean_of_slots(by_slot, case.slots_of(chosen["mode"])) if chosen["map"] == ALL else by_slot[chosen["slot"]]


@exhibit(
    "Where does the merge route each query token?",
    page=PAGE,
    needs=needs.inspection,
    choices=(WINDOWS, MODE, shown_map(ALL), ORIGIN, SLOT),
    checks=ROUTING,
)
def attention_map(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show a map, head by head."""
    weights = shown_weights(case, chosen)
    drawing = figures.attention_map(weights.to_numpy(), token=_token(case), window=map_text(case, chosen), look=look)
    over = chosen_windows(case, chosen).over if chosen["map"] == SELECTED else ""
    return Chart(drawing, _rows(weights), _foot(case, chosen, look, over))


@exhibit(
    "Does the routing change over the cycle?",
    page=PAGE,
    needs=needs.inspection,
    choices=(WINDOWS, MODE),
    checks=ROUTING,
)
def attention_by_slot(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the mean weight of each key token over the cycle, heads and queries averaged."""
    by_slot = case.averages(chosen["mode"])[Activation.ATTENTION.value]
    keys = by_slot.mean([Dim.HEAD, Dim.QUERY])  # [slot, key]
    drawing = figures.attention_by_slot(
        keys.to_numpy(),
        slot_labels=case.calendar.cycle.labels,
        cycle=case.calendar.title,
        token=_token(case),
        selected=counted_slots(case, chosen),
        look=look,
    )
    table = _rows(keys)
    table.insert(1, "label", case.calendar.label(table[SLOT_AXIS]))
    return Chart(drawing, table, _foot(case, chosen, look, chosen_windows(case, chosen).over))


@exhibit("Does the forecast need this routing?", page=PAGE, needs=needs.inspection, checks=ROUTING)
def attention_controls(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the error when attention or crossings are replaced."""
    changes = effects(case.rows, {run.run_id: each for each, run in case.inspected.items()})
    if changes["fusion"].nunique() < len(case.inspected):
        needs.check_measured(case)
    return Chart(figures.attention_controls(changes, look=look), changes, case.foot(case.inspected.values()))


def _foot(case: Case, chosen: Chosen, look: Look, *details: str) -> str:
    run, name = case.inspected[chosen["mode"]], label(chosen["mode"], look.language)
    read = "" if chosen.get("map") in (WINDOW, SELECTED) else case.rests_on(chosen["mode"])
    return case.foot([run], say("mode {mode}, variables averaged", mode=name), *details, read)


def _token(case: Case) -> str:
    """Return the length of a token in words."""
    return span_of(case.dataset.step, case.config.model.patch)


def _rows(weights: xr.DataArray) -> pd.DataFrame:
    return weights.rename("weight").to_dataframe()["weight"].reset_index()


def effects(rows: pd.DataFrame, modes: Mapping[str, Fusion]) -> pd.DataFrame:
    """Return by how many per cent each intervention changes the MSE of each mode.

    Parameters
    ----------
    rows : tidy statistics of an inspection.
    modes : by run id, the runs that are shown.

    Returns
    -------
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
