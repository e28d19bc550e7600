"""Removing what the workspace holds, with all that was made from it: named first, then deleted."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import assert_never

import pandas as pd

from core.data import uploads
from core.data.catalog import titles
from core.decks import removal as decks
from core.decks import shelf
from core.holdings.holding import Holding, HoldingKind, Training, entries, in_use, trained_in
from core.holdings.listing import title_of
from core.jobs import JobError, JobFolder
from core.locks import take
from core.study.folder import MEASURES, RUNS, TABLE, datasets_of, read_study, write_study
from core.table import write_rows
from core.text.amounts import in_bytes
from core.text.message import Message
from core.text.words import mark, say
from core.workspace import Folder, home, size_on_disk, subfolder


class Part(StrEnum):
    """What a thing is that is removed."""

    FILE = mark("file")
    COMPARISON = mark("comparison")
    PARTLY = mark("part of a study")  # that holds other data sets too
    INSPECTION = mark("inspection")
    ATTRIBUTION = mark("mean attribution")
    BASELINES = mark("baselines")
    DOWNLOAD = mark("official file")
    DECK = mark("deck")
    SLIDES = mark("slides of a deck")  # that shows other data sets too
    ASIDE = mark("set aside")


@dataclass(frozen=True)
class Made:
    """One thing that is removed.

    Attributes
    ----------
    what : Part
    title : its name for people.
    owner : the folder that a process at work with it holds.
    paths : files and folders.
    forgotten : the data set that the study or deck around the paths goes on without; "" where all of it goes.
    """

    what: Part
    title: str
    owner: Path
    paths: Sequence[Path]
    forgotten: str = ""

    @property
    def bytes(self) -> int:
        """Size on disk."""
        return sum(map(size_on_disk, self.paths))

    @property
    def training(self) -> Training:
        """What training is lost with it."""
        return trained_in(self.paths)

    def __str__(self) -> str:
        """Name it with its size and what training is lost with it."""
        return ", ".join(
            filter(None, [f"{say(self.what.value)}: {self.title}", in_bytes(self.bytes), str(self.training)])
        )


def made_from(key: str) -> list[Made]:
    """Return what goes with an upload, itself first, nothing outside the workspace; DataError where it is gone."""
    account, folder = uploads.account_of(key), uploads.stored(key)
    fingerprint = uploads.read(key, folder).fingerprint
    parts = [Made(Part.FILE, account.title, folder, [folder]), *_studies(key)]
    for path in _of(Folder.INSPECTIONS, f"{key}-*"):
        parts.append(Made(Part.INSPECTION, title_of(path, {key: account.title}), path, [path]))
    for path in _of(Folder.ATTRIBUTIONS, f"{key}-*"):
        parts.append(Made(Part.ATTRIBUTION, path.name.replace(f"{key}-", f"{account.title} · ", 1), path, [path]))
    if baselines := _of(Folder.BASELINES, f"{fingerprint}-*"):
        parts.append(Made(Part.BASELINES, account.title, subfolder(Folder.BASELINES), baselines))
    return [*parts, *_decks(key)]


def parts_of(chosen: Iterable[Holding]) -> list[Made]:
    """Return what goes when some holdings go, each thing once.

    With an upload goes all that was made from it, with a study the inspections, effects and probes of its runs.

    Raises
    ------
    JobError : one was in use when it was listed.
    DataError : an upload is gone.
    """
    found = [part for holding in chosen for part in _parts_of(holding)]
    going = {path for part in found for path in part.paths}
    once: dict[tuple[Path, ...], Made] = {}
    for part in found:
        left = tuple(path for path in part.paths if going.isdisjoint(path.parents))
        if part.owner not in going if part.forgotten else left:
            once.setdefault(left or (part.owner,), replace(part, paths=left))
    return list(once.values())


def _parts_of(holding: Holding) -> list[Made]:
    if holding.in_use:
        raise JobError(Message("job.in_use", title=holding.title))
    match holding.kind:
        case HoldingKind.UPLOADS:
            return made_from(holding.name)
        case HoldingKind.STUDIES:
            return [_as_part(Part.COMPARISON, holding), *_inspections_of(holding.owner)]
        case HoldingKind.INSPECTIONS:
            return [_as_part(Part.INSPECTION, holding)]
        case HoldingKind.ATTRIBUTIONS:
            return [_as_part(Part.ATTRIBUTION, holding)]
        case HoldingKind.CACHES:
            return [_as_part(Part.BASELINES, holding)]
        case HoldingKind.DOWNLOADS:
            return [_as_part(Part.DOWNLOAD, holding)]
        case HoldingKind.DECKS:
            return [_as_part(Part.DECK, holding)]
        case HoldingKind.ASIDE:
            return [_as_part(Part.ASIDE, holding)]
        case _:
            assert_never(holding.kind)


def _as_part(what: Part, holding: Holding) -> Made:
    return Made(what, holding.title, holding.owner, holding.paths)


def sum_of(parts: Sequence[Made]) -> Message:
    """Return in one sentence what is lost with some things: their number, size, and the training in them."""
    size, lost = in_bytes(sum(part.bytes for part in parts)), sum((part.training for part in parts), Training())
    if trained := str(lost):
        return Message("removal.with_training", n=len(parts), size=size, training=trained)
    return Message("removal.without", n=len(parts), size=size)


def remove(key: str) -> list[Made]:
    """Delete an upload and what was made from it; return what it was. Raises what `delete` does, or DataError."""
    return delete(made_from(key))


def delete(parts: Sequence[Made]) -> list[Made]:
    """Delete what was named; return what it was.

    A study, or a deck, that holds other data sets too goes on without the one that goes.

    Raises
    ------
    JobError : somebody is at work with a part, so nothing is deleted.
    """
    with tempfile.TemporaryDirectory(dir=home()) as going, _nobody_at_work(parts):  # nobody sees half of a folder
        for number, path in enumerate(path for part in reversed(parts) for path in part.paths):
            with suppress(FileNotFoundError):  # gone meanwhile
                shutil.move(path, Path(going) / str(number))
        for part in parts:
            if part.what is Part.SLIDES:
                decks.forget(part.owner.name, part.forgotten)
            elif part.forgotten:
                _forget(part.forgotten, part.owner)
    if any(part.what in (Part.DECK, Part.SLIDES) for part in parts):
        decks.clear_removed()  # a deck that could be brought back shows what is gone
    return list(parts)


@contextmanager
def _nobody_at_work(parts: Sequence[Made]) -> Iterator[None]:
    """Keep jobs from beginning in what goes; JobError where one is at work there."""
    with ExitStack() as held:
        for owner in dict.fromkeys(part.owner for part in parts):
            is_job, free = bool(JobFolder(owner).spec), not in_use(owner)
            lock = take(owner / "lock") if is_job and free else None
            if not free or (is_job and lock is None):
                title = next(part.title for part in parts if part.owner == owner)
                raise JobError(Message("job.in_use", title=title))
            if lock is not None:
                held.callback(os.close, lock)
        yield


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
            yield Made(Part.COMPARISON, JobFolder(folder).title, folder, [folder])
        elif key in held:
            parts = [path for place in (RUNS, MEASURES) for path in sorted((folder / place).glob(f"{key}*"))]
            yield Made(Part.PARTLY, JobFolder(folder).title, folder, parts, key)


def _decks(key: str) -> Iterator[Made]:
    """Yield decks that show nothing but an upload, and the slides of it in others."""
    for entry in shelf.entries():
        shown, folder = decks.datasets(entry.name), subfolder(Folder.DECKS) / entry.name
        if key in shown and not entry.deck.without_dataset(key).slides:
            yield Made(Part.DECK, entry.deck.title, folder, [folder])
        elif key in shown:
            yield Made(Part.SLIDES, entry.deck.title, folder, decks.pictures_of(entry.name, key), key)


def _inspections_of(study: Path) -> Iterator[Made]:
    """Yield the inspections, effects and probes of runs of a study: without these, nobody finds them."""
    runs = json.dumps(f"{study / RUNS}{os.sep}")[:-1]  # as the folder of each run begins in what a job was asked
    for folder in entries(home() / Folder.INSPECTIONS):
        if runs in json.dumps(JobFolder(folder).spec.get("arguments")):
            yield Made(Part.INSPECTION, title_of(folder, titles()), folder, [folder])


def _of(place: Folder, pattern: str) -> list[Path]:
    return sorted(subfolder(place).glob(pattern))
