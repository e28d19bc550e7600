"""What one step of training is made of: functions of settings and seed, the same for one run and for a stack."""

from __future__ import annotations

import math
from typing import assert_never

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from core.config import TrainConfig
from core.vocabulary import Loss


def epoch_order(seed: int, epoch: int, windows: int) -> NDArray[np.int64]:
    """Return the order in which an epoch visits the train windows; a function of seed and epoch alone."""
    return np.random.default_rng((seed, epoch)).permutation(windows)


def epoch_steps(recipe: TrainConfig, windows: int) -> int:
    """Return the steps of an epoch; the last batch may be small."""
    return math.ceil(windows / recipe.batch)


def learning_rate(recipe: TrainConfig, step: int, steps: int) -> float:
    """Return the rate at a step: cosine from the first one to zero after the last of all epochs' `steps`."""
    return recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * step / steps))


def loss_of(kind: Loss, forecast: Tensor, truth: Tensor) -> Tensor:
    """Return the mean loss of forecasts [window, horizon, variable]."""
    match kind:
        case Loss.L1:
            return F.l1_loss(forecast, truth)
        case Loss.MSE:
            return F.mse_loss(forecast, truth)
        case Loss.HUBER:
            return F.huber_loss(forecast, truth)
        case _:
            assert_never(kind)
