"""Whether an order of blocks knows what a forecast rests on: blocks taken away, or put in, one after the other.

Source: Petsiuk et al. (2018), "RISE" (deletion and insertion), here against the reversed order and random ones. The
forecast itself is looked at: no score passes a softmax.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Forward = Callable[[Tensor], Tensor]  # windows [window, lookback, variable] -> number [window]
ORDERS = 20  # random orders that an order is held against
POINTS = 40  # of a curve
AT_ONCE = 128  # windows a pass
MOST_SERIES = 1_000  # a pass, windows times variables: of changed windows, which stay in the cache


@dataclass(frozen=True, eq=False)
class Curves:
    """How far the forecast has moved after a share of the blocks, standardised, [point] each.

    Three orders of the blocks: those that raise the forecast most first, those that lower it most first, and the mean
    of random orders.
    """

    share: NDArray[np.float64]
    raising: NDArray[np.float64]
    lowering: NDArray[np.float64]
    random: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Deletion:
    """What becomes of the forecast when blocks are taken away one after the other.

    Attributes
    ----------
    curves : by how much the forecast has fallen when blocks are taken away.
    beaten : share of random orders that lie between the two orders by the scores, by the area below their curves.
    """

    curves: Curves
    beaten: float

    @property
    def insertion(self) -> Curves:
        """By how much the forecast has risen above that of the background when blocks are put in.

        Blocks put in by an order leave what deletion leaves by the reversed order, so these are the same passes, and
        they beat as many random orders.
        """
        gone, whole = self.curves, self.curves.raising[-1]
        raising, lowering, random = (whole - each[::-1] for each in (gone.lowering, gone.raising, gone.random))
        return Curves(1 - gone.share[::-1], raising, lowering, random)

    @property
    def is_informed(self) -> bool:
        """Whether the order does better than 19 in 20 random ones."""
        return self.beaten >= 0.95


def at_once(x: Tensor) -> int:
    """Return how many changed copies of a window x [1, lookback, variable] are passed at a time."""
    return max(1, min(AT_ONCE, MOST_SERIES // x.shape[2]))


@torch.inference_mode()
def delete(
    forward: Forward,
    x: Tensor,
    background: Tensor,
    blocks: Tensor,
    scores: NDArray[np.float64],
    chance: np.random.Generator,
) -> Deletion:
    """Take blocks away by their scores, by the reversed order and by random ones.

    Parameters
    ----------
    forward : the number that is explained.
    x, background : [1, lookback, variable].
    blocks : number of each cell's block, [1, lookback, variable].
    scores : of each block, [block].
    chance : draws the random orders.
    """
    descending = np.argsort(-scores, kind="stable")
    orders = [descending, descending[::-1], *(chance.permutation(len(scores)) for _ in range(ORDERS))]
    gone = np.unique(np.linspace(0, len(scores), POINTS + 1).round().astype(int))
    ranks = []  # of each cell's block in each order, [lookback, variable]
    for order in orders:
        rank = torch.empty(len(scores), dtype=torch.int32)
        rank[torch.from_numpy(order.copy())] = torch.arange(len(scores), dtype=torch.int32)
        ranks.append(rank[blocks[0]])
    steps, size = [*product(ranks, gone.tolist())], at_once(x)
    found = []
    for start in range(0, len(steps), size):
        taken = torch.stack([rank < number for rank, number in steps[start : start + size]])
        found.append(forward(torch.where(taken, background, x)))
    fallen = (forward(x) - torch.cat(found)).double().numpy().reshape(len(orders), len(gone))
    share = gone / len(scores)
    high, low, *random = np.trapezoid(fallen, share, axis=1)
    beaten = np.mean([low < area < high for area in random])
    return Deletion(Curves(share, fallen[0], fallen[1], fallen[2:].mean(0)), float(beaten))
