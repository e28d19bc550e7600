"""Files of figures in Korean: what a library writes by itself is Korean too; in English all stays as it was."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self
from zipfile import ZipFile

import kaleido
import plotly.graph_objects as go
import pytest
from lxml import etree, html
from pptx import Presentation

from core.commands.report import ReportFormat, write_report
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import cards, heading
from core.figures.palette import Look
from core.figures.plotly_words import TOOLS, plotly_config
from core.report import images, pdf
from core.report.bundle import write_zip
from core.report.files import ImageFormat, Ratio
from core.report.html import figure_html, linked_html, report_html
from core.report.images import chrome, figure_images, how_to_get_chrome
from core.report.powerpoint import write_pptx
from core.text.words import speaking, spoken
from core.vocabulary import Language
from dashboard import export
from tests.support.english import english
from tests.support.report_cards import STAMPS, bare, card, curves, dots
from tests.support.tiny import tiny_dataset
from tests.support.tiny_checkpoint import tiny_checkpoint
from tests.test_korean import NAMES as SHOWN

KOREAN, ENGLISH = Language.KOREAN, Language.ENGLISH
SETTING = "Plotly.setPlotConfig("
NAMES = frozenset({"CrossLens", "PowerPoint", "Chromium", "Debian", "Ubuntu", "macOS", "chromium", "nowhere"})
FILES = frozenset({"figures", "numbers", "settings", "json", "plotly", "min", "js"})


def of(language: Language, figure: go.Figure, name: str = "errors") -> Card:
    return replace(card(figure, name), look=Look(language=language))


class Tab:
    """Stands for the browser: tells on which page each figure is drawn."""

    drawn: ClassVar[list[tuple[str, str]]] = []  # page, first name in the figure

    def __init__(self, page_generator: Any, **settings: Any) -> None:
        self.page = page_generator.generate_index()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        pass

    async def calc_fig(self, figure: go.Figure, opts: dict[str, Any]) -> bytes:
        self.drawn.append((self.page, figure.data[0].name))
        return f"<svg>{figure.data[0].name}</svg>".encode()


def test_a_picture_is_drawn_in_its_language_and_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kaleido, "Kaleido", Tab)
    monkeypatch.setattr(images, "chrome", lambda: Path("chromium"))
    monkeypatch.setattr(Tab, "drawn", [])
    mixed = [of(KOREAN, curves()), of(ENGLISH, dots()), of(KOREAN, curves())]
    made = figure_images([(one, ImageFormat.SVG, Ratio.WIDE) for one in mixed])
    assert [re.findall(r">(truth|mean)</svg>", image.decode()) for image in made] == [["truth"], ["mean"], ["truth"]]
    pages = {page for page, name in Tab.drawn if name == "truth"}
    assert [set_to(page) for page in pages] == [plotly_config(KOREAN)]
    assert [page for page, name in Tab.drawn if name == "mean"] == [
        kaleido.PageGenerator(mathjax=False).generate_index()
    ]


@pytest.mark.browser
def test_months_of_a_picture_are_korean() -> None:
    if chrome() is None:
        pytest.fail(how_to_get_chrome(), pytrace=False)
    (image,) = figure_images([(of(KOREAN, curves()), ImageFormat.SVG, Ratio.WIDE)])
    assert "2017년 3월 1일" in image.decode() and "Mar" not in image.decode()


@pytest.mark.parametrize("page_of", [figure_html, linked_html])
def test_a_page_names_its_language_and_sets_its_charts_to_it(page_of: Any) -> None:
    with speaking(KOREAN):
        korean = page_of(of(KOREAN, curves()))
    bare_page = page_of(of(ENGLISH, curves()))
    assert '<html lang="ko">' in korean and set_to(korean) == plotly_config(KOREAN)
    assert '<html lang="en">' in bare_page and SETTING not in bare_page


def test_a_printed_deck_names_its_language(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[str] = []
    monkeypatch.setattr(pdf, "draw", lambda pictures, tell: [b"<svg/>" for _ in pictures])
    monkeypatch.setattr(pdf, "_printed", lambda page: pages.append(page) or b"")
    monkeypatch.setattr(pdf, "stamp_pdf", lambda content, words: content)
    for language in (KOREAN, ENGLISH):
        with speaking(language):
            pdf.write_pdf([of(language, curves())], io.BytesIO())
    assert ['<html lang="ko">' in page for page in pages] == [True, False] and '<html lang="en">' in pages[1]


def test_charts_speak_korean_of_their_tools_and_months() -> None:
    words = plotly_config(KOREAN)["locales"]["ko"]
    assert set(words["dictionary"]) == set(TOOLS)
    assert not [told for told in words["dictionary"].values() if told.isascii()]
    assert (words["format"]["shortMonths"][2], words["format"]["dayMonthYear"]) == ("3월", "%Y년 %b %-d일")
    assert plotly_config(ENGLISH) == {}


def test_a_native_chart_writes_dates_and_series_in_the_language_of_its_figure() -> None:
    assert formats(KOREAN) == {'m"월" d"일" hh:mm', "0.0"} and formats(ENGLISH) == {"d mmm hh:mm", "0.0"}
    assert names(KOREAN, dots()) == ["mean", "기준선", "mean (구간)", "y축의 이름"]
    assert names(ENGLISH, dots()) == ["mean", "guide", "mean (interval)", "names of the y axis"]


def test_notes_of_a_slide_say_in_korean_what_its_chart_lacks() -> None:
    figure = curves()
    figure.add_vrect(x0=STAMPS[3], x1=STAMPS[9])
    with speaking(KOREAN):
        slide = deck(KOREAN, figure).slides[0]
    assert "음영 구간" in slide.notes_slide.notes_text_frame.text
    assert "native" not in slide.notes_slide.notes_text_frame.text
    told = deck(ENGLISH, figure).slides[0].notes_slide.notes_text_frame.text
    assert "Shaded spans and some guide lines of the figure are not part of the native chart." in told


def test_a_zip_is_explained_in_korean(no_chromium: None) -> None:
    content = io.BytesIO()
    with speaking(KOREAN):
        write_zip([of(KOREAN, curves())], {}, content)
    told = ZipFile(content).read("README.txt").decode().replace("'", " ")
    assert english(told, NAMES | FILES) == []
    assert told.startswith("CrossLens 그림\n\nfigures/   그림마다")


def test_a_zip_is_explained_in_english_as_before() -> None:
    content = io.BytesIO()
    write_zip([card(curves())], {}, content, formats=())
    assert ZipFile(content).read("README.txt").decode() == (
        "CrossLens figures\n\n"
        "figures/   one page a figure (open it in any browser, offline; keep plotly.min.js beside it)\n"
        "numbers/   the numbers of each figure as CSV (UTF-8), every row with its provenance\n"
        "settings.json   selection, checkpoints, seeds, versions; of each figure question, finding, provenance, "
        "checks, files\n"
    )


def test_the_command_heads_its_report_in_the_language_of_its_figures(tmp_path: Path) -> None:
    dataset = tiny_dataset()
    case = Case(dataset, (tiny_checkpoint(dataset=dataset).record,))
    cards = [of(KOREAN, curves(), "a"), of(KOREAN, dots(), "b")]
    target = tmp_path / "out.html"
    write_report(cards, case, target, ReportFormat.HTML, ratio=Ratio.WIDE, language=KOREAN)
    page = target.read_text(encoding="utf-8")
    assert "<title>tiny.csv" in page and "Cross learning" not in page and "SVG로 저장" in page


def test_a_file_that_is_saved_from_a_page_is_made_in_its_language(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    monkeypatch.setattr(export.st, "download_button", lambda title, make, *_, **__: made.append(make))
    with speaking(KOREAN):
        export.save("HTML", lambda: spoken().value.encode(), "figure.html")
    assert made[0]() == b"ko", "it is made after the page was drawn, outside of its frame"


@pytest.mark.usefixtures("no_chromium")
def test_no_english_is_left_in_a_page_or_a_deck_of_a_case(case: Case) -> None:
    content, made = io.BytesIO(), cards(case, Look(language=KOREAN))
    with speaking(KOREAN):
        page = html.fromstring(report_html(made, heading=heading(case)))
        write_pptx(made, content, heading=heading(case))
    etree.strip_elements(page, "script", "style", "table", with_tail=False)  # tables show columns of CSV files
    told = [*page.xpath("//text()"), *page.xpath("//meta[@name='description' or @name='provenance']/@content")]
    told += written(content)
    assert len(made) > 20 and len(told) > 500
    left = {text: words for text in told if (words := english(text.replace("'", " "), NAMES | SHOWN))}
    assert not left, f"English is left: {left}"


def written(deck: io.BytesIO) -> Iterator[str]:
    """Yield every text of slides, notes and charts, and the names of their series, but for tables."""
    with ZipFile(deck) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"ppt/(slides|notesSlides|charts)/\w+\.xml|docProps/core\.xml", name):
                part = etree.fromstring(archive.read(name))
                etree.strip_elements(part, "{*}tbl", "{*}creator", "{*}lastModifiedBy")
                shown = "//*[local-name()='t' or local-name()='subject']"
                nodes = [*part.xpath(shown), *part.xpath("//*[local-name()='tx']//*[local-name()='v']")]
                yield from (node.text for node in nodes if node.text)
                yield from part.xpath("//@descr")
                yield from (
                    node.text
                    for node in part.xpath("//*[local-name() = 'title' or local-name() = 'subject']")
                    if node.text
                )


def deck(language: Language, figure: go.Figure) -> Any:
    content = io.BytesIO()
    write_pptx([of(language, bare(figure))], content)
    return Presentation(content)


def charts(language: Language, figure: go.Figure) -> list[Any]:
    return [shape.chart for shape in deck(language, figure).slides[0].shapes if shape.has_chart]


def formats(language: Language) -> set[str]:
    (chart,) = charts(language, curves())
    return {axis.tick_labels.number_format for axis in (chart.category_axis, chart.value_axis)}


def names(language: Language, figure: go.Figure) -> list[str]:
    (chart,) = charts(language, figure)
    return [series.name for series in chart.plots[0].series]


def set_to(page: str) -> dict[str, Any]:
    """Return what a page sets plotly.js to."""
    found: dict[str, Any] = json.loads(page.partition(SETTING)[2].partition(");</script>")[0])
    return found
