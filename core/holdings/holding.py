"""One thing that the workspace holds: what it is, what it takes, what training went into it, whether it is in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from core.aside import was_set_aside
from core.jobs import read_json
from core.locks import is_held
from core.study.folder import LOCK, RUNS
from core.text.amounts import counted, lasting
from core.text.words import say
from core.train.record import METRICS
from core.workspace import size_on_disk


class HoldingKind(StrEnum):
    """What a thing of the workspace is."""

    UPLOADS = "uploads"
    STUDIES = "studies"  # and comparisons, with their runs
    INSPECTIONS = "inspections"  # effects of changes inside the models and response probes among them
    ATTRIBUTIONS = "attributions"  # means over many windows
    CACHES = "caches"  # ridge and the errors of the baselines
    DOWNLOADS = "downloads"  # official files
    DECKS = "decks"  # figures that somebody pinned, with their pictures
    ASIDE = "aside"  # damaged, or of former code


class Fate(StrEnum):
    """What becomes of a thing."""

    IN_USE = "in_use"  # a process is at work with it
    MADE_AGAIN = "made_again"  # may go by itself: it is made anew, without training, where it is missing
    STAYS = "stays"  # until somebody clears it


@dataclass(frozen=True)
class Training:
    """What training went into something.

    Attributes
    ----------
    runs : finished ones.
    seconds : that these took, as far as they tell.
    begun : runs that were begun and not finished.
    """

    runs: int = 0
    seconds: float = 0.0
    begun: int = 0

    def __add__(self, other: Training) -> Training:
        """Return what went into two things together."""
        return Training(self.runs + other.runs, self.seconds + other.seconds, self.begun + other.begun)

    def __str__(self) -> str:
        """Say it in a clause; empty where nothing was trained."""
        finished, begun = counted(self.runs, "run") if self.runs else "", ""
        if self.runs and self.seconds:
            finished = say("{runs} trained in {time}", runs=finished, time=lasting(self.seconds))
        if self.begun:
            begun = say("{runs} begun", runs=counted(self.begun, "run"))
        return ", ".join(filter(None, [finished, begun]))


@dataclass(frozen=True)
class Holding:
    """One thing that the workspace holds.

    Attributes
    ----------
    kind : HoldingKind
    name : str
        What the command calls it by, unique in its kind.
    title : str
        Its name for people.
    owner : Path
        The folder that a process at work with it holds.
    paths : sequence of Path
        Files and folders.
    uploads : frozenset of str
        Keys of those that it is of: who sees these sees it.
    made_again : bool
        Whether it is made anew, without training, where it is missing.
    in_use : bool
        Whether a process was at work with it when it was listed.
    """

    kind: HoldingKind
    name: str
    title: str
    owner: Path
    paths: Sequence[Path]
    uploads: frozenset[str]
    made_again: bool
    in_use: bool

    @property
    def fate(self) -> Fate:
        """What becomes of it."""
        if self.in_use:
            return Fate.IN_USE
        return Fate.MADE_AGAIN if self.made_again else Fate.STAYS

    @cached_property
    def bytes(self) -> int:
        """Size on disk, without what was set aside in it, which is listed by itself."""
        return sum(size_on_disk(path, was_set_aside) for path in self.paths)

    @cached_property
    def used(self) -> float:
        """When it was last opened or written, in seconds since 1970."""
        return max(map(_used, self.paths), default=0.0)

    @cached_property
    def training(self) -> Training:
        """What training went into it."""
        return trained_in(self.paths)


def in_use(owner: Path) -> bool:
    """Tell whether a process is at work in a folder: a job, a study of the command line, or one of its trainings."""
    return any(map(is_held, [owner / "lock", owner / LOCK, *owner.glob(f"{RUNS}/*.training/lock")]))


def trained_in(paths: Iterable[Path]) -> Training:
    """Return what training went into some runs, or into studies; what was set aside in them is not theirs."""
    runs = [run for path in paths for run in _runs_of(path)]
    finished = [read_json(run / METRICS) or {} for run in runs if (run / METRICS).is_file()]
    seconds = [told for metrics in finished if isinstance(told := metrics.get("seconds"), int | float)]
    return Training(len(finished), float(sum(seconds)), sum(run.suffix == ".training" for run in runs))


def _runs_of(path: Path) -> list[Path]:
    """Return the folders of runs at a path: it is one, it is a study, or it holds them."""
    inside = [path] if (path / METRICS).is_file() or path.suffix == ".training" else entries(path)
    return [run for run in (*inside, *entries(path / RUNS)) if run.is_dir()]


def entries(folder: Path) -> list[Path]:
    """Return what lies in a folder of the workspace and was not set aside; no links, nothing where it is one."""
    with suppress(OSError):
        if folder.is_dir() and not folder.is_symlink():
            return sorted(path for path in folder.iterdir() if not (path.is_symlink() or was_set_aside(path.name)))
    return []


def _used(path: Path) -> float:
    """Return when something was last used: a folder keeps that itself, of a file the system does."""
    try:
        if path.is_dir():
            return max(entry.lstat().st_mtime for entry in (path, *path.iterdir()))
        return max(path.stat().st_mtime, path.stat().st_atime)
    except OSError:  # gone meanwhile, or out of reach
        return 0.0
