"""What a person saves in a real Chromium: every kind of file of a figure, and the rows and slides of a claim."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pptx import Presentation
from pypdf import PdfReader

from core.version import VERSION
from tests.support.browser import SAMPLE, frames, open_view, settled

pytestmark = pytest.mark.browser


def saved(page: Page, button: str) -> bytes:
    """Press a download button and return what the browser saved."""
    with page.expect_download() as waiting:
        places = page.get_by_test_id("stDownloadButton")  # a table has a button of its own, without provenance
        places.get_by_role("button", name=re.compile(rf"{re.escape(button)}$")).click()
    return Path(waiting.value.path()).read_bytes()


def test_every_export_holds_the_figure_and_where_it_comes_from(page: Page, address: str) -> None:
    open_view(page, f"{address}/export?{SAMPLE}&figure=mode_comparison", "Export")
    expect(frames(page).first).to_be_visible()
    view = page.url

    picture = Image.open(io.BytesIO(saved(page, "PNG")))
    assert picture.size[0] * 9 == picture.size[1] * 16
    words = {"PNG": " ".join(map(str, picture.info.values())), "SVG": saved(page, "SVG").decode()}
    document = PdfReader(io.BytesIO(saved(page, "PDF")))
    assert len(document.pages) == 1
    words["PDF"] = " ".join(map(str, (document.metadata or {}).values()))
    words["HTML"] = saved(page, "HTML").decode()
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=.https?:", words["HTML"]), "opens offline"
    words["CSV"] = saved(page, "CSV").decode("utf-8-sig")
    for kind, text in words.items():
        for part in ("New York weather", "horizon 24", "seed", VERSION):
            assert part in text, f"{kind} lacks {part!r}"

    deck = Presentation(io.BytesIO(saved(page, "PowerPoint")))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    titles = " ".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)
    assert "Does crossing the paths lower the error?" in titles and "New York weather" in titles
    assert any(shape.has_chart for shape in shapes), "native charts"

    with zipfile.ZipFile(io.BytesIO(saved(page, "(zip)"))) as bundle:
        names = bundle.namelist()
        settings = json.loads(bundle.read(next(name for name in names if name.endswith("settings.json"))))
    assert {Path(name).suffix for name in names} >= {".html", ".csv", ".png", ".json"}
    assert "NYweather" in json.dumps(settings)
    assert page.url == view, "saving leaves the page as it was"


@pytest.mark.data
@pytest.mark.usefixtures("official_data")
def test_a_claim_is_chosen_saved_and_followed(page: Page, address: str) -> None:
    open_view(page, f"{address}/claims?{SAMPLE}&set=ETTh2&quantity=delta_rmse&order=slides", "Claims")
    sentence = page.get_by_text(re.compile(r"^\s*\S.*RMSE reduction: published")).first
    expect(sentence).to_contain_text("published 1.8 %")
    rows = page.get_by_test_id("stDataFrame").first
    rows.scroll_into_view_if_needed()
    box = rows.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 15, box["y"] + 3.5 * box["height"] / 4)  # the last of three rows below the names
    expect(sentence).to_contain_text("published 8.3 %")
    settled(page, "Claims")

    lines = saved(page, "CSV of these rows").decode("utf-8-sig").splitlines()
    of_rows = [line for line in lines if line.startswith("ETTh2,")]
    assert len(of_rows) == 3 and any(VERSION in line for line in lines), "three rows, and where they come from"
    deck = Presentation(io.BytesIO(saved(page, "Slides (PowerPoint)")))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    assert any(shape.has_chart for shape in shapes), "native charts"
    assert "Do the published numbers hold here?" in " ".join(s.text_frame.text for s in shapes if s.has_text_frame)

    page.get_by_role("link", name="Show", exact=True).first.click()
    expect(page).to_have_url(re.compile("dataset=ETTh2"))
    settled(page, "Overview")
