"""The engine's own process: one for a workspace, found again, asked again where it was killed, and gone when idle."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.serve import warm
from core.serve.engine import Engine
from core.serve.warm import EngineError, ask_window
from core.train.fit import fit
from core.train.record import RunRecord
from core.workspace import Folder, subfolder
from tests.support.engines import engine_here
from tests.support.tiny import tiny_dataset, tiny_run
from tests.support.waiting import wait_until

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunRecord]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(tmp_path_factory.mktemp("home")))
        dataset = tiny_dataset(500)
        run = tiny_run(dataset, epochs=1, stride=8)
        yield fit(run, dataset, subfolder(Folder.STUDIES) / "mine" / "runs" / run.run_id)


def test_it_answers_as_the_engine_does_and_the_asker_never_loads_torch(record: RunRecord) -> None:
    question = {"record": ["update_gate:last_token"], "changes": ["scale:gru_to_cnn:0"]}
    told = ask_window(record.run_id, 3, **question)
    expected = Engine(lambda: [record]).ask(record.run_id, 3, **question)
    np.testing.assert_allclose(told["changed"], expected.changed, rtol=1e-6)
    assert expected.trace is not None
    np.testing.assert_allclose(
        told["record"]["update_gate_last_token"]["values"], expected.trace["update_gate_last_token"], atol=1e-6
    )
    program = "import sys, core.serve.warm; sys.exit('torch' in sys.modules or 'fastapi' in sys.modules)"
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", program]) == 0


def test_what_is_refused_is_the_engines_sentence(record: RunRecord) -> None:
    with pytest.raises(EngineError, match="Window 99999 was asked for"):
        ask_window(record.run_id, 99999)
    with pytest.raises(EngineError, match="no run 'nobody'"):
        ask_window("nobody", 0)


def test_one_process_serves_all_who_ask_at_once(record: RunRecord) -> None:
    ask_window(record.run_id, 0)
    before = engine_here()
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: ask_window(record.run_id, 3), range(12)))
    assert all(answer == answers[0] for answer in answers)
    assert engine_here() == before and len(before) == 1


def test_a_killed_process_loses_no_question(record: RunRecord) -> None:
    expected = ask_window(record.run_id, 3)
    stop = threading.Event()
    answers: list[object] = []

    def kill_again_and_again() -> None:
        for _ in range(2):
            for process in engine_here():
                os.kill(process, signal.SIGKILL)
            before = len(answers)
            # No question meets both: one whose process ends twice is told so.
            wait_until(lambda before=before: stop.is_set() or len(answers) > before + 1, 60)

    killer = threading.Thread(target=kill_again_and_again)
    killer.start()
    try:
        for _ in range(20):
            answers.append(ask_window(record.run_id, 3))
    finally:
        stop.set()
        killer.join()
    assert answers == [expected] * 20


def test_it_ends_when_nobody_asks_and_starts_again(record: RunRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    for process in engine_here():
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: not engine_here())
    monkeypatch.setattr(warm, "IDLE", 0.5)
    first = ask_window(record.run_id, 3)
    wait_until(lambda: not engine_here(), 60)
    assert ask_window(record.run_id, 3) == first


def test_a_folder_of_somebody_else_is_not_trusted(record: RunRecord, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(tmp_path))
        folder = warm.place()
        folder.chmod(0o777)
        with pytest.raises(EngineError, match="belongs to another account"):
            ask_window(record.run_id, 0)
