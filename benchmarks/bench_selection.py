"""How soon a selection of windows is seen, from the click to the last figure that follows, in a real Chromium.

Run: python -m benchmarks.bench_selection   (one JSON object a line; needs Chromium)
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.bench_app import VIEWPORT, read_whole, say
from tests.support.browser import SAMPLE, chromium, exhibit, free_port, serving, settled

ROUNDS = 20
HOURS = 24
APART = 0.5  # seconds between two clicks, which else are a double one
SEEN = """(hour) => {
    const marked = name => {
        const chart = document.querySelector(`.st-key-exhibit-${name} .js-plotly-plot`);
        return chart && chart.data && chart.data.some(
            trace => trace.name == 'selected' && trace.customdata.length == 1 && trace.customdata[0][0] == hour);
    };
    const map = document.querySelector('.st-key-exhibit-window_kernels');
    const app = document.querySelector('[data-testid=stApp]');
    return marked('kernel_by_slot') && marked('kernel_profile') && map.innerText.includes('selected windows')
        && map.querySelector('.js-plotly-plot .main-svg')
        && app.getAttribute('data-test-script-state') == 'notRunning';
}"""


def one_hour(page: Page, hour: int) -> float:
    """Click an hour of the kernel map; return the seconds until all three figures that follow are of its windows."""
    area = exhibit(page, "kernel_by_slot").locator(".nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    x, y = box["x"] + (hour + 0.5) / HOURS * box["width"], box["y"] + box["height"] / 2
    time.sleep(APART)
    page.mouse.move(x, y)
    exhibit(page, "kernel_by_slot").locator(".hoverlayer").get_by_text(f"{hour:02d}:00").first.wait_for()
    begun = time.monotonic()
    page.mouse.click(x, y)
    page.wait_for_function(SEEN, arg=f"{hour:02d}:00", polling="raf")
    return time.monotonic() - begun


def main() -> None:
    home = Path(os.environ.get("CROSSLENS_HOME") or tempfile.mkdtemp())
    with serving(home, free_port()) as address, chromium() as browser:
        page = browser.new_context(viewport=VIEWPORT).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(60_000)
        page.goto(f"{address}/kernels?{SAMPLE}&map=mean")
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        read_whole(page)
        settled(page, "Kernels")
        times = [one_hour(page, hour) for hour in range(1, ROUNDS + 2)][1:]  # the first click finds nothing warm
    say("selection, click to the last figure", median=round(statistics.median(times), 2), target=0.5)
    say("each", seconds=[round(one, 2) for one in times])


if __name__ == "__main__":
    main()
