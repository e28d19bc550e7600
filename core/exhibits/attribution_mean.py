"""Attribution: which past values forecasts rest on, averaged over many windows in the background."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core import jobs
from core.exhibits import needs
from core.exhibits.attribution import PAGE, SHARES, shared_how, steps_of, steps_text
from core.exhibits.case import Case
from core.exhibits.exhibit import Absent, Chart, Chosen, exhibit
from core.exhibits.trust_asked import ASKED
from core.figures.attribution_mean import mean_map
from core.figures.palette import Look
from core.jobs import JobFolder, JobKind
from core.serve.mean import Asked, MeanShares
from core.text.words import say

EVERY_WINDOW = tuple(choice for choice in SHARES if choice.name != "origin")


def asked(case: Case, chosen: Chosen) -> Asked:
    """Return the mean that is chosen."""
    first, last = steps_of(chosen, case.config.window.horizon)
    names = ("variable", "method", "background", "rows")
    how = {name: chosen[name] for name in names}
    return Asked(case.chosen_runs[chosen["mode"]].run_id, first=first, last=last, **how)


def key_of(case: Case, chosen: Chosen) -> str:
    """Return the name of the folder of the mean that is chosen."""
    return asked(case, chosen).key(case.chosen_runs[chosen["mode"]])


def job_of(case: Case, chosen: Chosen) -> JobFolder | None:
    """Return the job of the mean that is chosen; None where nobody asked for it yet."""
    return jobs.find(key_of(case, chosen), JobKind.ATTRIBUTE)


@exhibit(
    "Which past values do forecasts rest on, on average?",
    page=PAGE,
    needs=needs.runs,
    choices=EVERY_WINDOW,
    checks=ASKED,
)
def mean_attribution(case: Case, chosen: Chosen, look: Look) -> Chart:
    """Show the mean size of each block's score over the windows that are done."""
    job = job_of(case, chosen)
    mean = MeanShares.read(job.path) if job is not None else None
    if mean is None:
        raise Absent(say("No window is averaged yet: start the mean on the Attribution page."))
    run = case.chosen_runs[chosen["mode"]]
    scale = float(run.scaler.scale[run.variables.index(chosen["variable"])])
    lookback = case.config.window.lookback
    drawing = mean_map(
        mean.sizes * scale,
        mean.shares,
        edges=np.append(mean.rows, lookback) - lookback,
        variables=run.variables,
        variable=chosen["variable"],
        unit=case.dataset.units.get(chosen["variable"], ""),
        what=steps_text(chosen),
        of=mean.of,
        informed=mean.informed,
        look=look,
    )
    table = pd.DataFrame(mean.sizes * scale, columns=list(run.variables))
    table.insert(0, "row_before_forecast", mean.rows - lookback)
    over = say("mean over {done} of {windows} windows", done=mean.done, windows=mean.of)
    return Chart(drawing, table, case.foot([run], over, *shared_how(chosen)))
