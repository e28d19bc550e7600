"""Swaps: how far one forecast moves with the kernels of other windows or time slots, one of which a click chooses."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from core.data.calendar import cycle_of, slots
from core.data.windows import origins_of
from core.exhibits import needs
from core.exhibits.case import Case, stamp_text
from core.exhibits.changes import MODE, PLACE
from core.exhibits.choices import VARIABLE
from core.exhibits.exhibit import TRAINED_ONLY, Absent, Chart, Chosen, exhibit
from core.exhibits.trust_asked import SWAPS
from core.figures import swaps as figures
from core.figures.palette import Look
from core.serve.changes import windows_of_slot
from core.serve.warm import EngineError, ask_swaps
from core.vocabulary import Split

PAGE = "changes"
OF = (MODE, VARIABLE, PLACE)


@lru_cache(maxsize=16)
def _asked(run_id: str, weights: str, window: int, source: str) -> dict[str, Any]:
    """Ask once for all variables; `weights` tell apart trainings of one name."""
    return ask_swaps(run_id, window, source)


def _swaps(case: Case, chosen: Chosen, source: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the places, and how far their kernels move the forecast of the chosen variable, [place] each."""
    run = case.chosen_runs[chosen["mode"]]
    if case.untrained:
        raise Absent(TRAINED_ONLY)
    try:
        told = _asked(run.run_id, run.weights_sha, chosen["origin"], source)
    except EngineError as error:
        raise Absent(str(error)) from None
    column = told["variables"].index(chosen["variable"])
    return np.array(told["places"]), np.array(told["moved"], dtype=np.float64)[:, column]


def _origin(case: Case, chosen: Chosen) -> int:
    return int(origins_of(case.dataset.splits, case.config.window, Split.TEST)[chosen["origin"]])


def _foot(case: Case, chosen: Chosen, what: str) -> str:
    stamp = case.dataset.frame.index.to_numpy()[_origin(case, chosen)]
    return case.foot([case.chosen_runs[chosen["mode"]]], f"window of {stamp_text(stamp)}", what)


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
    origins = origins_of(case.dataset.splits, case.config.window, Split.TEST)[places]
    stamps = case.dataset.frame.index.to_numpy()
    drawing = figures.swaps_by_window(
        moved,
        origins,
        stamps[origins],
        here=stamps[_origin(case, chosen)],
        mode=chosen["mode"],
        unit=case.dataset.units.get(chosen["variable"], ""),
        look=look,
    )
    table = pd.DataFrame({"origin": origins, "stamp": pd.DatetimeIndex(stamps[origins]), "moved": moved})
    return Chart(drawing, table, _foot(case, chosen, f"{chosen['variable']}, kernels of {len(places)} windows"))


@exhibit(
    "Which time slot's kernels move this forecast?", page=PAGE, needs=needs.trained_crossing, choices=OF, checks=SWAPS
)
def swaps_by_slot(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show how far the forecast moves with the mean kernels of each slot of the calendar cycle."""
    places, moved = _swaps(case, chosen, "slot")
    cycle, last_read = cycle_of(case.dataset), case.dataset.frame.index[[_origin(case, chosen) - 1]]
    drawing = figures.swaps_by_slot(
        moved,
        places,
        cycle.labels,
        here=int(slots(pd.DatetimeIndex(last_read), cycle)[0]),
        cycle=cycle.kind.value.capitalize(),
        mode=chosen["mode"],
        unit=case.dataset.units.get(chosen["variable"], ""),
        look=look,
    )
    table = pd.DataFrame({"slot": [cycle.labels[slot] for slot in places], "moved": moved})
    what = f"{chosen['variable']}, mean kernels of up to {windows_of_slot(cycle.count)} windows a slot"
    return Chart(drawing, table, _foot(case, chosen, what))
