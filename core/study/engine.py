"""How the runs of a study are shared out to workers: side by side, one run each, or stacked, many of one shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from core.config import RunConfig
from core.study.folder import beside
from core.train.stack_shape import shape

STACK = 40  # runs of one stack at most: four modes of ten seeds


class Engine(StrEnum):
    """How runs are trained."""

    AUTO = "auto"  # stacked where there is a CUDA device
    SIDE_BY_SIDE = "side-by-side"
    STACKED = "stacked"


@dataclass(frozen=True)
class Group:
    """The runs of one worker."""

    runs: tuple[RunConfig, ...]
    stacked: bool = False

    def words(self, runs: Path) -> list[str]:
        """Return the command line that trains them into a study's folder of runs."""
        specs = [str(beside(runs / run.run_id, ".json")) for run in self.runs]
        if self.stacked:
            return ["stack", "--runs", *specs, "--out", str(runs)]
        out = runs / self.runs[0].run_id
        return ["train", "--run", *specs, "--out", str(out), "--events", str(beside(out, ".jsonl"))]

    def log(self, runs: Path) -> Path:
        """Return the file for what the worker prints."""
        return beside(runs / self.runs[0].run_id, ".log")

    def halves(self) -> list[Group]:
        """Return two groups of half the runs each."""
        middle = (len(self.runs) + 1) // 2
        return [Group(self.runs[:middle], self.stacked), Group(self.runs[middle:], self.stacked)]


def chosen(engine: Engine) -> Engine:
    """Return what `auto` stands for on this machine, and any other choice as it is."""
    match engine:
        case Engine.AUTO:
            return Engine.STACKED if _has_cuda() else Engine.SIDE_BY_SIDE
        case Engine.SIDE_BY_SIDE | Engine.STACKED:
            return engine
        case _:
            assert_never(engine)


def groups(runs: Iterable[RunConfig], engine: Engine) -> list[Group]:
    """Share runs out to workers in planned order."""
    if chosen(engine) is Engine.SIDE_BY_SIDE:
        return [Group((run,)) for run in runs]
    shapes: dict[RunConfig, list[RunConfig]] = {}
    for run in runs:
        shapes.setdefault(shape(run), []).append(run)
    return [
        Group(tuple(members[start : start + STACK]), stacked=True)
        for members in shapes.values()
        for start in range(0, len(members), STACK)
    ]


def _has_cuda() -> bool:
    if not Path("/dev/nvidiactl").exists():  # spares the import of torch where there is no such device
        return False
    from core.train.device import has_cuda

    return has_cuda()
