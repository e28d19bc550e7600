"""From a claim to its figure and back in a real Chromium, in both schemes and sizes; no figure scrolls sideways."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.exhibits.catalogue import of_page
from tests.browser.conftest import fits_in_other_looks
from tests.support.browser import exhibit, frames, open_view, scrolls_sideways, settled

pytestmark = pytest.mark.browser
FIGURES = list(of_page("study"))


def test_a_claim_leads_to_its_figure_and_back(page: Page, address: str) -> None:
    open_view(page, f"{address}/claims?form=published&set=ETTh2&quantity=delta_rmse", "Claims")
    page.get_by_role("link", name="See the picture").first.click()
    settled(page, "Study")
    expect(page).to_have_url(re.compile("exhibit=rmse_changes"))
    expect(page).to_have_url(re.compile("form=published"))
    expect(exhibit(page, "rmse_changes")).to_contain_text("published")
    assert not scrolls_sideways(page)
    page.get_by_role("radio", name="720").click()
    expect(page).to_have_url(re.compile("ahead=720"))
    settled(page, "Study")
    fits_in_other_looks(page, "Study")
    page.get_by_role("link", name="All claims").click()
    settled(page, "Claims")
    expect(page).to_have_url(re.compile("form=published"))


def test_every_figure_draws_and_none_scrolls_sideways(page: Page, address: str) -> None:
    for name in FIGURES:
        open_view(page, f"{address}/study?exhibit={name}", "Study")
        expect(frames(page).first).to_be_visible()
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
        assert not scrolls_sideways(page), name
