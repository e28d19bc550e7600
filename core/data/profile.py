"""How each variable usually moves through its calendar cycle."""

from __future__ import annotations

import pandas as pd

from core.data.calendar import Cycle, slots


def daily_profile(frame: pd.DataFrame, cycle: Cycle) -> pd.DataFrame:
    """Return mean and 10 % and 90 % quantiles of every variable by slot.

    Parameters
    ----------
    frame : DataFrame [row, variable]
        Index of stamps.
    cycle : Cycle
        As `cycle_of` returned it; the name "daily" is that of the usual one.

    Returns
    -------
    DataFrame
        One row a variable and slot that occurs: variable, slot, label, mean, low, high, n (its values).
    """
    groups = frame.groupby(slots(pd.DatetimeIndex(frame.index), cycle))
    parts = {"mean": groups.mean(), "low": groups.quantile(0.1), "high": groups.quantile(0.9), "n": groups.count()}
    profile = pd.DataFrame({name: part.unstack() for name, part in parts.items()})  # [variable x slot]
    profile = profile.rename_axis(index=["variable", "slot"]).reset_index()
    profile.insert(2, "label", profile["slot"].map(dict(enumerate(cycle.labels))))
    return profile
