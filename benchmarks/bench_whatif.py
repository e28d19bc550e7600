"""How long all panels of the What-if page take to follow an edit, in a real Chromium, and the engine's part of it.

Run: python -m benchmarks.bench_whatif   (one JSON object a line; needs Chromium and a quiet machine)
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from core.data.edits import Edit, EditKind
from core.exhibits.edits import RECORDED, amount_text
from core.serve.engine import Engine
from core.serve.wire import as_reply
from core.vocabulary import Merge
from tests.support.browser import SAMPLE, SLOW, chromium, exhibit, free_port, open_view, serving

EDITS = 50
FIRST, STEP = -2.5, 0.1  # standard deviations: the slider's own step
WINDOW = 500
CELL = ("NYweather", "default", 24)
PANELS = ("edited_rows", "edited_forecasts", "edited_errors", "edited_kernels", "edited_gates", "edited_attention")

# The page's own clock: from the key to the last stroke of the charts on the screen, and of all.
CLOCK = """() => {
    addEventListener('keydown', () => { window.begun = performance.now(); }, true);
    const onScreen = chart => {
        const {top, bottom} = chart.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
    };
    new MutationObserver(changes => {
        const charts = changes.map(change => change.target.closest?.('.js-plotly-plot')).filter(chart => chart);
        if (charts.length) window.drawn = performance.now();
        if (charts.some(onScreen)) window.seen = performance.now();
    }).observe(document.querySelector('[data-testid=stMain]'), {subtree: true, childList: true});
    document.querySelector('[data-testid=stMain]').scrollTo(0, 260);
}"""
REST = 1.0  # seconds after which nothing is drawn any more: a hand rests


def say(what: str, **values: object) -> None:
    print(json.dumps({"what": what, **values}), flush=True)


def followed(page: Page) -> list[list[float]]:
    """Return the seconds that the panels on the screen, and all of them, take to follow each move of a slider."""
    page.evaluate(CLOCK)
    page.get_by_role("slider", name="Amount").focus()
    times = []
    for place in range(1, EDITS + 1):
        text = amount_text(Edit(EditKind.LEVEL, ("EWR temp",), -24, -1, round(FIRST + place * STEP, 1)))
        page.keyboard.press("ArrowRight")
        for panel in PANELS:
            expect(exhibit(page, panel)).to_contain_text(f"edited: Level shift {text},")
        time.sleep(REST)
        times.append([late / 1000 for late in page.evaluate("[seen - begun, drawn - begun]")])
    return times


def answered() -> list[float]:
    """Return the seconds in which an engine answers all modes of the sample with an edit, ready for the wire."""
    engine = Engine()
    runs = [
        run.run_id
        for run in engine.models()
        if (run.config.dataset, run.config.preset, run.config.window.horizon) == CELL
        and run.config.train.seed == 0
        and run.config.model.merge is Merge.ATTENTION
    ]
    times = []
    for place in range(EDITS):
        begun = time.monotonic()
        for run_id in runs:
            edits = [f"level:EWR temp:-24..-1:{FIRST + place * STEP:.1f}"]
            found = engine.ask(run_id, WINDOW, record=RECORDED, edits=edits)
            json.dumps(as_reply(found, WINDOW, ["EWR temp"]))
        times.append(time.monotonic() - begun)
    return times[1:]  # the first one loads the models


def main() -> None:
    expect.set_options(timeout=SLOW)
    say("the engine answers all modes, one edit", seconds=round(statistics.median(answered()), 3))
    edits = f"level:EWR temp:-24..-1:{FIRST}"
    with tempfile.TemporaryDirectory() as home, serving(Path(home), free_port()) as address, chromium() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(SLOW)
        open_view(page, f"{address}/whatif?{SAMPLE}&variable=EWR temp&edits={edits}&edit=1", "What if")
        times = followed(page)
    for what, late in zip(("the panels on the screen", "all panels"), zip(*times, strict=True), strict=True):
        spread = [round(share, 2) for share in statistics.quantiles(late, n=20)[::18]]
        say(f"{what} follow an edit", seconds=round(statistics.median(late), 2), p5_p95=spread, target=0.3)


if __name__ == "__main__":
    main()
