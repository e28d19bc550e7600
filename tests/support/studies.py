"""What the tests of studies share: a tiny preset, a grid of it, and workers without the start of a process."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import presets
from core.__main__ import main
from core.config import TrainConfig
from core.data.dataset import Dataset
from core.presets import Preset
from core.study.grid import _planned
from core.study.pool import Task
from core.study.run import run_study
from tests.support.tiny import MODEL, tiny_dataset

TINY = Preset(replace(MODEL, width=4, blocks=1), TrainConfig(epochs=1, batch=64, stride=4), "for tests")


def grid(dataset: Dataset, **changes: object) -> dict[str, Any]:
    """Return a study of two modes, one seed and one horizon."""
    values = {
        "datasets": [dataset.key],
        "horizons": [6],
        "fusions": ["none", "both"],
        "seeds": [0],
        "preset": "tiny",
        "lookback": 48,
        "matched": False,
        "measures": False,
    }
    return {**values, **changes}


@contextmanager
def tiny_home(paths: pytest.TempPathFactory) -> Iterator[Dataset]:
    """Yield the tiny data set in a workspace of its own, where `tiny` is a preset."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(paths.mktemp("home")))
        patch.setitem(presets.PRESETS, "tiny", TINY)
        _planned.cache_clear()  # plans of a preset of that name that another test had
        yield tiny_dataset()


class Here:
    """A worker that has done its work, in this very process, by the time it is asked."""

    def __init__(self, task: Task, place: Path) -> None:
        words, log = task.words(place), task.log(place)
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with log.open("a") as file, redirect_stderr(file):
                self.status = main(words)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def poll(self) -> int | None:
        return self.status

    def terminate(self) -> None: ...

    def wait(self) -> int:
        return self.status


class Told(list[tuple[str, dict[str, Any]]]):
    """The events of a study."""

    def __call__(self, kind: str, **fields: Any) -> None:
        self.append((kind, fields))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [fields for told, fields in self if told == kind]

    def runs(self, kind: str) -> list[str]:
        return [fields["run"] for fields in self.of(kind)]


def train(folder: Path, study: Mapping[str, Any] | None = None, **settings: Any) -> Told:
    """Run a study with workers of this process and return what it told."""
    told = Told()
    run_study(folder, study=study, workers=1, on_event=told, **{"launch": Here, **settings})
    return told
