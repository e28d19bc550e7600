"""Effects: what changes inside the models do to their error over the test windows; measured in the background."""

from __future__ import annotations

import pandas as pd

from core.exhibits import needs
from core.exhibits.case import Case
from core.exhibits.changes import INSIDE, MODE, changes_of, told_changes
from core.exhibits.exhibit import Absent, Chart, Chosen, exhibit
from core.exhibits.trust_asked import EFFECT, PARTS
from core.figures import effects as figures
from core.figures.palette import Look
from core.serve.effect_work import ALL_STEPS, Asked, effect_key, open_effect
from core.serve.removed import MOST, Removed, account_of
from core.text.words import mark, say

PAGE = "changes"
PAIRED = mark("paired over blocks of neighbouring windows")
_PART_COLUMNS = ("fusion", "part", "value", "low", "high", "beyond", "beyond_low", "beyond_high", "mse", "n")


def effect_asked(case: Case, chosen: Chosen) -> list[Asked]:
    """Return the question what the chosen changes do to the error; none where nothing is changed."""
    words = tuple(changes_of(chosen))
    return [Asked(case.chosen_runs[chosen["mode"]], (words,))] if words else []


def account_asked(case: Case) -> list[Asked]:
    """Return the question for the account of every mode with the seed looked into."""
    return account_of(case.chosen_runs.values())


@exhibit(
    "What does the change do to the error of every window?",
    page=PAGE,
    needs=needs.runs,
    choices=(MODE, *INSIDE),
    checks=EFFECT,
)
def effect_by_step(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show by how much the chosen changes raise the error at each step over all test windows."""
    asked = effect_asked(case, chosen)
    found = open_effect(effect_key(asked, None)) if asked else None
    if found is None:
        raise Absent(say("The error under this change was not measured yet: change something, and measure it."))
    drawing = figures.effect_by_step(found, mode=chosen["mode"], step=case.dataset.step, look=look)
    table = found[["step", "mse", "value", "low", "high", "n"]]
    words = told_changes(case, chosen, look.language)
    return Chart(drawing, table, case.foot([asked[0].record], *words, say(PAIRED)))


@exhibit("What is each part of the two paths worth?", page=PAGE, needs=needs.runs, checks=PARTS)
def two_path_account(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the error of every mode with each part removed, alone and together."""
    asked = account_asked(case)
    found = open_effect(effect_key(asked, MOST)) if asked else None
    if found is None:
        raise Absent(say("The parts of these models were not removed yet: measure them."))
    account = account_table(found)
    drawing = figures.two_path_account(account, look=look)
    drawn = say("{n:,} windows drawn at random", n=int(account["n"].max()))
    foot = case.foot([one.record for one in asked], drawn, say(PAIRED))
    return Chart(drawing, account, foot)


def account_table(effect: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each mode and part, over all steps."""
    names = {" ".join(part.changes): part.value for part in Removed}
    whole = effect.loc[effect["step"] == ALL_STEPS]
    return whole.assign(part=whole["changes"].map(names))[list(_PART_COLUMNS)].reset_index(drop=True)
