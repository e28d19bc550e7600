"""What if in a real Chromium: an edit added, changed, drawn on the chart, undone and shared; tabs keep their own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import looks
from tests.support.browser import SAMPLE, SLOW, exhibit, feet, open_view, scrolls_sideways, settled

pytestmark = pytest.mark.browser

TITLE = "What if"
PANELS = 5  # that follow an edit


def edits(page: Page, text: str) -> None:
    """Wait until the link holds these edits ("": none) and every panel shows them."""
    word = text.replace(":", "%3A").replace(" ", r"\+")
    expect(page).to_have_url(re.compile(rf"edits={word}(&|$)") if text else re.compile(r"^(?!.*[?&]edits=)"))
    settled(page, TITLE)
    expect(page.get_by_role("heading", level=3).filter(has_text="(edited)")).to_have_count(PANELS if text else 0)
    expect(feet(page).filter(has_text="edited: ")).to_have_count(PANELS if text else 0)


def press(page: Page, name: str) -> None:
    page.get_by_test_id("stButton").get_by_role("button", name=name, exact=True).click()


def turn_up(page: Page) -> None:
    """Move the amount by one step of its slider."""
    page.get_by_role("slider", name="Amount").focus()
    page.keyboard.press("ArrowRight")


def forecast(page: Page) -> str:
    """Return the values of every line of the forecasts."""
    chart = exhibit(page, "edited_forecasts").locator(".js-plotly-plot")
    return str(chart.evaluate("node => JSON.stringify(node.data.map(line => [line.name, line.y]))"))


def stands(page: Page) -> None:
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    assert not scrolls_sideways(page)


@looks
def test_an_edit_is_added_changed_undone_and_shared(page: Page, browser: Browser, address: str) -> None:
    open_view(page, f"{address}/whatif?{SAMPLE}&variable=EWR temp", TITLE)
    edits(page, "")
    plain = forecast(page)
    press(page, "Add")
    edits(page, "level:EWR temp:-24..-1:1")
    assert forecast(page) != plain
    turn_up(page)
    edits(page, "level:EWR temp:-24..-1:1.1")
    changed = forecast(page)
    page.get_by_role("button", name="Link").click()
    link = page.get_by_test_id("stCode").inner_text()
    page.keyboard.press("Escape")
    other = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    other.set_default_timeout(SLOW)
    open_view(other, link, TITLE)
    edits(other, "level:EWR temp:-24..-1:1.1")
    assert forecast(other) == changed
    other.context.close()
    page.reload()
    edits(page, "level:EWR temp:-24..-1:1.1")
    assert forecast(page) == changed
    stands(page)
    press(page, "Reset")
    edits(page, "")
    assert forecast(page) == plain
    press(page, "Undo")
    edits(page, "level:EWR temp:-24..-1:1.1")
    stands(page)


def test_a_span_is_drawn_on_the_chart(page: Page, address: str) -> None:
    open_view(page, f"{address}/whatif?{SAMPLE}&edits=zero:EWR temp:-24..-1&edit=1", TITLE)
    edits(page, "zero:EWR temp:-24..-1")
    for part in (0.25, 0.6):  # again on the chart that was just drawn on
        box = exhibit(page, "recorded_window").locator(".nsewdrag").first.bounding_box()
        assert box is not None
        left, middle = box["x"] + part * box["width"], box["y"] + box["height"] / 2
        page.mouse.move(left, middle)
        page.mouse.down()
        page.mouse.move(left + 0.1 * box["width"], middle, steps=4)
        page.mouse.up()
        rows = "|".join(str(round(720 * (1 - part)) + off) for off in range(-4, 5))  # a pixel is more than a row
        expect(page).to_have_url(re.compile(rf"edits=zero%3AEWR\+temp%3A-({rows})\.\."))
        settled(page, TITLE)
    stands(page)


def test_two_tabs_keep_their_own_edits(browser: Browser, address: str) -> None:
    wanted = {"EWR temp": "scale:EWR temp:-48..-1:2", "JFK temp": "hold:JFK temp:-48..-1"}
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(SLOW)
    tabs = {variable: context.new_page() for variable in wanted}
    for variable, tab in tabs.items():
        open_view(tab, f"{address}/whatif?{SAMPLE}&variable={variable}&edits={wanted[variable]}&edit=1", TITLE)
    shown = {variable: forecast(tab) for variable, tab in tabs.items()}
    assert shown["EWR temp"] != shown["JFK temp"]
    turn_up(tabs["EWR temp"])
    edits(tabs["EWR temp"], "scale:EWR temp:-48..-1:2.05")
    for variable, tab in tabs.items():
        tab.reload()
        edits(tab, "scale:EWR temp:-48..-1:2.05" if variable == "EWR temp" else wanted[variable])
        stands(tab)
    assert forecast(tabs["JFK temp"]) == shown["JFK temp"] and forecast(tabs["EWR temp"]) != shown["EWR temp"]
    context.close()


def test_an_edit_of_something_that_is_gone_is_one_sentence(page: Page, address: str) -> None:
    words = "level:moon temp:-24..-1:1|zero:EWR temp:-24..-1"
    open_view(page, f"{address}/whatif?{SAMPLE}&variable=EWR temp&edits={words}", TITLE)
    told = page.get_by_test_id("stAlert").filter(has_text="left out")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("'moon temp', which is no variable here")
    edits(page, "zero:EWR temp:-24..-1")
    stands(page)
