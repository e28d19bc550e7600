"""The progress file of a run, read as far as it has grown since the last look, and kept thin."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.jobs import read_lines

KEPT_STEPS = 60  # of a run: enough to draw its loss
KEPT_LOGS = 2000  # runs whose reading goes on where it was
_logs: OrderedDict[Path, RunLog] = OrderedDict()
_guard = threading.Lock()


@dataclass(frozen=True)
class RunLog:
    """What a run told so far: every epoch, and steps thinned to between KEPT_STEPS and twice as many."""

    steps: tuple[dict[str, Any], ...] = ()
    epochs: tuple[dict[str, Any], ...] = ()
    file: tuple[int, int] = (0, 0)  # inode, bytes read

    @property
    def step(self) -> dict[str, Any] | None:
        """The last step told."""
        return self.steps[-1] if self.steps else None

    @property
    def epoch(self) -> dict[str, Any] | None:
        """The last epoch told."""
        return self.epochs[-1] if self.epochs else None


def read_log(path: Path) -> RunLog:
    """Return what a progress file holds; the line being written is left for the next look."""
    with _guard:
        known = _logs.get(path, RunLog())
    log = _read_on(path, known)
    with _guard:
        _logs[path] = log
        _logs.move_to_end(path)
        if len(_logs) > KEPT_LOGS:
            _logs.popitem(last=False)
    return log


def _read_on(path: Path, known: RunLog) -> RunLog:
    try:
        status = path.stat()
    except OSError:  # none yet
        return RunLog()
    if (status.st_ino, status.st_size) == known.file:
        return known
    if status.st_ino != known.file[0] or status.st_size < known.file[1]:
        known = RunLog()  # another file lies there now
    events, end = read_lines(path, known.file[1])
    return RunLog(
        steps=_thinned((*known.steps, *(event for event in events if event.get("kind") == "step"))),
        epochs=(*known.epochs, *(event for event in events if event.get("kind") == "epoch")),
        file=(status.st_ino, end),
    )


def _thinned(steps: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """Drop every second step, the last one kept, until few enough are left."""
    while len(steps) > 2 * KEPT_STEPS:
        steps = steps[::-1][::2][::-1]
    return steps
