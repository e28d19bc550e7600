"""The engine's own process: one for a workspace, found again, asked again where it was killed, and gone when idle."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import numpy as np
import pytest

from core.serve import warm
from core.serve.engine import Engine
from core.serve.warm import EngineError, ask_window
from core.text.message import message_of
from core.train.record import RunRecord
from core.vocabulary import Fusion
from core.workspace import Folder, subfolder
from tests.support.engines import engine_here
from tests.support.tiny import tiny_dataset
from tests.support.trained import tiny_records
from tests.support.waiting import wait_until

pytestmark = pytest.mark.process
KILLS = 3  # that one question outlives


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunRecord]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(tmp_path_factory.mktemp("home")))
        runs = subfolder(Folder.STUDIES) / "mine" / "runs"
        yield tiny_records(tiny_dataset(500), runs, [Fusion.BOTH])[Fusion.BOTH]


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
    with pytest.raises(EngineError, match="Window 99999 was asked for") as found:
        ask_window(record.run_id, 99999)
    assert message_of(found.value).key == "engine.no_window"  # told in the language of who reads it
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
    killed: set[int] = set()

    def listening() -> set[int]:
        return set(engine_here()) - killed if (warm.place() / "socket").exists() else set()

    def kill_each_that_listens() -> None:
        while len(killed) < KILLS and not stop.is_set():
            wait_until(lambda: stop.is_set() or listening())
            for process in listening():
                os.kill(process, signal.SIGKILL)
                killed.add(process)

    killer = threading.Thread(target=kill_each_that_listens)
    killer.start()
    answers: list[object] = []
    try:
        while killer.is_alive() or len(answers) < 20:
            answers.append(ask_window(record.run_id, 3))
    finally:
        stop.set()
        killer.join()
    assert len(killed) == KILLS and all(answer == expected for answer in answers)


def test_a_question_that_ends_every_process_is_told_so(record: RunRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    connect, killed = warm._connected, []

    def connected(folder: Path) -> tuple[HTTPConnection, str]:
        connection, process = connect(folder)
        killed.append(int(process))  # it ends before it hears the question
        os.kill(killed[-1], signal.SIGKILL)
        return connection, process

    monkeypatch.setattr(warm, "_connected", connected)
    with pytest.raises(EngineError, match="ended again and again over this question; its log is"):
        ask_window(record.run_id, 3)
    assert len(set(killed)) == len(killed) == KILLS + 1


def test_it_ends_when_nobody_asks_and_starts_again(record: RunRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    for process in engine_here():
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: not engine_here())
    monkeypatch.setattr(warm, "IDLE", 0.5)
    first = ask_window(record.run_id, 3)
    wait_until(lambda: not engine_here())
    assert ask_window(record.run_id, 3) == first


def test_a_folder_of_somebody_else_is_not_trusted(record: RunRecord, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(tmp_path))
        folder = warm.place()
        folder.chmod(0o777)
        with pytest.raises(EngineError, match="belongs to another account"):
            ask_window(record.run_id, 0)
