"""The model asked in a real Chromium: a first look, dials, means, twins; engines killed, checkpoints deleted."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.vocabulary import Fusion
from core.workspace import Folder, subfolder
from dashboard.cases import READING
from tests.browser.conftest import fits_in_other_looks
from tests.support.browser import (
    DRAWN,
    SAMPLE,
    SLOW,
    exhibit,
    feet,
    frames,
    free_port,
    open_view,
    scrolls_sideways,
    serving,
    settled,
)
from tests.support.engines import engines
from tests.support.inspected import InspectedModels
from tests.support.tiny import tiny_dataset
from tests.support.trained import tiny_records

pytestmark = pytest.mark.browser

DIALS = {"gru_to_cnn": "GRU → CNN, times", "cnn_to_gru": "CNN → GRU, times"}
SO_FAR = re.compile(r"Mean over (\d+) of 64 windows")
TWINS = ("Kernels", "Gates & response", "Attention", "Forecasts")


def turn_up(page: Page, crossing: str, to: str = "1.25") -> None:
    """Move the dial of a crossing by one step, and wait for the answer."""
    page.get_by_role("slider", name=DIALS[crossing]).last.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(f"{crossing}={to}&"))
    settled(page, "Changes")


def lines(page: Page) -> dict[str, str]:
    """Return the values of each line of the changed forecast, by name."""
    chart = exhibit(page, "changed_forecast").locator(".js-plotly-plot")
    found: dict[str, str] = chart.evaluate(
        "node => Object.fromEntries(node.data.map(line => [line.name, JSON.stringify(line.y)]))"
    )
    return found


def averaged(page: Page) -> int:
    """Return how many windows the picture says it is of."""
    found = SO_FAR.search(page.get_by_text(SO_FAR).first.inner_text())
    assert found is not None
    return int(found[1])


def stands(page: Page) -> None:
    """No part of the page failed, and nothing is wider than the screen."""
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    assert not scrolls_sideways(page)


@pytest.fixture
def not_inspected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield a link to tiny models that nobody has read, of a file so long that it takes some seconds."""
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path))
    dataset = tiny_dataset(rows=40_000)
    tiny_records(dataset, subfolder(Folder.STUDIES) / "tiny" / "runs", (Fusion.NONE, Fusion.BOTH))
    with serving(tmp_path, free_port()) as address:
        yield f"{address}/kernels?dataset={dataset.key}"


def test_a_first_look_becomes_the_whole_by_itself(page: Page, not_inspected: str) -> None:
    page.goto(not_inspected)
    expect(page.locator(DRAWN).first).to_be_visible()
    expect(feet(page).filter(has_text=re.compile("over 256 of [0-9,]+ test windows")).first).to_be_visible()
    assert page.get_by_text(READING).count(), "charts are there while the models are still read"
    page.evaluate("window.opened = 'once'")
    expect(page.get_by_text(READING)).to_have_count(0)
    settled(page, "Kernels")
    expect(feet(page).first).to_be_visible()
    expect(feet(page).filter(has_text="over 256 of")).to_have_count(0)
    assert page.evaluate("window.opened") == "once", "the page was not loaded again"
    stands(page)


def test_a_dial_moves_the_forecast_and_is_undone(page: Page, address: str) -> None:
    open_view(page, f"{address}/changes?{SAMPLE}", "Changes")
    told = exhibit(page, "changed_forecast")
    expect(told).to_contain_text("Nothing is changed")
    turn_up(page, "gru_to_cnn")
    expect(told).to_contain_text("moves the forecast")
    once = lines(page)
    assert once["changed"] != once["as trained"]
    turn_up(page, "gru_to_cnn", "1.5")
    expect(told).to_contain_text("GRU → CNN × 1.5")
    twice = lines(page)
    assert twice["changed"] != once["changed"] and twice["as trained"] == once["as trained"]
    stands(page)
    page.reload()
    settled(page, "Changes")
    assert lines(page) == twice, "the link carries the change"
    page.get_by_test_id("stButton").get_by_role("button", name="As trained").click()
    expect(page).to_have_url(re.compile("gru_to_cnn=1&"))
    expect(told).to_contain_text("Nothing is changed")
    settled(page, "Changes")
    assert "changed" not in lines(page)
    stands(page)
    fits_in_other_looks(page, "Changes")


def test_an_attribution_answers_another_question(page: Page, address: str) -> None:
    open_view(page, f"{address}/attribution?{SAMPLE}", "Attribution")
    told = exhibit(page, "attribution_map")
    before = told.inner_text()
    page.get_by_role("radio", name="The first step").click()
    expect(page).to_have_url(re.compile("steps=first"))
    expect(told).not_to_have_text(before, use_inner_text=True)
    settled(page, "Attribution")
    stands(page)
    fits_in_other_looks(page, "Attribution")


def test_a_mean_grows_stops_and_is_found_again(page: Page, address: str) -> None:
    open_view(page, f"{address}/attribution?{SAMPLE}&rows=72", "Attribution")
    page.get_by_role("button", name="Average over 64 windows").click()
    expect(page.get_by_text(SO_FAR).first).to_be_visible()
    first = averaged(page)
    expect(page.get_by_text(f"Mean over {first} of 64 windows")).to_have_count(0)  # without a reload
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    settled(page, "Attribution")
    stopped = averaged(page)
    assert first < stopped < 64
    page.reload()
    settled(page, "Attribution")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert averaged(page) == stopped
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text(f"Mean over {stopped} of 64 windows")).to_have_count(0)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()


def test_one_switch_shows_the_untrained_twins(page: Page, address: str) -> None:
    open_view(page, f"{address}/kernels?{SAMPLE}", "Kernels")
    expect(feet(page).filter(has_text="untrained twin")).to_have_count(0)
    page.get_by_role("radio", name="Untrained twins").click()
    expect(page).to_have_url(re.compile("weights=untrained"))
    for title in TWINS:
        page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
        settled(page, title)
        assert "weights=untrained" in page.url
        expect(feet(page).first).to_be_visible()
        expect(feet(page).filter(has_not_text="untrained twin")).to_have_count(0)
        stands(page)
    fits_in_other_looks(page, title)
    page.reload()
    settled(page, title)
    expect(feet(page).first).to_be_visible()
    expect(feet(page).filter(has_not_text="untrained twin")).to_have_count(0)


def test_a_killed_engine_is_not_noticed(page: Page, address: str) -> None:
    open_view(page, f"{address}/changes?{SAMPLE}&origin=7700", "Changes")
    turn_up(page, "cnn_to_gru")
    before = lines(page)
    killed = list(engines())
    assert killed
    for process in killed:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    turn_up(page, "cnn_to_gru", "1.5")
    expect(exhibit(page, "changed_forecast")).to_contain_text("CNN → GRU × 1.5")
    after = lines(page)
    assert after["as trained"] == before["as trained"] and after["changed"] != before["changed"]
    assert not set(killed) & set(engines())
    stands(page)


def test_two_tabs_keep_their_own(browser: Browser, address: str) -> None:
    wanted = {"gru_to_cnn": ("EWR temp", "7700"), "cnn_to_gru": ("JFK temp", "7900")}
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(SLOW)
    tabs = {crossing: context.new_page() for crossing in wanted}
    for crossing, (variable, origin) in wanted.items():
        open_view(tabs[crossing], f"{address}/changes?{SAMPLE}&variable={variable}&origin={origin}", "Changes")
    shown = {}
    for crossing, tab in tabs.items():
        turn_up(tab, crossing)
        shown[crossing] = lines(tab)
    for crossing, tab in tabs.items():
        tab.reload()
        settled(tab, "Changes")
        (variable, origin), (other,) = wanted[crossing], set(wanted) - {crossing}
        assert f"origin={origin}" in tab.url and f"{crossing}=1.25" in tab.url and f"{other}=1&" in tab.url
        expect(frames(tab).first).to_contain_text(variable)
        assert lines(tab) == shown[crossing]
        stands(tab)
    context.close()


def test_a_deleted_checkpoint_is_one_sentence(
    page: Page, tmp_path: Path, inspected_home: tuple[Path, InspectedModels, InspectedModels]
) -> None:
    folder, models, _ = inspected_home
    home = shutil.copytree(folder, tmp_path / "home")
    run = home / models.runs[Fusion.BOTH].folder.relative_to(folder)
    with serving(home, free_port()) as address:
        open_view(page, f"{address}/changes?dataset={models.dataset.key}&variable=load", "Changes")
        turn_up(page, "gru_to_cnn")
        shutil.rmtree(run)
        page.get_by_role("slider", name=DIALS["gru_to_cnn"]).last.focus()
        page.keyboard.press("ArrowRight")
        told = page.get_by_test_id("stAlert").filter(has_text="No longer on this machine")
        expect(told).to_have_count(1)
        expect(told).to_contain_text(run.name)
        settled(page, "Changes")
        expect(page).to_have_url(re.compile("mode=(gru_to_cnn|cnn_to_gru)&"))
        assert "changed" not in lines(page), "the dial was of another mode"
        stands(page)
        for title in ("Kernels", "Overview"):
            page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
            settled(page, title)
            expect(frames(page).first).to_be_visible()
            stands(page)
