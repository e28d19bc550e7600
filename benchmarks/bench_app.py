"""How fast and how large the dashboard is, measured in a real Chromium with an empty profile.

Run: python -m benchmarks.bench_app   (one JSON object a line; needs Chromium; memory where CROSSLENS_DATA is set)
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from dashboard.cases import READING
from dashboard.frame import PAGES
from tests.support.browser import ROOT, chromium, free_port, healthy, serving, settled

ROUNDS = 3
VIEWPORT = {"width": 1280, "height": 800}


def say(what: str, **values: object) -> None:
    print(json.dumps({"what": what, **values}), flush=True)


def start_up() -> None:
    """Process start to a healthy server, a few times."""
    times = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as home:
            begun = time.monotonic()
            with serving(Path(home), free_port()):
                times.append(time.monotonic() - begun)
    say("server healthy", seconds=[round(t, 2) for t in times], target=2.0)


def first_chart(browser: Browser, address: str) -> None:
    """Empty browser profile to the first chart of the Overview."""
    times = []
    for _ in range(ROUNDS):
        context = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
        page = context.new_page()
        begun = time.monotonic()
        page.goto(address)
        page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
        times.append(time.monotonic() - begun)
        context.close()
    say("first chart, empty profile", seconds=[round(t, 2) for t in times], target=4.0)


def first_look(browser: Browser) -> None:
    """Click on Kernels, whose models nobody looked into yet, to its first chart, to all, and until all is read."""
    with tempfile.TemporaryDirectory() as home, serving(Path(home), free_port()) as address:
        page = browser.new_context(viewport=VIEWPORT).new_page()  # type: ignore[arg-type]
        page.goto(address)
        settled(page, "Overview")
        time.sleep(5)  # somebody reads the Overview; the engine starts meanwhile
        charts, begun = page.locator(".js-plotly-plot .main-svg"), time.monotonic()
        page.get_by_test_id("stSidebar").get_by_role("link", name="Kernels").click()
        page.get_by_role("heading", level=1, name="Kernels", exact=True).wait_for()
        times = []
        for wait in (charts.first.wait_for, lambda: settled(page, "Kernels"), lambda: read_whole(page)):
            wait()
            times.append(round(time.monotonic() - begun, 2))
        held = sum(path.stat().st_size for path in Path(home, "inspections").rglob("*") if path.is_file())
    say("first look: first chart, all panels, all read", seconds=times, target=[2.0, 10.0, 30.0])
    say("inspection of the sample", megabytes=round(held / 1e6, 1), target=40)


def read_whole(page: Page) -> None:
    """Wait until every test window is read and everything measured."""
    page.get_by_text(READING).wait_for(state="detached", timeout=300_000)


def switches(page: Page, address: str) -> None:
    """Click on a page's link to that page's own title, each page visited before and the models inspected."""
    page.goto(f"{address}/kernels")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    read_whole(page)
    page.goto(address)
    settled(page, "Overview")
    titles = [title for group in PAGES.values() for _, title, *_ in group]
    sidebar = page.get_by_test_id("stSidebar")
    times: dict[str, list[float]] = {title: [] for title in titles}
    for _ in range(ROUNDS + 1):
        for title in titles:
            begun = time.monotonic()
            sidebar.get_by_role("link", name=title).click()
            page.get_by_role("heading", level=1, name=title, exact=True).wait_for()
            times[title].append(time.monotonic() - begun)
            settled(page, title)
    medians = {title: round(statistics.median(seen[1:]), 2) for title, seen in times.items()}
    say("page switch", seconds=medians, target=1.0)


def server_memory(page: Page, address: str, server: int) -> None:
    """Largest resident memory of the server after ETTm1's overview, data and comparison."""
    for path, title in (("", "Overview"), ("data", "Data"), ("compare", "Compare")):
        page.goto(f"{address}/{path}?dataset=ETTm1")
        settled(page, title)
    say("server memory with ETTm1 open", megabytes=round(memory(server, "VmHWM")), target=1500)


def memory(process: int, what: str = "VmRSS") -> float:
    """Return the resident memory of a process in MB; `VmHWM`: at its peak."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def server_process(port: int) -> int:
    found = subprocess.run(["pgrep", "-f", f"server.port {port}"], capture_output=True, text=True, check=True)
    return int(found.stdout.split()[0])


def reruns() -> None:
    """Second run of each page in the server's own process: script time with cached figures, and what it sends."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "dashboard" / "main.py"), default_timeout=120)
    app.run()
    times, sizes = {}, {}
    for name in [name for group in PAGES.values() for name, *_ in group]:
        if not (ROOT / "dashboard" / "views" / f"{name}.py").exists():
            continue
        app.switch_page(f"views/{name}.py").run()
        begun = time.monotonic()
        app.run()
        times[name] = round(time.monotonic() - begun, 3)
        sizes[name] = max((len(chart.proto.json) for chart in app.get("bidi_component")), default=0)
    say("rerun, cached", seconds=times, target=0.3)
    say("largest figure", bytes=sizes, target=1_500_000)
    say("torch in the server", imported="torch" in sys.modules, target=False)


def main() -> None:
    start_up()
    home = Path(os.environ.setdefault("CROSSLENS_HOME", tempfile.mkdtemp()))
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with serving(home, port) as address, chromium() as browser:
        assert healthy(address)
        first_chart(browser, address)
        first_look(browser)
        page = browser.new_context(viewport=VIEWPORT).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(300_000)
        switches(page, address)
        if os.environ.get("CROSSLENS_DATA"):
            server_memory(page, address, server_process(port))
    reruns()


if __name__ == "__main__":
    main()
