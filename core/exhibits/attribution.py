"""Attribution: which past values one number of a forecast rests on; asked of the warm engine."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from core.exhibits import needs
from core.exhibits.asked import Answer, answered, number_in
from core.exhibits.case import Case
from core.exhibits.changes import MODE_OF_ALL
from core.exhibits.choices import ORIGIN, VARIABLE, window_text, worded
from core.exhibits.exhibit import Chart, Choice, Chosen, Kind, Options, exhibit
from core.exhibits.trust_asked import attribution_checks
from core.figures import attribution as figures
from core.figures.palette import Look
from core.serve.warm import ask_number
from core.text.words import begun, mark, say

PAGE = "attribution"
METHODS = {
    "integrated_gradients": mark("integrated gradients"),
    "occlusion": mark("occlusion"),
    "shapley": mark("Shapley sampling"),
}
BACKGROUNDS = {
    "mean": mark("the window's mean"),
    "last": mark("the last value"),
    "season": mark("the season before"),
    "noise": mark("similar noise"),
}
STEPS = {"all": mark("all steps"), "first": mark("the first step"), "last": mark("the last step")}


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
    ORIGIN,
    worded("steps", mark("Of its forecast"), STEPS, kind=Kind.SEGMENTED),
    worded("method", mark("Method"), METHODS),
    Choice(
        "background",
        "Against",
        _backgrounds,
        text=lambda name, language: begun(say(BACKGROUNDS[name])),
        help=mark("What stands for a block that is taken away."),
    ),
    Choice("rows", "Rows of a block", _blocks),
)


def steps_of(chosen: Chosen, horizon: int) -> tuple[int, int]:
    """Return the first and the last step that are explained, counted from 1."""
    return {"all": (1, horizon), "first": (1, 1), "last": (horizon, horizon)}[chosen["steps"]]


def steps_text(chosen: Chosen) -> str:
    """Return in words which number of a forecast is explained."""
    return say("the mean over all steps") if chosen["steps"] == "all" else say(STEPS[chosen["steps"]])


def asked_of(what: str, case: Case, chosen: Chosen) -> Answer:
    """Ask the engine how the chosen number comes about; of which kind, see `core.serve.warm.ask_number`.

    Raises
    ------
    Absent : the engine refused, in its words.
    """
    run = case.chosen_runs[chosen["mode"]]
    names = ("variable", "method", "background", "rows")
    asked = {name: chosen[name] for name in names if name in chosen}
    steps = steps_of(chosen, case.config.window.horizon)
    return answered(ask_number, run, chosen["origin"], what, steps=steps, **asked)


def foot(case: Case, chosen: Chosen) -> str:
    """Return where a figure of one window comes from, and what was chosen."""
    when = window_text(case, chosen["origin"])
    return case.foot([case.chosen_runs[chosen["mode"]]], when, *shared_how(chosen))


def shared_how(chosen: Chosen) -> list[str]:
    """Return in words how a number is shared out to past values; nothing where it is not."""
    if "method" not in chosen:
        return []
    against = say("against {background}", background=say(BACKGROUNDS[chosen["background"]]))
    return [begun(say(METHODS[chosen["method"]])), against, say("blocks of {rows} rows", rows=chosen["rows"])]


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
    origin = int(case.origins[chosen["origin"]])
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
        background=say(BACKGROUNDS[chosen["background"]]),
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
    names = {say("raising first"): "raising", say("lowering first"): "lowering", say("random orders"): "random"}
    taken, put_in = (
        {"share": np.array(told[way]["share"])}
        | {name: np.array(told[way][key]) * told["scale"] for name, key in names.items()}
        for way in ("deletion", "insertion")
    )
    measured = figures.Told(
        beaten=told["beaten"],
        gap=told["gap"] / (abs(told["change"]) or 1.0),
        sampling=told["sampling"],
        infidelity=number_in(told["infidelity"]),
        sensitivity=number_in(told["sensitivity"]),
    )
    unit = case.dataset.units.get(chosen["variable"], "")
    drawing = figures.deletion_curve(taken, put_in, told=measured, unit=unit, look=look)
    ways = {"taken_away": taken, "put_in": put_in}
    table = pd.concat([pd.DataFrame(curves).assign(blocks=way) for way, curves in ways.items()], ignore_index=True)
    return Chart(drawing, table, foot(case, chosen))
