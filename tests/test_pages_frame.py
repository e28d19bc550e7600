"""The frame: every page opens under its own title, keeps the selection, and bears any address."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.text.words import say, speaking
from core.vocabulary import Language
from dashboard import frame
from dashboard.markup import escaped
from tests.support.pages import ROOT, address, app, open_page, write_runs

pytestmark = pytest.mark.usefixtures("home")


@pytest.mark.parametrize("name", ["overview", "data", "compare"])
def test_every_page_opens_under_its_title_without_any_model(name: str) -> None:
    at = open_page(name)
    assert not at.exception
    assert at.title[0].value == frame.ENTRIES[name][0]


def test_the_default_page_is_the_overview() -> None:
    at = app().run()
    assert at.title[0].value == "Overview"
    assert address(at)["dataset"] == "NYweather"


def test_the_address_holds_the_view_and_a_page_switch_keeps_it(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", seeds=(0, 1))
    at = app()
    at.query_params["seed"] = "1"
    at.run()
    assert at.selectbox(key="pick seed").value == "1"
    at.query_params.clear()  # as the menu does
    at.switch_page("views/data.py").run()
    assert at.title[0].value == "Data"
    assert address(at)["seed"] == "1"
    at.selectbox(key="pick dataset").set_value("ETTh1").run()
    assert address(at)["dataset"] == "ETTh1"
    assert "by" not in address(at)  # a parameter of another page


@pytest.mark.parametrize(
    "query",
    [
        {"dataset": "../../etc"},
        {"dataset": "", "horizon": "", "seed": ""},
        {"seed": "99999999999999999999", "horizon": "1e3"},
        {"language": "<b>x</b>", "by": "nonsense", "seeds": "|||7|x"},
        {"view": "\u202e", "variables": "no|such", "unknown": "x" * 3000},
    ],
)
def test_a_broken_address_gives_a_sentence_and_a_page(query: dict[str, str], home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", seeds=(0, 1))
    for name in ("overview", "data", "compare"):
        at = open_page(name, **query)
        assert not at.exception
        assert at.title[0].value == frame.ENTRIES[name][0]
        assert not at.error
        assert address(at)["dataset"] == "NYweather"


def test_what_the_link_asked_in_vain_is_said_until_something_is_chosen(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", seeds=(0, 1))
    at = open_page("overview", horizon="97", by="nonsense")
    said = [warning.value for warning in at.warning]
    assert any("horizon 97" in sentence and "24" in sentence for sentence in said)
    assert any("nonsense" in sentence for sentence in said)
    at.run()
    assert [warning.value for warning in at.warning] == said
    at.selectbox(key="pick seed").set_value("1").run()
    assert not at.warning


def test_korean_labels_reach_numbers_and_figures(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs")
    at = open_page("overview", language="ko")
    assert "양방향" in at.metric[3].label


def in_korean(sentence: str, **values: object) -> str:
    with speaking(Language.KOREAN):
        told = say(sentence, **values)
    assert told != sentence.format(**values)
    return told


def menu(at: AppTest) -> list[str]:
    return [link.proto.label for link in at.sidebar.get("page_link")]


def test_the_language_of_the_header_is_spoken_and_every_choice_stays(home: Path) -> None:
    write_runs(home / "studies" / "one" / "runs", seeds=(0, 1))
    at = open_page("overview", seed="1", by="error_by_step", horizon="24", preset="quick")
    before = address(at)
    at.selectbox(key="pick language").set_value("ko").run()
    assert not at.exception and not at.warning
    assert address(at) == {**before, "language": "ko"}
    assert at.selectbox(key="pick seed").value == "1" and at.get("button_group")[0].value == "error_by_step"
    assert at.title[0].value == in_korean("Overview")
    assert menu(at) == [in_korean(title) for title, *_ in frame.ENTRIES.values()]
    assert at.selectbox(key="pick horizon").label == in_korean("Horizon")
    at.query_params["horizon"] = "97"  # as a link names it
    at.run()
    refused = "The {name} {text} is not here; showing {instead} instead."
    told = in_korean(refused, name=in_korean("horizon"), text="97", instead="24")
    assert [warning.value for warning in at.warning] == [escaped(told)]


def test_a_korean_browser_starts_in_korean_and_its_choice_of_english_stays_in_the_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(type(st.context), "locale", property(lambda context: "ko-KR"))
    at = app().run()
    assert at.title[0].value == in_korean("Overview")
    assert at.selectbox(key="pick language").value == "ko"
    at.selectbox(key="pick language").set_value("en").run()
    assert at.title[0].value == "Overview" and menu(at)[0] == "Overview"
    assert address(at)["language"] == "en"
    again = open_page("data", language="en")
    assert again.title[0].value == "Data" and address(again)["language"] == "en"


def test_a_fault_in_a_page_is_a_sentence_and_the_log_tells_the_rest(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write_runs(home / "studies" / "one" / "runs")
    monkeypatch.setattr("dashboard.overview.error_table", lambda *_: 1 / 0)
    at = open_page("overview")
    assert not at.exception
    assert [error.value for error in at.error] == ["This part could not be shown; the server's log has the details."]
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.process
def test_no_page_brings_torch_into_the_server(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSLENS_HOME", str(sample_home))  # else an inspection begins, and outlives this
    script = (
        "import sys; from tests.support.pages import ROOT, open_page\n"
        "names = [path.stem for path in (ROOT / 'dashboard' / 'views').glob('[!_]*.py')]\n"
        "for name in names: assert not open_page(name).exception, name\n"
        "assert len(names) > 2 and 'torch' not in sys.modules, names"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.process
def test_a_files_own_words_are_no_markup(home: Path) -> None:
    at = open_page("data")
    rows = "\n".join(f"2024-01-01 {hour:02}:00,{hour}" for hour in range(24))
    at.file_uploader(key="upload").upload("[x](http://evil)*b*.csv", f"date,v\n{rows}".encode(), "text/csv").run()
    assert not at.exception
    shown = [element.value for element in (*at.markdown, *at.error, *at.warning)]
    assert not any("](http" in text.replace("\\", "") and "\\[" not in text for text in shown)


def test_a_checkpoint_that_went_is_told_until_something_else_is_chosen(home: Path) -> None:
    runs = home / "studies" / "one" / "runs"
    write_runs(runs, seeds=(0, 1))
    at = open_page("overview")
    assert not at.warning
    gone = sorted(runs.iterdir())[0]
    shutil.rmtree(gone)
    at.run()
    (told,) = at.warning
    assert told.value.startswith("No longer on this machine") and gone.name in told.value.replace("\\", "")
    at.run()
    assert len(at.warning) == 1, "the page runs by itself, too"
    at.selectbox(key="pick language").set_value("ko").run()
    assert not at.warning and not at.exception
