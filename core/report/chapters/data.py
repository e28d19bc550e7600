"""The data: their series, their calendar cycle, and how level and spread move between the parts."""

from __future__ import annotations

import pandas as pd

from core.data.calendar import cycle_of
from core.data.dataset import Dataset
from core.data.gaps import measured
from core.data.profile import daily_profile as profile_of
from core.data.windows import standardised
from core.figures import series as figures
from core.figures.theme import Look
from core.report.slide import Slide
from core.vocabulary import Split

SHOWN = 4  # variables of a series that a slide can hold
TABLE_ROWS = 50_000  # of a series' numbers; the file itself has them all


def series_plot(dataset: Dataset, *, look: Look, provenance: str) -> Slide:
    """Show the first variables with the parts marked."""
    frame = measured(dataset.frame, dataset.filled, dataset.variables[:SHOWN])
    splits = {split: dataset.splits.of(split) for split in Split}
    figure = figures.series_plot(frame, splits, units=dataset.units, look=look, provenance=provenance)
    return Slide.of(figure, name="series_plot", table=frame.head(TABLE_ROWS))


def daily_profile(dataset: Dataset, *, look: Look, provenance: str) -> Slide:
    """Show the calendar cycle of the variables."""
    cycle = cycle_of(dataset)
    names = dataset.variables if len(dataset.variables) <= figures.MOST_PANELS else dataset.variables[:SHOWN]
    profile = profile_of(measured(dataset.frame, dataset.filled, names), cycle)
    cycle_name = cycle.kind.value.capitalize()
    figure = figures.daily_profile(profile, cycle=cycle_name, units=dataset.units, look=look, provenance=provenance)
    return Slide.of(figure, name="daily_profile", table=profile)


def scaling_shift(dataset: Dataset, *, look: Look, provenance: str) -> Slide:
    """Show how level and spread of each variable move between the parts, in train deviations."""
    table = split_statistics(dataset)
    return Slide.of(figures.scaling_shift(table, look=look, provenance=provenance), name="scaling_shift", table=table)


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
