"""Which past values a forecast rests on: attribution of one number of one window to blocks of rows and variables.

Sources: Sundararajan et al. (2017), "Axiomatic Attribution for Deep Networks" (integrated gradients); Zeiler and
Fergus (2014) (occlusion); Castro et al. (2009), "Polynomial calculation of the Shapley value based on sampling"; all
as captum computes them. How honest a picture is: Petsiuk et al. (2018), "RISE" (deletion, here against random
orders); Yeh et al. (2019), "On the (In)fidelity and Sensitivity of Explanations". No score passes a softmax.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
import torch
from captum.attr import FeatureAblation, IntegratedGradients, ShapleyValueSampling
from captum.metrics import infidelity, sensitivity_max
from numpy.typing import NDArray
from torch import Tensor

from core.model.forecaster import Forecaster

Forward = Callable[[Tensor], Tensor]  # windows [window, lookback, variable] -> number [window]
STEPS = 32  # of the path of integrated gradients
ORDERS = 20  # random orders that a deletion is held against
POINTS = 40  # of a deletion curve
SAMPLES = 5  # permutations of Shapley sampling: about two seconds for 300 blocks
BATCH = 128  # windows a pass
RADIUS = 0.02  # of the change that sensitivity puts in, standardised


class Method(StrEnum):
    """How a forecast is shared out."""

    INTEGRATED_GRADIENTS = "integrated_gradients"
    OCCLUSION = "occlusion"
    SHAPLEY = "shapley"


class Background(StrEnum):
    """What stands for a block that is taken away."""

    MEAN = "mean"  # of the variable in this window
    LAST = "last"  # the last value before the origin
    SEASON = "season"  # the value one season earlier
    NOISE = "noise"  # of the mean and spread of the window


@dataclass(frozen=True)
class Target:
    """The number that is explained: the mean over some steps of one variable's forecast, standardised."""

    variable: int
    first: int  # step, counted from 0
    last: int  # step, included

    def of(self, model: Forecaster) -> Forward:
        """Return what makes it from windows."""
        return lambda x: model(x).forecast[:, self.first : self.last + 1, self.variable].mean(1)


@dataclass(frozen=True, eq=False)
class Deletion:
    """What becomes of the forecast when blocks are taken away one after the other.

    `share` of the blocks gone, and by how much the forecast has fallen then, standardised, [point] each: the blocks
    that raise it most taken first, those that lower it most taken first, and the mean of random orders. `beaten` is
    the share of random orders that lie between the two, by the area below their curves.
    """

    share: NDArray[np.float64]
    raising: NDArray[np.float64]
    lowering: NDArray[np.float64]
    random: NDArray[np.float64]
    beaten: float

    @property
    def is_informed(self) -> bool:
        """Whether the order does better than 19 in 20 random ones."""
        return self.beaten >= 0.95


@dataclass(frozen=True, eq=False)
class Attribution:
    """A forecast shared out.

    Attributes
    ----------
    scores : float64 [block, variable]
        In standardised units of the explained variable; `rows` are the first rows of the blocks.
    change : float
        The forecast less that of the background; `gap` is what the scores miss of it.
    infidelity, sensitivity : float
        How badly small changes are foretold by the scores, and by which share these change at most.
    """

    scores: NDArray[np.float64]
    rows: NDArray[np.int64]
    change: float
    gap: float
    deletion: Deletion
    infidelity: float
    sensitivity: float


def background_of(x: Tensor, kind: Background, season: int | None, seed: int = 0) -> Tensor:
    """Return what stands for x [1, lookback, variable] where it is taken away, of the same shape."""
    match kind:
        case Background.MEAN:
            return x.mean(1, keepdim=True).expand_as(x)
        case Background.LAST:
            return x[:, -1:].expand_as(x)
        case Background.SEASON:
            if season is None or season >= x.shape[1]:
                raise ValueError("The data have no season that fits into the look-back; choose another background.")
            return torch.cat((x[:, :season], x[:, :-season]), dim=1)
        case Background.NOISE:
            drawn = torch.randn(x.shape, generator=torch.Generator().manual_seed(seed))
            return x.mean(1, keepdim=True) + drawn * x.std(1, keepdim=True)
        case _:
            assert_never(kind)


def blocks_of(lookback: int, variables: int, rows: int) -> Tensor:
    """Return the number of each cell's block, int64 [1, lookback, variable]; the first block may be short."""
    time = (torch.arange(lookback) + (-lookback) % rows) // rows
    return (time[:, None] * variables + torch.arange(variables)).unsqueeze(0)


def attribute(
    forward: Forward,
    x: Tensor,
    background: Tensor,
    method: Method,
    *,
    rows: int,
    checked: bool = True,
    seed: int = 0,
) -> Attribution:
    """Share out a forecast to blocks of a window.

    Parameters
    ----------
    forward : the number that is explained.
    x, background : [1, lookback, variable].
    rows : length of a block.
    checked : whether infidelity and sensitivity are measured, which takes six attributions more; else they are nan.
    seed : of random orders, permutations and changes.
    """
    _, lookback, variables = x.shape
    blocks = blocks_of(lookback, variables, rows)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        cells = _cells(forward, x, background, method, blocks)
        scores = _sums(cells, blocks)
        deletion = _deletion(forward, x, background, blocks, scores, np.random.default_rng(seed))
        lies, moves = _checks(forward, x, background, method, blocks, cells) if checked else (np.nan, np.nan)
    with torch.inference_mode():
        change = float(forward(x) - forward(background))
    _, first = np.unique(blocks[0, :, 0].numpy(), return_index=True)
    return Attribution(
        scores=scores.reshape(-1, variables),
        rows=first,
        change=change,
        gap=change - float(scores.sum()),
        deletion=deletion,
        infidelity=lies,
        sensitivity=moves,
    )


def _cells(forward: Forward, x: Tensor, background: Tensor, method: Method, blocks: Tensor) -> Tensor:
    """Return the attribution of each cell, [window, lookback, variable]; a block's is spread over its cells."""
    match method:
        case Method.INTEGRATED_GRADIENTS:
            explained = IntegratedGradients(forward).attribute(
                x, background, n_steps=STEPS, internal_batch_size=BATCH
            )
            return explained.detach().float()
        case Method.OCCLUSION:
            sharing, settings = FeatureAblation(forward), {}
        case Method.SHAPLEY:
            sharing, settings = ShapleyValueSampling(forward), {"n_samples": SAMPLES}
        case _:
            assert_never(method)
    with torch.no_grad():
        whole = sharing.attribute(x, background, feature_mask=blocks, perturbations_per_eval=BATCH, **settings)
    return (whole / torch.bincount(blocks.flatten())[blocks]).detach()


def _sums(cells: Tensor, blocks: Tensor) -> NDArray[np.float64]:
    """Return the sum over the cells of each block, [block]."""
    flat = torch.zeros(int(blocks.max()) + 1, dtype=torch.float64)
    return flat.index_add(0, blocks.flatten(), cells[0].double().flatten()).numpy()


@torch.inference_mode()
def _deletion(
    forward: Forward,
    x: Tensor,
    background: Tensor,
    blocks: Tensor,
    scores: NDArray[np.float64],
    chance: np.random.Generator,
) -> Deletion:
    descending = np.argsort(-scores, kind="stable")
    orders = [descending, descending[::-1], *(chance.permutation(len(scores)) for _ in range(ORDERS))]
    gone = np.unique(np.linspace(0, len(scores), POINTS + 1).round().astype(int))
    masks = []
    for order in orders:
        rank = torch.empty(len(scores), dtype=torch.int64)
        rank[torch.from_numpy(order.copy())] = torch.arange(len(scores))
        masks += [rank[blocks[0]] < number for number in gone]  # [lookback, variable], True where it is taken away
    found = [
        forward(torch.where(torch.stack(part), background, x))
        for part in (masks[start : start + BATCH] for start in range(0, len(masks), BATCH))
    ]
    fallen = (forward(x) - torch.cat(found)).double().numpy().reshape(len(orders), len(gone))
    share = gone / len(scores)
    high, low, *random = np.trapezoid(fallen, share, axis=1)
    beaten = np.mean([low < area < high for area in random])
    return Deletion(share, fallen[0], fallen[1], fallen[2:].mean(0), float(beaten))


def _checks(
    forward: Forward, x: Tensor, background: Tensor, method: Method, blocks: Tensor, cells: Tensor
) -> tuple[float, float]:
    def perturbed(inputs: Tensor, baselines: Tensor) -> tuple[Tensor, Tensor]:
        """Take random blocks away; return what was taken, and what is left."""
        taken = (torch.rand(len(inputs), int(blocks.max()) + 1) < 0.2)[:, blocks[0]]
        less = torch.where(taken, inputs - baselines, torch.zeros(()))
        return less, inputs - less

    ratio = torch.where(x == background, torch.zeros(()), cells / (x - background))  # captum multiplies by the change
    lies = infidelity(forward, perturbed, x, ratio, baselines=background, n_perturb_samples=50, normalize=True)
    moves = sensitivity_max(
        lambda inputs: (_cells(forward, inputs[0], background, method, blocks),),
        x,
        perturb_radius=RADIUS,
        n_perturb_samples=5,
        max_examples_per_batch=1,
    )
    return float(lies), float(moves)
