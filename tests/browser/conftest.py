"""One server, one Chromium and one workspace for the tests of a file; a window of the browser for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import SLOW, chromium, free_port, serving

Look = tuple[Literal["light", "dark"], tuple[int, int]]
LOOKS: tuple[Look, ...] = (("light", (1280, 800)), ("dark", (1920, 1080)))  # each scheme and each size
looks = pytest.mark.parametrize("look", LOOKS, ids=str)

expect.set_options(timeout=SLOW)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield where the dashboard answers."""
    with serving(tmp_path_factory.mktemp("home"), free_port()) as found:
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


@pytest.fixture
def page(browser: Browser, look: Look) -> Iterator[Page]:
    """Yield a page without a past."""
    scheme, (width, height) = look
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, accept_downloads=True
    )
    context.set_default_timeout(SLOW)
    yield context.new_page()
    context.close()
