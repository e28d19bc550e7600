"""Swaps: how far one forecast moves with the kernels of other windows or time slots, one of which a click chooses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.exhibits import needs
from core.exhibits.asked import answered
from core.exhibits.case import Case
from core.exhibits.changes import MODE
from core.exhibits.choices import ORIGIN, VARIABLE, window_text
from core.exhibits.exhibit import Chart, Chosen, exhibit
from core.exhibits.trust_asked import SWAPS
from core.figures import swaps as figures
from core.figures.palette import Look
from core.serve.changes import windows_of_slot
from core.serve.warm import ask_swaps
from core.text.words import say

PAGE = "changes"
OF = (MODE, VARIABLE, ORIGIN)


def _swaps(case: Case, chosen: Chosen, source: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the places, and how far their kernels move the forecast of the chosen variable, [place] each."""
    needs.check_trained(case)
    told = answered(ask_swaps, case.chosen_runs[chosen["mode"]], chosen["origin"], source)
    column = told["variables"].index(chosen["variable"])
    return np.array(told["places"]), np.array(told["moved"], dtype=np.float64)[:, column]


def _foot(case: Case, chosen: Chosen, what: str) -> str:
    return case.foot([case.chosen_runs[chosen["mode"]]], window_text(case, chosen["origin"]), what)


@exhibit(
    "Which other window's kernels move this forecast?",
    page=PAGE,
    needs=needs.trained_crossing,
    choices=OF,
    checks=SWAPS,
)
def swaps_by_window(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show how far the forecast moves with the kernels of windows spread over the test rows."""
    places, moved = _swaps(case, chosen, "window")
    origins, stamps = case.origins[places], case.dataset.frame.index.to_numpy()
    drawing = figures.swaps_by_window(
        moved,
        origins,
        stamps[origins],
        here=stamps[int(case.origins[chosen["origin"]])],
        mode=chosen["mode"],
        unit=case.dataset.units.get(chosen["variable"], ""),
        look=look,
    )
    table = pd.DataFrame({"origin": origins, "stamp": pd.DatetimeIndex(stamps[origins]), "moved": moved})
    what = say("{variable}, kernels of {n} windows", variable=chosen["variable"], n=len(places))
    return Chart(drawing, table, _foot(case, chosen, what))


@exhibit(
    "Which time slot's kernels move this forecast?", page=PAGE, needs=needs.trained_crossing, choices=OF, checks=SWAPS
)
def swaps_by_slot(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show how far the forecast moves with the mean kernels of each slot of the calendar cycle."""
    places, moved = _swaps(case, chosen, "slot")
    cycle = case.calendar.cycle
    drawing = figures.swaps_by_slot(
        moved,
        places,
        cycle.labels,
        here=int(case.calendar.slots[chosen["origin"]]),
        cycle=say(cycle.kind.value).capitalize(),
        mode=chosen["mode"],
        unit=case.dataset.units.get(chosen["variable"], ""),
        look=look,
    )
    table = pd.DataFrame({"slot": [cycle.labels[slot] for slot in places], "moved": moved})
    most = windows_of_slot(cycle.count)
    what = say("{variable}, mean kernels of up to {most} windows a slot", variable=chosen["variable"], most=most)
    return Chart(drawing, table, _foot(case, chosen, what))
