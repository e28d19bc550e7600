"""The order of variables: that of the file where they are few, else by their errors, the most telling first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from core.analysis.ranking import Ranking, ranked
from core.exhibits.case import Case
from core.exhibits.exhibit import Absent, Choice, Chosen, Kind, Options
from core.exhibits.seeds import Training
from core.remembered import Remembered, plain_bytes
from core.text.words import begun, mark, say
from core.vocabulary import Fusion, Language

FEW = 20  # variables that are offered in the order of the file
TEST = "test"  # errors of a run's forecasts
WORDS = {
    Ranking.ERROR: mark("largest error"),
    Ranking.GAIN: mark("largest gain by crossing"),
    Ranking.LOSS: mark("largest loss by crossing"),
}
_ORDERS = Remembered[list[str]](most=1_000_000, weigh=plain_bytes)  # asked for by each picker of each run of a page
RunsByMode = Mapping[Fusion, Sequence[Training]]  # one a seed


def _words(case: Case, chosen: Chosen) -> Options:
    return {word.value: word for word in Ranking}


def _said(option: str, language: Language) -> str:
    return begun(say(WORDS[Ranking(option)]))


RANKED = Choice("ranked", mark("Variables with the"), _words, kind=Kind.SEGMENTED, text=_said)


def some_of(chosen: Chosen) -> list[str]:
    """Return the variables chosen for panels; Absent where there are none."""
    if not chosen["variables"]:
        raise Absent(say("No variable is chosen: choose at least one."))
    return list(chosen["variables"])


def errors_of_variables(runs: RunsByMode) -> pd.DataFrame:
    """Return the test MSE of every variable and mode, seeds averaged (columns variable, source, mse)."""
    rows = [
        {"variable": name, "source": mode.value, "mse": errors["mse"]}
        for mode, found in runs.items()
        for record in found
        for name, errors in record.metrics[TEST]["per_variable"].items()
        if errors["mse"] is not None  # nothing was measured of it in the test rows
    ]
    columns = ["variable", "source", "mse"]
    return pd.DataFrame(rows, columns=columns).groupby(columns[:2], sort=False, as_index=False).mean()


def in_order(case: Case, chosen: Chosen) -> Options:
    """Return the variables of the data set: few as the file has them, many the hardest to forecast first."""
    names = list(case.dataset.variables)
    if len(names) > FEW and case.known_runs:
        by = chosen.get(RANKED.name, Ranking.ERROR)
        names = _ORDERS.get((case.key, by), lambda: _ranked(case, by))
    return {name: name for name in names}


def _ranked(case: Case, by: Ranking) -> list[str]:
    """Return all variables of the data set: first those whose errors are known, in order."""
    errors = errors_of_variables(case.known_runs).pivot(index="variable", columns="source", values="mse")
    known = errors.index.intersection(list(case.dataset.variables))
    return list(dict.fromkeys([*ranked(errors.loc[known], by), *case.dataset.variables]))
