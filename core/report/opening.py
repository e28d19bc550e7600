"""Opening the models of a story up, in the same background job as the dashboard's: whoever comes next finds it."""

from __future__ import annotations

import time
from collections.abc import Callable

from core import jobs
from core.inspection import inspection_key
from core.jobs import JobFolder, JobKind, JobState, message_in
from core.report.material import Material, StoryError, look_into
from core.worker import start

PAUSE = 0.2  # seconds between two looks at the job


def opened(material: Material, on_progress: Callable[[str], None] = lambda message: None) -> Material:
    """Return the material with its inspection; where there is none yet, make it and wait.

    Parameters
    ----------
    on_progress
        Called with a word on what is going on, whenever that changes.

    Raises
    ------
    StoryError
        If the work ended without a result, with its reason.
    """
    if material.inspection is not None:
        return material
    job = _job(material)
    seen, told = 0, None
    while job.state.live:
        events, seen = job.events(seen)
        message = next(filter(None, map(message_in, reversed(events))), told)
        if message != told:
            on_progress(str(message))
            told = message
        time.sleep(PAUSE)
    if job.state is not JobState.DONE:
        raise StoryError(
            f"The models could not be opened up: {job.message or 'the work was killed; start it again.'}"
        )
    return look_into(material)


def _job(material: Material) -> JobFolder:
    """Return the job at work on these models, set going where there is none."""
    key = inspection_key(material.members)
    job = jobs.find(key, JobKind.INSPECT)
    if job is None or not job.state.live:
        arguments = {"run_folders": [str(record.folder) for record in material.members]}
        job = jobs.create(JobKind.INSPECT, f"open the models of {material.dataset.title} up", arguments, name=key)
        start(job)
    return job
