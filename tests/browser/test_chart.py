"""A chart in a real Chromium: it keeps its place and what was zoomed, fills the screen, and says why it cannot."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import DRAWN, SAMPLE, exhibit, open_view, settled

pytestmark = pytest.mark.browser

TITLE = "What if"
NODE = "document.querySelector('.st-key-exhibit-edited_forecasts .js-plotly-plot')"
LINK = f"whatif?{SAMPLE}&variable=EWR temp&edits=level:EWR temp:-24..-1:2&edit=1"


def range_of(page: Page) -> list[Any]:
    return list(page.evaluate(f"{NODE}._fullLayout.xaxis.range"))


def test_the_next_figure_is_drawn_over_the_one_before_and_a_zoom_stays(page: Page, address: str) -> None:
    open_view(page, f"{address}/{LINK}", TITLE)
    page.evaluate(f"{NODE}.before = true")
    whole = range_of(page)
    area = exhibit(page, "edited_forecasts").locator(".nsewdrag").first.bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + 0.5 * area["width"], area["y"] + 20)
    page.mouse.down()
    page.mouse.move(area["x"] + 0.9 * area["width"], area["y"] + 100, steps=4)
    page.mouse.up()
    page.wait_for_function(f"whole => {NODE}._fullLayout.xaxis.range[0] != whole[0]", arg=whole)
    zoomed = range_of(page)
    page.get_by_role("slider", name="Amount").focus()
    page.keyboard.press("ArrowRight")
    expect(exhibit(page, "edited_forecasts")).to_contain_text("Level shift +2.1 sd")
    settled(page, TITLE)
    page.wait_for_function(f"zoomed => {NODE}._fullLayout.xaxis.range[0] == zoomed[0]", arg=zoomed)
    assert page.evaluate(f"{NODE}.before"), "the same chart"
    page.get_by_role("combobox", name="Variable", exact=False).first.click()
    page.get_by_role("option", name="JFK temp", exact=True).click()
    expect(exhibit(page, "edited_forecasts")).to_contain_text("JFK temp")
    page.wait_for_function(f"whole => {NODE}._fullLayout.xaxis.range[0] == whole[0]", arg=whole)


def test_it_fills_the_screen_and_comes_back(page: Page, address: str) -> None:
    open_view(page, f"{address}/?{SAMPLE}", "Overview")
    place = exhibit(page, "mode_comparison")
    drawn = place.locator(DRAWN).first
    before = drawn.bounding_box()
    drawn.hover()
    place.locator("[data-title=Fullscreen]").click()
    page.wait_for_function("() => document.fullscreenElement")
    filled = "() => document.fullscreenElement.querySelector('.main-svg').clientHeight == innerHeight"
    page.wait_for_function(filled)
    page.evaluate("document.exitFullscreen()")
    page.wait_for_function("() => !document.fullscreenElement")
    assert before is not None
    wanted = [round(before["width"]), round(before["height"])]
    size = "([width, height]) => { const box = document.querySelector('.main-svg').getBoundingClientRect(); "
    page.wait_for_function(f"{size} return box.width == width && box.height == height; }}", arg=wanted)


def test_its_tools_are_those_that_are_of_use_and_none_sends_it_elsewhere(page: Page, address: str) -> None:
    open_view(page, f"{address}/forecasts?{SAMPLE}", "Forecasts")
    tools = "nodes => nodes.map(node => node.dataset.title)"
    moves = ["Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes", "Copy as picture", "Fullscreen"]
    for name, selects in (
        ("forecast_overlay", []),
        ("error_timeline", ["Box Select"]),
        ("error_pairs", ["Box Select", "Lasso Select"]),
    ):
        found = exhibit(page, name).locator(".modebar-btn").evaluate_all(tools)
        assert found == [*moves[:2], *selects, *moves[2:]]


def test_without_its_library_a_chart_says_what_to_do(page: Page, address: str) -> None:
    page.route("**/plotly-*.js", lambda route: route.abort())
    page.goto(f"{address}/?{SAMPLE}")
    expect(page.get_by_text("The part that draws charts did not load: reload the page.").first).to_be_visible()
    page.unroute_all()
    open_view(page, f"{address}/?{SAMPLE}", "Overview")


def test_all_of_one_address_are_of_one_library(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_view(page, f"{address}/?{SAMPLE}", "Overview")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Data", exact=True).click()
    settled(page, "Data")
    assert sum("plotly-" in url for url in asked) == 1
    assert not [url for url in asked if "PlotlyChart" in url], "Streamlit's own copy is not loaded as well"
