"""A forward pass that ends where both paths do: for those who read the paths and no forecast."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from core.model.forecaster import Forecaster
from core.model.layers import normalise
from core.model.probe import Keep
from core.vocabulary import Activation

BEYOND = frozenset({Activation.ATTENTION, Activation.FORECAST})  # what only the merge and the head make


def path_activations(
    model: Forecaster, x: Tensor, activations: Mapping[Activation, Keep]
) -> dict[Activation, Tensor]:
    """Return activations of both paths as `Forecaster.forward` hands them out, without the merge and the head.

    Merge and head take a quarter of a pass.

    Parameters
    ----------
    x : [window, lookback, variable].
    activations : taps of the paths, none of BEYOND, and what to keep of each.
    """
    probe = model.probe(activations, {})
    model.paths(normalise(x)[0], probe)
    return probe.taken()
