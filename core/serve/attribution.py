"""Which past values a forecast rests on: attribution of one number of one window to blocks of rows and variables.

Sources: Sundararajan et al. (2017), "Axiomatic Attribution for Deep Networks" (integrated gradients); Zeiler and
Fergus (2014) (occlusion); Castro et al. (2009), "Polynomial calculation of the Shapley value based on sampling"; all
as captum computes them. How honest a picture is: `core.serve.deletion`, `core.serve.comparison`, and Yeh et al.
(2019), "On the (In)fidelity and Sensitivity of Explanations". No score passes a softmax.
"""

from __future__ import annotations

import math
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
from core.serve.deletion import Deletion, Forward, at_once, delete
from core.serve.parts import alone
from core.text.message import Message

STEPS = 32  # of the path of integrated gradients
SAMPLES = 5  # permutations of Shapley sampling
REMOVALS = 50  # of random blocks, by which infidelity is measured
MOST_TAKEN = 300_000  # blocks taken away, times variables of the windows that are passed: some seconds
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
        of_variable = alone(model, self.variable)
        return lambda x: self.in_forecast(of_variable(x).forecast)

    def in_forecast(self, forecast: Tensor) -> Tensor:
        """Return the number [window] of forecasts [window, horizon, variable]."""
        return forecast[:, self.first : self.last + 1, self.variable].mean(1)


@dataclass(frozen=True, eq=False)
class Attribution:
    """A forecast shared out.

    Attributes
    ----------
    scores : float64 [block, variable]
        In standardised units of the explained variable; `rows` are the first rows of the blocks.
    change : float
        The forecast less that of the background; `gap` is what the scores miss of it.
    sampling : float
        Standard error of a score from one set of permutations to the next, as a share of the mean size of a score;
        0 where nothing is drawn.
    infidelity : float
        Share of what the forecast does when random blocks go that the scores, times the best factor, do not foretell:
        0 is perfect, 1 foretells nothing.
    sensitivity : float
        By which share the scores change at most under a small change of the input.
    """

    scores: NDArray[np.float64]
    rows: NDArray[np.int64]
    change: float
    gap: float
    sampling: float
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
                raise ValueError(Message("engine.no_season"))
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


def too_many(method: Method, x: Tensor, rows: int) -> Message | None:
    """Return why a method has too many blocks of x [1, lookback, variable] to wait for it; None where it has not."""
    _, lookback, variables = x.shape
    blocks = variables * math.ceil(lookback / rows)
    times = {Method.INTEGRATED_GRADIENTS: 0, Method.OCCLUSION: 1, Method.SHAPLEY: SAMPLES}[method]
    if blocks * times * variables <= MOST_TAKEN:
        return None
    return Message("engine.too_many_blocks", blocks=blocks, times=times, variables=variables)


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
    draws = _draws(forward, x, background, method, blocks, seed)
    scores = _sums(draws.mean(0), blocks)
    deletion = delete(forward, x, background, blocks, scores, np.random.default_rng(seed))
    lies, moves = np.nan, np.nan
    if checked:
        lies, moves = _checks(forward, x, background, method, blocks, draws.mean(0, keepdim=True), seed)
    with torch.inference_mode():
        change = float(forward(x) - forward(background))
    _, first = np.unique(blocks[0, :, 0].numpy(), return_index=True)
    return Attribution(
        scores=scores.reshape(-1, variables),
        rows=first,
        change=change,
        gap=change - float(scores.sum()),
        sampling=_sampling(np.stack([_sums(draw, blocks) for draw in draws])),
        deletion=deletion,
        infidelity=lies,
        sensitivity=moves,
    )


def scores_of(
    forward: Forward, x: Tensor, background: Tensor, method: Method, *, rows: int, seed: int = 0
) -> NDArray[np.float64]:
    """Return the scores [block, variable] that `attribute` finds, without their tests."""
    blocks = blocks_of(x.shape[1], x.shape[2], rows)
    cells = _draws(forward, x, background, method, blocks, seed).mean(0)
    return _sums(cells, blocks).reshape(-1, x.shape[2])


def _draws(forward: Forward, x: Tensor, background: Tensor, method: Method, blocks: Tensor, seed: int) -> Tensor:
    """Return the attribution of each cell, [draw, lookback, variable]: by each permutation, or the only one."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        count = SAMPLES if method is Method.SHAPLEY else 1
        return torch.cat([_cells(forward, x, background, method, blocks) for _ in range(count)])


def _cells(forward: Forward, x: Tensor, background: Tensor, method: Method, blocks: Tensor) -> Tensor:
    """Return the attribution of each cell, [window, lookback, variable]; a block's is spread over its cells."""
    match method:
        case Method.INTEGRATED_GRADIENTS:
            explained = IntegratedGradients(forward).attribute(
                x, background, n_steps=STEPS, internal_batch_size=at_once(x)
            )
            return explained.detach().float()
        case Method.OCCLUSION:
            sharing, settings = FeatureAblation(forward), {}
        case Method.SHAPLEY:
            sharing, settings = ShapleyValueSampling(forward), {"n_samples": 1}
        case _:
            assert_never(method)
    with torch.no_grad():
        whole = sharing.attribute(x, background, feature_mask=blocks, perturbations_per_eval=at_once(x), **settings)
    return (whole / torch.bincount(blocks.flatten())[blocks]).detach()


def _sums(cells: Tensor, blocks: Tensor) -> NDArray[np.float64]:
    """Return the sum over the cells [lookback, variable] of each block, [block]."""
    flat = torch.zeros(int(blocks.max()) + 1, dtype=torch.float64)
    return flat.index_add(0, blocks.flatten(), cells.double().flatten()).numpy()


def _sampling(draws: NDArray[np.float64]) -> float:
    """Return the standard error of the mean of several draws [draw, block], as a share of the scores' size."""
    if len(draws) == 1:
        return 0.0
    size = np.abs(draws.mean(0)).sum()
    return float(draws.std(0, ddof=1).sum() / len(draws) ** 0.5 / size) if size else 0.0


def _checks(
    forward: Forward, x: Tensor, background: Tensor, method: Method, blocks: Tensor, cells: Tensor, seed: int
) -> tuple[float, float]:
    """Return infidelity and sensitivity; that of Shapley sampling is of one permutation, the same each time."""

    def perturbed(inputs: Tensor, baselines: Tensor) -> tuple[Tensor, Tensor]:
        """Take random blocks away; return what was taken, and what is left."""
        taken = (torch.rand(len(inputs), int(blocks.max()) + 1) < 0.2)[:, blocks[0]]
        less = torch.where(taken, inputs - baselines, torch.zeros(()))
        return less, inputs - less

    def again(inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return (_cells(forward, inputs[0], background, method, blocks),)

    def missed(scores: Tensor, *, scaled: bool) -> float:
        settings = {"baselines": background, "n_perturb_samples": REMOVALS, "normalize": scaled}
        settings["max_examples_per_batch"] = min(REMOVALS, at_once(x))
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(seed)
            return float(infidelity(forward, perturbed, x, scores, **settings))

    ratio = torch.where(x == background, torch.zeros(()), cells / (x - background))  # captum multiplies by the change
    moved = missed(torch.zeros_like(x), scaled=False)  # by the same removals
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        moves = sensitivity_max(again, x, perturb_radius=RADIUS, n_perturb_samples=5, max_examples_per_batch=1)
    return missed(ratio, scaled=True) / moved if moved else 0.0, float(moves)
