"""The engine in a process of its own, asked over a local socket that this account alone reaches.

Pages never load torch: they ask here. The process is started by the first question, found again by whoever asks
later, and ends by itself when nobody has asked for a while. A question does no harm twice, so one whose process
was killed is asked again of a new one.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from core.locks import is_held, take
from core.text.message import Message
from core.text.words import say
from core.worker import spawn
from core.workspace import PRIVATE, ROOT, home

IDLE = 1800.0  # seconds without a question after which the process ends
START = 60.0  # seconds that a process has to begin to answer
LONGEST = 90.0  # seconds to wait for an answer
TRIES = 4  # of a question whose process ends over it
DYING = 20.0  # seconds that a killed process may take to end
_PAUSE = 0.05
_LOCK, _LOG, _PID, _SOCKET = "lock", "log.txt", "pid", "socket"


class EngineError(ValueError):
    """The engine refused a question or cannot be had: one sentence that says what to do."""


def place() -> Path:
    """Return the private folder of the process of this workspace and this version of the code.

    It lies with the system's temporary files, because the path of a socket may have 107 bytes and no more.

    Raises
    ------
    EngineError : a folder of this name belongs to somebody else.
    """
    name = hashlib.sha256(f"{home()}\n{ROOT}\n{_newest()}".encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"crosslens-{os.getuid()}-{name}"
    folder.mkdir(mode=PRIVATE, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077 or folder.is_symlink():
        raise EngineError(
            say("{folder} belongs to another account, so no model is asked there; have it removed.", folder=folder)
        )
    return folder


@cache
def _newest() -> int:
    """Return when the code was last changed; once, as a process goes on with the code that it began with."""
    return max(path.stat().st_mtime_ns for path in (ROOT / "core").rglob("*.py"))


def start() -> None:
    """Set the process going unless it is there or on its way; returns at once."""
    folder = place()
    lock = take(folder / _LOCK)
    if lock is None:
        return
    try:
        (folder / _SOCKET).unlink(missing_ok=True)
        words = ["serve", "--socket", str(folder / _SOCKET), "--idle", str(IDLE)]
        (folder / _LOG).unlink(missing_ok=True)  # of the process before
        process = spawn(
            [sys.executable, "-m", "core", *words],
            folder / _LOG,
            pass_fds=(lock,),
            start_new_session=True,  # it outlives the server of the pages
        )
        (folder / _PID).write_text(str(process.pid))  # for whoever wants to end it
    finally:
        os.close(lock)  # the process holds the other end as long as it lives
    threading.Thread(target=process.wait, daemon=True).start()  # so that no dead child lingers


def ask_window(
    run_id: str,
    window: int,
    *,
    record: Sequence[str] = (),
    changes: Sequence[str] = (),
    edits: Sequence[str] = (),
    untrained: bool = False,
    variables: Sequence[str] = (),
) -> dict[str, Any]:
    """Ask what a model does with one test window, see `core.serve.engine.Engine.ask`.

    Parameters
    ----------
    variables : whose forecast and recordings are told; of all unless given.

    Returns
    -------
    What `core.serve.wire.as_reply` makes of the answer.

    Raises
    ------
    EngineError : the question was refused, or the process cannot be had.
    """
    question: dict[str, Any] = {"record": [*record], "changes": [*changes], "edits": [*edits]}
    question |= {"untrained": untrained, "variables": [*variables]}
    return _ask("POST", f"/models/{run_id}/windows/{window}", question)


def ask_mean_record(
    run_id: str, windows: Sequence[int], record: Sequence[str], *, untrained: bool = False
) -> dict[str, Any]:
    """Ask what is recorded of some test windows, as their mean, see `core.serve.engine.Engine.mean_record`.

    Returns what `core.serve.wire.as_mean_record` makes of the answer; raises as `ask_window` does.
    """
    question = {"windows": [*windows], "record": [*record], "untrained": untrained}
    return _ask("POST", f"/models/{run_id}/mean-record", question)


def ask_swaps(run_id: str, window: int, source: str) -> dict[str, Any]:
    """Ask how far a forecast moves with kernels of elsewhere, see `core.serve.engine.Engine.swaps`.

    Returns what `core.serve.wire.as_swaps` makes of the answer; raises as `ask_window` does.
    """
    return _ask("GET", f"/models/{run_id}/windows/{window}/swaps?source={source}")


def ask_memory(run_id: str) -> dict[str, Any]:
    """Ask what the GRU of a model keeps, see `core.serve.engine.Engine.memory`.

    Returns what `core.serve.wire.as_memory` makes of the answer; raises as `ask_window` does.
    """
    return _ask("GET", f"/models/{run_id}/memory")


def ask_number(run_id: str, window: int, what: str, **asked: Any) -> dict[str, Any]:
    """Ask how one number of a forecast comes about, see `core.serve.explain`.

    Parameters
    ----------
    what : the last part of the address: attribution, comparison or account.
    asked : variable, steps and what else that question takes.

    Returns what `core.serve.wire_explained` makes of the answer; raises as `ask_window` does.
    """
    return _ask("POST", f"/models/{run_id}/windows/{window}/{what}", asked)


def look_first(run_id: str, members: Sequence[str], *, untrained: bool = False) -> None:
    """Have a run looked at over some windows, see `core.serve.engine.Engine.look_first`; raises as `ask_window`."""
    _ask("POST", f"/models/{run_id}/first-look", {"members": [*members], "untrained": untrained})


def _ask(method: str, address: str, question: Any = None) -> dict[str, Any]:
    """Ask; again, a few times, where the process ended over it."""
    folder = place()
    for _ in range(TRIES):
        connection, process = _connected(folder)
        try:
            connection.request(method, address, json.dumps(question), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            told: dict[str, Any] = json.loads(answer.read())
            if answer.status == http.client.OK:
                return told
            raise EngineError(Message.from_json(told.get("message", told["error"])))
        except (ConnectionError, http.client.HTTPException):
            _wait_for_the_end(folder, process)
        except TimeoutError:
            raise EngineError(
                say("The model gave no answer within {most:g} s: the machine is busy; ask again.", most=LONGEST)
            ) from None
        finally:
            connection.close()
    raise EngineError(
        say(
            "The process that holds the models ended again and again over this question; its log is {log}.",
            log=folder / _LOG,
        )
    )


def _wait_for_the_end(folder: Path, process: str) -> None:
    """Wait until a process that broke off is gone: while it dies, its socket still takes connections."""
    end = time.monotonic() + DYING
    while is_held(folder / _LOCK) and _process(folder) == process and time.monotonic() < end:
        time.sleep(_PAUSE)


def _process(folder: Path) -> str:
    """Return the id of the process that was started last."""
    try:
        return (folder / _PID).read_text()
    except OSError:  # none yet
        return ""


def _connected(folder: Path) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection to the process and the id of that, started where there is none."""
    end = time.monotonic() + START
    while time.monotonic() < end:
        process, local = _process(folder), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        local.settimeout(LONGEST)
        try:
            local.connect(str(folder / _SOCKET))
        except (FileNotFoundError, ConnectionRefusedError):
            if not is_held(folder / _LOCK):
                start()
        else:
            if is_held(folder / _LOCK) and _process(folder) == process:  # else a dying one took it
                connection = http.client.HTTPConnection("localhost")
                connection.sock = local
                return connection, process
        local.close()
        time.sleep(_PAUSE)
    raise EngineError(
        say(
            "The process that holds the models did not start within {most:g} s; its log is {log}.",
            most=START,
            log=folder / _LOG,
        )
    )
