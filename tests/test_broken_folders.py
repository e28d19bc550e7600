"""What is damaged on disk never ends a page: it is named, set aside, and made again where it can be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.aside import damage, set_aside, whole
from core.baselines import baseline_errors, load_ridge
from core.config import WindowConfig
from core.data import uploads
from core.data.catalog import load_dataset
from core.data.dataset import DataError
from core.inspection import ROWS, inspect, open_inspection
from core.jobs import JobFolder, JobKind, JobState
from core.study.opening import INTERVENTIONS, RESPONSES, TRACE
from core.vocabulary import Fusion
from core.workspace import Room, room
from dashboard import studies
from tests.opened import OpenedModels
from tests.pages import app, open_page, write_runs
from tests.tiny import tiny_dataset

NOT_TEXT = b"\xff\xfe{}\x00"
SPEC = {"kind": "study", "title": "mine", "arguments": {}, "created": "2026-01-01T00:00:00+00:00"}


def said(at: AppTest) -> str:
    """Return every sentence that a page warns with."""
    return " ".join(part.value for part in (*at.error, *at.warning, *at.caption))


def a_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "gone": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "not text": lambda path: path.write_bytes(NOT_TEXT),
    "a list": lambda path: path.write_bytes(b"[]"),
    "other words": lambda path: path.write_bytes(b'{"state": 7, "title": 7, "report": [], "step": 0}'),
    "a folder": a_folder,
}


def test_what_can_be_read_is_returned_and_what_cannot_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[1, 2]")
    read: Callable[[Path], object] = lambda path: json.loads(path.read_text())  # noqa: E731
    assert whole(path, read) == [1, 2]
    assert whole(tmp_path / "none", read) is None
    for times in (1, 2):
        path.write_bytes(NOT_TEXT)
        assert whole(path, read) is None
        assert not path.exists()
        assert len(damage(tmp_path)) == times
    assert all((tmp_path / name).read_bytes() == NOT_TEXT for name in damage(tmp_path)), "nothing is deleted"


@pytest.mark.parametrize("error", [PermissionError(13, "no"), OSError(24, "too many files"), MemoryError()])
def test_what_the_machine_refuses_says_nothing_about_the_file(error: Exception, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}")

    def read(path: Path) -> None:
        raise error

    with pytest.raises(type(error)):
        whole(path, read)
    assert path.exists()


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.usefixtures("home")
def test_a_damaged_account_hides_one_upload_and_breaks_no_page(how: str) -> None:
    hurt, fine = tiny_dataset(300).key, tiny_dataset(400).key
    uploads.share(fine, True)
    DAMAGE[how](uploads.stored(hurt) / "account.json")
    for page in ("overview", "data", "compare"):
        at = open_page(page)
        assert not at.exception and not at.error
        assert fine in at.selectbox(key="pick dataset").options[-1] or "tiny.csv" in str(
            at.selectbox(key="pick dataset").options
        )
    at = app()
    at.query_params["dataset"] = hurt
    at.run()
    assert not at.exception
    assert f"{hurt} cannot be read and is set aside as {hurt}.damaged" in said(at)
    assert tiny_dataset(300).key == hurt, "the same file uploaded again is there again"
    assert uploads.keys() == sorted([hurt, fine], key=lambda key: uploads.account_of(key).came, reverse=True)


@pytest.mark.parametrize("how", ["gone", "empty", "not text", "a folder"])
@pytest.mark.usefixtures("home")
def test_damaged_values_of_an_upload_are_one_sentence_once(how: str) -> None:
    key = tiny_dataset(320).key
    DAMAGE[how](uploads.stored(key) / "data.parquet")
    load_dataset.__globals__["_load_upload"].cache_clear()
    at = open_page("data", dataset=key)
    assert not at.exception
    assert "set aside" in said(at) and key in said(at)
    with pytest.raises(DataError, match="upload the file again"):
        load_dataset(key)
    assert not open_page("overview").exception


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize("name", ["spec.json", "result.json", "study.json", "events.jsonl", "lock"])
@pytest.mark.usefixtures("home")
def test_a_broken_job_breaks_compare_for_nobody(name: str, how: str) -> None:
    job = jobs.create(JobKind.STUDY, "mine", {"study": {"datasets": ["NYweather"]}})
    (job.path / name).touch()
    DAMAGE[how](job.path / name)
    for query in ({}, {"run": job.id}):
        at = open_page("compare", **query)
        assert not at.exception
        assert [button for button in at.button if button.label.startswith("Train")], "the rest of the page is there"
        assert "could not be shown" not in said(at)
    if name == "spec.json":  # nothing of it can be read
        assert f"{job.id} cannot be read and is set aside" in said(at)
        assert studies.known() == []


@pytest.mark.parametrize("result", [{}, {"state": 7}, {"state": "no such"}, {"state": None}, {"state": []}])
@pytest.mark.usefixtures("home")
def test_a_result_without_a_known_state_is_lost_and_can_be_resumed(result: dict[str, object]) -> None:
    job = jobs.create(JobKind.STUDY, "mine", {})
    (job.path / "result.json").write_text(json.dumps(result))
    assert job.state is JobState.LOST
    assert "Resume" in [button.label for button in open_page("compare", run=job.id).button]


@pytest.mark.usefixtures("home")
def test_a_folder_in_place_of_a_jobs_file_makes_way() -> None:
    job = jobs.create(JobKind.INSPECT, "mine", {}, name="one")
    for name in ("lock", "result.json"):
        a_folder(job.path / name)
    shutil.rmtree(job.path / "spec.json", ignore_errors=True)
    a_folder(job.path / "spec.json")
    again = jobs.create(JobKind.INSPECT, "mine", {}, name="one")
    assert again.spec["title"] == "mine"
    assert damage(job.path) == ["lock.damaged", "result.json.damaged", "spec.json.damaged"]


@pytest.mark.parametrize("how", DAMAGE)
def test_a_finished_comparison_with_a_broken_grid_can_be_resumed(how: str, home: Path) -> None:
    job = jobs.create(JobKind.STUDY, "mine", {"study": {"datasets": ["NYweather"]}})
    write_runs(job.path / "runs")
    jobs.write_json(job.path / "result.json", {"state": "done", "message": "", "value": {}})
    (job.path / "study.json").touch()
    DAMAGE[how](job.path / "study.json")
    at = open_page("compare", run=job.id)
    assert not at.exception
    assert "Resume" in [button.label for button in at.button]
    if how != "gone":
        assert "study.json cannot be read" in said(at)
    (home / "studies" / "by hand").mkdir()
    (home / "studies" / "by hand" / "study.json").write_bytes(NOT_TEXT)
    at = open_page("compare", run="by hand")
    assert not at.exception
    assert "study.json cannot be read" in said(at)


@pytest.mark.parametrize("name", ["metrics.json", "config.json", "history.csv"])
@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_run_breaks_no_page(name: str, how: str, home: Path) -> None:
    runs = home / "studies" / "one" / "runs"
    plan = write_runs(runs)
    DAMAGE[how](runs / plan[-1].run_id / name)
    for page in ("overview", "compare", "forecasts", "gradients", "export"):
        at = open_page(page, horizon="24", preset="quick")
        assert not at.exception
        assert "could not be shown" not in said(at)


@pytest.fixture
def copied(hourly: OpenedModels, home: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedModels:
    """Return opened models in a workspace that a test may damage."""
    source = hourly.inspection.folder.parent.parent
    shutil.copytree(source, home / "copy")
    monkeypatch.setenv("CROSSLENS_HOME", str(home / "copy"))
    folder = room(Room.INSPECTIONS) / hourly.inspection.key
    return OpenedModels(hourly.dataset, hourly.runs, type(hourly.inspection)(folder))


@pytest.mark.parametrize("how", ["gone", "empty", "not text", "a folder"])
@pytest.mark.parametrize("part", [ROWS, INTERVENTIONS, RESPONSES, f"{TRACE}/.zattrs", f"{TRACE}/forecast/0.0.0"])
def test_a_damaged_inspection_is_set_aside_and_opened_up_again(part: str, how: str, copied: OpenedModels) -> None:
    key, folder = copied.inspection.key, copied.inspection.folder
    run = copied.runs[Fusion.BOTH].run_id
    assert open_inspection(key) is not None
    before = pd.read_parquet(folder / ROWS)
    DAMAGE[how](folder / part if part == ROWS else folder / run / part)
    assert open_inspection(key) is None, "what is damaged counts as not opened yet"
    runs = [
        str(room(Room.STUDIES) / record.folder.parent.parent.name / "runs" / record.folder.name)
        for record in copied.runs.values()
    ]
    inspect(folder, run_folders=runs)
    again = open_inspection(key)
    assert again is not None
    names = ["run_id", "statistic", "block", "value"]
    pd.testing.assert_frame_equal(again.rows[names], before[names], rtol=1e-4)


def test_a_page_says_what_is_made_again(copied: OpenedModels, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[JobFolder] = []
    monkeypatch.setattr("dashboard.runs.start", started.append)
    (copied.inspection.folder / ROWS).write_bytes(NOT_TEXT)
    at = open_page("kernels", dataset=copied.dataset.key)
    assert not at.exception and not at.error
    assert [job.id for job in started] == [copied.inspection.key]
    assert f"{ROWS} could not be read, is set aside as {ROWS}.damaged, and is made again" in said(at)


def test_damaged_baselines_are_computed_again(home: Path) -> None:
    dataset, window = tiny_dataset(), WindowConfig(48, 6)
    errors, ridge = baseline_errors(dataset, window), load_ridge(dataset, window)
    for path in room(Room.BASELINES).iterdir():
        path.write_bytes(NOT_TEXT)
    assert baseline_errors(dataset, window) == errors
    assert (load_ridge(dataset, window).weights == ridge.weights).all()


def test_a_name_that_is_taken_gets_another(tmp_path: Path) -> None:
    for _ in range(3):
        (tmp_path / "a").mkdir()
        set_aside(tmp_path / "a")
    assert len(list(tmp_path.iterdir())) == 3
