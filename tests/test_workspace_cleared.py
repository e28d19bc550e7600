"""The workspace is told and cleared by page and command in the same words; an inspection that went is made again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.__main__ import main
from core.data import uploads
from core.holdings.budget import standing
from core.holdings.holding import HoldingKind
from core.holdings.listing import holdings
from core.holdings.removal import delete, parts_of, sum_of
from core.inspection.cell import open_inspection
from core.jobs import JobFolder, JobKind, create
from core.locks import take
from core.text.message import word
from core.workspace import size_on_disk
from dashboard.markup import escaped
from tests.support.inspected import InspectedModels
from tests.support.pages import address, charts, open_page
from tests.support.rooms import SIZE, held, inspection, study
from tests.support.tiny import tiny_dataset

A, B = "NYweather-h24-l72-quick-s0-01234567", "NYweather-h24-l72-quick-s1-01234567"
Told = pytest.CaptureFixture[str]


def told(capsys: Told, *words: str, status: int = 0) -> str:
    """Run the command and return what it prints, or what it refuses with."""
    assert main(["workspace", *words]) == status
    streams = capsys.readouterr()
    return streams.err if status else streams.out


def open_fold(**query: str) -> AppTest:
    """Open the Data page with the workspace unfolded."""
    at = open_page("data", **query)
    at.session_state["workspace"] = True
    return at.run()


def sheet(at: AppTest) -> list[dict[str, object]]:
    """Return the rows of the table of the workspace."""
    (frame,) = [frame.value for frame in at.dataframe if "State" in frame.value]
    return list(frame.to_dict("records"))


def choose(at: AppTest, *options: str) -> AppTest:
    """Choose what to clear, and open what would be lost."""
    at.multiselect(key="cleared").set_value(list(options))
    at.session_state["clearing"] = True
    return at.run()


@pytest.mark.usefixtures("home")
def test_command_and_page_list_the_same(capsys: Told) -> None:
    key = tiny_dataset().key
    study("the four modes")
    inspection(A, used=1_700_000_000)
    listed = json.loads(told(capsys, "--json"))
    at = open_fold(dataset=key)
    assert not at.exception and not at.error
    rows = sheet(at)
    assert len(rows) == len(listed["holdings"]) == 3
    for row, one in zip(rows, listed["holdings"], strict=True):
        assert row["Kind"] == str(word(HoldingKind(one["kind"]))) and row["Name"] == one["title"]
        assert row["Size"] == one["bytes"] and row["Runs"] == (str(one["runs"]) if one["runs"] else "")
    text = told(capsys)
    assert all(f"  {one['title']}  " in text and f"  {one['name']}\n" in text for one in listed["holdings"])
    assert listed["told"] == [str(sentence) for sentence in standing(holdings()).told]
    assert listed["told"][0] in text
    assert escaped(listed["told"][0]) in [bar.proto.text for bar in at.get("progress")]
    assert "4 seconds" in text and "made anew" in text and "2023-11-1" in text


@pytest.mark.usefixtures("home")
def test_an_empty_workspace_is_told(capsys: Told) -> None:
    assert "0 kB\nWhat can be made anew takes 0 kB of a budget of 5.0 GB, and all else 0 kB.\n" in told(capsys)
    assert any("It is empty" in caption.value for caption in open_fold().caption)


@pytest.mark.usefixtures("home")
def test_a_folded_workspace_looks_at_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.data.workspace.holdings", lambda: pytest.fail("looked at the disk"))
    assert not open_page("data").error


def test_the_command_names_what_is_lost_and_deletes_it_only_when_told_to(home: Path, capsys: Told) -> None:
    job = study("mine")
    inspection(A, used=10)
    before = size_on_disk(home)
    parts = parts_of(held(HoldingKind.STUDIES).values())
    lost = "".join(f"{part}\n" for part in parts)
    text = told(capsys, "--clear", "studies")
    assert text == f"{lost}To delete: {sum_of(parts)}\nNothing is deleted yet: add --yes to delete it.\n"
    assert "4 runs trained in 4 seconds" in text
    assert size_on_disk(home) == before
    assert (
        told(capsys, "--clear", "studies", job.id, "--yes")
        == text.replace("To delete", "Deleted").partition("Nothing is")[0]
    )
    assert not job.path.exists() and list(held(HoldingKind.INSPECTIONS)) == [A]


@pytest.mark.usefixtures("home")
def test_the_command_takes_names_and_titles(capsys: Told) -> None:
    key = tiny_dataset().key
    for name in (A, B):
        inspection(name, used=10)
    found = json.loads(told(capsys, "--clear", "inspections", B, "--yes", "--json"))
    assert found["deleted"] is True and len(found["lost"]) == 1
    assert found["sum"].endswith("nothing that took training.")
    assert list(held(HoldingKind.INSPECTIONS)) == [A] and uploads.keys() == [key]
    told(capsys, "--clear", "uploads", "tiny.csv", "--yes")
    assert uploads.keys() == []


@pytest.mark.usefixtures("home")
def test_the_command_refuses_in_one_sentence(capsys: Told) -> None:
    folder = inspection(A, used=10)
    refused = {
        ("--clear", "everything"): "--clear got everything; give one of uploads, studies, inspections,",
        ("--clear", "studies"): "The workspace holds nothing of the kind studies.",
        ("--clear", "inspections", "x"): f"The workspace holds no x of the kind inspections; it holds {A}.",
        ("--yes",): "--yes deletes what --clear names; say what:",
    }
    for words, sentence in refused.items():
        said = told(capsys, *words, status=2)
        assert said.startswith(sentence) and said.count("\n") == 1
    assert take(folder / "lock") is not None
    said = told(capsys, "--clear", "inspections", "--yes", status=2)
    assert "seed 0 is in use by a process at work" in said and said.count("\n") == 1
    assert folder.exists()


def test_the_page_names_what_is_lost_and_deletes_it_when_told_to(home: Path) -> None:
    key = tiny_dataset().key
    mine, other = study("mine", key), study("other")
    at = open_fold(dataset=key)
    at = choose(at, *(option for option in at.multiselect(key="cleared").options if "other" not in option))
    assert not at.exception and not at.error
    parts = parts_of([held(HoldingKind.UPLOADS)[key]])
    assert "\n".join(f"- {escaped(str(part))}" for part in parts) in [text.value for text in at.markdown]
    assert f"**{escaped(str(sum_of(parts)))}**" in [text.value for text in at.markdown]
    assert mine.path.exists() and uploads.keys() == [key], "named, not deleted"
    at.button(key="clear").click().run()
    assert not at.exception and not at.error
    assert uploads.keys() == [] and not mine.path.exists() and other.path.exists()
    assert address(at)["dataset"] == "NYweather"
    assert [row["Name"] for row in sheet(at)] == ["other"]


@pytest.mark.usefixtures("home")
def test_the_page_refuses_what_is_in_use() -> None:
    folder = inspection(A, used=10)
    assert take(folder / "lock") is not None
    at = open_fold()
    assert [row["State"] for row in sheet(at)] == ["in use"]
    at = choose(at, at.multiselect(key="cleared").options[0])
    assert any("is in use by a process at work" in error.value for error in at.error)
    assert not [button for button in at.button if button.key == "clear"]


@pytest.mark.usefixtures("home")
def test_others_see_the_size_of_a_private_upload_and_never_its_name() -> None:
    key = tiny_dataset().key
    study("of tiny", key)
    inspection(f"{key}-h6-l48-tiny-s0-01234567", used=10)
    inspection(A, used=10)
    at = open_fold()
    assert [row["Name"] for row in sheet(at)] == [held(HoldingKind.INSPECTIONS)[A].title]
    assert len(at.multiselect(key="cleared").options) == 1
    assert any("Of other people's files: 3 things more, " in caption.value for caption in at.caption)
    assert len(sheet(open_fold(dataset=key))) == 4
    uploads.share(key, True)
    assert len(sheet(open_fold())) == 4


@pytest.mark.usefixtures("home")
def test_a_wrong_budget_is_one_sentence_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSLENS_BUDGET", "much")
    at = open_fold()
    assert [error.value.replace("\\", "") for error in at.error] == [
        "CROSSLENS_BUDGET is much; give a number of GB from 0 on, such as 5."
    ]


def test_the_work_of_an_inspection_begins_with_making_room(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    monkeypatch.setenv("CROSSLENS_BUDGET", "0")
    old, job = inspection(A, used=10), create(JobKind.INSPECT, "new", {"run_folders": []}, name=B)
    assert main(["work", str(job.path)]) == 1, "there is nothing to inspect"
    assert not old.exists() and job.path.exists()


@pytest.mark.process
def test_a_deleted_inspection_is_made_again_when_a_page_needs_it(
    hourly: InspectedModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[JobFolder] = []
    monkeypatch.setattr("core.exhibits.gather.start", started.append)
    before = charts(open_page("kernels", dataset=hourly.dataset.key))
    name, rows = hourly.inspection.key, hourly.inspection.rows
    assert before and not started
    delete(parts_of([held(HoldingKind.INSPECTIONS)[name]]))
    at = open_page("kernels", dataset=hourly.dataset.key)
    assert not at.exception and charts(at), "a first look stands in"
    assert [job.id for job in started] == [name]
    assert main(["work", str(started[0].path)]) == 0
    assert charts(open_page("kernels", dataset=hourly.dataset.key)) == before
    again = open_inspection([*hourly.runs.values()])
    assert again.is_complete and len(again.rows) == len(rows)
    assert held(HoldingKind.INSPECTIONS)[name].bytes > SIZE


@pytest.mark.slow
def test_looking_at_an_inspection_counts_as_using_it(hourly: InspectedModels) -> None:
    folder = hourly.inspection.folder
    for path in (folder, *folder.iterdir()):
        os.utime(path, (10, 10))
    assert held(HoldingKind.INSPECTIONS)[folder.name].used == 10
    open_page("kernels", dataset=hourly.dataset.key)
    assert held(HoldingKind.INSPECTIONS)[folder.name].used > 1e9
