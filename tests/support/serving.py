"""`crosslens serve` as it is started, for the tests that ask it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2

from core.workspace import ROOT
from tests.support.browser import free_port
from tests.support.waiting import LONG, wait_until


def asked(address: str, path: str, **headers: str) -> httpx2.Response:
    """Ask with GET."""
    return httpx2.get(f"{address}{path}", headers=headers, timeout=LONG)


@contextmanager
def served(log: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yield the server's process and address once it is up, or its process has ended; end it with an interrupt."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    words = [sys.executable, "-m", "core", "serve", "--port", str(port), *options]
    with log.open("w") as out, subprocess.Popen(words, cwd=ROOT, text=True, stdout=out, stderr=out) as process:
        try:
            wait_until(lambda: process.poll() is not None or _is_up(address))
            yield process, address
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(LONG)


def _is_up(address: str) -> bool:
    with suppress(httpx2.TransportError):
        return asked(address, "/docs").status_code > 0
    return False
