"""Every page in a real Chromium: the start, both colour schemes, a click on a chart, links good and bad."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect

from core.text.words import say, speaking
from core.vocabulary import Language
from dashboard.frame import ENTRIES
from tests.browser.conftest import LOOKS, Look
from tests.support.barriers import barriers
from tests.support.browser import SAMPLE, SLOW, exhibit, frames, open_view, scrolls_sideways, settled
from tests.support.keyboard import against_reading, walk
from tests.support.pages import PAGE_NAMES
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
NARROW = (1280, 800)
ZOOMED = (640, 400)  # what is left of it to whoever zooms to 200 %
# Texts of which a part is hidden; what is on a chart or in a table is held by tests of its own.
CUT = """() => [...document.querySelectorAll("*")]
  .filter((node) => ["hidden", "clip"].includes(getComputedStyle(node).overflowX)
    && node.clientWidth > 1 && node.scrollWidth > node.clientWidth + 1 && node.textContent.trim()
    && !node.closest("svg, .js-plotly-plot, [data-testid=stDataFrame]"))
  .map((node) => node.textContent.trim().slice(0, 60))"""
WITHOUT_A_CHART = ("compare", "deck", "present")  # until somebody trains, or pins


def test_it_opens_on_the_sample_with_all_four_modes(page: Page, address: str) -> None:
    open_view(page, address, "Overview")
    expect(frames(page).first).to_be_visible()
    chart = frames(page).first
    for mode in ("GRU → CNN", "CNN → GRU", "both"):
        expect(chart).to_contain_text(mode)
    assert "dataset=NYweather" in page.url
    assert not scrolls_sideways(page)


def test_what_a_browser_holds_is_not_sent_again(page: Page, address: str) -> None:
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sent.append(len(frame))))
    open_view(page, f"{address}/?{SAMPLE}", "Overview")
    sums: dict[str, list[int]] = {}
    for title in ("Data", "Forecasts", "Model", "Kernels", "Claims") * 2:
        sent.clear()
        page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
        settled(page, title)
        sums.setdefault(title, []).append(sum(sent))
    for title, (first, again) in sums.items():
        assert again < first / 2, (title, first, again)


@pytest.mark.parametrize("name", PAGE_NAMES)
@pytest.mark.parametrize("look", LOOKS, ids=[scheme for scheme, _ in LOOKS])
def test_every_page_draws_in_both_schemes_and_languages(page: Page, address: str, name: str, look: Look) -> None:
    place = "" if name == "overview" else name  # the first page has no path of its own
    language = Language.ENGLISH if look[0] == "light" else Language.KOREAN
    with speaking(language):
        title = say(ENTRIES[name][0])
    open_view(page, f"{address}/{place}?{SAMPLE}&language={language}", title)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    if name not in WITHOUT_A_CHART:
        expect(frames(page).first).to_be_visible()
        paper = page.locator(".js-plotly-plot .main-svg").first.evaluate("node => node.style.background")
        channels = [int(part) for part in re.findall(r"\d+", paper)[:3]]
        assert not channels or (sum(channels) > 600) is (look[0] == "light"), paper
    assert not scrolls_sideways(page)
    assert barriers(page) == []
    if look[1] == NARROW:
        assert page.evaluate(CUT) == []
        stops, missed = walk(page)
        assert missed == [], "a control that no key reaches"
        assert against_reading(stops) == []
    else:
        for width, height in (NARROW, ZOOMED):
            page.set_viewport_size({"width": width, "height": height})
            wait_until(lambda: not scrolls_sideways(page))
            wait_until(lambda wide=width: wide != NARROW[0] or page.evaluate(CUT) == [])


def test_at_200_percent_the_menu_makes_way(page: Page, address: str) -> None:
    page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
    open_view(page, f"{address}/forecasts?{SAMPLE}", "Forecasts")
    expect(page.get_by_test_id("stSidebar").get_by_role("link", name="Kernels")).not_to_be_in_viewport()
    page.add_style_tag(content="h1 { width: 2rem; overflow: hidden; white-space: nowrap; }")
    assert "Forecasts" in page.evaluate(CUT), "what is cut is seen"
    page.get_by_test_id("stExpandSidebarButton").press("Enter")
    expect(page.get_by_test_id("stSidebar").get_by_role("link", name="Kernels")).to_be_in_viewport()


def test_nothing_moves_for_whoever_asked_for_that_and_the_language_is_told(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_view(page, f"{address}/forecasts?{SAMPLE}&language=ko", "예측")
    assert page.locator("html").get_attribute("lang") == "ko", "what reads aloud knows the language"
    longest = """() => Math.max(...[...document.querySelectorAll("*")].flatMap((node) => {
      const { animationDuration, transitionDuration } = getComputedStyle(node);
      return [animationDuration, transitionDuration].flatMap((text) => text.split(",")).map(parseFloat);
    }))"""
    assert page.evaluate(longest) < 0.001
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(longest) > 0.1, "else the measure sees nothing"


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
        with suppress(AssertionError):
            expect(page).not_to_have_url(link, timeout=1500)
            break
    settled(page, "Forecasts")
    assert re.findall(r"origin=(\d+)", page.url) != re.findall(r"origin=(\d+)", link)
    expect(frames(page).first).not_to_have_text(before, use_inner_text=True)


def test_a_click_on_a_slot_takes_its_kernels(page: Page, address: str) -> None:
    open_view(page, f"{address}/changes?{SAMPLE}&kernels=slot&slot=00:00", "Changes")
    slots = frames(page).nth(1)
    expect(slots).to_be_visible()
    settled(page, "Changes")
    point = slots.locator(".points path").nth(13)
    for _ in range(4):  # the page may still move below the pointer
        slots.scroll_into_view_if_needed()
        box = point.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        with suppress(AssertionError):
            expect(page).to_have_url(re.compile(r"slot=13%3A00"), timeout=3000)
            break
    assert "slot=13%3A00" in page.url
    expect(exhibit(page, "changed_forecast")).to_contain_text("mean kernels of 13:00")


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


def test_a_link_that_names_nothing_says_so(page: Page, address: str) -> None:
    open_view(page, f"{address}/?dataset=../../etc&run=../../x&horizon=-3", "Overview")
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    expect(frames(page).first).to_be_visible()
