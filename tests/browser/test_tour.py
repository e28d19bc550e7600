"""The tour in a real Chromium: by keyboard alone from the first step to the last and back, each on one screen."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.tour import STEPS
from tests.browser.conftest import Look, looks
from tests.support.browser import DRAWN, frames, free_port, open_view, scrolls_sideways, serving, settled
from tests.support.exhibits import EXHIBITS
from tests.support.inspected import InspectedModels

pytestmark = pytest.mark.browser

QUESTIONS = [EXHIBITS[step.exhibit].question for step in STEPS]
LAST = len(STEPS)


@pytest.fixture(scope="module")
def tour(
    tmp_path_factory: pytest.TempPathFactory, inspected_home: tuple[Path, InspectedModels, InspectedModels]
) -> Iterator[str]:
    """Yield the link to the tour of an uploaded file whose models are trained and inspected."""
    folder, models, _ = inspected_home
    home = shutil.copytree(folder, tmp_path_factory.mktemp("tour") / "home")
    with serving(home, free_port()) as address:
        yield f"{address}/tour?dataset={models.dataset.key}"


def shows(page: Page, number: int) -> None:
    """Wait for a step: its question, its figure, and its place in the link."""
    expect(page.get_by_role("heading", level=2, name=QUESTIONS[number - 1], exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(rf"step={number}\b"))
    settled(page, "Tour")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def stands(page: Page, look: Look) -> None:
    """All of a step is on the screen: nothing scrolls, the picture is within it, its type is to be read from afar."""
    width, height = look[1]
    assert not scrolls_sideways(page)
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    assert page.get_by_test_id("stMain").evaluate("node => node.scrollHeight - node.clientHeight") == 0
    expect(frames(page)).to_have_count(1)
    picture, bar = frames(page).bounding_box(), page.get_by_role("button", name="Next").bounding_box()
    assert picture is not None and bar is not None
    assert picture["x"] >= 0 and picture["x"] + picture["width"] <= width
    assert picture["y"] > 0 and picture["y"] + picture["height"] <= bar["y"] and bar["y"] + bar["height"] <= height
    assert picture["height"] > height / 4
    sizes = "nodes => nodes.map(node => parseFloat(getComputedStyle(node).fontSize))"
    assert min(page.locator(f"{DRAWN} text").evaluate_all(sizes)) >= 16
    (question,) = page.get_by_role("heading", level=2).evaluate_all(sizes)
    assert question > height / 28


def press(page: Page, key: str, number: int) -> None:
    page.keyboard.press(key)
    shows(page, number)


@looks
def test_by_keyboard_alone_from_the_first_to_the_last(page: Page, tour: str, look: Look) -> None:
    open_view(page, tour, "Tour")
    shows(page, 1)
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()  # the menu is folded away
    for number in range(1, LAST + 1):
        shows(page, number)
        stands(page, look)
        if number < LAST:
            page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Next")).to_be_disabled()


def test_back_again_by_the_keys_of_a_remote_and_a_reload_keeps_the_step(page: Page, tour: str, look: Look) -> None:
    open_view(page, f"{tour}&step={LAST}", "Tour")
    shows(page, LAST)
    press(page, "PageDown", LAST)
    for number in range(LAST - 1, 0, -1):
        press(page, "PageUp" if number % 2 else "ArrowLeft", number)
    stands(page, look)
    press(page, "ArrowLeft", 1)
    press(page, "PageDown", 2)
    press(page, "End", LAST)
    press(page, "Home", 1)
    press(page, "PageDown", 2)
    page.reload()
    shows(page, 2)
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Tour", exact=True)).to_be_visible()
