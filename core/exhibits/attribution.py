"""Attribution: which past values one number of a forecast rests on; asked of the warm engine."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from core.data.windows import origins_of
from core.exhibits import needs
from core.exhibits.case import Case, stamp_text
from core.exhibits.changes import MODE_OF_ALL, PLACE
from core.exhibits.choices import VARIABLE
from core.exhibits.exhibit import Absent, Chart, Choice, Chosen, Kind, Options, exhibit
from core.exhibits.trust_asked import attribution_checks
from core.figures import attribution as figures
from core.figures.palette import Look
from core.serve.warm import EngineError, ask_attribution
from core.vocabulary import Split

PAGE = "attribution"
METHODS = {
    "integrated_gradients": "Integrated gradients",
    "occlusion": "Occlusion",
    "shapley": "Shapley sampling",
}
BACKGROUNDS = {
    "mean": "the window's mean",
    "last": "the last value",
    "season": "the season before",
    "noise": "similar noise",
}
STEPS = {"all": "all steps", "first": "the first step", "last": "the last step"}


def _backgrounds(case: Case, chosen: Chosen) -> Options:
    season = case.dataset.step.season
    fits = season is not None and season < case.config.window.lookback
    return {name: name for name in BACKGROUNDS if fits or name != "season"}


def _blocks(case: Case, chosen: Chosen) -> Options:
    patch = case.config.model.patch
    return {str(rows): rows for rows in (patch, 2 * patch, patch // 3) if 1 <= rows <= case.config.window.lookback}


SHARES = (
    MODE_OF_ALL,
    VARIABLE,
    PLACE,
    Choice(
        "steps",
        "Of its forecast",
        lambda case, chosen: {name: name for name in STEPS},
        kind=Kind.SEGMENTED,
        text=lambda name, language: STEPS[name].capitalize(),
    ),
    Choice(
        "method",
        "Method",
        lambda case, chosen: {name: name for name in METHODS},
        text=lambda name, language: METHODS[name],
        help="Infidelity and sensitivity are measured of the first two: Shapley sampling takes seconds each time.",
    ),
    Choice(
        "background",
        "Against",
        _backgrounds,
        text=lambda name, language: BACKGROUNDS[name].capitalize(),
        help="What stands for a block that is taken away.",
    ),
    Choice("rows", "Rows of a block", _blocks),
)


@lru_cache(maxsize=16)
def _asked(run_id: str, weights: str, window: int, **asked: Any) -> dict[str, Any]:
    """Ask once for both figures; `weights` tell apart trainings of one name."""
    return ask_attribution(run_id, window, **asked)


def _shares(case: Case, chosen: Chosen) -> dict[str, Any]:
    run, horizon = case.chosen_runs[chosen["mode"]], case.config.window.horizon
    steps = {"all": (1, horizon), "first": (1, 1), "last": (horizon, horizon)}[chosen["steps"]]
    asked = {name: chosen[name] for name in ("variable", "method", "background", "rows")}
    try:
        checked = chosen["method"] != "shapley"
        return _asked(run.run_id, run.weights_sha, chosen["origin"], steps=steps, checked=checked, **asked)
    except EngineError as error:
        raise Absent(str(error)) from None


def _foot(case: Case, chosen: Chosen) -> str:
    origin = origins_of(case.dataset.splits, case.config.window, Split.TEST)[chosen["origin"]]
    stamp = case.dataset.frame.index.to_numpy()[int(origin)]
    words = (
        METHODS[chosen["method"]],
        f"against {BACKGROUNDS[chosen['background']]}",
        f"blocks of {chosen['rows']} rows",
    )
    return case.foot([case.chosen_runs[chosen["mode"]]], f"window of {stamp_text(stamp)}", *words)


@exhibit(
    "Which past values does this forecast rest on?",
    page=PAGE,
    needs=needs.runs,
    choices=SHARES,
    checks=attribution_checks(_shares),
)
def attribution_map(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the share of each block of rows and variable."""
    told, window = _shares(case, chosen), case.config.window
    scores = np.array(told["scores"]) * told["scale"]
    origin = int(origins_of(case.dataset.splits, window, Split.TEST)[chosen["origin"]])
    frame = case.dataset.frame
    stamps = frame.index.to_numpy()[origin - window.lookback : origin + 1]
    edges = stamps[[*told["rows"], window.lookback]]
    steps = STEPS[chosen["steps"]]
    drawing = figures.attribution_map(
        scores,
        frame[chosen["variable"]].to_numpy(np.float64)[origin - window.lookback : origin],
        edges=edges,
        stamps=stamps[:-1],
        variables=told["variables"],
        variable=chosen["variable"],
        unit=case.dataset.units.get(chosen["variable"], ""),
        what=f"the mean over {steps}" if chosen["steps"] == "all" else steps,
        change=told["change"] * told["scale"],
        background=BACKGROUNDS[chosen["background"]],
        informed=told["deletion"]["is_informed"],
        look=look,
    )
    table = pd.DataFrame(scores, columns=told["variables"])
    table.insert(0, "block_from", pd.DatetimeIndex(edges[:-1]))
    return Chart(drawing, table, _foot(case, chosen))


@exhibit(
    "Does that order know more than chance?",
    page=PAGE,
    needs=needs.runs,
    choices=SHARES,
    checks=attribution_checks(_shares),
)
def deletion_curve(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show how the forecast falls as blocks are taken away."""
    told = _shares(case, chosen)
    deletion, scale = told["deletion"], told["scale"]
    curves = {"raising first": "raising", "lowering first": "lowering", "random orders": "random"}
    values = {name: np.array(deletion[key]) * scale for name, key in curves.items()}
    share = np.array(deletion["share"])
    drawing = figures.deletion_curve(
        share,
        values,
        beaten=deletion["beaten"],
        gap=told["gap"] / (abs(told["change"]) or 1.0),
        infidelity=np.nan if told["infidelity"] is None else told["infidelity"],
        sensitivity=np.nan if told["sensitivity"] is None else told["sensitivity"],
        unit=case.dataset.units.get(chosen["variable"], ""),
        look=look,
    )
    table = pd.DataFrame({"blocks_taken": share, **values})
    return Chart(drawing, table, _foot(case, chosen))
