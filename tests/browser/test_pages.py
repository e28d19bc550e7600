"""Every page in a real Chromium: the start on the sample, both colour schemes, a link that names nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.frame import entry
from tests.support.browser import SAMPLE, SLOW, frames, open_view

pytestmark = pytest.mark.browser
WITHOUT_A_CHART = ("compare",)


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


def test_a_link_that_names_nothing_says_so(page: Page, address: str) -> None:
    open_view(page, f"{address}/?dataset=../../etc&run=../../x&horizon=-3", "Overview")
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    expect(frames(page).first).to_be_visible()
