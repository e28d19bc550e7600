"""Forecasts: one window in the file's own units, and the error of every window along time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.analysis.errors import landmark_windows
from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.choices import ORIGIN, VARIABLE, compared_modes, mode, mode_text, said, window_text
from core.exhibits.exhibit import Absent, Chart, Choice, Chosen, Kind, Options, exhibit
from core.exhibits.ranking import RANKED, in_order, some_of
from core.exhibits.selected import WINDOWS, chosen_windows
from core.exhibits.window import window_of
from core.figures import forecast as figures
from core.figures.error_by_step import window_error_by_step as step_figure
from core.figures.error_pairs import error_pairs as pairs_figure
from core.figures.forecast_panels import MOST_PANELS, ForecastPanel
from core.figures.forecast_panels import forecast_panels as panels_figure
from core.figures.names import shortened
from core.figures.palette import Look
from core.text.words import mark, say
from core.vocabulary import Fusion

PAGE = "forecasts"
SHOWN = 6  # variables beside each other before any is chosen
NOT_MEASURED = mark("Nothing was measured of this variable in the test windows: choose another one.")
LANDMARK_MODE = mode(lambda case: case.chosen_runs, mark("Best, median, worst of"))
HELD_MODE = mode(compared_modes, LANDMARK_MODE.title)  # against none
MODES = Choice(
    "modes",
    "Modes",
    lambda case, chosen: {each.value: each for each in case.chosen_runs},
    kind=Kind.PILLS,
    text=mode_text,
)
BASELINES = Choice(
    "baselines",
    "Baselines",
    lambda case, chosen: {mark("shown"): True, mark("hidden"): False},
    kind=Kind.SEGMENTED,
    text=said,
)


def _rows(case: Case, chosen: Chosen) -> Options:
    return {str(rows): rows for rows in range(1, case.config.window.lookback + 1)}


def _two_horizons(case: Case, chosen: Chosen) -> str:
    return str(min(2 * case.config.window.horizon, case.config.window.lookback))


HISTORY = Choice("history", "Rows before the origin", _rows, _two_horizons, Kind.NUMBER)


def landmarks_of(case: Case, chosen: Chosen) -> dict[str, int]:
    """Return the places of the best, the median and the worst window of a variable in the landmark mode.

    Where several windows are selected, of these: one alone is all three.
    """
    errors = case.errors[chosen["mode"]][:, case.dataset.variables.index(chosen["variable"])]
    places, inside = chosen_windows(case, chosen).places, np.full_like(errors, np.nan)
    inside[places] = errors[places]
    found = landmark_windows(inside if np.isfinite(inside).sum() > 1 else errors)
    return {"best": found.best, "median": found.median, "worst": found.worst}


def _first_shown(case: Case, chosen: Chosen) -> str:
    """Return the window in the middle of what is selected, or the median one of all once their errors are known."""
    selected = chosen_windows(case, chosen)
    middle = selected or not case.inspected
    return str(case.origins[selected.middle if middle else landmarks_of(case, chosen)["median"]])


MODES_OF_WINDOW = (VARIABLE, LANDMARK_MODE, replace(ORIGIN, first=_first_shown), MODES)
WINDOW = (WINDOWS, *MODES_OF_WINDOW, BASELINES, HISTORY)


@exhibit("What does each mode forecast for this window?", page=PAGE, needs=needs.chosen, choices=WINDOW)
def forecast_overlay(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show truth, modes and baselines of one window over each other."""
    window = window_of(case, chosen)
    drawing = figures.forecast_overlay(
        window.history,
        window.truth,
        window.modes,
        window.baselines,
        stamps=window.stamps,
        step=window.step,
        variable=window.variable,
        unit=window.unit,
        look=look,
    )
    foot = case.foot(case.chosen_runs.values(), window_text(case, chosen["origin"]))
    return Chart(drawing, window.table(), foot)


@exhibit("When do the forecasts fail?", page=PAGE, needs=needs.inspection, choices=(WINDOWS, VARIABLE, LANDMARK_MODE))
def error_timeline(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the error of every window for one variable along time."""
    windows, column = case.windows, case.dataset.variables.index(chosen["variable"])
    errors = {each: found[:, column] for each, found in case.errors.items()}
    if not np.isfinite(errors[chosen["mode"]]).any():
        raise Absent(say(NOT_MEASURED))
    selected = chosen_windows(case, chosen)
    drawing = figures.error_timeline(
        errors,
        windows.origins,
        windows.stamps,
        landmarks=landmarks_of(case, chosen),
        landmark_mode=chosen["mode"],
        selected=selected.mask,
        look=look,
    )
    columns = {"origin": windows.origins, "stamp": pd.DatetimeIndex(windows.stamps)}
    columns |= {"selected": selected.mask} if selected else {}
    table = pd.DataFrame({**columns, **{each.value: values for each, values in errors.items()}})
    read = case.rests_on(*case.inspected)
    foot = case.foot(case.inspected.values(), shortened(chosen["variable"]), selected.over, read)
    return Chart(drawing, table, foot)


@exhibit("In which windows does crossing help?", page=PAGE, needs=needs.pair, choices=(WINDOWS, VARIABLE, HELD_MODE))
def error_pairs(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show each window as a point: its error of none against that of a mode, for one variable."""
    of, column = chosen["mode"], case.dataset.variables.index(chosen["variable"])
    if of is Fusion.NONE:
        raise Absent(say("Mode none is held against itself here: choose another one under the figures."))
    none, errors = case.errors[Fusion.NONE][:, column], case.errors[of][:, column]
    if not np.isfinite(none + errors).any():
        raise Absent(say(NOT_MEASURED))
    windows, selected = case.windows, chosen_windows(case, chosen)
    drawing = pairs_figure(none, errors, windows.origins, windows.stamps, mode=of, selected=selected.mask, look=look)
    columns = {"origin": windows.origins, "stamp": pd.DatetimeIndex(windows.stamps)}
    table = pd.DataFrame({**columns, Fusion.NONE.value: none, of.value: errors})
    if selected:
        table["selected"] = selected.mask
    runs = [case.inspected[each] for each in (Fusion.NONE, of)]
    read = case.rests_on(Fusion.NONE, of)
    return Chart(drawing, table, case.foot(runs, shortened(chosen["variable"]), selected.over, read))


@exhibit("At which steps do the forecasts miss?", page=PAGE, needs=needs.chosen, choices=WINDOW)
def window_error_by_step(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show by how much each forecast of one window misses, step by step."""
    window = window_of(case, chosen)
    modes, baselines = window.misses()
    if not any(np.isfinite(values).any() for values in modes.values()):
        raise Absent(say("Nothing was measured in this window: choose another one."))
    drawing = step_figure(modes, baselines, step=window.step, unit=window.unit, look=look)
    table = pd.DataFrame({**{each.value: values for each, values in modes.items()}, **baselines})
    table.insert(0, "step", range(1, len(table) + 1))
    what = f"{shortened(window.variable)}, {window_text(case, chosen['origin'])}"
    return Chart(drawing, table, case.foot(case.chosen_runs.values(), what))


def _first_panels(case: Case, chosen: Chosen) -> list[str]:
    return list(in_order(case, chosen))[:SHOWN]


PANELS = Choice("variables", "Variables", in_order, _first_panels, Kind.SEVERAL, most=MOST_PANELS)


@exhibit(
    "Do the forecasts hold for other variables too?",
    page=PAGE,
    needs=needs.several_variables,
    choices=(WINDOWS, RANKED, PANELS, *MODES_OF_WINDOW),
)
def forecast_panels(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show truth and modes of some variables for one window, the most telling ones unless others are chosen."""
    rest = {**chosen, "baselines": False, "history": int(_two_horizons(case, chosen)) // 2 or 1}
    windows = [window_of(case, {**rest, "variable": name}) for name in some_of(chosen)]
    panels = [ForecastPanel(one.variable, one.unit, one.history, one.truth, one.modes) for one in windows]
    drawing = panels_figure(panels, stamps=windows[0].stamps, step=windows[0].step, look=look)
    table = pd.concat([one.table().assign(variable=one.variable) for one in windows], ignore_index=True)
    return Chart(drawing, table, case.foot(case.chosen_runs.values(), window_text(case, chosen["origin"])))
