"""The response probe in a real Chromium: offered, put in, and found again by the link, and drawn in every look."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fits_in_other_looks
from tests.support.browser import exhibit, feet, free_port, open_view, scrolls_sideways, serving, settled
from tests.support.inspected import InspectedModels

pytestmark = pytest.mark.browser

BUTTON = "Put a pulse at every origin"


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, inspected_home: tuple[Path, InspectedModels, InspectedModels]
) -> Iterator[str]:
    """Yield where the dashboard shows tiny inspected models."""
    folder, _, _ = inspected_home
    home = shutil.copytree(folder, tmp_path_factory.mktemp("probe") / "home")
    with serving(home, free_port()) as found:
        yield found


def test_a_pulse_is_offered_put_in_once_and_found_again(
    page: Page, address: str, inspected_home: tuple[Path, InspectedModels, InspectedModels]
) -> None:
    link = f"{address}/gates?dataset={inspected_home[1].dataset.key}"
    open_view(page, link, "Gates & response")
    offer = page.get_by_role("button", name=BUTTON)
    expect(page.get_by_text("one standard deviation on the last row read")).to_be_visible()
    offer.click()
    for name, said in (("probe_by_slot", "Against none"), ("probe_around_changes", "Mean over")):
        expect(exhibit(page, name)).to_contain_text(said)
    settled(page, "Gates & response")
    told = exhibit(page, "probe_by_slot").get_by_test_id("stMarkdown")
    before = told.all_inner_texts()
    assert str(before).count("untrained twin") == 1 and "null: slots rotated" in str(before)
    expect(feet(page).filter(has_text="pulse of one standard deviation")).to_have_count(2)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    assert not scrolls_sideways(page)
    page.reload()
    settled(page, "Gates & response")
    expect(told).to_have_text(before, use_inner_text=True)
    expect(offer).to_have_count(0)
    fits_in_other_looks(page, "Gates & response")
