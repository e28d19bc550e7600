"""Kernels: what each path writes to the other over the calendar cycle, for one window, and beyond the input."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import xarray as xr

from core.analysis import profiles
from core.analysis.statistic import CROSSINGS, Statistic, statistic_name
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.choices import (
    BLOCK,
    HOUR,
    ORIGIN,
    SELECTED,
    SLOT,
    VARIABLE,
    WINDOW,
    map_text,
    mode,
    mode_text,
    shown_map,
)
from core.exhibits.exhibit import Absent, Chart, Choice, Chosen, Options, exhibit
from core.exhibits.inside import kernels_of, mean_of, mean_of_slots, recorded_in
from core.exhibits.selected import WINDOWS, chosen_windows, counted_slots
from core.exhibits.trust import KERNELS
from core.figures import kernels as figures
from core.figures.dependence import dcor_comparison as dependence_figure
from core.figures.names import shortened
from core.figures.palette import Look
from core.inspection.averages import kernel_name
from core.text.words import say
from core.trace.schema import of_variable
from core.vocabulary import Dim, Fusion, Language, label

PAGE = "kernels"
MEAN = "mean"  # stands for the mean of all channels
DCOR = ("crossing", "block", "value", "low", "high", "p_value", "n", "biased", "untrained")


def crossing_modes(case: Case) -> list[Fusion]:
    """Return the inspected modes that cross the paths."""
    return [each for each in case.inspected if each.crossings]


def channel_text(channel: str, language: Language = Language.ENGLISH) -> str:
    """Return the name of a choice of channels: one, or MEAN."""
    return say("mean of channels") if channel == MEAN else say("channel {channel}", channel=channel)


def _channels(case: Case, chosen: Chosen) -> Options:
    return {MEAN: MEAN} | {str(one): one for one in range(1, case.config.model.width + 1)}


MODE = mode(crossing_modes)
CROSSING = Choice(
    "crossing",
    "Crossing",
    lambda case, chosen: {each.value: each for each in chosen["mode"].crossings},
    text=mode_text,
)
CHANNEL = Choice("channel", "Channel of the profile", _channels, text=channel_text)


def _foot(case: Case, chosen: Chosen, look: Look, *details: str) -> str:
    run, name = case.inspected[chosen["mode"]], label(chosen["mode"], look.language)
    read = "" if chosen.get("map") in (WINDOW, SELECTED) else case.rests_on(chosen["mode"])
    of = say("mode {mode}, {variable}", mode=name, variable=shortened(chosen["variable"]))
    return case.foot([run], of, *details, read)


@exhibit(
    "How do the generated kernels change over the cycle?",
    page=PAGE,
    needs=needs.crossing,
    choices=(WINDOWS, MODE, CROSSING, BLOCK, VARIABLE),
    spread="crossing",
    checks=KERNELS,
)
def kernel_by_slot(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the mean kernel of each slot of the cycle, channel by channel and tap by tap."""
    crossing, block, calendar = chosen["crossing"], chosen["block"], case.calendar
    found = kernels_of(case.averages(chosen["mode"]), crossing, chosen["variable"])
    mean = found["mean"].sel({Dim.BLOCK: block}, drop=True).transpose(profiles.SLOT, Dim.CHANNEL, Dim.TAP)
    drawing = figures.kernel_by_slot(
        mean.to_numpy(),
        crossing=CROSSINGS[crossing],
        taps=_taps(mean),
        slot_labels=calendar.cycle.labels,
        cycle=calendar.title,
        selected=counted_slots(case, chosen),
        look=look,
    )
    table = mean.to_dataframe().reset_index()
    table.insert(1, "label", calendar.label(table[profiles.SLOT]))
    columns = [profiles.SLOT, "label", Dim.CHANNEL.value, Dim.TAP.value, "mean"]
    over = chosen_windows(case, chosen).over
    return Chart(drawing, table[columns], _foot(case, chosen, look, say("block {block}", block=block), over))


@exhibit(
    "Does a kernel tap follow the cycle on average?",
    page=PAGE,
    needs=needs.crossing,
    choices=(WINDOWS, MODE, BLOCK, VARIABLE, CHANNEL),
    checks=KERNELS,
)
def kernel_profile(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show each tap of both crossings over the cycle with a band, for one channel or the mean of all."""
    block, channel, parts = chosen["block"], chosen["channel"], []
    for crossing in chosen["mode"].crossings:
        kept, variable = case.averages(chosen["mode"]), chosen["variable"]
        found = kernels_of(kept, crossing, variable, profile=channel == MEAN).sel({Dim.BLOCK: block}, drop=True)
        one = found if channel == MEAN else found.sel({Dim.CHANNEL: channel}, drop=True)
        table = one.transpose(profiles.SLOT, Dim.TAP).to_dataframe().reset_index()
        parts.append(table.assign(crossing=CROSSINGS[crossing].value))
    table = pd.concat(parts, ignore_index=True).dropna(subset="mean")
    table = table.assign(label=case.calendar.label(table[profiles.SLOT]))
    spread = say("10–90 % of the windows of a slot")
    counts, over = counted_slots(case, chosen), chosen_windows(case, chosen).over
    drawing = figures.kernel_profile(
        table,
        slot_labels=case.calendar.cycle.labels,
        cycle=case.calendar.title,
        spread=spread,
        selected=counts,
        look=look,
    )
    of = say("block {block}, {channel}", block=block, channel=channel_text(str(channel)))
    return Chart(drawing, table, _foot(case, chosen, look, of, over))


@exhibit(
    "Do kernels follow the time of day beyond the input?",
    page=PAGE,
    needs=needs.time_of_day,
    choices=(MODE,),
    checks=KERNELS,
)
def dcor_comparison(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show dCor of the kernels with the time of day beside that of the untrained twin and of the raw input."""
    run = case.inspected[chosen["mode"]]
    if case.untrained:
        raise Absent(say("This figure shows the untrained twin beside the trained model: switch back to see it."))
    case.averages(chosen["mode"])  # a first look measures this too
    table, floor = dcor_table(case.rows, run.run_id, chosen["mode"])
    if table.empty:
        raise Absent(say("Too few windows were inspected to measure this: train on a longer file."))
    of = say("mode {mode}", mode=label(chosen["mode"], look.language))
    foot = case.foot([run], of, case.rests_on(chosen["mode"]))
    return Chart(dependence_figure(table, floor=floor, look=look), table.assign(raw_input=floor), foot)


@exhibit(
    "Which kernels does each path write?",
    page=PAGE,
    needs=needs.crossing,
    choices=(WINDOWS, MODE, BLOCK, VARIABLE, shown_map(WINDOW), ORIGIN, SLOT),
    checks=KERNELS,
)
def window_kernels(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the kernels that one window made, or their mean over the windows of a slot, over those selected or all."""
    single = _of_selected(case, chosen) if chosen["map"] == SELECTED else {}
    single = single or {crossing: _shown(case, crossing, chosen) for crossing in chosen["mode"].crossings}
    taps = _taps(next(iter(single.values())))
    drawing = figures.window_kernels(
        {CROSSINGS[crossing]: array.to_numpy() for crossing, array in single.items()},
        taps=taps,
        shown=map_text(case, chosen),
        look=look,
    )
    columns = {
        f"{crossing.value} tap {tap:+d}": array.to_numpy()[:, number]
        for crossing, array in single.items()
        for number, tap in enumerate(taps)
    }
    table = pd.DataFrame(columns)
    table.insert(0, "channel", range(1, len(table) + 1))
    over = chosen_windows(case, chosen).over if chosen["map"] == SELECTED else ""
    return Chart(drawing, table, _foot(case, chosen, look, say("block {block}", block=chosen["block"]), over))


def _of_selected(case: Case, chosen: Chosen) -> dict[Fusion, xr.DataArray]:
    """Return by crossing the mean kernel of the selected windows, [channel, tap]."""
    mode, places, at = chosen["mode"], chosen_windows(case, chosen).drawn, {Dim.BLOCK: chosen["block"]}
    record = [CROSSINGS[crossing].value for crossing in mode.crossings]
    asked = mean_of(case.chosen_runs[mode], places, *record, untrained=case.untrained)
    written = [of_variable(one, chosen["variable"]).sel(at, drop=True) for one in asked]
    return dict(zip(mode.crossings, written, strict=True))


def _shown(case: Case, crossing: Fusion, chosen: Chosen) -> xr.DataArray:
    """Return the kernel of the chosen window, or the mean of those of a slot or of all, [channel, tap]."""
    mode, variable, at = chosen["mode"], chosen["variable"], {Dim.BLOCK: chosen["block"]}
    if chosen["map"] == WINDOW:
        written = recorded_in(case.answers(mode, chosen["origin"], CROSSINGS[crossing].value))
        return of_variable(written, variable).sel(at, drop=True)
    mean = kernels_of(case.averages(mode), crossing, variable)["mean"].sel(at, drop=True)
    if chosen["map"] != HOUR:
        return mean_of_slots(mean, case.slots_of(mode))
    one = mean.sel({profiles.SLOT: chosen["slot"]}, drop=True)
    if bool(one.isnull().all()):
        raise Absent(say("No test window reads its last row in this slot of the cycle: choose another one."))
    return one


def _taps(array: xr.DataArray) -> Sequence[int]:
    return [int(tap) for tap in array[Dim.TAP].to_numpy()]


def variance_shares(kept: xr.Dataset, mode: Fusion, variable: str, *, block: int) -> dict[Fusion, float]:
    """Return by crossing which share of its kernels' variance the slots of the cycle explain (adjusted)."""
    shares = {each: of_variable(kept[kernel_name(each, "share")], variable) for each in mode.crossings}
    return {each: float(share.sel({Dim.BLOCK: block})) for each, share in shares.items()}


def dcor_table(rows: pd.DataFrame, run_id: str, of: Fusion) -> tuple[pd.DataFrame, float]:
    """Return the dependence of a run's kernels on the time of day, and that of the raw input.

    Parameters
    ----------
    rows : tidy statistics of an inspection.

    Returns
    -------
    table : columns DCOR, one row a crossing and block; no rows where there is no time of day.
    floor : NaN where there is no time of day.
    """
    own = rows.loc[(rows["run_id"] == run_id) & rows["block"].notna()]
    parts = []
    for crossing in of.crossings:
        trained, biased, untrained = (
            own.loc[own["statistic"] == statistic_name(name, crossing=crossing)].set_index("block")
            for name in (Statistic.DCOR_KERNEL, Statistic.DCOR_KERNEL_BIASED, Statistic.DCOR_KERNEL_UNTRAINED)
        )
        named = {"biased": biased["value"], "untrained": untrained["value"]}
        parts.append(trained.assign(crossing=CROSSINGS[crossing].value, **named).reset_index())
    table = pd.concat(parts, ignore_index=True)[list(DCOR)] if parts else pd.DataFrame(columns=list(DCOR))
    floor = rows.loc[rows["statistic"] == Statistic.DCOR_INPUT.value, "value"]
    return table.dropna(subset="value"), float(floor.iloc[0]) if len(floor) else float("nan")
