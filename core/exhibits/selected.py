"""The test windows that somebody selected: read from one text of a link, seen by every figure that follows it.

Of `rows:7000-7200,7321` they are those whose first target lies in these rows of the file, of `slot:13:00` those whose
last row read lies in this slot of the calendar cycle, of `change:7321` those around the abrupt change at this row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from core.analysis.resample import subsample
from core.data.gaps import runs
from core.exhibits.case import Case
from core.exhibits.exhibit import Choice, Chosen, Kind, Written
from core.figures.lettering import stamp_text
from core.figures.names import shortened
from core.text.amounts import counted
from core.text.words import say

AROUND = 48  # rows on either side of an abrupt change
DRAWN = 128  # windows that a model is asked about where more are selected: one pass
MOST_STRETCHES = 200  # of rows in one text: a link stays short enough to be sent
ROWS, SLOT, CHANGE = "rows", "slot", "change"
_STRETCHES = re.compile(r"\d{1,9}(-\d{1,9})?(,\d{1,9}(-\d{1,9})?)*")

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Selected:
    """Some of the test windows of a case; all of them where nothing is selected.

    Attributes
    ----------
    text : str
        As a link carries it; empty where nothing is selected.
    places : int64 [selected window]
        On the axis of the test windows, ascending; at least one.
    windows : int
        Test windows in all.
    words : str
        What is selected, for people: "2013-10-03 00:00 to 2013-10-05 00:00, 49 windows".
    """

    text: str
    places: Places
    windows: int
    words: str

    def __bool__(self) -> bool:
        """Whether anything is selected."""
        return bool(self.text)

    @property
    def mask(self) -> NDArray[np.bool_] | None:
        """Whether each test window is selected, [window]; None where nothing is."""
        found = np.zeros(self.windows, dtype=np.bool_)
        found[self.places] = True
        return found if self else None

    @property
    def middle(self) -> int:
        """The place of the window in the middle."""
        return int(self.places[len(self.places) // 2])

    @property
    def over(self) -> str:
        """Which windows a figure marks or counts, for its foot; empty where nothing is selected."""
        if not self:
            return ""
        return say("{n:,} of {windows:,} test windows selected", n=len(self.places), windows=self.windows)

    @cached_property
    def drawn(self) -> Places:
        """Those that a model is asked about: all of a few, of many some drawn at random, always the same."""
        return self.places[subsample(len(self.places), DRAWN, np.random.default_rng(0))]

    @property
    def drawn_words(self) -> str:
        """How many these are, for people."""
        if len(self.drawn) == len(self.places):
            return counted(len(self.places), "selected window")
        return say("{n} windows drawn of {selected:,} selected", n=DRAWN, selected=len(self.places))


def selected(case: Case, text: str) -> Selected:
    """Return the test windows that a text names.

    Raises
    ------
    ValueError : it cannot be read, or there is no such window here: one sentence.
    """
    if not text:
        return Selected("", np.arange(len(case.origins)), len(case.origins), "")
    kind, _, of = text.partition(":")
    readers = {ROWS: _in_rows, SLOT: _in_slot, CHANGE: _around}
    if kind not in readers:
        raise ValueError(
            say(
                "No windows are named {text!r}, so it is left out; write rows:7000-7200, slot:13:00 or change:7321.",
                text=shortened(text),
            )
        )
    places, words = readers[kind](case, of)
    if not len(places):
        raise ValueError(
            say(
                "No test window here is {text!r}: those of this cell begin in rows {first:,} to {last:,}; nothing is "
                "selected.",
                text=shortened(text),
                first=case.origins[0],
                last=case.origins[-1],
            )
        )
    return Selected(text, places, len(case.origins), f"{words}, {counted(len(places), 'window')}")


def _in_rows(case: Case, of: str) -> tuple[Places, str]:
    """Return the windows of stretches of rows."""
    if not _STRETCHES.fullmatch(of) or of.count(",") >= MOST_STRETCHES:
        raise ValueError(
            say(
                "Rows are written as 7000-7200,7321, at most {most} stretches of them; not as {text!r}.",
                most=MOST_STRETCHES,
                text=shortened(of),
            )
        )
    mask = np.zeros(len(case.origins), dtype=np.bool_)
    for stretch in of.split(","):
        low, _, high = stretch.partition("-")
        mask |= (case.origins >= int(low)) & (case.origins <= int(high or low))
    places = np.flatnonzero(mask)
    ends = list(dict.fromkeys(_stamp(case, place) for place in places[[0, -1]])) if len(places) else []
    span = say("{first} to {last}", first=ends[0], last=ends[1]) if len(ends) > 1 else "".join(ends)
    many = len(list(runs(mask)))
    return places, say("{many} stretches from {span}", many=many, span=span) if many > 1 else span


def _in_slot(case: Case, of: str) -> tuple[Places, str]:
    """Return the windows of a slot of the calendar cycle, by its label."""
    cycle = case.calendar.cycle
    if of not in cycle.labels:
        raise ValueError(
            say(
                "The {cycle} has no slot {text!r} here; its slots go from {first} to {last}, and nothing is "
                "selected.",
                cycle=say(cycle.kind.value),
                text=shortened(of),
                first=cycle.labels[0],
                last=cycle.labels[-1],
            )
        )
    return np.flatnonzero(case.calendar.slots == cycle.labels.index(of)), f"{say(cycle.kind.value)} {say(of)}"


def _around(case: Case, of: str) -> tuple[Places, str]:
    """Return the windows around an abrupt change, by the row of the file that it comes before."""
    if not (of.isascii() and of.isdecimal() and of in case.places):
        return np.empty(0, dtype=np.int64), ""
    near = np.abs(case.origins - int(of)) <= AROUND
    return np.flatnonzero(near), say("around the abrupt change of {stamp}", stamp=_stamp(case, case.places[of]))


def _stamp(case: Case, place: int) -> str:
    return stamp_text(case.dataset.frame.index.to_numpy()[case.origins[place]])


def rows_text(stretches: Iterable[tuple[int, int]]) -> str:
    """Return the text of stretches of rows, first and last row each.

    >>> rows_text([(7000, 7200), (7321, 7321)])
    'rows:7000-7200,7321'
    """
    return f"{ROWS}:" + ",".join(str(low) if low == high else f"{low}-{high}" for low, high in stretches)


def slot_text(label: str) -> str:
    """Return the text of a slot of the calendar cycle."""
    return f"{SLOT}:{label}"


def change_text(row: int) -> str:
    """Return the text of the abrupt change before a row."""
    return f"{CHANGE}:{row}"


WINDOWS = Choice(
    "windows",
    "Selected windows",
    lambda case, chosen: Written(partial(selected, case)),
    kind=Kind.WRITTEN,
)


def chosen_windows(case: Case, chosen: Chosen) -> Selected:
    """Return the selected windows of what is chosen; all where the choice was not asked."""
    found: Selected = chosen.get(WINDOWS.name) or selected(case, "")
    return found


def counted_slots(case: Case, chosen: Chosen) -> NDArray[np.int64] | None:
    """Return how many of the selected windows lie in each slot of the cycle, [slot]; None where none is selected."""
    found = chosen_windows(case, chosen)
    slots, count = case.calendar.slots[found.places], case.calendar.cycle.count
    return np.bincount(slots, minlength=count) if found else None
