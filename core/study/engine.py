"""How the runs of a study are shared out to workers: side by side, one run each, or stacked, many of one shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from core.config import RunConfig
from core.jobs import write_json
from core.locks import is_held
from core.study.folder import sibling
from core.train.record import readable
from core.train.stack.shape import shape

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
        specs = [str(sibling(runs / run.run_id, ".json")) for run in self.runs]
        if self.stacked:
            return ["stack", "--runs", *specs, "--out", str(runs)]
        out = runs / self.runs[0].run_id
        return ["train", "--run", *specs, "--out", str(out), "--events", str(sibling(out, ".jsonl"))]

    def log(self, runs: Path) -> Path:
        """Return the file for what the worker prints."""
        return sibling(runs / self.runs[0].run_id, ".log")

    @property
    def named(self) -> dict[str, object]:
        """How events name it: its run, or how many runs it has."""
        return {"runs": len(self.runs)} if len(self.runs) > 1 else {"run": self.runs[0].run_id}

    @property
    def dataset(self) -> str:
        """Key of the data set that its runs are trained on."""
        return self.runs[0].dataset

    def reads(self, runs: Path) -> list[Path]:
        """Return the settings of each run, and what unfinished ones kept."""
        return [sibling(runs / run.run_id, suffix) for run in self.runs for suffix in (".json", ".training")]

    def is_taken(self, runs: Path) -> bool:
        """Tell whether a worker of a killed study still saves one of these runs."""
        return any(is_held(sibling(runs / run.run_id, ".training") / "lock") for run in self.runs)

    def begin(self, runs: Path, emit: Callable[..., None]) -> None:
        """Write the settings of each run for the worker."""
        for run in self.runs:
            write_json(sibling(runs / run.run_id, ".json"), run.to_dict())
            emit("started", run=run.run_id)

    def rest(self, runs: Path, emit: Callable[..., None]) -> Group | None:
        """Return the runs that are not finished; emit the test error of each of the others."""
        missing = tuple(run for run in self.runs if not _is_finished(runs / run.run_id, emit))
        return replace(self, runs=missing) if missing else None

    def halves(self) -> list[Group]:
        """Return two groups of half the runs each; none for a single run."""
        middle = (len(self.runs) + 1) // 2
        parts = (self.runs[:middle], self.runs[middle:])
        return [replace(self, runs=part) for part in parts] if len(self.runs) > 1 else []

    def fail(self, runs: Path, sentence: str, emit: Callable[..., None]) -> None:
        """Record and tell why these runs failed."""
        for run in self.runs:
            path = sibling(runs / run.run_id, ".error")
            if not path.exists():  # a worker of many runs knows better which of them failed, and why
                path.write_text(sentence, encoding="utf-8")
            emit("failed", run=run.run_id, error=path.read_text(encoding="utf-8"))


def _is_finished(folder: Path, emit: Callable[..., None]) -> bool:
    record = readable(folder)
    if record is None:
        return False
    emit("finished", run=record.run_id, mse=record.metrics["test"]["mse"])
    return True


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
    from core.train.probe import has_cuda

    return has_cuda()
