"""Processes that hold models, started by tests: found by what they leave in their folders, and ended."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core.locks import is_held
from core.serve.warm import place


def engines() -> Iterator[int]:
    """Yield the process ids of the engines at work; those of other test processes have other temporary files."""
    for path in Path(tempfile.gettempdir()).glob(f"crosslens-{os.getuid()}-*/pid"):
        if is_held(path.with_name("lock")):
            yield int(path.read_text())


def engine_here() -> list[int]:
    """Return the process id of the engine of the present workspace, if it is at work."""
    folder = place()
    return [int((folder / "pid").read_text())] if is_held(folder / "lock") else []


def end_engines() -> None:
    """End the engines at work."""
    for process in engines():
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
