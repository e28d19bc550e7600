"""What commands share: options that were given, JSON on standard output, and when a long one is to end early."""

from __future__ import annotations

import argparse
import codecs
import json
import math
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any


def given(arguments: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return the options of some names that were given, or have a default."""
    return {name: value for name in names if (value := getattr(arguments, name)) is not None}


def as_json(value: object, *, indent: int) -> str:
    """Return JSON that standard output can hold: other letters than ASCII as escapes where it is not UTF-8."""
    is_utf8 = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    return json.dumps(value, indent=indent, ensure_ascii=not is_utf8)


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
