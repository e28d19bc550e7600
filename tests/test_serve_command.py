"""`crosslens serve` as it is started: it answers, asks for a token where others reach it, and ends with Ctrl-C."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.workspace import ROOT
from tests.support.serving import asked, served
from tests.support.waiting import LONG

pytestmark = pytest.mark.process


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
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=LONG)
    assert (
        done.returncode == 2 and "holds no token in its first line" in done.stderr and "Traceback" not in done.stderr
    )
