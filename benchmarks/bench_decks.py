"""How soon a pin is seen, from the click to the button that takes it out, and how long a deck of 30 slides takes.

Run: python -m benchmarks.bench_decks   (one JSON object a line; needs Chromium)
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.bench_app import VIEWPORT, say
from core.data.catalog import load_dataset
from core.decks.files import FORMATS
from core.exhibits.card import Card
from core.exhibits.catalogue import cards, heading
from core.exhibits.gather import gather, inspected
from core.figures.palette import Look
from core.train.finished import finished_runs
from tests.support.browser import SAMPLE, chromium, exhibit, free_port, serving, settled

ROUNDS, SLIDES = 20, 30
APART = 0.5  # seconds between two clicks, which else are a double one


def toggled(page: Page, to: str) -> float:
    """Click the pin of a figure; return the seconds until its button says what the next click does."""
    button = exhibit(page, "mode_comparison").get_by_role("button").first
    time.sleep(APART)
    begun = time.monotonic()
    button.click()
    page.wait_for_function(
        "(to) => document.querySelector('.st-key-exhibit-mode_comparison button').innerText.endsWith(to)",
        arg=to,
        polling="raf",
    )
    return time.monotonic() - begun


def pins(home: Path) -> None:
    with serving(home, free_port()) as address, chromium() as browser:
        page = browser.new_context(viewport=VIEWPORT).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(60_000)
        page.goto(f"{address}/?{SAMPLE}")
        settled(page, "Overview")
        times = [(toggled(page, "Unpin"), toggled(page, "Pin")) for _ in range(ROUNDS)][1:]
    put, taken = (round(statistics.median(each), 2) for each in zip(*times, strict=True))
    say("a pin, click to its button", median=put, target=0.3)
    say("taken out again", median=taken)


def thirty() -> tuple[list[Card], str]:
    """Return figures of the sample, every one there is and the first of them again."""
    dataset = load_dataset("NYweather")
    runs = [run for run in finished_runs([]) if run.config.dataset == dataset.key]
    case = inspected(gather(runs, horizon=24), lambda message: None)
    made = cards(case, Look())
    return (made * 2)[:SLIDES], heading(case)


def files() -> None:
    from core.report.html import report_html
    from core.report.pdf import write_pdf
    from core.report.powerpoint import write_pptx

    made, title = thirty()
    begun = time.monotonic()
    write_pptx(made, BytesIO(), heading=title)
    say(f"{SLIDES} slides as {FORMATS[0]}", seconds=round(time.monotonic() - begun, 1), target=20)
    begun = time.monotonic()
    write_pdf(made, BytesIO(), heading=title)
    say(f"{SLIDES} slides as {FORMATS[1]}", seconds=round(time.monotonic() - begun, 1), target=20)
    begun = time.monotonic()
    report_html(made[: len({card.name for card in made})], heading=title)
    say("a page of every figure", seconds=round(time.monotonic() - begun, 1))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CROSSLENS_HOME"] = folder
        pins(Path(folder))
        files()


if __name__ == "__main__":
    main()
