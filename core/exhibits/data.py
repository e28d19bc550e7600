"""The data: their series, their calendar cycle, and how level and spread move between the parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.data.calendar import Cycle, cycle_of, slots
from core.data.dataset import Dataset
from core.data.gaps import measured
from core.data.windows import standardised
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.exhibit import Chart, Choice, Chosen, Kind, exhibit
from core.exhibits.ranking import in_order, some_of
from core.exhibits.selected import WINDOWS, chosen_windows
from core.figures import series as figures
from core.figures.palette import Look
from core.text.words import say
from core.vocabulary import Split

SHOWN = 4  # variables of a series that are drawn before anything is chosen
TABLE_ROWS = 50_000  # of a series' numbers; the file itself has them all
PAGE = "data"


def _first(case: Case, chosen: Chosen) -> list[str]:
    return list(case.dataset.variables[:SHOWN])


def _panels(case: Case, chosen: Chosen) -> list[str]:
    names = list(case.dataset.variables)
    return names if len(names) <= figures.MOST_PANELS else names[:SHOWN]


VARIABLES = Choice("variables", "Variables", in_order, _first, Kind.SEVERAL, most=figures.MOST_PANELS)


@exhibit("What does the data look like, and how is it split?", page=PAGE, choices=(WINDOWS, VARIABLES))
def series_plot(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show variables with the parts marked, and the rows in which selected windows begin."""
    frame = measured(case.dataset.frame, case.dataset.filled, some_of(chosen))
    parts = {split: case.dataset.splits.of(split) for split in Split}
    begin, selected = np.zeros(len(frame), dtype=np.bool_), chosen_windows(case, chosen)
    begin[case.origins[selected.places if selected else []]] = True
    drawing = figures.series_plot(frame, parts, units=case.dataset.units, selected=begin, look=look)
    return Chart(drawing, frame.head(TABLE_ROWS), case.foot(()))


@exhibit(
    "Is there a repeating cycle to learn?", page=PAGE, needs=needs.cycle, choices=(replace(VARIABLES, first=_panels),)
)
def daily_profile(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the calendar cycle of variables."""
    cycle = cycle_of(case.dataset)
    profile = profile_of(measured(case.dataset.frame, case.dataset.filled, some_of(chosen)), cycle)
    name = say(cycle.kind.value).capitalize()
    drawing = figures.daily_profile(profile, cycle=name, units=case.dataset.units, look=look)
    return Chart(drawing, profile, case.foot(()))


@exhibit("Do level and spread shift between the splits?", page=PAGE)
def scaling_shift(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show how level and spread of each variable move between the parts, in train deviations."""
    table = split_statistics(case.dataset)
    return Chart(figures.scaling_shift(table, look=look), table, case.foot(()))


def split_statistics(dataset: Dataset) -> pd.DataFrame:
    """Return mean and deviation of what was measured of each variable in each part, after scaling.

    Columns variable, split, mean, sd; NaN where a part holds no value.
    """
    _, table = standardised(dataset)
    scaled = pd.DataFrame(table.astype("float64"), columns=list(dataset.variables))
    known = measured(scaled, dataset.filled, dataset.variables)
    parts = []
    for split in Split:
        rows = dataset.splits.of(split)
        values = known.iloc[rows.start : rows.stop]
        columns = {"variable": dataset.variables, "split": split.value}
        parts.append(pd.DataFrame(columns | {"mean": values.mean().to_numpy(), "sd": values.std(ddof=0).to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def profile_of(frame: pd.DataFrame, cycle: Cycle) -> pd.DataFrame:
    """Return mean and 10 % and 90 % quantiles of every variable by slot.

    Parameters
    ----------
    frame : [row, variable], its index stamps.
    cycle : as `cycle_of` returned it.

    Returns
    -------
    One row a variable and slot that occurs: variable, slot, label, mean, low, high, n (its values).
    """
    groups = frame.groupby(slots(pd.DatetimeIndex(frame.index), cycle))
    parts = {"mean": groups.mean(), "low": groups.quantile(0.1), "high": groups.quantile(0.9), "n": groups.count()}
    profile = pd.DataFrame({name: part.unstack() for name, part in parts.items()})  # [variable x slot]
    profile = profile.rename_axis(index=["variable", "slot"]).reset_index()
    profile.insert(2, "label", profile["slot"].map(dict(enumerate(cycle.labels))))
    return profile
