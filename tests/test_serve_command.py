"""`crosslens serve` as it is started: it answers, asks for a token where others reach it, and ends with Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

from core.workspace import ROOT
from tests.support.browser import SLOW, free_port
from tests.support.waiting import wait_until

pytestmark = pytest.mark.process


def asked(address: str, path: str, **headers: str) -> httpx2.Response:
    return httpx2.get(f"{address}{path}", headers=headers, timeout=SLOW)


def is_up(address: str) -> bool:
    with suppress(httpx2.TransportError):
        return asked(address, "/docs").status_code > 0
    return False


@contextmanager
def served(log: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    words = [sys.executable, "-m", "core", "serve", "--port", str(port), *options]
    with log.open("w") as out, subprocess.Popen(words, cwd=ROOT, text=True, stdout=out, stderr=out) as process:
        try:
            wait_until(lambda: process.poll() is not None or is_up(address), SLOW)
            yield process, address
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(SLOW)


def test_it_answers_and_ends_with_an_interrupt(tmp_path: Path) -> None:
    with served(tmp_path / "log") as (process, address):
        models = asked(address, "/models").json()
        assert {"run_id", "fusion", "test_mse"} <= models[0].keys()
    said = (tmp_path / "log").read_text()
    assert process.returncode == 0 and "Traceback" not in said and "/docs describes what can be asked" in said


def test_where_others_reach_it_a_token_is_asked_for(tmp_path: Path) -> None:
    with served(tmp_path / "log", "--host", "0.0.0.0") as (_, address):
        assert asked(address, "/models").status_code == 401
        said = (tmp_path / "log").read_text()
        token = said.partition("other machines: ")[2].split()[0]
        assert len(token) >= 32
        assert asked(address, "/models", Authorization=f"Bearer {token}").status_code == 200


def test_an_empty_file_of_a_token_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n")
    words = [sys.executable, "-m", "core", "serve", "--token-file", str(tmp_path / "token")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=SLOW)
    assert (
        done.returncode == 2 and "holds no token in its first line" in done.stderr and "Traceback" not in done.stderr
    )
