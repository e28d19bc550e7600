"""Exports that need no browser: tables, pages, zips, the command."""

from __future__ import annotations

import io
import json
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import plotly.graph_objects as go
import pytest
from pptx import Presentation

from core.commands.report import ReportFormat, format_of, write_report
from core.exhibits.card import Card, file_stem
from core.exhibits.case import Case
from core.figures.palette import Look
from core.report.bundle import write_zip
from core.report.files import ExportError, ImageFormat, Ratio
from core.report.html import figure_html, linked_html, report_html
from core.report.table import table_csv
from tests.support.report_cards import FINDING, PROVENANCE, TITLE, bare, card, curves, dots, heat, numbers
from tests.support.tiny import tiny_dataset
from tests.support.tiny_checkpoint import tiny_checkpoint


class Page(HTMLParser):
    """What a page loads, says about itself, and shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.meta: dict[str, str] = {}
        self.tags: list[str] = []
        self.shown: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attributes}
        self.tags.append(tag)
        self.loads += [values[key] for key in ("src", "href", "srcset", "data", "action") if key in values]
        if tag == "meta":
            self.meta[values.get("name") or values.get("http-equiv", "")] = values.get("content", "")

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] not in (["script"], ["style"]):
            self.shown.append(data)


@pytest.mark.parametrize("words", [("", FINDING, PROVENANCE), (TITLE, FINDING, "")])
def test_a_figure_without_question_or_provenance_is_not_exported(words: tuple[str, str, str]):
    with pytest.raises(ValueError, match="wanted both: a figure without them cannot be traced back"):
        Card(*words, heat(), None, "bald", Look())


@pytest.mark.parametrize("name", ["", "../up", "a/b", "a b", ".hidden", "x" * 101, "이름?"])
def test_a_name_that_is_no_safe_stem_is_refused(name: str):
    with pytest.raises(ValueError, match="file_stem"):
        card(curves(), name)


@pytest.mark.parametrize("parts", [("../../etc",), ("예측 값",), ("a b", 96), ("x" * 300,), ("-", "_")])
def test_file_stem_always_makes_an_accepted_name(parts: tuple[object, ...]):
    assert card(curves(), file_stem(*parts)).name


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "{="])
def test_no_text_cell_or_header_of_a_csv_starts_a_formula(start: str):
    hostile = f"{start}cmd|' /C calc'!A0"
    frame = pd.DataFrame({hostile: [hostile], "value": [-1.5]})
    read = pd.read_csv(io.BytesIO(table_csv(frame)), encoding="utf-8-sig")
    cells = [read.columns[0], read.iloc[0, 0]]
    assert all(cell.startswith("'") for cell in cells)
    assert read["value"].tolist() == [-1.5]


def test_csv_gives_every_number_back_and_names_its_origin_in_each_row():
    frame = pd.DataFrame(
        {"value": [0.1 + 0.2, -1e-300], "mode": pd.Categorical(["both", "-none"])},
        index=pd.date_range("2017-01-01", periods=2, freq="h", name="date"),
    )
    content = table_csv(frame, PROVENANCE)
    assert content.startswith("\ufeff".encode())
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", parse_dates=["date"])
    assert read["value"].tolist() == frame["value"].tolist()
    assert read["date"].tolist() == frame.index.tolist()
    assert read["mode"].tolist() == ["both", "'-none"]
    assert set(read["provenance"]) == {PROVENANCE}


def test_a_page_loads_nothing_and_says_where_it_comes_from():
    page = Page(figure_html(card(curves())))
    assert page.loads == []
    assert page.meta["provenance"] == PROVENANCE
    assert "default-src 'none'" in page.meta["Content-Security-Policy"]
    shown = " ".join(page.shown)
    assert all(text in shown for text in (TITLE, FINDING, PROVENANCE, "양방향", "0.3715"))


def test_hostile_words_are_text_on_a_page():
    attack = "</script><script>alert(1)</script>"
    figure = bare(go.Figure(go.Scatter(y=[1.0], name=attack)))
    hostile = Card(attack, attack, attack, figure, pd.DataFrame({attack: [attack]}), "attack", Look())
    text = report_html([hostile, card(curves())], heading=attack)
    assert attack not in text
    assert text.count("<script>alert") == 0


def test_a_report_of_many_figures_holds_plotly_once_and_lists_the_questions():
    text = report_html([card(curves(), "a"), card(dots(), "b"), card(heat(), "c")], heading="ETTh1")
    single = figure_html(card(curves(), "a"))
    assert len(text) < 1.1 * len(single)
    assert Page(text).loads == ["#a", "#b", "#c"]


def test_two_cards_of_one_name_are_refused():
    with pytest.raises(ValueError, match="each name once"):
        report_html([card(curves()), card(dots())])


def test_a_zip_without_chromium_holds_pages_numbers_settings_and_the_way_to_pictures(
    no_chromium: None, tmp_path: Path
):
    target = tmp_path / "deep" / "figures.zip"
    write_zip([card(curves(), "a"), card(heat(), "b")], {"dataset": "ETTh1", "seeds": [0]}, target)
    assert [path.name for path in target.parent.iterdir()] == ["figures.zip"]
    with ZipFile(target) as archive:
        names = set(archive.namelist())
        pages = {f"figures/{name}" for name in ("plotly.min.js", "a.html", "b.html")}
        assert names == pages | {"numbers/a.csv", "numbers/b.csv", "settings.json", "README.txt"}
        assert "apt-get install chromium" in archive.read("README.txt").decode()
        settings = json.loads(archive.read("settings.json"))
        read = pd.read_csv(archive.open("numbers/a.csv"), encoding="utf-8-sig")
    assert settings["dataset"] == "ETTh1"
    assert settings["versions"]["product"]
    assert settings["figures"][0] == {
        "name": "a",
        "title": TITLE,
        "finding": FINDING,
        "provenance": PROVENANCE,
        "checks": [],
        "files": ["figures/a.html", "numbers/a.csv"],
    }
    assert read["mse"].tolist() == numbers()["mse"].tolist()
    assert read["variable"].tolist() == ["OT", "'=1+1"]


def test_a_zip_without_pictures_needs_no_browser_and_no_apology():
    content = io.BytesIO()
    write_zip([card(curves())], {}, content, formats=())
    with ZipFile(content) as archive:
        assert "Chromium" not in archive.read("README.txt").decode()
        assert Page(archive.read("figures/errors.html").decode()).loads == ["plotly.min.js"]


def test_linked_pages_are_small():
    assert len(linked_html(card(curves()))) < 60_000 < len(figure_html(card(curves())))


@pytest.mark.parametrize("suffix", list(ReportFormat))
def test_the_command_writes_what_the_name_asks_for(suffix: str, no_chromium: None, tmp_path: Path):
    target = tmp_path / f"out{suffix}"
    dataset = tiny_dataset()
    case = Case(dataset, (tiny_checkpoint(dataset=dataset).record,))
    cards = [card(curves(), "a"), card(dots(), "b")]
    if suffix == ".pdf":
        with pytest.raises(ExportError, match="Chromium"):  # it prints one
            write_report(cards, case, target, format_of(target), ratio=Ratio.STANDARD)
        return
    write_report(cards, case, target, format_of(target), ratio=Ratio.STANDARD)
    match ReportFormat(suffix):
        case ReportFormat.PPTX:
            assert len(Presentation(str(target)).slides) == 4  # with a title and the findings
        case ReportFormat.HTML:
            assert "Cross learning on tiny.csv, 6 steps ahead" in target.read_text(encoding="utf-8")
        case ReportFormat.ZIP:
            assert json.loads(ZipFile(target).read("settings.json"))["data"] == dataset.fingerprint


def test_an_unknown_kind_of_report_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"\.pptx, \.pdf, \.html, \.zip"):
        format_of(Path("deck.key"))


def test_picture_formats_are_the_three_promised():
    assert [image_format.value for image_format in ImageFormat] == ["png", "svg", "pdf"]
