"""The standard pulse, and what counts as the response to it: defined here alone.

The pulse is one standard deviation (of the train rows), added to the last row that a window reads, in every variable
at once. The response is the forecast with the pulse less the forecast without it, standardised, at every step and
variable. A window has two numbers: how large its response is, and how soon it is there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.estimate import Floats
from core.analysis.response import half_rise

PULSE = 1.0  # train standard deviations


def response_size(response: ArrayLike) -> Floats:
    """Return the size of each response: its mean absolute value over steps and variables, [window].

    Parameters
    ----------
    response : changed less as-is forecast, standardised, [window, step, variable].

    >>> response_size([[[1.0, -1.0], [0.0, 2.0]]]).tolist()
    [1.0]
    """
    return np.asarray(np.abs(np.asarray(response, dtype=np.float64)).mean(axis=(1, 2)))


def half_time(response: ArrayLike) -> Floats:
    """Return after how many steps half of each response is there, [window]; NaN where nothing responds.

    The absolute response, cumulated over the horizon, rises from 0 at the origin to its total; `half_rise` reads
    where it is at half. So a step counts as spread evenly over itself: a response that is the same at every
    step is half there in the middle of the horizon, one of the first step alone after half a step.

    Parameters
    ----------
    response : as in `response_size`.

    >>> half_time([[[1.0], [1.0], [1.0], [1.0]], [[0.0], [4.0], [0.0], [0.0]]]).tolist()
    [2.0, 1.5]
    """
    by_step = np.abs(np.asarray(response, dtype=np.float64)).sum(axis=2)  # [window, step]
    return half_rise(np.pad(by_step.cumsum(axis=1), ((0, 0), (1, 0))))


def lead_over(none: ArrayLike, mode: ArrayLike) -> Floats:
    """Return how many steps earlier than `none` a mode has half of its response, [window]; above 0: earlier.

    Parameters
    ----------
    none, mode : half times of the same windows, [window].
    """
    return np.asarray(np.asarray(none, dtype=np.float64) - np.asarray(mode, dtype=np.float64))
