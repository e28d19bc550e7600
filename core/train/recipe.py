"""What one step of training is made of: functions of settings and seed, the same for one run and for a stack."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, assert_never

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from core.config import TrainConfig
from core.vocabulary import Loss, Schedule, Weighting


def epoch_order(seed: int, epoch: int, windows: int) -> NDArray[np.int64]:
    """Return the order in which an epoch visits the train windows; a function of seed and epoch alone."""
    return np.random.default_rng((seed, epoch)).permutation(windows)


def epoch_steps(recipe: TrainConfig, windows: int) -> int:
    """Return the steps of an epoch; the last batch may be small."""
    return math.ceil(windows / recipe.batch)


def learning_rate(recipe: TrainConfig, step: int, steps: int) -> float:
    """Return the rate at a step of all epochs' `steps`: constant, or a cosine from the first rate to zero."""
    match recipe.schedule:
        case Schedule.COSINE:
            return recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * step / steps))
        case Schedule.CONSTANT:
            return recipe.learning_rate
        case _:
            assert_never(recipe.schedule)


def weight_decay(recipe: TrainConfig, name: str) -> float:
    """Return the decay of a weight by its name in the model; the head may have one of its own."""
    own = recipe.head_weight_decay
    return own if own is not None and name.startswith("head.") else recipe.weight_decay


class Turns(NamedTuple):
    """By how much each window of a batch is turned towards which other one, [window] each."""

    partner: Tensor  # int64: place in the batch
    cosine: Tensor
    sine: Tensor


def draw_turns(recipe: TrainConfig, seed: int, step: int, windows: int) -> Turns:
    """Draw the rotations of a batch: a function of seed and step alone, the same for all fusion modes.

    A share `rotation` of the windows is turned by an angle uniform on the circle, the others by none. A rotation
    keeps the variance, and a linear rule that holds for the windows holds for their rotations; what single weeks had
    in particular does not. A relative of mixup (Zhang et al., ICLR 2018) that uses both signs.
    """
    draw = np.random.default_rng((seed, step, 1))  # 1: another stream than that of the epochs' orders
    turned = draw.uniform(size=windows) < recipe.rotation
    angles = np.where(turned, draw.uniform(0, 2 * math.pi, size=windows), 0.0)
    partner = torch.from_numpy(draw.permutation(windows))
    cosine, sine = (torch.from_numpy(values.astype(np.float32)) for values in (np.cos(angles), np.sin(angles)))
    return Turns(partner, cosine, sine)


def draw_variables(recipe: TrainConfig, seed: int, step: int, variables: int) -> Tensor | None:
    """Draw the places of the variables that a step learns to forecast, int64 [chosen], in order; None: all of them.

    A function of seed and step alone, the same for all fusion modes. A step on wide data then costs what its batch
    costs, and an epoch has as many steps as on narrow data.
    """
    if not 0 < recipe.variables < variables:
        return None
    draw = np.random.default_rng((seed, step, 2))  # 2: another stream than those of orders and rotations
    return torch.from_numpy(np.sort(draw.choice(variables, recipe.variables, replace=False)))


def side_by_side(turns: Sequence[Turns]) -> Turns:
    """Return the rotations of several batches of equal size as those of one, in which each keeps its own partners."""
    size = len(turns[0].partner)
    partners = [each.partner + number * size for number, each in enumerate(turns)]
    return Turns(torch.cat(partners), *(torch.cat(parts) for parts in list(zip(*turns, strict=True))[1:]))


def turned(value: Tensor, turns: Turns) -> Tensor:
    """Turn each window of a batch [window, row, variable] towards its partner: cos own + sin partner."""
    cosine, sine = (part.to(value.dtype)[:, None, None] for part in (turns.cosine, turns.sine))
    return cosine * value + sine * value[turns.partner]


def turned_known(known: Tensor, turns: Turns) -> Tensor:
    """Return where the truth [window, row, variable] of turned windows is known: where that of both partners is."""
    alone = (turns.sine == 0)[:, None, None]
    return known & (known[turns.partner] | alone)


def loss_of(recipe: TrainConfig, forecast: Tensor, truth: Tensor, known: Tensor | None = None) -> Tensor:
    """Return the mean loss of forecasts [window, horizon, variable], each step weighted as the recipe says.

    Only cells whose truth is `known` count, all of them where that is not given; 0 where none is known.
    """
    match recipe.loss:
        case Loss.L1:
            losses = F.l1_loss(forecast, truth, reduction="none")
        case Loss.MSE:
            losses = F.mse_loss(forecast, truth, reduction="none")
        case Loss.HUBER:
            losses = F.huber_loss(forecast, truth, reduction="none")
        case _:
            assert_never(recipe.loss)
    weights = _step_weights(recipe, losses)
    if known is not None:
        counted = known.to(losses.dtype) if weights is None else known * weights
        # A known cell counts about 0.5 at least: the floor only makes nothing over nothing a zero.
        return (losses * counted).sum() / counted.sum().clamp(min=0.1)
    return losses.mean() if weights is None else (losses * weights).mean()


def _step_weights(recipe: TrainConfig, losses: Tensor) -> Tensor | None:
    """Return what each step counts, [horizon, 1], 1 on average; None where all count alike."""
    match recipe.weighting:
        case Weighting.EVEN:
            return None
        case Weighting.ROOT:
            weights = torch.arange(1, losses.shape[1] + 1, device=losses.device, dtype=losses.dtype).rsqrt()
            return (weights / weights.mean())[:, None]
        case _:
            assert_never(recipe.weighting)
