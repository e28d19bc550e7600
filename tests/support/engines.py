"""Engines of tests: asked in the test's own process, or started as processes of their own, found and ended."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from core.locks import is_held
from core.serve.warm import EngineError, place


@cache
def _client() -> Any:
    """Return a client of the real application and a real engine; torch and FastAPI are loaded where one asks."""
    from fastapi.testclient import TestClient

    from core.serve.engine import Engine
    from core.serve.http import make_app

    client = TestClient(make_app(Engine()), base_url="http://localhost", raise_server_exceptions=False)
    return client.__enter__()  # one event loop for the whole session


def ask_here(method: str, address: str, question: Any = None) -> Any:
    """Answer a question to the warm process in this one: all but the socket and the process is the same."""
    answer = _client().request(method, address, json=question)
    if answer.status_code != 200:
        raise EngineError(answer.json()["error"])
    return answer.json()


def engines() -> Iterator[int]:
    """Yield the process ids of the engines at work; those of other test processes have other temporary files."""
    for folder in Path(tempfile.gettempdir()).glob(f"crosslens-{os.getuid()}-*"):
        yield from _engine_of(folder)


def engine_here() -> list[int]:
    """Return the process id of the engine of the present workspace, if it is at work."""
    return _engine_of(place())


def _engine_of(folder: Path) -> list[int]:
    if not is_held(folder / "lock"):
        return []
    with suppress(FileNotFoundError):
        return [int(told) for told in (folder / "pid").read_text().split()]  # none while it is being written
    return []


def end_engines() -> None:
    """End the engines at work."""
    for process in engines():
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
