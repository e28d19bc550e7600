"""Attribution: which past values one number of a forecast rests on; asked of the warm engine."""

from __future__ import annotations

from functools import lru_cache, partial
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
from core.serve.warm import EngineError, ask_number
from core.vocabulary import Split

PAGE = "attribution"
METHODS = {
    "integrated_gradients": "integrated gradients",
    "occlusion": "occlusion",
    "shapley": "Shapley sampling",
}
BACKGROUNDS = {
    "mean": "the window's mean",
    "last": "the last value",
    "season": "the season before",
    "noise": "similar noise",
}
STEPS = {"all": "all steps", "first": "the first step", "last": "the last step"}


def _begun(words: str) -> str:
    """Return words as a sentence begins with them."""
    return words[:1].upper() + words[1:]


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
        text=lambda name, language: _begun(STEPS[name]),
    ),
    Choice(
        "method",
        "Method",
        lambda case, chosen: {name: name for name in METHODS},
        text=lambda name, language: _begun(METHODS[name]),
    ),
    Choice(
        "background",
        "Against",
        _backgrounds,
        text=lambda name, language: _begun(BACKGROUNDS[name]),
        help="What stands for a block that is taken away.",
    ),
    Choice("rows", "Rows of a block", _blocks),
)


@lru_cache(maxsize=16)
def _asked(what: str, run_id: str, weights: str, window: int, **asked: Any) -> dict[str, Any]:
    """Ask once for all figures; `weights` tell apart trainings of one name."""
    return ask_number(what, run_id, window, **asked)


def steps_of(chosen: Chosen, horizon: int) -> tuple[int, int]:
    """Return the first and the last step that are explained, counted from 1."""
    return {"all": (1, horizon), "first": (1, 1), "last": (horizon, horizon)}[chosen["steps"]]


def steps_text(chosen: Chosen) -> str:
    """Return in words which number of a forecast is explained."""
    steps = STEPS[chosen["steps"]]
    return f"the mean over {steps}" if chosen["steps"] == "all" else steps


def asked_of(what: str, case: Case, chosen: Chosen) -> dict[str, Any]:
    """Ask the engine how the chosen number comes about; of which kind, see `core.serve.warm.ask_number`.

    Raises
    ------
    Absent : the engine refused, in its words.
    """
    run = case.chosen_runs[chosen["mode"]]
    names = ("variable", "method", "background", "rows")
    asked = {name: chosen[name] for name in names if name in chosen}
    steps = steps_of(chosen, case.config.window.horizon)
    try:
        return _asked(what, run.run_id, run.weights_sha, chosen["origin"], steps=steps, **asked)
    except EngineError as error:
        raise Absent(str(error)) from None


def foot(case: Case, chosen: Chosen) -> str:
    """Return where a figure of one window comes from, and what was chosen."""
    origin = origins_of(case.dataset.splits, case.config.window, Split.TEST)[chosen["origin"]]
    stamp = case.dataset.frame.index.to_numpy()[int(origin)]
    return case.foot([case.chosen_runs[chosen["mode"]]], f"window of {stamp_text(stamp)}", *shared_how(chosen))


def shared_how(chosen: Chosen) -> list[str]:
    """Return in words how a number is shared out to past values; nothing where it is not."""
    if "method" not in chosen:
        return []
    against = f"against {BACKGROUNDS[chosen['background']]}"
    return [_begun(METHODS[chosen["method"]]), against, f"blocks of {chosen['rows']} rows"]


_shares = partial(asked_of, "attribution")
ATTRIBUTED = attribution_checks(_shares)


@exhibit(
    "Which past values does this forecast rest on?",
    page=PAGE,
    needs=needs.runs,
    choices=SHARES,
    checks=ATTRIBUTED,
)
def attribution_map(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the share of each block of rows and variable."""
    told, window = _shares(case, chosen), case.config.window
    scores = np.array(told["scores"]) * told["scale"]
    origin = int(origins_of(case.dataset.splits, window, Split.TEST)[chosen["origin"]])
    frame = case.dataset.frame
    stamps = frame.index.to_numpy()[origin - window.lookback : origin + 1]
    edges = stamps[[*told["rows"], window.lookback]]
    drawing = figures.attribution_map(
        scores,
        frame[chosen["variable"]].to_numpy(np.float64)[origin - window.lookback : origin],
        edges=edges,
        stamps=stamps[:-1],
        variables=told["variables"],
        variable=chosen["variable"],
        unit=case.dataset.units.get(chosen["variable"], ""),
        what=steps_text(chosen),
        change=told["change"] * told["scale"],
        background=BACKGROUNDS[chosen["background"]],
        informed=told["is_informed"],
        look=look,
    )
    table = pd.DataFrame(scores, columns=told["variables"])
    table.insert(0, "block_from", pd.DatetimeIndex(edges[:-1]))
    return Chart(drawing, table, foot(case, chosen))


@exhibit(
    "Does that order know more than chance?",
    page=PAGE,
    needs=needs.runs,
    choices=SHARES,
    checks=ATTRIBUTED,
)
def deletion_curve(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show how the forecast moves as blocks are taken away and put in."""
    told = _shares(case, chosen)
    names = {"raising first": "raising", "lowering first": "lowering", "random orders": "random"}
    taken, put_in = (
        {"share": np.array(told[way]["share"])}
        | {name: np.array(told[way][key]) * told["scale"] for name, key in names.items()}
        for way in ("deletion", "insertion")
    )
    measured = figures.Told(
        beaten=told["beaten"],
        gap=told["gap"] / (abs(told["change"]) or 1.0),
        sampling=told["sampling"],
        infidelity=np.nan if told["infidelity"] is None else told["infidelity"],
        sensitivity=np.nan if told["sensitivity"] is None else told["sensitivity"],
    )
    unit = case.dataset.units.get(chosen["variable"], "")
    drawing = figures.deletion_curve(taken, put_in, told=measured, unit=unit, look=look)
    ways = {"taken_away": taken, "put_in": put_in}
    table = pd.concat([pd.DataFrame(curves).assign(blocks=way) for way, curves in ways.items()], ignore_index=True)
    return Chart(drawing, table, foot(case, chosen))
