"""Inspecting the models of a case in the dashboard's background job, whose result every later call reuses."""

from __future__ import annotations

import time
from collections.abc import Callable

from core import jobs
from core.exhibits.case import Case, CaseError, with_inspection
from core.inspection import inspection_key
from core.jobs import JobFolder, JobKind, JobState
from core.worker import start

PAUSE = 0.2  # seconds between two looks at the job


def inspected(case: Case, on_progress: Callable[[str], None] = lambda message: None) -> Case:
    """Return the case with its inspection; where there is none yet, make it and wait.

    Parameters
    ----------
    on_progress
        Called with a word on what is going on, whenever that changes.

    Raises
    ------
    CaseError
        If the work ended without a result, with its reason.
    """
    if case.inspection is not None:
        return case
    job = _job(case)
    seen, told = 0, ""
    while job.state.live:
        events, seen = job.events(seen)
        message = next((event["message"] for event in reversed(events) if event.get("message")), told)
        if message != told:
            on_progress(message)
            told = message
        time.sleep(PAUSE)
    if job.state is not JobState.DONE:
        raise CaseError(f"The models could not be inspected: {job.message or 'the work was killed; start it again.'}")
    return with_inspection(case)


def _job(case: Case) -> JobFolder:
    """Return the job at work on these models, started where there is none."""
    key = inspection_key(case.members)
    job = jobs.find(key, JobKind.INSPECT)
    if job is None or not job.state.live:
        arguments = {"run_folders": [str(record.folder) for record in case.members]}
        job = jobs.create(JobKind.INSPECT, f"inspect the models of {case.dataset.title}", arguments, name=key)
        start(job)
    return job
