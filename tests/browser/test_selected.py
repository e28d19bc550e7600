"""Windows selected in a real Chromium: on one chart, seen on others of this page and the next, kept by the link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.figures.selected import SELECTED
from tests.browser.conftest import fits_in_other_looks
from tests.support.browser import exhibit, free_port, open_view, serving, settled
from tests.support.inspected import InspectedModels

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tiny(inspected_home: tuple[Path, InspectedModels, InspectedModels]) -> Iterator[str]:
    """Yield the address of a dashboard with tiny models, and a link to them without its page."""
    folder, models, _ = inspected_home
    with serving(folder, free_port()) as found:
        yield f"{found}/{{}}?dataset={models.dataset.key}&variable=load"


def at_place(page: Page, name: str, across: float, up: float = 0.5, panel: int = 0) -> tuple[float, float]:
    """Return where on the screen a place of a panel is, in shares of its width and height."""
    area = exhibit(page, name).locator(".nsewdrag").nth(panel)
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]


def click(page: Page, name: str, across: float) -> None:
    where = at_place(page, name, across)
    page.mouse.move(*where)
    expect(exhibit(page, name).locator(".hoverlayer text").first).to_be_visible()  # what a click takes
    page.mouse.click(*where)


def drag(page: Page, name: str, start: float, end: float) -> None:
    x, y = at_place(page, name, start)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + at_place(page, name, end)[0]) / 2, y, steps=4)
    page.mouse.move(at_place(page, name, end)[0], y + 4, steps=4)
    page.mouse.up()


MARKS = """([place, name, wanted]) => {
    const chart = document.querySelector(`.st-key-exhibit-${place} .js-plotly-plot`);
    if (!chart || !chart.data) return false;
    const marks = [...chart.data, ...(chart.layout.shapes || [])].filter(one => one.name == name);
    return marks.length == wanted;
}"""


def marked(page: Page, name: str, wanted: int) -> None:
    """Wait until so many traces and shapes of a chart mark what is selected."""
    page.wait_for_function(MARKS, arg=[name, SELECTED, wanted])


def chip(page: Page) -> str:
    """Return what the page says is selected; empty where nothing is."""
    return " ".join(page.locator(".st-key-selected").get_by_test_id("stMarkdown").all_inner_texts())


def go_to(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
    settled(page, title)


def test_an_hour_of_a_map_is_seen_on_this_page_and_the_next(page: Page, browser: Browser, tiny: str) -> None:
    open_view(page, tiny.format("kernels"), "Kernels")
    click(page, "kernel_by_slot", 12.5 / 24)
    expect(page).to_have_url(re.compile("windows=slot%3A12%3A00"))
    expect(exhibit(page, "window_kernels")).to_contain_text("selected windows")
    settled(page, "Kernels")
    assert "time of day 12:00" in chip(page)
    marked(page, "kernel_by_slot", 3)  # one a panel
    marked(page, "kernel_profile", 2)
    go_to(page, "Forecasts")
    assert "time of day 12:00" in chip(page)
    marked(page, "error_timeline", 4)  # a day apart
    marked(page, "error_pairs", 1)  # one set of points
    expect(page.get_by_text("MSE, selected")).to_have_count(4)
    shown = page.url
    page.reload()
    settled(page, "Forecasts")
    assert page.url == shown
    marked(page, "error_timeline", 4)
    other = browser.new_context().new_page()  # somebody else opens the link
    open_view(other, shown, "Forecasts")
    assert chip(other) == chip(page)
    marked(other, "error_timeline", 4)
    other.context.close()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page).not_to_have_url(re.compile("windows="))
    settled(page, "Forecasts")
    assert chip(page) == ""
    marked(page, "error_timeline", 0)
    go_to(page, "Kernels")
    assert chip(page) == ""
    marked(page, "kernel_by_slot", 0)
    fits_in_other_looks(page, "Kernels")


def test_a_stretch_a_window_and_a_change_replace_each_other(page: Page, tiny: str) -> None:
    open_view(page, tiny.format("data"), "Data")
    drag(page, "series_plot", 0.85, 0.95)
    expect(page).to_have_url(re.compile(r"windows=rows%3A\d+-\d+"))
    settled(page, "Data")
    marked(page, "series_plot", 1)
    drag(page, "series_plot", 0.1, 0.2)
    expect(page.get_by_text("No test window begins in the stretch")).to_be_visible()
    assert "windows=rows" in page.url, "the selection stays"
    go_to(page, "Attention")
    marked(page, "attention_by_slot", 1)
    expect(exhibit(page, "attention_map")).to_contain_text("selected windows")
    go_to(page, "Gates & response")
    marked(page, "abrupt_changes", 1)
    chart = exhibit(page, "abrupt_changes").locator(".js-plotly-plot")
    share = "(node, axis) => node._fullLayout[axis + 'axis'].r2fraction(node._fullData[0][axis][0])"
    where = at_place(page, "abrupt_changes", chart.evaluate(share, "x"), chart.evaluate(share, "y"))
    page.mouse.move(*where)
    expect(exhibit(page, "abrupt_changes").locator(".hoverlayer text").first).to_be_visible()
    page.mouse.click(*where)
    expect(page).to_have_url(re.compile(r"windows=change%3A\d+"))
    settled(page, "Gates & response")
    assert "around the abrupt change" in chip(page)


def test_by_keys_alone_windows_are_selected_by_their_times_and_by_a_slot(page: Page, tiny: str) -> None:
    open_view(page, tiny.format("kernels"), "Kernels")
    page.get_by_role("button", name="Select windows").press("Enter")
    first, last = page.get_by_label("First origin"), page.get_by_label("Last origin")
    for field in (first, last):
        expect(field).to_have_value(re.compile(r"\d{4}-\d\d-\d\d"))
    settled(page, "Kernels")
    ends = first.input_value(), last.input_value()
    last.fill("tomorrow, perhaps")
    last.press("Enter")
    expect(page.get_by_test_id("stAlert").filter(has_text="'tomorrow, perhaps' is no time")).to_be_visible()
    settled(page, "Kernels")
    assert chip(page) == ""
    last.fill(ends[0])
    first.fill(ends[1])  # either may be the later one
    first.press("Enter")
    expect(page).to_have_url(re.compile(r"windows=rows%3A\d+-\d+"))
    settled(page, "Kernels")
    assert all(end in chip(page) for end in ends)
    page.get_by_role("combobox", name="Or the windows of a slot").press("Enter")
    page.keyboard.type("05:00")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("windows=slot%3A05%3A00"))
    settled(page, "Kernels")
    assert "time of day 05:00" in chip(page)


def test_a_link_to_windows_that_are_gone_says_so(page: Page, tiny: str) -> None:
    open_view(page, tiny.format("kernels") + "&windows=rows%3A3-9", "Kernels")
    expect(page.get_by_test_id("stAlert").filter(has_text="nothing is selected")).to_have_count(1)
    assert "windows=" not in page.url and chip(page) == ""


def test_two_tabs_keep_what_each_selected(browser: Browser, tiny: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    wanted = {"slot%3A05%3A00": "05:00", "slot%3A19%3A00": "19:00"}
    tabs = {text: context.new_page() for text in wanted}
    for text, tab in tabs.items():
        open_view(tab, f"{tiny.format('kernels')}&windows={text}", "Kernels")
    for text, tab in tabs.items():
        tab.reload()
        settled(tab, "Kernels")
        assert f"windows={text}" in tab.url and wanted[text] in chip(tab)
    context.close()
