"""A running dashboard and a real Chromium, for the tests that use the product as a person does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from core.report.images import chrome
from core.version import VERSION
from tests.support.waiting import LONG, wait_until

ROOT = Path(__file__).parent.parent.parent
SLOW = 1000 * LONG  # milliseconds
# Of the browser's own pages nobody sees one here, and they take a fifth of its time. The others are what matters of
# Playwright's list, whose place this one takes.
OFF = "WebUIOmniboxPopup,WebUIOmniboxAimPopup,HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding"
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    f"--disable-features={OFF}",
]
SAMPLE = "dataset=NYweather&preset=default&horizon=24&lookback=720&seed=0"  # a link to what is shipped
DRAWN = ".js-plotly-plot .main-svg"  # within a chart's place, once it is drawn
NO_BROWSER = (
    "The browser tests need Chromium and found none: apt-get install chromium, brew install --cask chromium, "
    "or set BROWSER_PATH to an installed Chrome."
)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, port: int) -> Iterator[str]:
    """Run the dashboard as `streamlit run dashboard/app.py` does; yields its address once it answers."""
    environment = {**os.environ, "CROSSLENS_HOME": str(home)}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py")]
    with (home / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [*command, "--server.port", str(port), "--server.headless", "true"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    address = f"http://localhost:{port}"

    def answers() -> bool:
        assert server.poll() is None, (home / "server.log").read_text()
        return healthy(address)

    try:
        wait_until(answers)
        yield address
    finally:
        server.terminate()
        server.wait()


def healthy(address: str) -> bool:
    """Tell whether the server answers."""
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the installed Chromium; fails with one sentence where there is none."""
    path = chrome()
    assert path is not None, NO_BROWSER
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=FLAGS)
        yield browser
        browser.close()


def open_view(page: Page, address: str, title: str) -> None:
    """Go to an address and wait until that page has drawn itself, without an error on it."""
    page.goto(address)
    settled(page, title)


def settled(page: Page, title: str) -> None:
    """Wait for the page's own title, the end of the run and every chart; no traceback may be on it."""
    expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(frames(page).filter(has_not=page.locator(DRAWN))).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def frames(page: Page) -> Locator:
    """Return the places of the page's charts, in page order: charts draw themselves in any order."""
    return page.locator("[class*=st-key-exhibit-], [class*=st-key-projected-figure-]")


def exhibit(page: Page, name: str) -> Locator:
    """Return the place of one exhibit: its question, finding, chart and foot."""
    return page.locator(f".st-key-exhibit-{name}")


def feet(page: Page) -> Locator:
    """Return where the page's figures say what they are made from."""
    return page.locator("[class*=st-key-exhibit-]").get_by_test_id("stCaptionContainer").filter(has_text=VERSION)


def scrolls_sideways(page: Page) -> bool:
    """Tell whether the window or the page in it is wider than what one sees."""
    wider = "node => node.scrollWidth > node.clientWidth"
    return any(page.locator(part).evaluate(wider) for part in ("html", "[data-testid=stMain]"))
