"""What if in a real Chromium: an edit added, changed, drawn on the chart, undone and shared; tabs keep their own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import fits_in_other_looks
from tests.support.browser import SAMPLE, SLOW, exhibit, feet, open_view, scrolls_sideways, settled

pytestmark = pytest.mark.browser

TITLE = "What if"
PANELS = 6  # that follow an edit


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


LINES = """() => {
    const chart = document.querySelector('.st-key-exhibit-edited_forecasts .js-plotly-plot');
    return JSON.stringify((chart?.data ?? []).map(line => [line.name, line.y]));
}"""


def forecast(page: Page, *, other_than: str = "") -> str:
    """Return the values of every line of the forecasts, once they are others."""
    page.wait_for_function(f"before => ({LINES})() != before", arg=other_than or "[]")
    return str(page.evaluate(LINES))


def comes(page: Page, values: str) -> None:
    """Wait until the forecasts have these values."""
    page.wait_for_function(f"wanted => ({LINES})() == wanted", arg=values)


def stands(page: Page) -> None:
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    assert not scrolls_sideways(page)


def test_an_edit_is_added_changed_undone_and_shared(page: Page, browser: Browser, address: str) -> None:
    open_view(page, f"{address}/whatif?{SAMPLE}&variable=EWR temp", TITLE)
    edits(page, "")
    plain = forecast(page)
    press(page, "Add")
    edits(page, "level:EWR temp:-24..-1:1")
    once = forecast(page, other_than=plain)
    turn_up(page)
    edits(page, "level:EWR temp:-24..-1:1.1")
    changed = forecast(page, other_than=once)
    page.get_by_role("button", name="Link").click()
    link = page.get_by_test_id("stCode").inner_text()
    page.keyboard.press("Escape")
    other = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    other.set_default_timeout(SLOW)
    open_view(other, link, TITLE)
    edits(other, "level:EWR temp:-24..-1:1.1")
    comes(other, changed)
    other.context.close()
    page.reload()
    edits(page, "level:EWR temp:-24..-1:1.1")
    comes(page, changed)
    stands(page)
    press(page, "Reset")
    edits(page, "")
    comes(page, plain)
    press(page, "Undo")
    edits(page, "level:EWR temp:-24..-1:1.1")
    stands(page)
    fits_in_other_looks(page, TITLE)


def test_a_span_is_drawn_on_the_chart(page: Page, address: str) -> None:
    open_view(page, f"{address}/whatif?{SAMPLE}&edits=zero:EWR temp:-24..-1&edit=1", TITLE)
    edits(page, "zero:EWR temp:-24..-1")
    shown = 96  # rows
    for part in (0.25, 0.4):  # again on the chart that was just drawn on
        box = exhibit(page, "edited_rows").locator(".nsewdrag").first.bounding_box()
        assert box is not None
        left, up = box["x"] + part * box["width"], box["y"] + box["height"] / 4
        page.mouse.move(left, up)
        page.mouse.down()
        page.mouse.move(left + 0.1 * box["width"], up, steps=4)
        page.mouse.up()
        rows = [round(shown * (1 - part)) + off for off in range(-2, 3)]  # a pixel is more than a row
        expect(page).to_have_url(re.compile(rf"edits=zero%3AEWR\+temp%3A-({'|'.join(map(str, rows))})\.\."))
        settled(page, TITLE)
        shown = max(96, 3 * int(re.search(r"temp%3A-(\d+)", page.url)[1]))  # type: ignore[index]
    stands(page)


def test_a_row_is_dragged_and_the_forecasts_go_along_before_it_is_let_go(page: Page, address: str) -> None:
    open_view(page, f"{address}/whatif?{SAMPLE}&variable=EWR temp", TITLE)
    edits(page, "")
    before, steps = forecast(page), page.evaluate("history.length")
    handle = page.get_by_role("slider", name="Height of the edit")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 10)
    while_held = forecast(page, other_than=before)
    assert "edits=" not in page.url, "the address waits"
    page.mouse.move(x, y - 40, steps=2)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"edits=level%3AEWR\+temp%3A-24..-1%3A\d"))
    settled(page, TITLE)  # the answer to the place before the last one may come yet
    amount = float(handle.get_attribute("aria-valuenow") or 0)
    edits(page, f"level:EWR temp:-24..-1:{amount:g}")
    assert amount > 1 and page.evaluate("history.length") == steps + 1
    let_go = forecast(page, other_than=while_held)
    handle.focus()
    page.keyboard.press("Shift+ArrowDown")  # as a slider goes: by ten steps of .1
    edits(page, f"level:EWR temp:-24..-1:{amount - 1:g}")
    forecast(page, other_than=let_go)
    press(page, "Undo")
    edits(page, f"level:EWR temp:-24..-1:{amount:g}")
    comes(page, let_go)
    press(page, "Undo")
    edits(page, "")
    comes(page, before)
    handle.focus()
    for _ in range(4):  # faster than they are answered: none is lost
        page.keyboard.press("ArrowUp")
    edits(page, "level:EWR temp:-24..-1:1.4")
    stands(page)
    fits_in_other_looks(page, TITLE)


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
    comes(tabs["JFK temp"], shown["JFK temp"])
    forecast(tabs["EWR temp"], other_than=shown["EWR temp"])
    context.close()


def test_an_edit_of_something_that_is_gone_is_one_sentence(page: Page, address: str) -> None:
    words = "level:moon temp:-24..-1:1|zero:EWR temp:-24..-1"
    open_view(page, f"{address}/whatif?{SAMPLE}&variable=EWR temp&edits={words}", TITLE)
    told = page.get_by_test_id("stAlert").filter(has_text="left out")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("'moon temp', which is no variable here")
    edits(page, "zero:EWR temp:-24..-1")
    stands(page)
