"""Pictures: drawn once by a real browser and read back; and what is said when there is none."""

from __future__ import annotations

import asyncio
import io
import threading
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from PIL import Image
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from core.report import images
from core.report.bundle import write_zip
from core.report.files import ImageFormat, Ratio
from core.report.html import figure_html
from core.report.images import ExportError, chrome, figure_image, figure_images, how_to_get_chrome
from tests.support.report_cards import FINDING, PROVENANCE, TITLE, card, curves, heat

SVG = "{http://www.w3.org/2000/svg}"
JOBS = (
    (curves, ImageFormat.PNG, Ratio.WIDE),
    (heat, ImageFormat.PNG, Ratio.STANDARD),
    (curves, ImageFormat.SVG, Ratio.WIDE),
    (curves, ImageFormat.PDF, Ratio.STANDARD),
)


@pytest.fixture(scope="module")
def browser() -> Path:
    """Return the browser; a machine without one fails these tests and says how to get it."""
    found = chrome()
    if found is None:
        pytest.fail(how_to_get_chrome(), pytrace=False)
    return found


@pytest.fixture(scope="module")
def drawn(browser: Path) -> list[bytes]:
    """Draw all pictures by one browser, from inside a running event loop as a dashboard's script may be."""

    async def inside() -> list[bytes]:
        return figure_images([(card(make()), image_format, ratio) for make, image_format, ratio in JOBS])

    return asyncio.run(inside())


@pytest.mark.browser
@pytest.mark.parametrize(("index", "size"), [(0, (2560, 1440)), (1, (1920, 1440))])
def test_png_has_twice_the_pixels_and_its_provenance(drawn: list[bytes], index: int, size: tuple[int, int]):
    with Image.open(io.BytesIO(drawn[index])) as picture:
        picture.load()
        assert picture.size == size
        assert picture.text["Title"] == TITLE
        assert picture.text["Source"] == PROVENANCE
        assert picture.getpixel((2, 2))[:3] == (255, 255, 255)
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 10


@pytest.mark.browser
def test_svg_stays_vector_and_text(drawn: list[bytes]):
    root = ElementTree.fromstring(drawn[2])
    assert root.find(f"{SVG}title").text == TITLE
    assert PROVENANCE in root.find(f"{SVG}desc").text
    assert PROVENANCE in "".join(root.find(f"{SVG}metadata").itertext())
    written = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    assert "OT (°C)" in written
    assert not list(root.iter(f"{SVG}image"))
    assert len(list(root.iter(f"{SVG}path"))) > 2
    assert (root.get("width"), root.get("height")) == ("1280", "720")


@pytest.mark.browser
def test_pdf_is_one_vector_page_with_its_provenance(drawn: list[bytes]):
    reader = PdfReader(io.BytesIO(drawn[3]))
    assert (reader.metadata.title, reader.metadata.subject) == (TITLE, PROVENANCE)
    (page,) = reader.pages
    assert float(page.mediabox.width) / float(page.mediabox.height) == pytest.approx(4 / 3)
    written = page.extract_text()
    assert all(word in written for word in ("ETTh1", "CrossLens", "예측은"))
    assert not page.images


@pytest.mark.browser
def test_a_zip_holds_the_pictures_asked_for(browser: Path):
    content = io.BytesIO()
    write_zip([card(curves())], {}, content, formats=(ImageFormat.PNG,))
    with ZipFile(content) as archive:
        assert "Chromium" not in archive.read("README.txt").decode()
        assert Image.open(archive.open("figures/errors.png")).size == (2560, 1440)


@pytest.mark.browser
def test_a_page_draws_offline_and_saves_a_picture_with_its_words(browser: Path, tmp_path: Path):
    page_file = tmp_path / "errors.html"
    page_file.write_text(figure_html(card(heat())), encoding="utf-8")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = chromium.new_context(offline=True)
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(page_file.as_uri())
        page.wait_for_selector("#errors-chart .hm")
        tools = page.locator(".modebar-btn").evaluate_all("nodes => nodes.map(node => node.dataset.title)")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as SVG").click()
        saved = Path(download.value.path()).read_text(encoding="utf-8")
        chromium.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []
    assert "Zoom" in tools and not [tool for tool in tools if "hare" in tool], "no tool sends the figure elsewhere"
    assert "seed 0" in saved.replace("\xa0", " ")
    assert FINDING.split()[0] in saved


@pytest.mark.usefixtures("no_chromium")
def test_without_chromium_the_sentence_says_how_to_get_it():
    assert chrome() is None
    with pytest.raises(ExportError) as refusal:
        figure_image(card(curves()), ImageFormat.PNG)
    sentence = str(refusal.value)
    assert "\n" not in sentence
    assert all(
        part in sentence
        for part in ("/nowhere/chromium", "apt-get install chromium", "brew install --cask chromium", "BROWSER_PATH")
    )


@pytest.mark.process
@pytest.mark.parametrize("answer", ["exit 1", "exec tail -f /dev/null"])
def test_a_broken_or_silent_browser_ends_in_a_sentence(answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    script = tmp_path / "chromium"
    script.write_text(f"#!/bin/sh\n{answer}\n")
    script.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(script))
    monkeypatch.setattr(images, "START_SECONDS", 1.0)
    monkeypatch.setattr(images, "FIGURE_SECONDS", 1.0)
    with pytest.raises(ExportError, match="--version"):
        figure_image(card(curves()), ImageFormat.PNG)
    assert "export" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.usefixtures("no_chromium")
def test_no_pictures_need_no_browser():
    assert figure_images([]) == []
