"""A forward pass that ends where both paths do: for those who read the paths and no forecast."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from core.model.forecaster import Forecaster
from core.model.layers import Keep, Probe, normalise
from core.vocabulary import Tap

BEYOND = frozenset({Tap.ATTENTION, Tap.FORECAST})  # what only the merge and the head make


def path_taps(model: Forecaster, x: Tensor, taps: Mapping[Tap, Keep]) -> dict[Tap, Tensor]:
    """Return taps of both paths as `Forecaster.forward` hands them out, without the merge and the head.

    Merge and head take a quarter of a pass.

    Parameters
    ----------
    x
        [window, lookback, variable].
    taps
        Taps of the paths, none of BEYOND, and what to keep of each.
    """
    probe = Probe(taps, {}, model.embedding.apart)
    normal, _ = normalise(x)
    conv = gru = model.embedding(normal)  # [token, window x variable, channel]
    for number, block in enumerate(model.blocks):
        conv, gru = block(conv, gru, probe, number)
    return probe.taken()
