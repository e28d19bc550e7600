"""When a long command ends early: somebody asked it to, whoever started it is gone, or its time is over."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Callable


def stop_asked(*, parent: int | None = None, minutes: float | None = None) -> Callable[[], bool]:
    """Catch SIGINT and SIGTERM from now on, and return what a loop asks to learn whether to save its state and end.

    Parameters
    ----------
    parent : process that must stay the one that started this; None: any.
    minutes : time from now after which to stop; None: never.
    """
    end = time.monotonic() + 60 * minutes if minutes is not None else math.inf
    stopped: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda caught, frame: stopped.append(caught))
    return lambda: bool(stopped) or time.monotonic() > end or parent not in (None, os.getppid())
