"""From finished runs to a case: which of them belong together, and their inspection, made where there is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from core import jobs
from core.config import RunConfig
from core.data.catalog import load_dataset
from core.exhibits.case import Case, CaseError
from core.exhibits.seeds import NOTHING, tabled
from core.inspection.cell import inspection_key, open_inspection
from core.jobs import JobError, JobFolder, JobKind, JobState, message_in
from core.text.message import Message
from core.train.record import RunRecord
from core.vocabulary import Fusion
from core.worker import start
from core.workspace import mark_used

PARTS: dict[str, Callable[[RunConfig], str | int]] = {  # what tells runs of one data set apart, in the order chosen
    "horizon": lambda run: run.window.horizon,
    "preset": lambda run: run.preset,
    "lookback": lambda run: run.window.lookback,
    "seed": lambda run: run.train.seed,
}
USUAL = {"horizon": 96, "preset": "default", "lookback": 720}  # chosen where several are trained
NO_RUN = (
    "No finished run of {title} was found; train one (python -m core study --help), or name the folder that holds "
    "it (python -m core report --runs FOLDER)."
)
READ_FIRST = (Fusion.BOTH, Fusion.NONE, Fusion.GRU_TO_CNN, Fusion.CNN_TO_GRU)  # response needs a mode and none
PAUSE = 0.2  # seconds between two looks at the job


def gather(records: Sequence[RunRecord], **wanted: str | int | None) -> Case:
    """Return the case of one horizon from the runs of one data set.

    Parameters
    ----------
    records : finished runs of the data set.
    wanted : horizon (rows), preset, lookback (rows): where several are trained and none is named, 96, the default
        preset and 720, else the first. seed: only this one; else all, the first of them being looked into.

    Raises
    ------
    CaseError : if nothing of the kind is trained.
    DataError : if the data set is not on this machine.
    """
    left = list(records)
    for name, part in PARTS.items():
        there, value = sorted({part(record.config) for record in left}), wanted.get(name)
        if not there:
            raise CaseError(NO_RUN.format(title="this data set"))
        if value is None and name == "seed":
            continue
        chosen = value if value is not None else USUAL[name] if USUAL[name] in there else there[0]
        left = [record for record in left if part(record.config) == chosen]
        if not left:
            kinds = ", ".join(map(str, there))
            raise CaseError(f"No finished run has the {name} {chosen}; there are: {kinds}. Choose one, or train it.")
    seed = min(record.config.train.seed for record in left)
    case, run = Case(load_dataset(left[0].config.dataset), tuple(left), seed), left[0].config
    known = tabled(case.dataset, (run.preset, run.window.horizon, run.window.lookback), left)
    return with_inspection(replace(case, tabled=known if wanted.get("seed") is None else NOTHING))


def with_inspection(case: Case) -> Case:
    """Return the case with its inspection, as far as that is by now."""
    found = open_inspection(case.members) if case.members else None
    if found is not None:
        mark_used(found.folder)
    return replace(case, inspection=found)


def inspected(case: Case, on_progress: Callable[[str], None] = lambda message: None) -> Case:
    """Return the case with its whole inspection; where it is not complete, the dashboard's background job makes it.

    Parameters
    ----------
    on_progress : called with a word on what is going on, whenever that changes.

    Raises
    ------
    CaseError : if the work ended without a result, with its reason.
    """
    if case.inspection is not None and case.inspection.is_complete:
        return case
    job = inspection_job(case, again=True)
    seen, told = 0, None
    while job.state.live:
        events, seen = job.events(seen)
        message = next(filter(None, map(message_in, reversed(events))), told)
        if message != told:
            on_progress(str(message))
            told = message
        time.sleep(PAUSE)
    if job.state is not JobState.DONE:
        raise CaseError(f"The models could not be inspected: {job.message or 'the work was killed; start it again.'}")
    return with_inspection(case)


def inspection_job(case: Case, *, again: bool = False) -> JobFolder:
    """Return the job that inspects a case's models, started where there is none.

    One that failed or was stopped is left for a person to resume, unless it is wanted `again`.
    """
    key = inspection_key(case.members)
    job = jobs.find(key, JobKind.INSPECT)
    if job is not None and job.spec and (job.state.live or (job.state is not JobState.DONE and not again)):
        return job  # one that is done has no rows any more: they were set aside
    # The compared form is read; whatever else was trained is looked at when it is asked for.
    order = sorted(case.chosen_runs, key=READ_FIRST.index)
    arguments = {"run_folders": [str(case.chosen_runs[mode].folder) for mode in order]}
    title = Message("title.inspect", dataset=case.dataset.title)
    try:
        job = jobs.create(JobKind.INSPECT, title, arguments, name=key)
    except JobError:  # another process was faster
        job = jobs.find(key, JobKind.INSPECT)
        if job is None:
            raise
        return job
    start(job)
    return job
