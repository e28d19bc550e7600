"""Abrupt changes: when they come and how large they are, and which of them lie among selected windows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.choices import compared_modes, mode
from core.exhibits.exhibit import Absent, Chart, Choice, Chosen, Options, exhibit
from core.exhibits.selected import CHANGE, WINDOWS, chosen_windows
from core.figures import abrupt as figures
from core.figures.lettering import stamp_text
from core.figures.palette import Look
from core.text.words import mark, say
from core.vocabulary import Fusion, label

PAGE = "gates"


def _events(case: Case, chosen: Chosen) -> Options:
    """Return the abrupt changes, the largest first: time -> place."""
    changes = case.changes(chosen["mode"])
    if changes.empty:
        raise Absent(say("The convolution paths have no abrupt change to look at: choose another mode."))
    return {stamp_text(stamp): int(at) for stamp, at in zip(changes["stamp"], changes["place"], strict=True)}


def _first_event(case: Case, chosen: Chosen) -> str:
    """Return the change that is selected, else the largest among the selected windows, else the largest."""
    events, selected = _events(case, chosen), chosen_windows(case, chosen)
    kind, _, row = selected.text.partition(":")
    if kind == CHANGE and case.places[row] in events.values():
        return next(text for text, place in events.items() if place == case.places[row])
    inside = set(selected.places.tolist())
    return next((text for text, place in events.items() if place in inside), next(iter(events)))


MODE = mode(compared_modes, mark("Mode against none"))
EVENT = Choice("event", "Abrupt change (largest first)", _events, _first_event)


@exhibit(
    "When do abrupt changes come, and how large are they?", page=PAGE, needs=needs.changes, choices=(WINDOWS, MODE)
)
def abrupt_changes(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the abrupt changes at which a mode is measured against none, along time."""
    _events(case, chosen)
    table, selected, of = case.changes(chosen["mode"]), chosen_windows(case, chosen), chosen["mode"]
    places = table["place"].to_numpy()
    drawing = figures.abrupt_changes(
        table["size"].to_numpy(),
        case.origins[places],
        table["stamp"].to_numpy(),
        windows=case.dataset.frame.index.to_numpy()[case.origins],
        mode=of,
        selected=selected.mask,
        look=look,
    )
    table = pd.DataFrame({"origin": case.origins[places], "stamp": table["stamp"], "size": table["size"]})
    if selected:
        table["selected"] = np.isin(places, selected.places)
    runs = [case.inspected[each] for each in (Fusion.NONE, of)]
    what = say("mode {mode} and none", mode=label(of, look.language))
    return Chart(drawing, table, case.foot(runs, what, selected.over))
