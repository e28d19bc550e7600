"""Attribution: how far a picture of what a forecast rests on can be trusted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.exhibits import needs
from core.exhibits.asked import Answer, number_in
from core.exhibits.attribution import ATTRIBUTED, BACKGROUNDS, METHODS, PAGE, SHARES, asked_of, foot
from core.exhibits.case import Case
from core.exhibits.exhibit import Chart, Chosen, exhibit
from core.figures.palette import Look
from core.figures.trust import INFORMED, Criterion, background_spread, shares_of, trust
from core.text.words import say

ADDS_UP = 0.95  # share of the whole change that scores have to add up to
AGREES = 0.5  # rank agreement of maps that tell the same, and what an untrained twin has to stay below


@exhibit(
    "Does the answer depend on what blocks are held against?",
    page=PAGE,
    needs=needs.runs,
    choices=SHARES,
    checks=ATTRIBUTED,
)
def attribution_spread(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the share of each variable against every background that fits."""
    told = asked_of("comparison", case, chosen)
    scores, shown = {kind: np.array(values) for kind, values in told["scores"].items()}, chosen["background"]
    named = {say(BACKGROUNDS[kind]): values for kind, values in scores.items()}
    drawing = background_spread(named, variables=told["variables"], background=say(BACKGROUNDS[shown]), look=look)
    shares = {f"share_{kind}": shares_of(values) for kind, values in scores.items()}
    return Chart(drawing, pd.DataFrame({"variable": told["variables"], **shares}), foot(case, chosen))


@exhibit("Can this map be trusted?", page=PAGE, needs=needs.runs, choices=SHARES)
def attribution_trust(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show what is asked of the map and how it does, in one line each."""
    told, compared = (asked_of(what, case, chosen) for what in ("attribution", "comparison"))
    criteria = _criteria(told, compared["agreement"])
    rows = [(each.name, each.value, each.wanted, each.verdict) for each in criteria]
    table = pd.DataFrame(rows, columns=["check", "value", "wanted", "verdict"])
    return Chart(trust(criteria, informed=told["is_informed"], look=look), table, foot(case, chosen))


def _criteria(told: Answer, agreement: Answer) -> list[Criterion]:
    """Return what is asked of a map, from its own numbers and its rank agreement with others."""
    adds_up = 1 - abs(told["gap"]) / (abs(told["change"]) or 1.0)
    return [
        Criterion(say("order against random orders"), told["beaten"], INFORMED),
        Criterion(say("adds up to the change"), max(adds_up, 0.0), ADDS_UP),
        Criterion(say("foretells random removals"), 1 - number_in(told["infidelity"]), AGREES),
        Criterion(say("steady under small changes"), 1 - number_in(told["sensitivity"]), AGREES),
        *(
            Criterion(say("agrees with {method}", method=say(METHODS[name])), number_in(value), AGREES)
            for name, value in agreement["methods"].items()
        ),
        *(
            Criterion(
                say("the same against {background}", background=say(BACKGROUNDS[name])), number_in(value), AGREES
            )
            for name, value in agreement["backgrounds"].items()
        ),
        Criterion(say("another than the untrained twin's"), number_in(agreement["untrained"]), AGREES, below=True),
    ]
