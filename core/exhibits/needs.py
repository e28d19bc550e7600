"""Why a figure of a case cannot be shown: one sentence that says what to do, empty where it can.

Those that need what is measured over every test window raise Absent or Pending where that is not at hand.
"""

from __future__ import annotations

from core.analysis.statistic import Statistic
from core.data.calendar import CycleKind, cycle_of
from core.exhibits.case import Case
from core.exhibits.exhibit import NOT_YET, Absent, Pending
from core.text.message import read
from core.text.words import mark, say
from core.vocabulary import Fusion

ERRORS_ALONE = mark(
    "The models of this cell are not on this machine: a shipped table knows their errors alone. Train them on the "
    "Compare page to look inside, or choose a horizon whose models are here."
)


def runs(case: Case) -> str:
    """Ask for trained modes."""
    if case.runs:
        return ""
    return models(case) or say("No mode is trained in this form yet: train one on the Compare page.")


def models(case: Case) -> str:
    """Ask for models on this machine where only a shipped table knows the cell."""
    return "" if case.records or not case.tabled.runs else say(ERRORS_ALONE)


def errors(case: Case) -> str:
    """Ask for modes whose errors are known."""
    return "" if case.known_runs else runs(case)


def partners(case: Case) -> str:
    """Ask for none and something to hold against it."""
    others = case.matched or any(mode is not Fusion.NONE for mode in case.known_runs)
    if Fusion.NONE in case.known_runs and others:
        return ""
    return say("No mode has a partner run of none with the same seed yet: train none and another mode.")


def inspection(case: Case) -> str:
    """Ask for models that can be looked into."""
    if not case.chosen_runs:
        return models(case) or say(
            "No mode is trained in this form with seed {seed} yet: train one on the Compare page.", seed=case.seed
        )
    return "" if case.inspected else say("These models were not inspected yet: open a page that looks inside them.")


def chosen(case: Case) -> str:
    """Ask for modes of the seed looked into, inspected or not: one window is asked of the model."""
    return "" if case.chosen_runs else inspection(case)


def several_variables(case: Case) -> str:
    """Ask for modes of the seed looked into, and for more variables than one."""
    if len(case.dataset.variables) < 2:
        return say("These data have one variable, which the forecasts above show.")
    return chosen(case)


def trained_crossing(case: Case) -> str:
    """Ask for a trained mode that crosses the paths: no inspection helps where there is none."""
    if any(mode.crossings for mode in case.chosen_runs):
        return ""
    return say("Only the mode none is trained here, and it crosses no path: train another mode.")


def crossing(case: Case) -> str:
    """Ask for an inspected mode that crosses the paths."""
    return inspection(case) or trained_crossing(case)


def time_of_day(case: Case) -> str:
    """Ask for crossings and a time of day."""
    found = cycle_of(case.dataset)
    return crossing(case) or ("" if found.kind is CycleKind.TIME_OF_DAY else str(found.reason))


def cycle(case: Case) -> str:
    """Ask for a calendar cycle in the data."""
    found = cycle_of(case.dataset)
    return str(found.reason) if found.kind is CycleKind.NONE else ""


def trained_pair(case: Case) -> str:
    """Ask for none and another mode, trained: no inspection helps where one is missing."""
    if Fusion.NONE not in case.chosen_runs:
        return say("Mode none is not trained here, and responses are measured in another mode against it: train it.")
    if len(case.chosen_runs) > 1:
        return ""
    return say("Only mode none is trained here: responses are measured in another mode against it.")


def pair(case: Case) -> str:
    """Ask for none and another mode, inspected."""
    return inspection(case) or trained_pair(case)


def changes(case: Case) -> str:
    """Ask for abrupt changes of some mode and none."""
    if missing := pair(case):
        return missing
    found = any(len(case.changes(mode)) for mode in case.inspected if mode is not Fusion.NONE)
    return "" if found else say("The convolution paths have no abrupt change to look at.")


def check_trained(case: Case) -> None:
    """Raise Absent where the untrained twins are shown."""
    if case.untrained:
        raise Absent(say("This is measured of trained models only: switch back to them to see it."))


def check_measured(case: Case) -> None:
    """Raise Absent or Pending where what is measured over all test windows is not at hand."""
    check_trained(case)
    if not case.is_whole:
        raise Pending(say(NOT_YET))


def measured_response(case: Case) -> str:
    """Ask for a peak amplification or a lead that is defined."""
    if missing := pair(case):
        return missing
    check_measured(case)
    wanted = (Statistic.PEAK_AMPLIFICATION, Statistic.RESPONSE_LEAD)
    found = case.rows.loc[case.rows["statistic"].isin(wanted)]
    if found["value"].notna().any():
        return ""
    reasons = dict.fromkeys(str(read(reason) or "") for reason in found["reason"])
    return f"{say('Neither amplification nor lead is given.')} {' '.join(reasons)}"
