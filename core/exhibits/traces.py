"""What figures read from the traces of one cell: kernels of a variable, errors of windows, abrupt changes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from core.analysis.changes import shared_events
from core.analysis.errors import window_errors as errors_of
from core.analysis.events import contrast
from core.analysis.statistic import CROSSINGS
from core.analysis.traced import STAMP, patch_of, path_changes
from core.data.windows import Windows
from core.trace.schema import of_variable
from core.vocabulary import Activation, Dim, Fusion

Kernels = Mapping[Fusion, xr.DataArray]  # by crossing, [origin, block, channel, tap]
SLICE = 512  # windows whose forecasts are read at once


def kernels_of(trace: xr.Dataset, variable: str) -> Kernels:
    """Return the kernels of each crossing of a run for one variable, [origin, block, channel, tap], in memory."""
    mode = Fusion(trace.attrs["fusion"])
    return {each: of_variable(trace[CROSSINGS[each].value], variable).load() for each in mode.crossings}


def window_errors(trace: xr.Dataset, windows: Windows) -> NDArray[np.float64]:
    """Return the MSE of every window and variable of a run, standardised, [window, variable]."""
    forecast = trace[Activation.FORECAST.value]
    errors = np.empty((len(windows), forecast.sizes[Dim.VARIABLE]))
    for start in range(0, len(windows), SLICE):
        part = slice(start, start + SLICE)
        made = forecast.isel({Dim.ORIGIN: part}).to_numpy()
        errors[part] = errors_of(made, windows.y[part], windows.known_at(part))
    return errors


def abrupt_changes(mode: xr.Dataset, none: xr.Dataset) -> pd.DataFrame:
    """Return the abrupt changes that a mode is measured at against none, the largest first.

    Parameters
    ----------
    mode, none
        Traces of one seed; their convolution paths choose together.

    Returns
    -------
    DataFrame
        Columns place (on the axis of origins), stamp, size (in multiples of the surroundings, geometric mean of both
        convolution paths).
    """
    patch = patch_of(mode)
    pair = path_changes(mode), path_changes(none)
    places = shared_events(*pair, patch).places
    height = np.mean([contrast(conv, patch)[places] for conv, _ in pair], axis=0)
    table = pd.DataFrame({"place": places, "stamp": none[STAMP].to_numpy()[places], "size": np.exp(height)})
    return table.sort_values("size", ascending=False, kind="stable", ignore_index=True)
