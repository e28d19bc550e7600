"""The picker of one window: one origin, the same on every page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.report.chapters.windows import stamp_text
from dashboard import state
from dashboard.pickers import choose_number

__all__ = ["ORIGIN", "choose_window", "move_to_origin", "stamp_text"]

ORIGIN = "origin"  # the query parameter: row of the window's first target


def choose_window(origins: NDArray[np.int64], *, default: int | None = None) -> int:
    """Draw the slider over origins, which follow each other row by row, and return the chosen place among them.

    Parameters
    ----------
    origins
        Row of each window's first target, [window].
    default
        Place shown where the link names no origin; the middle one if not given.
    """
    place = len(origins) // 2 if default is None else default
    origin = choose_number(
        ORIGIN,
        "Origin",
        int(origins[0]),
        int(origins[-1]),
        default=int(origins[place]),
        help="Row of the file that is forecast first; one step of the slider moves the window by one row.",
    )
    return int(np.searchsorted(origins, origin))


def move_to_origin(origin: int) -> None:
    """Show another window from the next run on (a widget's callback)."""
    state.move_to(ORIGIN, str(origin))
