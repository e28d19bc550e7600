"""What a person selects in a real Chromium: a data set, a window, a link passed on, other known answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import SAMPLE, SLOW, frames, open_view, settled

pytestmark = pytest.mark.browser


@pytest.mark.data
@pytest.mark.usefixtures("official_data")
def test_switching_the_data_set_switches_the_numbers(page: Page, address: str) -> None:
    open_view(page, f"{address}/?{SAMPLE}", "Overview")
    before = frames(page).first.inner_text()
    page.get_by_test_id("stSidebar").get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="ETTh1").click()
    expect(page).to_have_url(re.compile("dataset=ETTh1"))
    settled(page, "Overview")
    expect(frames(page).first).to_contain_text("ETTh1")
    assert frames(page).first.inner_text() != before


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


def test_known_answers_are_drawn_anew(page: Page, address: str) -> None:
    open_view(page, f"{address}/synthetic?draw=0", "Ground truth")
    before = frames(page).first.inner_text()
    page.get_by_role("slider", name="Seed of the generated series").last.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("draw=1$|draw=1&"))
    settled(page, "Ground truth")
    expect(frames(page).first).not_to_have_text(before, use_inner_text=True)
