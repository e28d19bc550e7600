"""Many people at once: sessions of one server that all click from page to page."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Error, Page

from dashboard.frame import PAGES
from tests.support.browser import SLOW, chromium, free_port, serving

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def clicked(home: Path, sessions: int, seconds: float) -> dict[str, float]:
    """Let every session open the next page, all at once, until the time is over.

    Returns
    -------
    dict
        How many pages were opened, how many failed, and the seconds from a click to the page: every session's wait
        while all of them are served.
    """
    titles = [title for group in PAGES.values() for _, title, *_ in group]
    taken: list[float] = []
    errors = turn = 0
    with serving(home, free_port()) as address, chromium() as browser:
        pages = [browser.new_context().new_page() for _ in range(sessions)]
        for page in pages:
            page.set_default_timeout(SLOW)
            page.goto(address, wait_until="commit")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            turn += 1
            wanted = [titles[(turn + number) % len(titles)] for number in range(sessions)]
            begun = [_click(page, title) for page, title in zip(pages, wanted, strict=True)]
            for page, title, start in zip(pages, wanted, begun, strict=True):
                if _stands(page, title):
                    taken.append(time.monotonic() - start)
                else:
                    errors += 1
    ranked = sorted(taken) or [0.0]
    return {
        "sessions": sessions,
        "page views": len(taken),
        "errors": errors,
        "median s": round(ranked[len(ranked) // 2], 2),
        "p95 s": round(ranked[int(0.95 * (len(ranked) - 1))], 2),
    }


def _click(page: Page, title: str) -> float:
    """Open a page from the menu and return when."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
    return time.monotonic()


def _stands(page: Page, title: str) -> bool:
    """Wait for a page; False where it shows an exception or never comes."""
    try:
        page.get_by_role("heading", level=1, name=title, exact=True).wait_for()
        page.wait_for_selector(READY)
    except Error:
        return False
    return not page.get_by_test_id("stException").count()
