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
from core.data.ingest import Ingested
from core.data.report import IngestReport
from core.inspection import cell
from core.inspection.cell import AVERAGES, ROWS, inspect, open_inspection
from core.inspection.run import INTERVENTIONS
from core.jobs import JobFolder, JobKind, JobState
from core.train.finished import runs_in
from core.train.record import RecordError, RunRecord, read_record
from core.vocabulary import Fusion
from core.workspace import Folder, subfolder
from dashboard.compare import studies
from tests.support.inspected import InspectedModels
from tests.support.pages import open_page, write_runs
from tests.support.tiny import HOURLY, tiny_dataset, tiny_frame

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


@pytest.mark.usefixtures("home")
def test_a_damaged_account_hides_one_upload_and_breaks_no_page() -> None:
    fine = tiny_dataset(400).key
    uploads.share(fine, True)
    for rows, damage_it in enumerate(DAMAGE.values(), start=300):
        hurt = tiny_dataset(rows).key
        damage_it(uploads.stored(hurt) / "account.json")
        assert uploads.keys() == [fine]
        with pytest.raises(DataError, match=f"{hurt} cannot be read and is set aside as {hurt}.damaged; upload"):
            load_dataset(hurt)
    for page in ("overview", "data", "compare"):
        at = open_page(page)
        assert not at.exception and not at.error
        assert at.selectbox(key="pick dataset").options[-1] == "tiny.csv"
    at = open_page("data", dataset=hurt)
    assert not at.exception
    assert f"{hurt} cannot be read and is set aside as {hurt}.damaged" in said(at)
    assert tiny_dataset(rows).key == hurt, "the same file uploaded again is there again"
    assert set(uploads.keys()) == {hurt, fine}


@pytest.mark.usefixtures("home")
def test_damaged_values_of_an_upload_are_told_and_set_aside() -> None:
    for rows, how in enumerate(("gone", "empty", "not text", "a folder"), start=320):
        key = uploads_with(rows)
        DAMAGE[how](uploads.stored(key) / "data.parquet")
        with pytest.raises(DataError, match=f"{key} cannot be read and is set aside"):
            load_dataset(key)
    key = uploads_with(330)
    DAMAGE["empty"](uploads.stored(key) / "data.parquet")
    at = open_page("data", dataset=key)
    assert not at.exception
    assert f"{key} cannot be read and is set aside" in said(at)


def uploads_with(rows: int) -> str:
    """Store an upload that nobody has loaded yet."""
    frame = tiny_frame(rows)
    report = IngestReport(accepted=True, rows=rows, variables=3, step="1 hour")
    return uploads.store(Ingested(frame, HOURLY, report), "tiny.csv")


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.usefixtures("home")
def test_broken_jobs_break_compare_for_nobody(how: str) -> None:
    names = ("spec.json", "result.json", "study.json", "events.jsonl", "lock")
    hurt = {name: jobs.create(JobKind.STUDY, name, {"study": {"datasets": ["NYweather"]}}) for name in names}
    for name, job in hurt.items():
        (job.path / name).touch()
        DAMAGE[how](job.path / name)
    at = open_page("compare", run=hurt["spec.json"].id)
    assert not at.exception and "could not be shown" not in said(at)
    assert [button for button in at.button if button.label.startswith("Train")], "the rest of the page is there"
    if how not in ("gone", "other words"):  # nothing of it can be read
        assert f"{hurt['spec.json'].id} cannot be read and is set aside" in said(at)
        assert not hurt["spec.json"].path.exists()
    assert {job.id for job in studies.known()} >= {job.id for name, job in hurt.items() if name != "spec.json"}
    assert {job.state for job in studies.known()} == {JobState.LOST}
    for name in ("result.json", "events.jsonl"):
        at = open_page("compare", run=hurt[name].id)
        assert not at.exception and "could not be shown" not in said(at)
        assert "Resume" in [button.label for button in at.button]


@pytest.mark.parametrize("result", [{}, {"state": 7}, {"state": "no such"}, {"state": None}, {"state": []}])
@pytest.mark.usefixtures("home")
def test_a_result_without_a_known_state_is_lost(result: dict[str, object]) -> None:
    job = jobs.create(JobKind.STUDY, "mine", {})
    (job.path / "result.json").write_text(json.dumps(result))
    assert job.state is JobState.LOST and job.message is None


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


@pytest.mark.parametrize("how", ["gone", "not text", "other words"])
def test_a_finished_comparison_with_a_broken_grid_can_be_resumed(how: str, home: Path) -> None:
    job = jobs.create(JobKind.STUDY, "mine", {"study": {"datasets": ["NYweather"]}})
    write_runs(job.path / "runs")
    jobs.write_json(job.path / "result.json", {"state": "done", "message": "", "value": {}})
    (job.path / "study.json").touch()
    DAMAGE[how](job.path / "study.json")
    at = open_page("compare", run=job.id)
    assert not at.exception
    assert "Resume" in [button.label for button in at.button]
    assert ("study.json cannot be read" in said(at)) == (how != "gone")


def test_a_broken_study_of_the_command_line_says_how_it_goes_on(home: Path) -> None:
    (home / "studies" / "by hand").mkdir(parents=True)
    (home / "studies" / "by hand" / "study.json").write_bytes(NOT_TEXT)
    at = open_page("compare", run="by hand")
    assert not at.exception
    assert "study.json cannot be read" in said(at) and "sets it aside" in said(at)


@pytest.mark.parametrize("name", ["metrics.json", "config.json", "history.csv", "gradient.csv"])
@pytest.mark.usefixtures("home")
def test_a_damaged_run_is_left_out_or_named(name: str, home: Path) -> None:
    for number, damage_it in enumerate(DAMAGE.values()):
        folder = home / "studies" / f"{number}" / "runs"
        run = write_runs(folder, fusions=[Fusion.BOTH])[0].run_id
        damage_it(folder / run / name)
        if name.endswith(".json"):
            assert runs_in(folder) == ()
        else:
            record = read_record(folder / run)
            with pytest.raises(RecordError, match=f"{name} of checkpoint {run} cannot be read"):
                _ = record.history if name == "history.csv" else record.gradient


@pytest.fixture
def copied(hourly: InspectedModels, home: Path, monkeypatch: pytest.MonkeyPatch) -> InspectedModels:
    """Return inspected models in a workspace that a test may damage."""
    source = hourly.inspection.folder.parent.parent
    shutil.copytree(source, home / "copy")
    monkeypatch.setenv("CROSSLENS_HOME", str(home / "copy"))
    folder = subfolder(Folder.INSPECTIONS) / hourly.inspection.key
    return InspectedModels(hourly.dataset, hourly.runs, type(hourly.inspection)(folder))


@pytest.mark.slow
def test_a_damaged_inspection_is_set_aside_and_made_again(copied: InspectedModels) -> None:
    folder = copied.inspection.folder
    runs = [subfolder(Folder.STUDIES) / record.folder.relative_to(home_of(record)) for record in copied.runs.values()]
    records = [read_record(run) for run in runs]
    run = folder / copied.runs[Fusion.BOTH].run_id
    before = pd.read_parquet(folder / ROWS)
    parts = (folder / ROWS, run / INTERVENTIONS, run / AVERAGES)
    hurt = [(part, how) for part in parts for how in ("not text", "a folder")]
    for part, how in hurt:
        kept = folder.with_name("kept")
        shutil.copytree(folder, kept)
        cell._mend.cache_clear()  # as in a new process
        assert open_inspection(records).is_complete
        DAMAGE[how](part)
        cell._mend.cache_clear()  # as in a new process
        assert not open_inspection(records).is_complete, f"{part.name}, {how}: damage counts as not read"
        shutil.rmtree(folder)
        kept.rename(folder)
    for part in (run / INTERVENTIONS, run / AVERAGES):
        DAMAGE["not text"](part)
    assert not open_inspection(records).is_complete
    inspect(folder, run_folders=[str(path) for path in runs])
    again = open_inspection(records)
    assert again.is_complete
    key = ["run_id", "statistic", "block"]
    made, was = (rows.set_index(key)["value"].sort_index() for rows in (again.rows, before))
    pd.testing.assert_series_equal(made, was, rtol=1e-4)


def home_of(record: RunRecord) -> Path:
    """Return the folder of studies that a record of these tests lies in."""
    return record.folder.parent.parent.parent


def test_a_page_says_what_is_made_again(copied: InspectedModels, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[JobFolder] = []
    monkeypatch.setattr("core.exhibits.gather.start", started.append)
    (copied.inspection.folder / ROWS).write_bytes(NOT_TEXT)
    at = open_page("kernels", dataset=copied.dataset.key)
    assert not at.exception
    assert [job.id for job in started] == [copied.inspection.key]
    assert f"{ROWS} could not be read, is set aside as {ROWS}.damaged, and is made again" in said(at)


def test_damaged_baselines_are_computed_again(home: Path) -> None:
    dataset, window = tiny_dataset(), WindowConfig(48, 6)
    errors, ridge = baseline_errors(dataset, window), load_ridge(dataset, window)
    for path in subfolder(Folder.BASELINES).iterdir():
        path.write_bytes(NOT_TEXT)
    assert baseline_errors(dataset, window) == errors
    assert (load_ridge(dataset, window).weights == ridge.weights).all()


def test_a_name_that_is_taken_gets_another(tmp_path: Path) -> None:
    for _ in range(3):
        (tmp_path / "a").mkdir()
        set_aside(tmp_path / "a")
    assert len(list(tmp_path.iterdir())) == 3
