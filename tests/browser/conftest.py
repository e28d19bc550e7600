"""One server for the files that look at the sample, one Chromium for a file, and a page for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import SLOW, chromium, free_port, scrolls_sideways, serving, settled

Look = tuple[Literal["light", "dark"], tuple[int, int]]
LOOKS: tuple[Look, ...] = (("light", (1280, 800)), ("dark", (1920, 1080)))  # each scheme and each size
looks = pytest.mark.parametrize("look", LOOKS, ids=str)
SCHEME = """scheme => {
    const colour = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor;
    const [red, green, blue] = colour.match(/\\d+/g).map(Number);
    return (red + green + blue > 600) == (scheme == "light");
}"""

expect.set_options(timeout=SLOW)


def fits_in_other_looks(page: Page, title: str) -> None:
    """Look at a page as a flow left it in the other schemes and sizes too: where they do not decide how it goes."""
    for scheme, (width, height) in LOOKS[1:]:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(SCHEME, arg=scheme)
        settled(page, title)
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert not scrolls_sideways(page)


@pytest.fixture(scope="session")
def address(sample_home: Path) -> Iterator[str]:
    """Yield where the dashboard answers that the files of a process share: the sample's models are inspected."""
    with serving(sample_home, free_port()) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield the running Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture
def look() -> Look:
    """Return how one looks at a page, unless a test is given others: the colour scheme and the size of the window."""
    return "light", (1280, 800)


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Yield who visits: the scripts that are loaded once stay loaded, as in anybody's browser."""
    yield browser.new_context(accept_downloads=True)


@pytest.fixture
def page(visitor: BrowserContext, look: Look) -> Iterator[Page]:
    """Yield a page without a past: of the visits before, the browser holds nothing but loaded files."""
    scheme, (width, height) = look
    page = visitor.new_page()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    page.set_default_timeout(SLOW)
    yield page
    place = urlsplit(page.url)
    stored = {"origin": f"{place.scheme}://{place.netloc}", "storageTypes": "cookies,local_storage,indexeddb"}
    visitor.new_cdp_session(page).send("Storage.clearDataForOrigin", stored)
    for one in visitor.pages:
        one.close()
