"""Attribution: how far a picture of what a forecast rests on can be trusted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.exhibits import needs
from core.exhibits.attribution import ATTRIBUTED, BACKGROUNDS, METHODS, PAGE, SHARES, asked_of, foot
from core.exhibits.case import Case
from core.exhibits.exhibit import Chart, Chosen, exhibit
from core.figures.palette import Look
from core.figures.trust import Check, background_spread, shares_of, trust

INFORMED = 0.95  # share of random orders that an order has to beat
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
    scores = {BACKGROUNDS[kind]: np.array(values) for kind, values in told["scores"].items()}
    shown = BACKGROUNDS[chosen["background"]]
    drawing = background_spread(scores, variables=told["variables"], background=shown, look=look)
    shares = {f"share_{kind}": shares_of(np.array(values)) for kind, values in told["scores"].items()}
    return Chart(drawing, pd.DataFrame({"variable": told["variables"], **shares}), foot(case, chosen))


@exhibit("Can this map be trusted?", page=PAGE, needs=needs.runs, choices=SHARES)
def attribution_trust(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show every check of the map in one line each."""
    told, compared = (asked_of(what, case, chosen) for what in ("attribution", "comparison"))
    checks = _checks(told, compared["agreement"])
    rows = [(check.name, check.value, check.wanted, check.verdict) for check in checks]
    table = pd.DataFrame(rows, columns=["check", "value", "wanted", "verdict"])
    return Chart(trust(checks, informed=told["is_informed"], look=look), table, foot(case, chosen))


def _checks(told: dict[str, Any], agreement: dict[str, Any]) -> list[Check]:
    """Return the checks of a map from its own numbers and its rank agreement with others."""
    adds_up = 1 - abs(told["gap"]) / (abs(told["change"]) or 1.0)
    return [
        Check("order against random orders", told["beaten"], INFORMED),
        Check("adds up to the change", max(adds_up, 0.0), ADDS_UP),
        Check("foretells random removals", 1 - _number(told["infidelity"]), AGREES),
        Check("steady under small changes", 1 - _number(told["sensitivity"]), AGREES),
        *(
            Check(f"agrees with {METHODS[name]}", _number(value), AGREES)
            for name, value in agreement["methods"].items()
        ),
        *(
            Check(f"the same against {BACKGROUNDS[name]}", _number(value), AGREES)
            for name, value in agreement["backgrounds"].items()
        ),
        Check("another than the untrained twin's", _number(agreement["untrained"]), AGREES, below=True),
    ]


def _number(value: float | None) -> float:
    return np.nan if value is None else value
