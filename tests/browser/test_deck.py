"""Pins and the Deck page in a real Chromium: from one click on a figure to a file of slides, by mouse and by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation

from tests.browser.conftest import fits_in_other_looks
from tests.support.browser import DRAWN, free_port, open_view, scrolls_sideways, serving, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield where the dashboard answers that starts with nothing: other files do not see the decks made here."""
    with serving(tmp_path_factory.mktemp("home"), free_port()) as found:
        yield found


def pin(page: Page, address: str, draw: int) -> None:
    open_view(page, f"{address}/ground_truth?draw={draw}", "Ground truth")
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()


def test_a_figure_goes_from_a_click_to_a_slide(page: Page, address: str, tmp_path: Path) -> None:
    open_view(page, f"{address}/deck", "Deck")
    page.get_by_role("button", name="New").click()
    expect(page.get_by_text("This deck has no slides yet")).to_be_visible()
    for draw in (1, 2):
        pin(page, address, draw)
    open_view(page, f"{address}/deck", "Deck")
    slides = page.get_by_role("radiogroup", name="Slides").get_by_role("radio")
    expect(slides).to_have_count(2)
    expect(page.get_by_test_id("chart").locator(DRAWN).first).to_be_visible()
    assert not scrolls_sideways(page)
    caption = page.get_by_label("Caption, in place of the question")
    caption.fill("What we planted")
    caption.press("Enter")
    expect(page.get_by_role("radiogroup", name="Slides")).to_contain_text("2. What we")
    page.get_by_role("button", name="arrow_upward").press("Enter")  # tools are reached by keys
    expect(page.get_by_role("radiogroup", name="Slides")).to_contain_text("1. What we")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("radiogroup", name="Slides")).to_contain_text("2. What we")
    page.reload()
    settled(page, "Deck")
    expect(page.get_by_role("radiogroup", name="Slides")).to_contain_text("2. What we")
    fits_in_other_looks(page, "Deck")
    page.get_by_role("button", name="PowerPoint").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the file (PowerPoint").click()
    target = tmp_path / "deck.pptx"
    saved.value.save_as(target)
    assert "What we planted" in [slide.shapes.title.text_frame.text for slide in Presentation(str(target)).slides]
    with page.expect_download() as saved:
        page.get_by_role("button", name="To hand on").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    page.get_by_role("button", name="Open a deck").click()
    opening = page.get_by_test_id("stPopoverBody")
    opening.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    page.get_by_role("button", name="Add this deck").click()
    expect(page.get_by_text("Opened with 2 slides.")).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
