"""A study killed twenty times at random moments, workers included, ends as if nobody had touched it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from core.study.folder import RUNS, TABLE
from core.workspace import ROOT
from tests.support import study_driver

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `whole/study` and `killed/study`, what was seen at each kill, and the starts of runs."""
    folder = tmp_path_factory.mktemp("kills")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CROSSLENS_HOME": str(folder / "home")}
    words = [sys.executable, "-m", "tests.support.study_driver", str(folder)]
    with (folder / "seen").open("w") as seen, (folder / "log").open("w") as log:
        ended = subprocess.run(words, cwd=ROOT, env=environment, stdout=seen, stderr=log)
    assert ended.returncode == 0, (folder / "log").read_text()[-2000:]
    return folder


def test_no_finished_run_is_lost_and_none_is_trained_again(place: Path) -> None:
    seen = json.loads((place / "seen").read_text())
    assert len(seen) == study_driver.KILLS
    starts = (place / "started").read_text().splitlines()
    runs = (place / "killed" / "study" / RUNS).iterdir()
    finished = {path.name: path / "weights.safetensors" for path in runs if path.is_dir()}
    for moment in seen:
        for run_id, written in moment["finished"].items():
            status = finished[run_id].stat()
            assert written == [status.st_ino, status.st_mtime_ns], "written again"
            assert run_id not in starts[moment["starts"] :], "started again"
    counts = {len(moment["finished"]) for moment in seen}
    assert len(counts) > 2 and min(counts) == 0, "the kills fall before, between and after runs"
    assert len(starts) > len(finished) == 9, "some kills fell into a training"


def test_the_table_is_the_same_to_the_bit(place: Path) -> None:
    whole, killed = (place / name / "study" / TABLE for name in ("whole", "killed"))
    assert pyarrow.parquet.read_metadata(whole).num_rows > 0
    assert whole.read_bytes() == killed.read_bytes()
