"""`work`: the process behind a background job (started by the dashboard; also by hand, to see what it prints)."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, assert_never

from core.jobs import JobError, JobFolder, JobKind
from core.text.message import Message
from core.worker import JobCancelled, Reporter
from core.worker import run as run_job

READERS = 2  # processes of one inspection, some 700 MB each
HELP = "do the work of one job folder, as the dashboard's background process does"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("folder", type=Path, help="the job's folder, with its spec.json")
    parser.add_argument("--lock", type=int, help=argparse.SUPPRESS)  # descriptor inherited from the starter


def run(arguments: argparse.Namespace) -> int:
    """Run the job; 0 when it ended well."""
    job = JobFolder(arguments.folder.resolve())
    if not job.spec:
        raise JobError(Message("job.no_spec", folder=str(job.path)))
    return run_job(job, _work, lock=arguments.lock)


def _work(reporter: Reporter) -> Mapping[str, Any]:
    """Dispatch by kind; each kind is imported only where it runs."""
    arguments = reporter.job.spec["arguments"]
    kind = JobKind(reporter.job.spec["kind"])
    match kind:
        case JobKind.STUDY:
            from core.study.run import run_study

            folder, study = reporter.job.path, arguments["study"]
            return _written(run_study(folder, study=study, on_event=reporter.event, should_stop=reporter.should_stop))
        case JobKind.INSPECT:
            from core.holdings.budget import make_room
            from core.inspection.cell import inspect

            make_room()
            folder, runs, tell = reporter.job.path, arguments["run_folders"], reporter.progress
            stop, workers = reporter.should_stop, min(READERS, os.cpu_count() or 1)
            return _written(inspect(folder, run_folders=runs, on_progress=tell, should_stop=stop, workers=workers))
        case JobKind.EFFECT:
            from core.serve.effect_work import measure_effects

            tell, stop = reporter.progress, reporter.should_stop
            return _written(measure_effects(reporter.job.path, **arguments, on_progress=tell, should_stop=stop))
        case JobKind.PROBE:
            from core.serve.probe import measure_probe

            tell, stop = reporter.progress, reporter.should_stop
            return _written(measure_probe(reporter.job.path, **arguments, on_progress=tell, should_stop=stop))
        case JobKind.DOWNLOAD:
            return _download(reporter, arguments["dataset"])
        case JobKind.ATTRIBUTE:
            from core.serve.mean import average

            tell, stop = reporter.progress, reporter.should_stop
            return _written(average(reporter.job.path, **arguments, on_progress=tell, should_stop=stop))
        case _:
            assert_never(kind)


def _written(table: Path | None) -> Mapping[str, Any]:
    """Return a job's result: the table that it wrote, unless it was stopped."""
    if table is None:
        raise JobCancelled
    return {"table": table.name}


def _download(reporter: Reporter, key: str) -> Mapping[str, Any]:
    from core.data.catalog import load_dataset

    def progress(done: int, total: int) -> None:
        reporter.progress(done, total, Message("progress.bytes"))
        reporter.stop_if_asked()

    dataset = load_dataset(key, progress=progress)
    return {"dataset": dataset.key, "rows": len(dataset.frame)}
