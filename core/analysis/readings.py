"""Dependence of the convolution path's own output on the time of day, in every reading of the published words.

"Change of the convolution path's output with the time of day" may mean how far the output steps from one origin to
the next, the step itself, the output itself, or what the crossing adds to it. All four are measured; the first is the
one held against the published number.
"""

from __future__ import annotations

import math

import numpy as np
import xarray as xr

from core.analysis.clock import Integers
from core.analysis.dependence import is_constant
from core.analysis.estimate import Estimate, Floats
from core.analysis.resample import subsample
from core.analysis.statistic import Statistic
from core.analysis.traced import KERNEL_ORIGINS, SeedTraces, blocks, last_token
from core.vocabulary import Activation, Fusion


def clock_readings(seed_traces: SeedTraces, trace: xr.Dataset, size: Floats) -> dict[Statistic, Estimate]:
    """Return the dependence of one run's convolution path on the time of day in each reading.

    Parameters
    ----------
    size : size of the path's step at each origin, [origin], as `path_changes` returns it; NaN where there is none.

    Returns
    -------
    That of the correction only where a crossing corrects the path.
    """
    known = np.flatnonzero(np.isfinite(size))
    places = known[subsample(len(known), KERNEL_ORIGINS, seed_traces.generator())]
    own = last_token(trace, Activation.CONV_INCREMENT)
    before, output = _states(own, places - 1), _states(own, places)
    steps = seed_traces.on_clock(size[places], places)
    found = {
        Statistic.DCOR_STEP_SIZE: steps.corrected,
        Statistic.DCOR_STEP_SIZE_BIASED: steps.biased,
        Statistic.ETA2_STEP_SIZE: steps.eta_squared,
        Statistic.DCOR_STEP: seed_traces.on_clock(output - before, places).corrected,
        Statistic.DCOR_OUTPUT: seed_traces.on_clock(output, places).corrected,
    }
    if Fusion(trace.attrs["fusion"]).corrects_conv:
        correction = _states(last_token(trace, Activation.CORRECTION_GRU_TO_CNN), places)
        found[Statistic.DCOR_CORRECTION] = seed_traces.on_clock(correction, places).corrected
    return found


def _states(array: xr.DataArray, places: Integers) -> Floats:
    """Return the states at some places, [place, feature]: blocks side by side, each in units of its own spread."""
    parts = [state[places] / _spread(state) for _, state in blocks(array)]
    return np.concatenate(parts, axis=1)


def _spread(state: Floats) -> float:
    """Return the root mean square distance of a block's states from their mean; 1 where they never move."""
    if is_constant(state):
        return 1.0
    return math.sqrt(float(np.square(state - state.mean(axis=0)).sum()) / len(state))
