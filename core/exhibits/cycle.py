"""The calendar cycle of a data set in words."""

from __future__ import annotations

from core.data.calendar import Cycle, CycleKind
from core.text.words import say


def cycle_text(kind: CycleKind) -> str:
    """Return the name of a calendar cycle for people."""
    return kind.value if kind is CycleKind.NONE else say(kind.value)


def last_read_text(cycle: Cycle) -> str:
    """Return what a slot of the cycle is of, for an axis: the last row that a window reads."""
    return say("{cycle} of the last row read", cycle=cycle_text(cycle.kind).capitalize())
