"""What background jobs tell: where they stand, what they are at, and why they ended."""

from __future__ import annotations

from core.text.template import Template

SENTENCES: dict[str, Template] = {
    # a job
    "jobstate.queued": "queued",
    "jobstate.running": "running",
    "jobstate.cancelling": "cancelling",
    "jobstate.done": "done",
    "jobstate.failed": "failed",
    "jobstate.cancelled": "cancelled",
    "jobstate.lost": "lost",
    "job.stopped": "Stopped on request; what was finished is kept.",
    "job.fault": "The work stopped with {error}: {said:open}. The job's log.txt has the details.",
    "job.at_work": "Job {job} is at work already; wait for it or cancel it.",
    "job.alive": "Job {job} is {state}; cancel it first, then remove it.",
    "job.no_spec": "{folder} holds no readable spec.json; give the folder of a job.",
    "job.in_use": "{title} is in use by a process at work; cancel that or wait for its end, then remove it.",
    # its name
    "title.inspect": "inspect the models of {dataset}",
    "title.mean": "average what forecasts of {dataset} rest on",
    "title.effect": "effect_by_step of {dataset}",
    "title.account": "two_path_account of {dataset}",
    "title.probe": "probe_by_slot of {dataset}",
    "title.download": "download {dataset}",
    "title.train": "train {forms}",
    "title.comparison": "{dataset} · horizon {horizon} · {modes} × {seeds} · {preset}",
    "form.proposed": "proposed",
    "form.late": "late fusion",
    "form.none": "no fusion",
    # what it is at
    "progress.starting": "starting",
    "progress.bytes": "bytes",
    "progress.reading": "reading {models} models",
    "progress.recording": "recording {run}",
    "progress.untrained": "recording {run} before its training",
    "progress.step_response": "step response of {run}",
    "progress.interventions": "interventions on {run}",
    "progress.effect": "errors of {run} with changes inside",
    "progress.probe": "a pulse put into every window of {run}",
    "progress.statistics": "statistics",
    "progress.windows": "{done} of {windows} windows",
    "progress.done": "done",
    # what the machine lacks
    "hardship.full_disk": "The disk is full; everything finished is kept: free some space and start again.",
    "hardship.memory": "The memory ran out; close other programs or choose a smaller preset or batch.",
    "hardship.no_right": "{place}: {what}; make it readable and writable, or choose another folder.",
    "hardship.path": "{place}: {what}; check the path.",
    "hardship.disk": "The disk",
    "hardship.disk_failed": "the disk failed",
}
