"""Side by side in a real Chromium: two modes, a twin, another data set, sides swapped, reloaded, and the grid."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.sides import CELL
from tests.browser.conftest import fits_in_other_looks, looks
from tests.support.browser import SAMPLE, exhibit, open_view, scrolls_sideways, settled

pytestmark = pytest.mark.browser

TITLE = "Side by side"
ONE_PANEL = "exhibit=forecast_overlay&second_weights=trained&second_mode=none"


def chart(page: Page, side: str, what: str) -> Any:
    """Return what the browser holds of the chart of a side, read by an expression of its node."""
    return json.loads(exhibit(page, side).locator(".js-plotly-plot").evaluate(f"node => JSON.stringify({what})"))


def box(page: Page, side: str) -> dict[str, float]:
    """Return where a side stands on the page."""
    found = exhibit(page, side).bounding_box()
    assert found is not None
    return dict(found)


def pick(page: Page, label: str, option: str) -> None:
    """Choose an option of a drop-down and wait for the page."""
    page.get_by_role("combobox", name=re.compile(f"{label}$")).click()
    page.get_by_role("option", name=option, exact=True).click()


def stands(page: Page) -> None:
    """No part of the page failed, nothing is wider than the screen, and both sides are on one scale."""
    settled(page, TITLE)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    assert not scrolls_sideways(page)
    first, second = (chart(page, side, "node.layout.yaxis.range") for side in ("first", "second"))
    assert first == pytest.approx(second)


def test_two_modes_swapped_and_reloaded(page: Page, address: str) -> None:
    open_view(page, f"{address}/side_by_side?{SAMPLE}&{ONE_PANEL}", TITLE)
    expect(exhibit(page, "difference")).to_contain_text("both − none")
    stands(page)
    first, second = box(page, "first"), box(page, "second")
    assert first["y"] == second["y"] and second["x"] > first["x"] + first["width"] - 1, "one panel fits beside one"
    lines = {side: chart(page, side, "node.data.map(line => line.y)") for side in ("first", "second")}
    page.get_by_role("button", name="Swap sides").click()
    expect(page).to_have_url(re.compile("second_mode=both"))
    expect(exhibit(page, "difference")).to_contain_text("none − both")
    stands(page)
    assert chart(page, "first", "node.data.map(line => line.y)") == lines["second"]
    page.reload()
    stands(page)
    assert chart(page, "second", "node.data.map(line => line.y)") == lines["first"], "the link brings both sides back"
    fits_in_other_looks(page, TITLE)


@looks
def test_a_model_stands_beside_its_untrained_twin(page: Page, address: str, look: Any) -> None:
    open_view(page, f"{address}/side_by_side?{SAMPLE}", TITLE)
    expect(exhibit(page, "second")).to_contain_text("untrained twin")
    expect(exhibit(page, "first")).not_to_contain_text("untrained twin ·")
    stands(page)
    first, second = box(page, "first"), box(page, "second")
    width = look[1][0]
    assert (first["y"] == second["y"]) is (width == 1920), "two panels go below where they would be too narrow"
    assert min(first["width"], second["width"]) >= 560
    low, high = chart(page, "difference", "node.layout.yaxis.range")
    assert low == -high


def test_another_horizon_and_data_set_are_told_apart(page: Page, address: str) -> None:
    open_view(page, f"{address}/side_by_side?{SAMPLE}&exhibit=error_by_step", TITLE)
    expect(page.get_by_text("Both sides show the same")).to_be_visible()
    page.get_by_role("button", name=CELL).click()
    pick(page, "Second horizon", "96")
    expect(page).to_have_url(re.compile("second_horizon=96"))
    expect(page.get_by_text("There is no difference to draw. They are drawn at other places")).to_be_visible()
    stands(page)
    pick(page, "Second data set", "ETTh1")
    expect(page).to_have_url(re.compile("second_dataset=ETTh1"))
    expect(page.get_by_text("ETTh1 is not on this machine yet.").or_(exhibit(page, "second"))).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_one_measure_over_every_mode_and_data_set(page: Page, address: str) -> None:
    open_view(page, f"{address}/side_by_side?{SAMPLE}", TITLE)
    page.get_by_role("radio", name="One measure, every mode and data set").click()
    grid = exhibit(page, "measure_grid")
    expect(grid).to_contain_text("RMSE below none (%): beyond chance in")
    pick(page, "Measure", "Lead at abrupt changes over none")
    expect(grid).to_contain_text("Lead at abrupt changes over none (steps)")
    settled(page, TITLE)
    told = grid.inner_text()
    page.reload()
    settled(page, TITLE)
    expect(grid).to_have_text(told, use_inner_text=True)
    assert not scrolls_sideways(page)
    fits_in_other_looks(page, TITLE)
