"""The one way in which tests wait for another process: look again and again, and fail where nothing comes."""

from __future__ import annotations

import time
from collections.abc import Callable

PAUSE = 0.01  # seconds between two looks
LONG = 300.0  # seconds; it only ends a test that would hang: a busy two-core machine may train and draw at once


def wait_until(condition: Callable[[], object]) -> None:
    """Look again and again until a condition holds.

    Parameters
    ----------
    condition : what has to come true; it may raise what makes waiting pointless.

    Raises
    ------
    AssertionError
        The condition did not come true in `LONG`.
    """
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, f"did not come true within {LONG:g} seconds"
        time.sleep(PAUSE)
