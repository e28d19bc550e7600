"""Things of a workspace with known sizes, times and training, for tests of what it holds."""

from __future__ import annotations

import os
from pathlib import Path

from core import jobs
from core.holdings.holding import Holding, HoldingKind
from core.holdings.listing import holdings
from core.jobs import JobFolder, JobKind
from core.study.grid import StudyConfig
from core.vocabulary import Fusion
from core.workspace import Folder, subfolder
from tests.support.pages import write_runs

SIZE = 1000  # bytes of an inspection as it is made here


def grid(*keys: str) -> dict[str, object]:
    """Return the grid of a small study of some data sets."""
    return StudyConfig(keys, (6,), (Fusion.NONE,), (0,), "quick", 36, matched=False).to_dict()


def inspection(name: str, *, used: float, size: int = SIZE) -> Path:
    """Make the folder of an inspection with so many bytes, last used at a time (seconds since 1970)."""
    folder = subfolder(Folder.INSPECTIONS) / name
    (folder / "run").mkdir(parents=True)
    (folder / "run" / "trace").write_bytes(b"x" * size)
    last_used(folder, used)
    return folder


def last_used(folder: Path, when: float) -> None:
    """Date a folder and what lies directly in it."""
    for path in (*folder.iterdir(), folder):
        os.utime(path, (when, when))


def study(title: str, dataset: str = "NYweather") -> JobFolder:
    """Make a comparison with four finished runs, a second of training each, and one that was begun."""
    job = jobs.create(JobKind.STUDY, title, {"study": grid(dataset)})
    run = write_runs(job.path / "runs", dataset=dataset)[0]
    (job.path / "runs" / f"{run.run_id}x.training").mkdir()
    return job


def held(kind: HoldingKind) -> dict[str, Holding]:
    """Return what the workspace holds of a kind, by name."""
    return {one.name: one for one in holdings() if one.kind is kind}
