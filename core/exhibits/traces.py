"""What figures read from the traces of one cell: kernels of a variable, errors of windows, abrupt changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
from core.trace.schema import Reduction, field_name, of_variable
from core.vocabulary import CROSSED, Activation, Dim, Fusion

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
    mode, none : traces of one seed; their convolution paths choose together.

    Returns
    -------
    Columns place (on the axis of origins), stamp, size (in multiples of the surroundings, geometric mean of both
    convolution paths).
    """
    patch = patch_of(mode)
    pair = path_changes(mode), path_changes(none)
    places = shared_events(*pair, patch).places
    height = np.mean([contrast(conv, patch)[places] for conv, _ in pair], axis=0)
    table = pd.DataFrame({"place": places, "stamp": none[STAMP].to_numpy()[places], "size": np.exp(height)})
    return table.sort_values("size", ascending=False, kind="stable", ignore_index=True)


LISTENERS = {Fusion.GRU_TO_CNN: Activation.CONV_OUTPUT, Fusion.CNN_TO_GRU: Activation.GRU_OUTPUT}


def kernel_norms(trace: xr.Dataset, crossing: Fusion) -> dict[int, float]:
    """Return by block the mean over windows, variables and channels of the norm of a crossing's kernels over taps."""
    kernels = trace[CROSSED[crossing].kernel.value]
    return _block_means(kernels, lambda part: (part**2).sum(Dim.TAP) ** 0.5)


def correction_sizes(trace: xr.Dataset, crossing: Fusion) -> dict[int, float]:
    """Return by block how large a crossing's correction is against the path it corrects: RMS of the last token."""
    correction, path = (
        _block_means(trace[field_name(activation, Reduction.LAST_TOKEN)], np.square)
        for activation in (CROSSED[crossing].correction, LISTENERS[crossing])
    )
    return {block: (square / path[block]) ** 0.5 for block, square in correction.items()}


def _block_means(values: xr.DataArray, of: Callable[[xr.DataArray], xr.DataArray]) -> dict[int, float]:
    """Return the mean of what is made of the values in each block, a slice of windows in memory at a time."""
    windows, sums = values.sizes[Dim.ORIGIN], xr.DataArray(0.0)
    for start in range(0, windows, SLICE):
        part = of(values.isel({Dim.ORIGIN: slice(start, start + SLICE)}).load())
        rest = [dim for dim in part.dims if dim not in (Dim.BLOCK, Dim.ORIGIN)]
        sums = sums + part.astype(float).mean(rest).sum(Dim.ORIGIN)
    return {int(block): float(total) / windows for block, total in zip(sums[Dim.BLOCK], sums, strict=True)}
