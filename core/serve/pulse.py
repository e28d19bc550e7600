"""The standard pulse put into windows of a model: the two numbers of each response (`core.analysis.pulse`)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.analysis.estimate import Floats
from core.analysis.pulse import PULSE, half_time, response_size
from core.data.windows import Windows
from core.model.forecaster import ForwardOut
from core.train.evaluate import in_batches


@torch.inference_mode()
def pulse_numbers(
    forecast: Callable[[Tensor], ForwardOut],
    windows: Windows,
    places: NDArray[np.int64],
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    height: float = PULSE,
) -> tuple[Floats, Floats]:
    """Return size and half time of the response of each window to the pulse, [window] each.

    Parameters
    ----------
    forecast : a model, as it is or changed inside, in evaluation mode.
    places : of the windows, counted from 0; a few of them are in memory at once.
    on_progress : told how many windows of how many are done.
    height : of the pulse, in standard deviations of the train rows.
    """
    sizes, halves = np.empty(len(places)), np.empty(len(places))
    done = 0
    for batch in in_batches(places, windows.x.shape[2]):
        response = pulse_response(forecast, torch.from_numpy(windows.x[batch]), height)
        part = slice(done, done + len(batch))
        sizes[part], halves[part] = response_size(response), half_time(response)
        done += len(batch)
        on_progress(done, len(places))
    return sizes, halves


def pulse_response(forecast: Callable[[Tensor], ForwardOut], x: Tensor, height: float = PULSE) -> NDArray[np.float32]:
    """Return the forecast with the pulse less the one without, standardised, [window, step, variable].

    Parameters
    ----------
    x : [window, lookback, variable]; it is left as it is.
    """
    with_pulse = x.clone()
    with_pulse[:, -1] += height
    moved: NDArray[np.float32] = (forecast(with_pulse).forecast - forecast(x).forecast).numpy()
    return moved
