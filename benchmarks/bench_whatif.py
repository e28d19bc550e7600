"""How long a panel of the What-if page takes to follow an edit where it is looked at, and until all have followed.

In a real Chromium; the engine's part of it apart. A chart off the screen is drawn after those on it.
Run: python -m benchmarks.bench_whatif   (one JSON object a line; needs Chromium and a quiet machine)
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

from core.data.edits import Edit, EditKind
from core.exhibits.edits import RECORDED, amount_text
from core.serve.engine import Engine
from core.serve.wire import as_reply
from core.vocabulary import Merge
from tests.support.browser import SAMPLE, SLOW, chromium, exhibit, free_port, open_view, serving

EDITS = 60  # of new amounts, since a page keeps what it drew: a sixth with each panel on the screen
FIRST, STEP = -2.5, 0.1  # standard deviations: the slider's own step
WINDOW = 500
CELL = ("NYweather", "default", 24)
PANELS = ("edited_rows", "edited_forecasts", "edited_errors", "edited_kernels", "edited_gates", "edited_attention")

# The page's own clock: ms from the key to the last stroke of each chart.
CLOCK = """() => {
    addEventListener('keydown', () => { window.begun = performance.now(); window.drawn = {}; }, true);
    new MutationObserver(changes => {
        for (const {target} of changes) {
            const panel = target.closest?.('.js-plotly-plot')?.closest('[class*=st-key-exhibit-]');
            if (panel) drawn[panel.className.match(/st-key-exhibit-(\\w+)/)[1]] = performance.now() - begun;
        }
    }).observe(document.querySelector('[data-testid=stMain]'), {subtree: true, childList: true});
}"""
REST = 1.0  # seconds after which nothing is drawn any more: a hand rests


def say(what: str, **values: object) -> None:
    print(json.dumps({"what": what, **values}), flush=True)


def followed(page: Page) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield for each move of a slider the panel that is looked at, and the seconds until each has followed."""
    page.evaluate(CLOCK)
    page.get_by_role("slider", name="Amount").focus()
    for place in range(EDITS):
        panel = PANELS[place * len(PANELS) // EDITS]
        exhibit(page, panel).evaluate("node => node.scrollIntoView({block: 'center'})")
        time.sleep(REST)
        text = amount_text(Edit(EditKind.LEVEL, ("EWR temp",), -24, -1, round(FIRST + (place + 1) * STEP, 1)))
        page.keyboard.press("ArrowRight")
        for each in PANELS:
            expect(exhibit(page, each)).to_contain_text(f"edited: Level shift {text},")
        time.sleep(REST)
        yield panel, {name: late / 1000 for name, late in page.evaluate("drawn").items()}


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
        times = list(followed(page))
    for panel in PANELS:
        told(f"{panel}, looked at", [late[panel] for looked, late in times if looked == panel])
    told("each panel, looked at", [late[panel] for panel, late in times])
    told("all panels, off the screen too", [max(late.values()) for _, late in times])


def told(what: str, late: Sequence[float]) -> None:
    spread = [round(share, 2) for share in statistics.quantiles(late, n=20)[::18]]
    say(f"follows an edit: {what}", seconds=round(statistics.median(late), 2), p5_p95=spread, target=0.3)


if __name__ == "__main__":
    main()
