"""Attribution: what each part of the network brings to a forecast, and what its crossings carry."""

from __future__ import annotations

import pandas as pd

from core.exhibits import needs
from core.exhibits.attribution import PAGE, SHARES, asked_of, foot, steps_text
from core.exhibits.case import Case
from core.exhibits.exhibit import Absent, Chart, Chosen, exhibit
from core.exhibits.trust_asked import ACCOUNT
from core.figures.account import CrossingPart, Parts, forecast_account
from core.figures.palette import Look
from core.text.words import say
from core.vocabulary import Fusion, ModelPath, label

NUMBER = tuple(choice for choice in SHARES if choice.name in ("mode", "variable", "origin", "steps"))


@exhibit("What do the crossings carry of this forecast?", page=PAGE, needs=needs.runs, choices=NUMBER, checks=ACCOUNT)
def crossing_account(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show embedding, paths, crossings and merge as parts that add up to the forecast."""
    mode: Fusion = chosen["mode"]
    if not mode.crossings:
        raise Absent(
            say(
                "The mode {mode} crosses no path, so no crossing carries anything: choose another mode.",
                mode=label(mode, look.language),
            )
        )
    told = asked_of("account", case, chosen)
    parts = Parts(
        level=told["level"],
        embedding=told["embedding"],
        paths={ModelPath(path): value for path, value in told["paths"].items()},
        crossings={
            Fusion(name): CrossingPart(each["share"], each["silenced"], sum(each["gradients"]))
            for name, each in told["crossings"].items()
        },
        merge=told["merge"],
        forecast=told["forecast"],
    )
    drawing = forecast_account(
        parts,
        what=steps_text(chosen),
        variable=chosen["variable"],
        unit=case.dataset.units.get(chosen["variable"], ""),
        joint=told["joint"],
        gap=told["gap"],
        look=look,
    )
    return Chart(drawing, _table(parts), foot(case, chosen))


def _table(parts: Parts) -> pd.DataFrame:
    """Return the parts in the order of the bars; what a crossing carries by its other measures stands beside it."""
    rows = [("window's mean", parts.level), ("embedding", parts.embedding)]
    rows += [(label(path), value) for path, value in parts.paths.items()]
    rows += [(label(crossing), each.share) for crossing, each in parts.crossings.items()]
    rows += [] if parts.merge is None else [("merge", parts.merge)]
    table = pd.DataFrame([*rows, ("forecast", parts.forecast)], columns=["part", "value"])
    beside = {label(crossing): each for crossing, each in parts.crossings.items()}
    for name in ("silenced", "gradients"):
        table[name] = [getattr(beside.get(part), name, None) for part in table["part"]]
    return table.astype({"silenced": "float64", "gradients": "float64"})
