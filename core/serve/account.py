"""How one number of a forecast comes about: level, embedding, paths, crossings and merge, in parts that add up to it.

Two games are played with a model whose parts can be silenced, and each is shared out by exact Shapley values (Shapley
1953, "A value for n-person games"), so that parts add up whatever the order one thinks of them in:

1. without crossings, between the convolution path, the GRU path and the merge. Nobody plays: the head reads the
   tokens as the embedding made them. The merge plays where it is attention; otherwise it has nothing to silence.
2. with all of these on, between the crossings. For two, Shapley's value is the mean of the two orders of silencing
   them; one alone carries the forecast less the forecast without it.

Beside it, integrated gradients (Sundararajan et al. 2017, through captum) share what all crossings carry together out
to their corrections, on the straight path from none to the recorded ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import cast

import numpy as np
import torch
from captum.attr import IntegratedGradients
from numpy.typing import NDArray
from torch import Tensor, nn

from core.model.forecaster import CrossBlock, Forecaster
from core.model.merge import CrossModalAttention
from core.model.probe import Edit
from core.serve.attribution import STEPS, Target
from core.serve.parts import Heard, alone, with_parts
from core.vocabulary import CROSSED, Activation, Fusion, Merge, ModelPath

AT_ONCE = 8  # points of the straight path a pass: corrections of all blocks are large


@dataclass(frozen=True, eq=False)
class Carried:
    """What one crossing carries of a number.

    Attributes
    ----------
    share : float
        Its Shapley value among the crossings.
    silenced : float
        The forecast less the forecast with this crossing alone silent.
    gradients : float64 [block]
        By integrated gradients through its correction.
    """

    share: float
    silenced: float
    gradients: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Account:
    """One number of a forecast in parts, standardised: level, embedding, paths, crossings and merge add up to it.

    Attributes
    ----------
    level : float
        The window's mean, which instance normalisation gives back.
    embedding : float
        What the head reads from the tokens with nothing behind them.
    paths : dict of float
    merge : float or None
        None where the paths are not merged by attention: there is nothing to silence.
    crossings : dict of Carried
    together : float
        The forecast less the forecast with all crossings silent; the sum of their shares.
    """

    level: float
    embedding: float
    paths: dict[ModelPath, float]
    merge: float | None
    crossings: dict[Fusion, Carried]
    together: float
    forecast: float

    @property
    def gap(self) -> float:
        """What integrated gradients miss of what the crossings carry together."""
        return self.together - sum(float(each.gradients.sum()) for each in self.crossings.values())

    @property
    def joint(self) -> float:
        """What the crossings carry only jointly: beyond the sum of silencing each alone."""
        return self.together - sum(each.silenced for each in self.crossings.values())


def shapley(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Shapley value of each player.

    Parameters
    ----------
    values : [2, 2, ...], an axis a player: what is won without (0) and with (1) each of them.

    >>> shapley(np.array([[0.0, 1.0], [2.0, 5.0]]))  # 3 of the 5 more than 1 + 2 are shared evenly
    array([3., 2.])
    """
    players, orders = values.ndim, math.factorial(values.ndim)
    weight = np.array([math.factorial(n) * math.factorial(players - 1 - n) / orders for n in range(players)])
    found = []
    for player in range(players):
        more = np.diff(values, axis=player).squeeze(player)
        others = np.indices(more.shape).sum(0).astype(int)  # how many of them play
        found.append((more * weight[others]).sum())
    return np.array(found)


def account(model: Forecaster, x: Tensor, target: Target) -> Account:
    """Share out one number of the forecast of x [1, lookback, variable] to the parts of the network."""
    network, crossings = alone(model, target.variable), model.config.crossings
    won = _won(network, x, target, crossings)
    paths_and_merge = won.ndim - len(crossings)
    without = won.reshape((2,) * paths_and_merge + (-1,))[..., 0]  # [convolution path, GRU path, (merge)]
    between = won[(1,) * paths_and_merge]  # [crossing ...]
    conv, gru, *merge = shapley(without)
    all_heard, none_heard = between[(1,) * len(crossings)], between[(0,) * len(crossings)]
    level = float(x[0, :, target.variable].double().mean())
    carried = {}
    if crossings:
        shares, gradients = shapley(between), _gradients(network, x, target, crossings)
        for place, (crossing, share, parts) in enumerate(zip(crossings, shares, gradients, strict=True)):
            but_one = between[tuple(int(each != place) for each in range(len(crossings)))]
            carried[crossing] = Carried(float(share), float(all_heard - but_one), parts)
    return Account(
        level=level,
        embedding=float(without[(0,) * paths_and_merge]) - level,
        paths={ModelPath.CONVOLUTION: float(conv), ModelPath.GRU: float(gru)},
        merge=float(merge[0]) if merge else None,
        crossings=carried,
        together=float(all_heard - none_heard),
        forecast=float(all_heard),
    )


@torch.inference_mode()
def _won(network: Forecaster, x: Tensor, target: Target, crossings: Sequence[Fusion]) -> NDArray[np.float64]:
    """Return the number for every set of parts that are heard, [convolution path, GRU path, (merge), crossing ...].

    All sets are windows of one pass through a network with one row a window.
    """
    attends = network.config.merge is Merge.ATTENTION
    players = 2 + attends + len(crossings)
    heard = torch.tensor(list(product((0.0, 1.0), repeat=players)))  # [set, player]
    conv, gru, *others = heard.unbind(1)
    blocks = [
        with_parts(block, conv_path=Heard(block.conv_path, conv), gru_path=Heard(block.gru_path, gru))
        for block in cast(Iterable[CrossBlock], network.blocks)
    ]
    parts: dict[str, nn.Module] = {"blocks": nn.ModuleList(blocks)}
    if attends:
        attention: CrossModalAttention = network.merge.attention
        heard_merge = with_parts(attention, out=Heard(attention.out, others.pop(0)))
        parts["merge"] = with_parts(network.merge, attention=heard_merge)
    edits = {CROSSED[crossing].correction: _scaled(share) for crossing, share in zip(crossings, others, strict=True)}
    forecast = with_parts(network, **parts)(x.expand(len(heard), -1, -1), edits=edits).forecast
    return target.in_forecast(forecast).double().numpy().reshape((2,) * players)


def _scaled(share: Tensor) -> Edit:
    return lambda correction, _: share[:, None, None, None] * correction  # [window, variable, token, channel]


def _given(corrections: Tensor) -> Edit:
    return lambda _, block: corrections[:, :, block]  # of [window, variable, block, token, channel]


def _gradients(
    network: Forecaster, x: Tensor, target: Target, crossings: Sequence[Fusion]
) -> list[NDArray[np.float64]]:
    """Return for each crossing what integrated gradients give its correction in each block, [block]."""
    names = [CROSSED[crossing].correction for crossing in crossings]
    with torch.no_grad():
        recorded = network(x, activations=names).activations

    def number(*corrections: Tensor) -> Tensor:
        edits: Mapping[Activation, Edit] = dict(zip(names, map(_given, corrections), strict=True))
        return target.in_forecast(network(x.expand(len(corrections[0]), -1, -1), edits=edits).forecast)

    inputs = tuple(recorded[name] for name in names)
    found = IntegratedGradients(number).attribute(inputs, n_steps=STEPS, internal_batch_size=AT_ONCE)
    return [each.detach().double().sum((0, 1, 3, 4)).numpy() for each in found]
