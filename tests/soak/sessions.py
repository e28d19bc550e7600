"""Many people at once: as many sessions of one server, each clicking from page to page."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Error, Page

from dashboard.frame import PAGES
from tests.browser import chromium, free_port, serving

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
LONGEST = 60_000  # milliseconds for a page


def clicked(home: Path, sessions: int, seconds: float) -> dict[str, float]:
    """Open pages in turn in every session until the time is over; seconds from click to page, and what went wrong."""
    titles = [title for group in PAGES.values() for _, title, *_ in group]
    taken: list[float] = []
    errors = 0
    with serving(home, free_port()) as address, chromium() as browser:
        pages = [browser.new_context().new_page() for _ in range(sessions)]
        for page in pages:
            page.goto(address)
        end = time.monotonic() + seconds
        turn = 0
        while time.monotonic() < end:
            page = pages[turn % sessions]
            seconds_taken = _click(page, titles[turn % len(titles)])
            taken += [seconds_taken] if seconds_taken else []
            errors += not seconds_taken
            turn += 1
    ranked = sorted(taken) or [0.0]
    return {
        "sessions": sessions,
        "page views": len(taken),
        "errors": errors,
        "median s": round(ranked[len(ranked) // 2], 2),
        "p95 s": round(ranked[int(0.95 * (len(ranked) - 1))], 2),
    }


def _click(page: Page, title: str) -> float:
    """Open a page from the menu and return the seconds until it stands; 0 where it shows an exception or never does."""
    start = time.monotonic()
    try:
        page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click(timeout=LONGEST)
        page.get_by_role("heading", level=1, name=title, exact=True).wait_for(timeout=LONGEST)
        page.wait_for_selector(READY, timeout=LONGEST)
    except Error:
        return 0.0
    return 0.0 if page.get_by_test_id("stException").count() else time.monotonic() - start
