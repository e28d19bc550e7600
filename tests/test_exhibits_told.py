"""One exhibit, four places: page, deck, HTML page and zip tell it by the same words and numbers."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from lxml import html
from pandas.api.types import is_numeric_dtype
from pptx import Presentation

from core.__main__ import main
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import cards, heading, outline
from core.figures.lettering import NO_BREAK
from core.figures.palette import Look
from core.report.bundle import write_zip
from core.report.files import Ratio
from core.report.html import TABLE_ROWS, report_html
from core.report.powerpoint import write_pptx
from core.report.table import flat
from core.text.words import speaking
from core.vocabulary import Language
from dashboard.export import case_files
from tests.support.exhibits import EXHIBITS
from tests.support.inspected import values as array_in
from tests.support.pages import page_card

pytestmark = pytest.mark.usefixtures("no_chromium")  # slides hold native charts, or tables


@pytest.fixture(scope="module", params=Language)
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@pytest.fixture(scope="module")
def made(case: Case, language: Language) -> list[Card]:
    """Return every figure of the case, made once for all places that show it."""
    return cards(case, Look("light", language))


def deck_of(made: list[Card], case: Case) -> Any:
    content = io.BytesIO()
    write_pptx(made, content, heading=heading(case))
    return Presentation(content)


def squeezed(text: str) -> str:
    return "".join(text.split())


def assert_same_numbers(found: pd.DataFrame, card: Card, *, digits: float) -> None:
    assert card.table is not None
    table = flat(card.table)
    assert list(found.columns)[: table.shape[1]] == [str(name) for name in table.columns]
    shown = table.head(len(found))
    numbers = [place for place, kind in enumerate(shown.dtypes) if is_numeric_dtype(kind)]
    for place in numbers:
        values = shown.iloc[:, place].astype(float)
        np.testing.assert_allclose(found.iloc[:, place].astype(float), values, rtol=digits)


def assert_same_drawing(one: object, other: object) -> None:
    """Compare figures; a forecast that is asked anew may differ in its last bit, as the library of arrays adds."""
    if isinstance(one, dict) and "bdata" in one:
        np.testing.assert_allclose(array_in(one), array_in(other), rtol=1e-5, atol=1e-6)
    elif isinstance(one, dict):
        assert isinstance(other, dict) and one.keys() == other.keys()
        for key, value in one.items():
            assert_same_drawing(value, other[key])
    elif isinstance(one, list | tuple):
        assert isinstance(other, list | tuple) and len(one) == len(other)
        for value, beside in zip(one, other, strict=True):
            assert_same_drawing(value, beside)
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, np.asarray(other))
    else:
        assert one == other or (isinstance(one, float) and isinstance(other, float) and np.isclose(one, other))


def test_the_page_shows_what_the_deck_tells(case: Case, made: list[Card], language: Language) -> None:
    look = Look("light", language)
    for pin, card in zip(outline(case), made, strict=True):
        one = EXHIBITS[pin.exhibit]
        shown = page_card(one, case, dict(pin.choices), look)
        assert shown.words == card.words
        assert_same_drawing(shown.figure.to_plotly_json(), card.figure.to_plotly_json())
        pd.testing.assert_frame_equal(shown.table, card.table)


def test_a_slide_holds_title_finding_foot_and_numbers(case: Case, made: list[Card]) -> None:
    deck = deck_of(made, case)
    assert deck.slides[0].shapes.title.text_frame.text == heading(case)
    for slide, card in zip(list(deck.slides)[-len(made) :], made, strict=True):
        assert slide.shapes.title.text_frame.text == card.title
        finding, foot, *_ = slide.notes_slide.notes_text_frame.text.split("\n\n")
        assert (finding, foot) == (card.finding, f"Provenance: {card.provenance}")
        words = [shape.text_frame.text.replace(NO_BREAK, " ") for shape in slide.shapes if shape.has_text_frame]
        assert any(text and finding.replace(NO_BREAK, " ").startswith(text.removesuffix("…")) for text in words)
        assert any(text and card.provenance.startswith(text.removesuffix("…")) for text in words)
        charts = [shape for shape in slide.shapes if shape.has_chart]
        tables = [shape.table for shape in slide.shapes if shape.has_table]
        assert bool(charts) != bool(tables)
        if tables:
            head = [cell.text for cell in tables[0].rows[0].cells]
            assert card.table is not None and head == [str(name) for name in flat(card.table).columns][: len(head)]
    steps = next(place for place, card in enumerate(made) if card.name.endswith("error_by_step"))
    shape = next(shape for shape in list(deck.slides)[-len(made) :][steps].shapes if shape.has_chart)
    drawn = [list(one.values) for one in shape.chart.plots[0].series]
    table = made[steps].table
    assert table is not None
    for mode in table.columns[1:]:
        assert any(len(one) == len(table) and np.allclose(one, table[mode]) for one in drawn), mode


def test_a_page_of_a_report_holds_title_finding_foot_and_numbers(case: Case, made: list[Card]) -> None:
    page = html.fromstring(report_html(made, heading=heading(case)))
    sections = page.xpath("//section")
    assert page.xpath("//h1")[0].text == heading(case)
    for section, card in zip(sections, made, strict=True):
        assert section.get("id") == card.name
        told = [section.xpath(path)[0].text_content() for path in (".//h2", "./p[@class='finding']")]
        assert [*told, section.xpath("./p[@class='provenance']")[0].text_content()] == [
            card.title,
            card.finding,
            card.provenance,
        ]
        (table,) = section.xpath(".//table")
        (found,) = pd.read_html(io.StringIO(html.tostring(table, encoding="unicode")), flavor="lxml")
        assert card.table is not None and len(found) == min(len(card.table), TABLE_ROWS)
        assert_same_numbers(found, card, digits=1e-5)
        frame = json.loads(section.xpath("./script[contains(@id, '-frame')]")[0].text)
        assert squeezed(card.title) in squeezed(html.fromstring(frame["title"]["text"]).text_content())


def test_a_zip_holds_title_finding_foot_and_numbers(case: Case, made: list[Card]) -> None:
    content = io.BytesIO()
    write_zip(made, case.settings, content, formats=())
    with ZipFile(content) as archive:
        settings = json.loads(archive.read("settings.json"))
        for told, card in zip(settings["figures"], made, strict=True):
            assert (told["name"], told["title"], told["finding"], told["provenance"]) == (
                card.name,
                card.title,
                card.finding,
                card.provenance,
            )
            found = pd.read_csv(archive.open(f"numbers/{card.name}.csv"), encoding="utf-8-sig")
            assert card.table is not None and len(found) == len(card.table)
            assert set(found["provenance"]) == {card.provenance}
            assert_same_numbers(found, card, digits=1e-6)


def test_page_and_command_write_the_same_deck(
    case: Case, language: Language, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "deck.pptx"
    words = ["--dataset", case.dataset.key, "--horizon", "6", "--language", language.value, "--out", str(target)]
    assert main(["report", *words]) == 0
    assert capsys.readouterr().out == f"{target}: {len(outline(case))} figures\n"
    with speaking(language):  # as a page is, and what is saved from it
        page = case_files(case, outline(case), Look("light", language), (), Ratio.WIDE)["pptx"]()
    decks = [Presentation(source) for source in (str(target), io.BytesIO(page))]
    told = [
        [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] for slide in deck.slides]
        for deck in decks
    ]
    assert told[0] == told[1]
    assert (
        told[0][0][0]
        == {
            Language.ENGLISH: f"Cross learning on {case.dataset.title}, 6 steps ahead",
            Language.KOREAN: f"{case.dataset.title} 교차 학습, 6스텝 앞 예측",
        }[language]
    )
