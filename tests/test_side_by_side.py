"""Runs of an inspection side by side: what ends all of it, and that no process outlives the one that asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from core.inspection.side_by_side import ShouldStop, SideBySide, Tell
from core.locks import is_held, take
from core.stages import Stopped
from tests.support.waiting import wait_until

pytestmark = pytest.mark.process
ASKING = "import sys, tests.test_side_by_side as t; from pathlib import Path; t.ask(Path(sys.argv[1]))"


def linger(folder: Path, tell: Tell, should_stop: ShouldStop) -> None:
    """Hold a lock named after the process until it is to stop."""
    assert take(folder / str(os.getpid())) is not None
    while not should_stop():
        time.sleep(0.05)
    raise Stopped


def refuse(item: int, tell: Tell, should_stop: ShouldStop) -> None:
    """Do the first item half, and refuse the second."""
    tell(0.5)
    if item:
        raise ValueError("item 1 is refused")


def ask(folder: Path) -> None:
    """Have two processes linger."""
    with SideBySide(2, 2) as processes:
        processes.do(linger, [folder] * 2, on_progress=lambda done: None, should_stop=lambda: False)


def test_whoever_reads_ends_when_the_process_that_asked_is_killed(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ASKING, str(tmp_path)])
    try:
        wait_until(lambda: process.poll() is None and sum(map(is_held, tmp_path.iterdir())) == 2)
        process.kill()
        process.wait()
        wait_until(lambda: not any(map(is_held, tmp_path.iterdir())))
    finally:
        process.kill()
        for lock in tmp_path.iterdir():
            if is_held(lock):
                with suppress(ProcessLookupError):
                    os.kill(int(lock.name), signal.SIGKILL)


def test_a_stop_ends_all_of_it(tmp_path: Path) -> None:
    told: list[float] = []
    with pytest.raises(Stopped), SideBySide(2, 2) as processes:
        processes.do(
            linger,
            [tmp_path] * 2,
            on_progress=told.append,
            should_stop=lambda: sum(map(is_held, tmp_path.iterdir())) == 2,
        )
    assert not any(map(is_held, tmp_path.iterdir())) and set(told) <= {0.0}


@pytest.mark.parametrize("workers", [1, 2])
def test_what_one_raises_is_raised(workers: int) -> None:
    with pytest.raises(ValueError, match="item 1 is refused"), SideBySide(workers, 2) as processes:
        processes.do(refuse, [0, 1], on_progress=lambda done: None, should_stop=lambda: False)
