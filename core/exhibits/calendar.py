"""Where in the calendar each window lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.calendar import Cycle, cycle_of, slots
from core.data.dataset import Dataset
from core.data.windows import Windows


def stamp_text(stamp: np.datetime64) -> str:
    """Return a stamp as text, to the minute.

    >>> stamp_text(np.datetime64("2017-12-03T20:00"))
    '2017-12-03 20:00'
    """
    return pd.Timestamp(stamp).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, eq=False)
class Calendar:
    """The calendar cycle of a data set, and the slot of the last row that each window reads."""

    cycle: Cycle
    slots: NDArray[np.int64]  # [window]

    @property
    def title(self) -> str:
        """Name of the cycle, for an axis."""
        return f"{self.cycle.kind.value.capitalize()} of the last row read"

    def label(self, slot: pd.Series[int]) -> pd.Series[str]:
        """Return the text of each slot."""
        return slot.map(dict(enumerate(self.cycle.labels)))


def calendar(dataset: Dataset, windows: Windows) -> Calendar:
    """Return the calendar of some windows: time of day, or the cycle that applies instead."""
    cycle = cycle_of(dataset)
    return Calendar(cycle, slots(pd.DatetimeIndex(dataset.frame.index[windows.origins - 1]), cycle))
