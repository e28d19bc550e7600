"""Shared by all tests: honest tiers, a workspace of their own, and the official data where they are at hand."""

import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.data.catalog import KNOWN
from core.serve import warm
from tests.support.engines import ask_here, end_engines

if TYPE_CHECKING:
    from core.exhibits.case import Case
    from core.train.record import RunRecord
    from core.vocabulary import Fusion
    from tests.support.inspected import InspectedModels


LONG = ("browser", "process", "slow")  # the marks that `make quick` leaves out
STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn"}
_ASK, _START = warm._ask, BaseProcess.start
_started: list[str] = []  # the processes of the test at hand


def _note_start(event: str, arguments: tuple[object, ...]) -> None:
    if event in STARTS:
        _started.append(f"{event}{arguments[:2]}")


def _start_noted(process: BaseProcess) -> None:
    _started.append(f"multiprocessing {process.name}")
    _START(process)


sys.addaudithook(_note_start)
BaseProcess.start = _start_noted  # a spawned one raises no audit event


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Count the processes of each test from its fixtures on."""
    _started.clear()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that starts a process and does not say so: `make quick` would wait for it."""
    result = yield
    if _started and not any(item.get_closest_marker(name) for name in ("browser", "process")):
        pytest.fail(f"This test starts a process ({_started[0]}); mark it with pytest.mark.process.")
    return result


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests go first, so that no worker begins one while the other has nothing left to do."""
    marks = {item.path: set[str]() for item in items}
    for item in items:
        marks[item.path] |= {mark.name for mark in item.iter_markers()}
    items.sort(key=lambda item: [name not in marks[item.path] for name in LONG])


@pytest.fixture(scope="session", autouse=True)
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Results of tests go to a folder of the session, never into the user's workspace; no process outlives it."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="cl-") as temporary:
        folder = tmp_path_factory.mktemp("workspace")
        patch.setenv("CROSSLENS_HOME", str(folder))
        patch.setenv("TMPDIR", temporary)  # short: the path of a socket may not be long
        patch.setattr(tempfile, "tempdir", temporary)
        patch.setattr(warm, "_ask", ask_here)
        yield folder
        end_engines()


@pytest.fixture(autouse=True)
def _answered_by_a_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a process answer the tests that are about processes; the others are answered in their own."""
    if any(request.node.get_closest_marker(name) for name in ("browser", "process")):
        monkeypatch.setattr(warm, "_ask", _ASK)


@pytest.fixture(scope="session")
def official_data() -> Path:
    """Return the folder named by CROSSLENS_DATA; skips the test when an official file is missing."""
    folder = Path(os.environ.get("CROSSLENS_DATA") or "/nowhere")
    missing = sorted({known.file.name for known in KNOWN.values() if known.file} - {p.name for p in folder.glob("*")})
    if missing:
        pytest.skip(f"official data not at hand: set CROSSLENS_DATA to a folder with {', '.join(missing)}")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of the test's own, without shipped checkpoints and official files: an empty start for a page."""
    from core.train import finished
    from dashboard import cache

    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    monkeypatch.delenv("CROSSLENS_DATA", raising=False)
    for module in (finished, cache):
        monkeypatch.setattr(module, "CHECKPOINTS", tmp_path / "none shipped")
    return tmp_path


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Let the tests of a file train and ask on one thread."""
    from tests.support import trained

    with trained.one_thread():
        yield


@pytest.fixture(scope="session")
def tiny_runs(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> dict["Fusion", "RunRecord"]:
    """Return a run of each fusion on `tiny_dataset(500)`, trained in the workspace of the session; only to read."""
    from tests.support.tiny import tiny_dataset
    from tests.support.trained import tiny_records

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(workspace))
        return tiny_records(tiny_dataset(500), tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="session")
def inspected_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, "InspectedModels", "InspectedModels"]:
    """Return a workspace with tiny models, trained and inspected: (folder, hourly, daily)."""
    from tests.support.inspected import DAILY, HOURLY, inspect_models, inspected_models
    from tests.support.prepared import copied

    folder = copied(tmp_path_factory, "inspected", inspect_models)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(folder))
        return folder, inspected_models(HOURLY), inspected_models(DAILY)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace where the models that the dashboard opens with are inspected."""
    from tests.support.prepared import copied, inspect_sample

    return copied(tmp_path_factory, "sample", inspect_sample)


@pytest.fixture
def hourly(
    home: Path, inspected_home: tuple[Path, "InspectedModels", "InspectedModels"], monkeypatch: pytest.MonkeyPatch
) -> Iterator["InspectedModels"]:
    """Yield inspected models of hourly data, in the workspace of the test; no deck of it is left to the next."""
    monkeypatch.setenv("CROSSLENS_HOME", str(inspected_home[0]))
    yield inspected_home[1]
    shutil.rmtree(inspected_home[0] / "decks", ignore_errors=True)


@pytest.fixture
def daily(
    hourly: "InspectedModels", inspected_home: tuple[Path, "InspectedModels", "InspectedModels"]
) -> "InspectedModels":
    """Return inspected models of daily data, in the workspace of the test."""
    return inspected_home[2]


@pytest.fixture(scope="module")
def case(inspected_home: tuple[Path, "InspectedModels", "InspectedModels"]) -> Iterator["Case"]:
    """Yield the case of the inspected models of hourly data; what it read stays read for the tests of a file."""
    from tests.support.exhibits import case_of

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSLENS_HOME", str(inspected_home[0]))
        yield case_of(inspected_home[1].dataset)


@pytest.fixture
def no_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no way to a browser: the setting points nowhere and PATH is empty."""
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    monkeypatch.setenv("PATH", "")
