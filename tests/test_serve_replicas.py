"""Replicas behind Ray Serve: the answers and refusals of one app, also while a replica is killed; nothing is left."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from core.__main__ import main
from core.data.catalog import load_dataset
from core.exits import Exit
from core.nodes import ClusterError, join
from core.serve.engine import Engine
from core.serve.http import MOST_BODY, make_app
from tests.support.serving import served
from tests.support.waiting import LONG, wait_until

pytest.importorskip("ray.serve", reason="crosslens[cluster] is not installed", exc_type=ImportError)
import ray
from ray.cluster_utils import Cluster as Nodes

from core.serve import replicas as scaled
from core.serve.replicas import REPLICA, replicas
from tests.support.nodes import two_nodes

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("one_thread")]
SAMPLE = "NYweather"
Ask = Callable[..., httpx2.Response]


class Told(NamedTuple):
    """What is compared of an answer."""

    status: int
    head: dict[str, str]
    body: bytes


def told(answer: httpx2.Response) -> Told:
    """Leave out when it was given, and by whom."""
    apart = ("date", REPLICA.decode())
    return Told(answer.status_code, {k: v for k, v in answer.headers.items() if k not in apart}, answer.content)


def by(answer: httpx2.Response) -> str:
    return answer.headers[REPLICA.decode()]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a workspace that only shipped models are seen from; its path marks every process that is begun."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("replicas")
        patch.setenv("CROSSLENS_HOME", str(folder))
        patch.delenv("RAY_ADDRESS", raising=False)
        yield folder


@pytest.fixture(scope="module")
def run(home: Path) -> str:
    return next(one.run_id for one in Engine().models() if one.run_id.startswith(f"{SAMPLE}-h24-both"))


@pytest.fixture(scope="module")
def alone(home: Path) -> Iterator[Ask]:
    """Yield what asks the app without ray."""
    with TestClient(make_app(Engine()), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client.request


@pytest.fixture(scope="module")
def there(home: Path) -> Iterator[str]:
    """Yield the address of two replicas; in the end they are interrupted as a terminal does it, and all is gone."""
    with served(home / "log", "--replicas", "2") as (process, address):
        assert process.poll() is None, (home / "log").read_text()
        assert len(begun(home)) > 3
        yield address
    assert process.returncode == 0 and "Traceback" not in (home / "log").read_text()
    wait_until(lambda: not begun(home))


def begun(home: Path) -> list[int]:
    """Return the processes that live in a workspace of the tests, the tests themselves left out."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            mark = f"CROSSLENS_HOME={home}\0".encode()
            if mark in (place / "environ").read_bytes() and int(place.name) != os.getpid():
                found.append(int(place.name))
    return found


def asker(address: str) -> Ask:
    return lambda method, path, **more: httpx2.request(method, f"{address}{path}", timeout=LONG, **more)


def window(ask: Ask, run: str, number: int = 7, **question: object) -> httpx2.Response:
    return ask("POST", f"/models/{run}/windows/{number}", json=question)


def test_questions_are_answered_byte_for_byte_as_without_ray(there: str, alone: Ask, run: str) -> None:
    rows = load_dataset(SAMPLE).frame.iloc[-1000:].to_csv().encode()
    variable = load_dataset(SAMPLE).frame.columns[0]
    changes = ["attention:uniform"]
    for path in ("/models", "/docs", "/openapi.json", f"/models/{run}/memory"):
        assert told(asker(there)("GET", path)) == told(alone("GET", path)), path
    for form in ("json", "csv", "arrow"):
        here, far = (
            told(ask("POST", f"/models/{run}/forecast?form={form}", content=rows)) for ask in (alone, asker(there))
        )
        assert here == far and here.status == 200
    record = ["kernel_gru_to_cnn", "update_gate:last_token"]
    for question in ({"record": record}, {"changes": changes}, {"record": record, "changes": changes}, {}):
        assert told(window(asker(there), run, **question)) == told(window(alone, run, **question))
    path = f"/models/{run}/windows/7/account"
    assert told(asker(there)("POST", path, json={"variable": variable})) == told(
        alone("POST", path, json={"variable": variable})
    )


def test_what_the_app_refuses_is_refused_alike(there: str, alone: Ask, run: str) -> None:
    far, foreign = asker(there), {"host": "crosslens.example"}
    for method, path, more, status in (
        ("GET", "/nothing", {}, 404),
        ("GET", "/models/nobody/memory", {}, 404),
        ("DELETE", "/models", {}, 405),
        ("GET", "/models", {"headers": foreign}, 400),
        ("POST", f"/models/{run}/forecast", {"content": b"no table"}, 422),
        ("POST", f"/models/{run}/windows/7", {"content": b"{"}, 422),
        ("POST", f"/models/{run}/windows/100000", {"json": {}}, 422),
        ("POST", f"/models/{run}/windows/7", {"json": {"changes": ["moon"]}}, 422),
        ("GET", f"/models/{run}/windows/7/swaps?source=moon", {}, 422),
    ):
        answer = far(method, path, **more)
        assert told(answer) == told(alone(method, path, **more)), path
        assert answer.status_code == status and answer.json()["error"].endswith((".", "?"))


@pytest.mark.parametrize("known", [True, False], ids=["length told", "in pieces"])
def test_a_large_body_is_refused_before_it_travels(there: str, run: str, known: bool) -> None:
    connection = HTTPConnection(urlsplit(there).netloc, timeout=LONG)
    connection.putrequest("POST", f"/models/{run}/forecast")
    connection.putheader(*("Content-Length", str(MOST_BODY + 1)) if known else ("Transfer-Encoding", "chunked"))
    connection.endheaders()
    if not known:
        piece = b"x" * (MOST_BODY // 50)
        with suppress(ConnectionError):  # it hung up on what is left
            for _ in range(51):
                connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    answer = connection.getresponse()
    assert answer.status == 413 and answer.getheader(REPLICA.decode()) is None
    assert "fewer rows" in json.loads(answer.read())["error"]
    connection.close()


def test_a_killed_replica_is_replaced_and_no_question_is_lost(there: str, alone: Ask, run: str) -> None:
    right = told(window(alone, run))
    answers: list[httpx2.Response] = []

    def givers() -> set[str]:
        """Ask many at once, and return who answers."""
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: window(asker(there), run), range(12)))
        answers.extend(found)
        return {by(one) for one in found}

    wait_until(lambda: len(givers()) == 2)
    victim, other = givers()
    with ThreadPoolExecutor(9) as pool:
        asking = [pool.submit(window, asker(there), run) for _ in range(60)]
        wait_until(lambda: sum(one.done() for one in asking) > 4)
        os.kill(int(victim.rpartition(":")[2]), signal.SIGKILL)
        answers.extend(one.result() for one in asking)
    wait_until(lambda: len(givers() - {victim}) == 2)
    assert other in givers()
    assert {(one.status, one.body) for one in map(told, answers)} == {(right.status, right.body)}


@pytest.fixture
def nodes(home: Path) -> Iterator[Nodes]:
    with two_nodes() as found:
        yield found


def test_nodes_of_a_cluster_answer_alike_or_are_refused_and_it_is_left_as_it_was(nodes: Nodes, alone: Ask) -> None:
    join(nodes.address)
    for name, other, said in (
        ("fingerprint", lambda entries: "of another day", "install the same version there"),
        ("available", list[str], "let it see the same workspace"),
    ):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(ClusterError, match=said):
            patch.setattr(scaled, name, other)
            scaled._check(2, scaled._known())
    with pytest.raises(ClusterError, match="2 free cores, and 3 replicas"):
        scaled._check(3, scaled._known())
    path, givers = "/models", set[bytes]()
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    with replicas(2, nodes.address) as ask:
        for _ in range(20):
            start, *bodies = asyncio.run(ask(scope | {"headers": [(b"host", b"localhost")]}, b""))
            assert b"".join(body["body"] for body in bodies) == alone("GET", path).content
            givers.add(dict(start["headers"])[REPLICA])
    assert len(givers) == 2 and not ray.is_initialized()
    join(nodes.address)
    wait_until(lambda: ray.available_resources().get("CPU") == 2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--replicas", "0"), "--replicas is 0; it must be at least 1."),
        (("--address", "127.0.0.1:6379"), "say how many with --replicas."),
        (("--replicas", "2", "--address", "127.0.0.1:1"), "No Ray cluster was found"),
    ],
)
def test_a_command_line_that_cannot_be_served_is_refused_in_a_sentence(
    options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *options]) == Exit.REFUSED
    (sentence,) = capsys.readouterr().err.splitlines()
    assert said in sentence


def test_without_ray_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "core.serve.replicas")
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["serve", "--replicas", "2"]) == Exit.REFUSED
    assert capsys.readouterr().err == "Replicas need ray: pip install 'crosslens[cluster]' on every node.\n"
