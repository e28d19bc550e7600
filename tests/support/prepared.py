"""Workspaces that take long to make: made once for all processes of a session, and copied by each that wants one."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.catalog import load_dataset
from core.exhibits.cell import case_of_cell
from core.exhibits.gather import inspected, with_inspection
from core.workspace import CHECKPOINTS

SAMPLE = ("NYweather", ("default", 24, 720), 0)  # data set, place of the grid, seed: what the dashboard opens with


def copied(paths: pytest.TempPathFactory, name: str, make: Callable[[], None]) -> Path:
    """Return a workspace of the caller's own, a copy of one that the first who asks makes.

    Parameters
    ----------
    name : what the workspace is known by in the session.
    make : fills the current workspace; not called where another process was faster.
    """
    shared = paths.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # of all workers
    made, done = shared / name, shared / f"{name}.made"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)  # somebody was stopped over it
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("CROSSLENS_HOME", str(made))
                make()
            done.touch()
    return Path(shutil.copytree(made, paths.mktemp(name) / "home"))


def inspect_sample() -> None:
    """Inspect the models that the dashboard opens with, as their first page does: by its background job."""
    dataset, place, seed = SAMPLE
    inspected(with_inspection(case_of_cell(load_dataset(dataset), place, seed, CHECKPOINTS / "tables")))
