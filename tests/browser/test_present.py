"""A deck presented in a real Chromium: by keys to the last slide, a live edit, full screen, a copied picture."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fits_in_other_looks
from tests.support.browser import SAMPLE, exhibit, frames, open_view, scrolls_sideways, settled

pytestmark = pytest.mark.browser
EDIT = "level:EWR temp:-24..-1:1.5"
KIND = """async () => {
    const [item] = await navigator.clipboard.read();
    const picture = await createImageBitmap(await item.getType("image/png"));
    return [picture.width, picture.height];
}"""


def shows(page: Page, number: int, of: int) -> None:
    expect(page.get_by_text(f"{number} / {of}", exact=True)).to_be_visible()
    settled(page, "Present")


def is_on_one_screen(page: Page) -> None:
    """The picture is a large part of the screen and ends above the keys."""
    picture, bar, screen = (
        frames(page).bounding_box(),
        page.get_by_role("button", name="Next").bounding_box(),
        page.viewport_size,
    )
    assert picture is not None and bar is not None and screen is not None
    assert picture["height"] > screen["height"] / 4 and picture["y"] + picture["height"] <= bar["y"]


def test_by_keys_from_the_deck_to_the_last_slide_with_a_live_edit(page: Page, address: str) -> None:
    open_view(page, f"{address}/deck?{SAMPLE}", "Deck")
    page.get_by_role("button", name="New").click()
    expect(page.get_by_text("This deck has no slides yet")).to_be_visible()
    for name, link in (("edited_forecasts", f"whatif?{SAMPLE}&edits={EDIT}"), ("ground_truth", "ground_truth?")):
        open_view(page, f"{address}/{link}", "What if" if name == "edited_forecasts" else "Ground truth")
        exhibit(page, name).get_by_role("button", name="Pin", exact=True).click()
        expect(exhibit(page, name).get_by_role("button", name="Unpin")).to_be_visible()
    open_view(page, f"{address}/deck?{SAMPLE}", "Deck")
    page.get_by_role("button", name="Present", exact=True).press("Enter")
    shows(page, 1, 2)
    page.keyboard.press("ArrowRight")
    shows(page, 2, 2)
    assert not scrolls_sideways(page)
    page.reload()
    shows(page, 2, 2)
    page.keyboard.press("PageUp")
    shows(page, 1, 2)
    page.get_by_role("switch", name="Live").or_(page.get_by_role("checkbox", name="Live")).press("Space")
    amount = page.get_by_role("slider", name="Amount")
    expect(amount).to_be_visible()
    expect(page).to_have_url(re.compile(r"edit=1&"))
    settled(page, "Present")
    amount.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"edits=level%3AEWR\+temp%3A-24..-1%3A1.6"))
    expect(frames(page).first).to_be_visible()
    page.keyboard.press("PageDown")  # wherever the focus is
    shows(page, 2, 2)
    is_on_one_screen(page)
    fits_in_other_looks(page, "Present")
    is_on_one_screen(page)
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement")
    page.keyboard.press("Home")
    expect(page.get_by_text("1 / 2", exact=True)).to_be_visible()


def test_a_figure_is_copied_as_a_picture_with_its_words(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_view(page, f"{address}/?{SAMPLE}", "Overview")
    place = exhibit(page, "mode_comparison")
    place.locator(".main-svg").first.hover()
    place.locator("[data-title='Copy as picture']").click()
    expect(place.get_by_role("status")).to_have_text("Copied")
    width, height = page.evaluate(KIND)
    assert width == 2 * 1280 and height > 2 * 200
