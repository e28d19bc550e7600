"""Removing an upload with all that was made from it: named first, then deleted."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from core.config import ConfigError
from core.data import uploads
from core.jobs import JobError, JobFolder
from core.study.folder import MEASURES, RUNS, TABLE, read_study, write_study, writer
from core.table import write_rows
from core.text.message import Message
from core.workspace import Folder, home, size_on_disk, subfolder

PARTLY = "part of a study"  # that holds other data sets too


@dataclass(frozen=True)
class Made:
    """One thing that goes with an upload.

    Attributes
    ----------
    what : "file", "comparison", "part of a study", "inspection", "mean attribution" or "baselines".
    title : its name for people.
    owner : the folder that a process at work with it holds.
    paths : files and folders.
    """

    what: str
    title: str
    owner: Path
    paths: Sequence[Path]

    @property
    def bytes(self) -> int:
        """Size on disk."""
        return sum(map(size_on_disk, self.paths))


def made_from(key: str) -> list[Made]:
    """Return what goes with an upload, itself first, nothing outside the workspace; DataError where it is gone."""
    account, folder = uploads.account_of(key), uploads.stored(key)
    fingerprint = uploads.read(key, folder).fingerprint
    parts = [Made("file", account.title, folder, [folder]), *_studies(key)]
    for path in _of(Folder.INSPECTIONS, f"{key}-*"):
        parts.append(Made("inspection", path.name.replace(f"{key}-", f"{account.title} · ", 1), path, [path]))
    for path in _of(Folder.ATTRIBUTIONS, f"{key}-*"):
        parts.append(Made("mean attribution", path.name.replace(f"{key}-", f"{account.title} · ", 1), path, [path]))
    if baselines := _of(Folder.BASELINES, f"{fingerprint}-*"):
        parts.append(Made("baselines", account.title, subfolder(Folder.BASELINES), baselines))
    return parts


def remove(key: str) -> list[Made]:
    """Delete an upload and what was made from it; return what it was.

    A study that holds other data sets too goes on without this one.

    Raises
    ------
    DataError : the upload is gone.
    JobError : somebody still trains on it, or inspects its models.
    """
    parts = made_from(key)
    for part in parts:
        if JobFolder(part.owner).state.live or writer(part.owner) is not None:
            raise JobError(Message("job.file_in_use", job=part.title))
    with tempfile.TemporaryDirectory(dir=home()) as going:  # nobody sees half of a folder
        for number, path in enumerate(path for part in reversed(parts) for path in part.paths):
            shutil.move(path, Path(going) / str(number))
        for part in parts:
            if part.what == PARTLY:
                _forget(key, part.owner)
    return parts


def _forget(key: str, study: Path) -> None:
    """Take a data set out of a study's grid and table."""
    grid = read_study(study)
    write_study(study, replace(grid, datasets=tuple(name for name in grid.datasets if name != key)))
    if (study / TABLE).exists():
        rows = pd.read_parquet(study / TABLE)
        write_rows(study / TABLE, rows[rows["dataset"] != key])


def _studies(key: str) -> Iterator[Made]:
    """Yield whole comparisons of an upload, and its part of studies that hold other data sets too."""
    for folder in _of(Folder.STUDIES, "*"):
        if folder.is_symlink() or not folder.is_dir():
            continue  # linked from elsewhere: not the workspace's
        held = datasets_of(folder)
        if held == {key}:
            yield Made("comparison", JobFolder(folder).title, folder, [folder])
        elif key in held:
            parts = [path for place in (RUNS, MEASURES) for path in sorted((folder / place).glob(f"{key}*"))]
            yield Made(PARTLY, JobFolder(folder).title, folder, parts)


def datasets_of(study: Path) -> set[str]:
    """Return the data sets of a study, as its own file or the job around it names them."""
    with suppress(ConfigError):
        return set(read_study(study).datasets)
    asked = JobFolder(study).spec.get("arguments")
    grid = asked.get("study") if isinstance(asked, dict) else None
    named = grid.get("datasets") if isinstance(grid, dict) else None
    return set(map(str, named)) if isinstance(named, list | tuple) else set()


def _of(place: Folder, pattern: str) -> list[Path]:
    return sorted(subfolder(place).glob(pattern))
