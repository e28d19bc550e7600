"""Data in a real Chromium: another data set, a file refused, a file compared from upload to result, known answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import SAMPLE, frames, free_port, open_view, serving, settled
from tests.support.tiny import tiny_frame

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield where the dashboard answers that starts with nothing: other files do not see what is uploaded here."""
    with serving(tmp_path_factory.mktemp("home"), free_port()) as found:
        yield found


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


def number(page: Page, label: str) -> str:
    """Return the value of a key number."""
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue").inner_text()


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


def test_known_answers_are_drawn_anew(page: Page, address: str) -> None:
    open_view(page, f"{address}/ground_truth?draw=0", "Ground truth")
    before = frames(page).first.inner_text()
    page.get_by_role("slider", name="Seed of the generated series").last.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("draw=1$|draw=1&"))
    settled(page, "Ground truth")
    expect(page.get_by_test_id("stCaptionContainer").filter(has_text="seed 1 ·")).to_be_visible()  # the foot
    expect(frames(page).first).not_to_have_text(before, use_inner_text=True)
