"""The one way in which tests wait for another process: look again and again, and fail where nothing comes."""

from __future__ import annotations

import time
from collections.abc import Callable

PAUSE = 0.01  # seconds between two looks


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Look again and again until a condition holds.

    Parameters
    ----------
    condition : what has to come true; it may raise what makes waiting pointless.
    seconds : the longest wait; it only ends a test that would hang.

    Raises
    ------
    AssertionError
        The condition did not come true in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"did not come true within {seconds:g} seconds"
        time.sleep(PAUSE)
