"""A study whose workers are forked instead of started: everything else is the product's own, and a kill is real.

Torch is imported once, then every study costs what it trains. Run by tests/test_study_kill.py as a process.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import torch

from core import presets
from core.__main__ import main
from core.config import TrainConfig
from core.study.pool import Task
from core.study.run import run_study
from core.train import fit  # noqa: F401  imported before the forks
from tests.support.studies import TINY, grid
from tests.support.tiny import tiny_dataset

KILLS, SEED = 20, 7


def fork(work: Callable[[], int]) -> int:
    """Run something in a child and return its process number."""
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        status = work()
    finally:
        os._exit(status)


class Forked:
    """A worker as a child of the study."""

    def __init__(self, task: Task, place: Path) -> None:
        parent = os.getpid()
        words = [*task.words(place), "--parent", str(parent)]
        self._process = fork(lambda: self._work(words, task.log(place)))
        self._status: int | None = None

    @staticmethod
    def _work(words: list[str], log: Path) -> int:
        os.closerange(3, 256)  # as a started process: no lock of the study is handed on
        with log.open("a") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        return main(words)

    def poll(self) -> int | None:
        if self._status is None:
            ended, status = os.waitpid(self._process, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if ended else None
        return self._status

    def terminate(self) -> None:
        os.kill(self._process, signal.SIGTERM)

    def wait(self) -> int:
        if self._status is None:
            self._status = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
        return self._status


def words_told(folder: Path) -> int:
    """Return how much a study has written so far: ends of epochs and names of files. Grows with the work alone."""
    epochs = sum(path.read_bytes().count(b'"epochs"') for path in (folder / "runs").glob("*.jsonl"))
    return epochs + sum(len(folders) + len(files) for _, folders, files in os.walk(folder))


def finished(folder: Path) -> dict[str, list[int]]:
    """Return the finished runs of a study, each with what would change if it were written again."""
    files = [path for path in (folder / "runs").glob("*/weights.safetensors") if not path.parent.suffix]
    return {path.parent.name: [path.stat().st_ino, path.stat().st_mtime_ns] for path in files}


def study(folder: Path, started: Path) -> int:
    """Begin or go on with the study; every start of a run is noted."""

    def note(kind: str, **fields: object) -> None:
        if kind == "started":
            with started.open("a") as file:
                file.write(f"{fields['run']}\n")

    settings = grid(tiny_dataset(), seeds=[0, 1, 2], matched=True)
    return 0 if run_study(folder, study=settings, workers=2, on_event=note, launch=Forked) else 1


def until_killed(folder: Path, started: Path, moment: int) -> bool:
    """Run the study and kill all of its processes once it has written so much; False when it ended before.

    It writes something more each time, so that it gets on even where a moment has passed already.
    """
    moment = max(moment, words_told(folder) + 1)
    pause = threading.Event()
    child = fork(lambda: study(folder, started))
    os.setpgid(child, child)  # its workers stay in its group
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
        if words_told(folder) >= moment:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return True
        pause.wait(0.002)
    assert ended[1] == 0, "the study failed by itself"
    return False


def kill_and_finish(place: Path) -> list[dict[str, object]]:
    """Train the study once undisturbed, then with kills at random moments of what the undisturbed one wrote.

    Returns
    -------
    list
        One entry a kill: which runs were finished by then, and how many starts of runs had been noted.
    """
    whole, killed, started = place / "whole" / "study", place / "killed" / "study", place / "started"
    assert not until_killed(whole, place / "of the whole", sys.maxsize)
    draw = random.Random(SEED)
    moments = sorted(draw.randint(1, int(0.8 * words_told(whole))) for _ in range(KILLS))
    seen = []
    for moment in moments:
        assert until_killed(killed, started, moment), "the study ended before it was killed"
        starts = started.read_text().splitlines() if started.exists() else []
        seen.append({"finished": finished(killed), "starts": len(starts)})
    assert not until_killed(killed, started, sys.maxsize)
    return seen


def warm_up() -> None:
    """Import what torch's optimisers import at their first step: every fork would pay for it anew."""
    weight = torch.zeros(1, requires_grad=True)
    weight.grad = torch.zeros(1)
    torch.optim.AdamW([weight]).step()


if __name__ == "__main__":
    torch.set_num_threads(1)
    warm_up()
    presets.PRESETS["tiny"] = TINY._replace(train=TrainConfig(epochs=3, batch=32, stride=1))
    sys.stdout.write(json.dumps(kill_and_finish(Path(sys.argv[1]))))
