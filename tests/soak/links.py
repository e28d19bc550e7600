"""Hostile links: every parameter of every page, with values that a link should never carry."""

from __future__ import annotations

import random
import time

from core.vocabulary import Fusion
from dashboard.selection import SHARED
from tests.support.pages import PAGE_NAMES, app, choices

PARAMETERS = tuple(dict.fromkeys([*SHARED, *(name for page in PAGE_NAMES for name in choices(page))]))
VALUES = (
    *("", " ", "0", "-1", "1e309", "NaN", "99999999999999999999", "true", "None", "[]", "{}", "|", "||||", "%00"),
    *("../../etc/passwd", "..\\..\\x", "/dev/zero", "upload-../../etc", "upload-000000000000", "C:\\x", "~root"),
    *("<script>alert(1)</script>", "[a](javascript:alert(1))", ":red[x]", "$x^2$", "![x](http://127.0.0.1/x)"),
    *("\u202e", "\u0000", "\ud7ff", "🤖" * 50, "x" * 100_000, "a" * 5 + "\n" * 5, "'; DROP TABLE runs; --"),
    *(mode.value for mode in Fusion),
)


def fuzz(seconds: float, seed: int = 0) -> dict[str, int]:
    """Open pages with drawn values for every parameter until the time is over; count what went wrong."""
    draw = random.Random(seed)
    at = app()
    at.run()
    end = time.monotonic() + seconds
    found = {"links": 0, "exceptions": 0, "parts not shown": 0}
    while time.monotonic() < end:
        at.query_params.clear()
        for name in draw.sample(PARAMETERS, draw.randint(1, len(PARAMETERS))):
            at.query_params[name] = draw.choice(VALUES)
        at.switch_page(f"views/{draw.choice(PAGE_NAMES)}.py").run()
        found["links"] += 1
        found["exceptions"] += len(at.exception)
        found["parts not shown"] += sum("could not be shown" in error.value for error in at.error)
    return found
