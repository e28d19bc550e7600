"""The calendar cycle of a data set in words."""

from __future__ import annotations

from core.data.calendar import Cycle, CycleKind
from core.text.words import mark, say

_WORDS = {
    CycleKind.TIME_OF_DAY: mark("time of day"),
    CycleKind.DAY_OF_WEEK: mark("day of week"),
    CycleKind.MONTH: mark("month"),
}


def cycle_text(cycle: Cycle) -> str:
    """Return the name of a calendar cycle for people."""
    return say(_WORDS[cycle.kind]) if cycle.kind in _WORDS else cycle.kind.value


def last_read_text(cycle: Cycle) -> str:
    """Return what a slot of the cycle is of, for an axis: the last row that a window reads."""
    return say("{cycle} of the last row read", cycle=cycle_text(cycle).capitalize())
