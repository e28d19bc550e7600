"""A mean over windows in a real Chromium: it grows while one looks, stops when told to, and stays after a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import SAMPLE, open_view

pytestmark = pytest.mark.browser
SO_FAR = re.compile(r"Mean over (\d+) of 64 windows")


def averaged(page: Page) -> int:
    """Return how many windows the picture says it is of."""
    found = SO_FAR.search(page.get_by_text(SO_FAR).first.inner_text())
    assert found is not None
    return int(found[1])


def test_a_mean_grows_stops_and_is_found_again(page: Page, address: str) -> None:
    open_view(page, f"{address}/attribution?{SAMPLE}&rows=72", "Attribution")
    page.get_by_role("button", name="Average over 64 windows").click()
    expect(page.get_by_text(SO_FAR).first).to_be_visible()
    first = averaged(page)
    expect(page.get_by_text(f"Mean over {first} of 64 windows")).to_have_count(0)  # without a reload
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    stopped = averaged(page)
    assert first < stopped < 64
    page.reload()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert averaged(page) == stopped
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text(f"Mean over {stopped} of 64 windows")).to_have_count(0)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
