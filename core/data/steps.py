"""How far apart rows are, in words."""

from __future__ import annotations

import pandas as pd

_NAMES = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def step_text(step: pd.Timedelta) -> str:
    """Return a step in the largest unit that divides it.

    >>> step_text(pd.Timedelta("15min")), step_text(pd.Timedelta("1h")), step_text(pd.Timedelta("36h"))
    ('15 minutes', '1 hour', '36 hours')
    """
    seconds = step.total_seconds()
    for name, size in _NAMES:
        number, rest = divmod(seconds, size)
        if number and not rest:
            return f"{number:.0f} {name}{'' if number == 1 else 's'}"
    return f"{seconds:g} seconds"
