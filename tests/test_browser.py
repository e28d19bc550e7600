"""The main job as a person does it, in a real Chromium: open, switch, upload, compare, select, share, export."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pptx import Presentation
from pypdf import PdfReader

from core.version import VERSION
from dashboard.frame import entry
from tests.support.browser import SLOW, chromium, frames, free_port, open_view, serving, settled
from tests.support.tiny import tiny_frame

pytestmark = pytest.mark.browser
expect.set_options(timeout=SLOW)
WITHOUT_A_CHART = ("compare",)
SAMPLE = "dataset=NYweather&preset=default&horizon=24&lookback=720&seed=0"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def address(home: Path, port: int) -> Iterator[str]:
    with serving(home, port) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    context.set_default_timeout(SLOW)
    yield context.new_page()
    context.close()


def number(page: Page, label: str) -> str:
    """Return the value of a key number."""
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue").inner_text()


def test_it_opens_on_the_sample_with_all_four_modes(page: Page, address: str) -> None:
    open_view(page, address, "Overview")
    expect(frames(page).first).to_be_visible()
    chart = frames(page).first
    for mode in ("GRU → CNN", "CNN → GRU", "both"):
        expect(chart).to_contain_text(mode)
    assert "dataset=NYweather" in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing scrolls sideways"


@pytest.mark.parametrize(
    "name",
    "overview data compare forecasts kernels gates attention gradients claims synthetic export".split(),
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_draws_in_both_schemes(browser: Browser, address: str, name: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(SLOW)
    page = context.new_page()
    place = "" if name == "overview" else name  # the first page has no path of its own
    open_view(page, f"{address}/{place}?{SAMPLE}", entry(name)[0])
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    if name not in WITHOUT_A_CHART:
        expect(frames(page).first).to_be_visible()
        paper = page.locator(".js-plotly-plot .main-svg").first.evaluate("node => node.style.background")
        channels = [int(part) for part in re.findall(r"\d+", paper)[:3]]
        assert not channels or (sum(channels) > 600) is (scheme == "light"), paper
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


@pytest.mark.data
@pytest.mark.usefixtures("official_data")
def test_switching_the_data_set_switches_the_numbers(page: Page, address: str) -> None:
    open_view(page, f"{address}/?{SAMPLE}", "Overview")
    before = frames(page).first.inner_text()
    page.get_by_test_id("stSidebar").get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="ETTh1").click()
    expect(page).to_have_url(re.compile("dataset=ETTh1"))
    settled(page, "Overview")
    expect(page.get_by_test_id("stCaptionContainer").filter(has_text="ETTh1 · ")).to_be_visible()  # the foot
    assert frames(page).first.inner_text() != before


def upload(page: Page, address: str, name: str, content: bytes) -> None:
    open_view(page, f"{address}/data?{SAMPLE}", "Data")
    page.get_by_text("Use your own file").click()
    page.get_by_test_id("stFileUploader").locator("input").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def test_a_refused_file_is_one_sentence_and_loses_nothing(page: Page, address: str) -> None:
    upload(page, address, "broken.csv", b"a,b\n1,2\n3,4\n")
    expect(page.get_by_test_id("stAlertContentError")).to_be_visible()
    assert "dataset=NYweather" in page.url
    expect(frames(page).first).to_be_visible()


def test_upload_compare_cancel_resume_and_read_the_result(page: Page, address: str) -> None:
    frame = tiny_frame(rows=900)
    frame.iloc[10:12, 0] = None
    upload(page, address, "mine.csv", frame.to_csv().encode())
    expect(page).to_have_url(re.compile("dataset=upload-"))
    settled(page, "Data")
    assert number(page, "Rows") == "900"
    page.get_by_text("Report", exact=True).click()
    expect(page.get_by_text("load", exact=False).first).to_be_visible()

    page.get_by_role("link", name="Compare").click()
    settled(page, "Compare")
    page.get_by_role("button", name=re.compile(r"^.*Train 5 models")).click()
    expect(page).to_have_url(re.compile("run="))
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped on request")).to_be_visible()
    page.reload()  # a new session: the link alone brings the comparison back
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("link", name="Look inside these models")).to_be_visible()
    settled(page, "Compare")
    expect(frames(page).first).to_contain_text("both")


def test_a_click_on_the_error_line_moves_the_window(page: Page, address: str) -> None:
    open_view(page, f"{address}/forecasts?{SAMPLE}", "Forecasts")
    timeline = frames(page).nth(1)
    expect(timeline).to_be_visible()
    before, link = frames(page).first.inner_text(), page.url
    timeline.scroll_into_view_if_needed()
    box = timeline.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    for share in (0.2, 0.3, 0.4, 0.6):  # until a point is near enough
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.click(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        page.wait_for_timeout(1500)
        if page.url != link:
            break
    settled(page, "Forecasts")
    assert re.findall(r"origin=(\d+)", page.url) != re.findall(r"origin=(\d+)", link)
    expect(frames(page).first).not_to_have_text(before, use_inner_text=True)


def test_a_copied_link_reopens_the_same_view(page: Page, browser: Browser, address: str) -> None:
    open_view(page, f"{address}/kernels?{SAMPLE}&block=2", "Kernels")
    expect(frames(page).first).to_be_visible()
    page.get_by_role("button", name="Link").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    assert "block=2" in link
    other = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    other.set_default_timeout(SLOW)
    open_view(other, link, "Kernels")
    expect(frames(other).first).to_be_visible()
    for mine, theirs in zip(frames(page).all(), frames(other).all(), strict=True):
        expect(theirs).to_have_text(mine.inner_text(), use_inner_text=True)
    other.context.close()


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

    page.get_by_role("link", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("dataset=ETTh2"))
    settled(page, "Overview")


def test_known_answers_are_drawn_anew(page: Page, address: str) -> None:
    open_view(page, f"{address}/synthetic?draw=0", "Ground truth")
    before = frames(page).first.inner_text()
    page.get_by_role("slider", name="Seed of the generated series").last.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("draw=1$|draw=1&"))
    settled(page, "Ground truth")
    expect(page.get_by_test_id("stCaptionContainer").filter(has_text="seed 1 ·")).to_be_visible()  # the foot
    expect(frames(page).first).not_to_have_text(before, use_inner_text=True)


def test_a_link_that_names_nothing_says_so(page: Page, address: str) -> None:
    open_view(page, f"{address}/?dataset=../../etc&run=../../x&horizon=-3", "Overview")
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    expect(frames(page).first).to_be_visible()
