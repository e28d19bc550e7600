"""Interventions: change one thing inside a trained model, leave the rest, and see what the error does.

One engine takes any intervention; an intervention is a name and the values it replaces. What a crossing or an
attention is worth to the forecast is the error's rise when it is silenced, frozen or made uniform: a picture of
weights shows routing, not importance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data.windows import Windows
from core.model.forecaster import Forecaster, build
from core.model.probe import Edit, whole
from core.trace.paths import path_activations
from core.train.checkpoint import Checkpoint
from core.train.evaluate import in_batches
from core.vocabulary import CROSSED, Activation, Fusion, Merge

UNTRAINED = "untrained"  # stands for the digest of weights in records of untrained twins


@dataclass(frozen=True)
class Intervention:
    """A name for rows and pages, and what is replaced in the forward pass."""

    name: str
    edits: Mapping[Activation, Edit]


AS_IS = Intervention("as_is", {})


def uniform_attention() -> Intervention:
    """Every query reads all keys alike."""

    def setter(weights: Tensor, _: int) -> Tensor:  # [window, variable, head, query, key]
        return torch.full_like(weights, 1 / weights.shape[-1])

    return Intervention("uniform_attention", {Activation.ATTENTION: setter})


def shuffled_attention() -> Intervention:
    """Every window reads with the attention of another one.

    Batches of `errors_under` are random draws from the split, so the neighbour in a batch is a window of any time.
    """

    def setter(weights: Tensor, _: int) -> Tensor:
        return weights.roll(1, dims=0)

    return Intervention("shuffled_attention", {Activation.ATTENTION: setter})


def silenced(name: str, crossings: Sequence[Fusion]) -> Intervention:
    """Crossings that say nothing: their corrections are zero."""

    def setter(correction: Tensor, _: int) -> Tensor:  # [window, variable, token, channel]
        return torch.zeros_like(correction)

    return Intervention(name, {CROSSED[crossing].correction: setter for crossing in crossings})


def frozen_kernel(name: str, kernel: Activation, mean: Tensor) -> Intervention:
    """Give every window the same kernel: `mean` [variable, block, channel, tap]."""

    def setter(value: Tensor, block: int) -> Tensor:
        return mean[:, block].expand_as(value)

    return Intervention(name, {kernel: setter})


def kernel_means(
    model: Forecaster, windows: Windows, *, limit: int | None = None, seed: int = 0
) -> dict[Activation, Tensor]:
    """Return each crossing's mean kernel over the windows `errors_under` takes, [variable, block, channel, tap]."""
    kernels = _kernels(model).values()
    sums: dict[Activation, Tensor] = {}
    drawn = 0
    with torch.inference_mode():
        for places in _random_batches(windows, limit, seed):
            drawn += len(places)
            for activation, value in path_activations(
                model, _tensor(windows.x, places), dict.fromkeys(kernels, whole)
            ).items():
                sums[activation] = sums.get(activation, torch.zeros(())) + value.double().sum(dim=0)
    return {activation: (total / drawn).float() for activation, total in sums.items()}


def usual_interventions(
    model: Forecaster, windows: Windows, *, limit: int | None = None, seed: int = 0
) -> list[Intervention]:
    """Return all named interventions that apply to this model."""
    crossings, kernels = model.config.crossings, _kernels(model)
    chosen = []
    if model.config.merge is Merge.ATTENTION:
        chosen += [uniform_attention(), shuffled_attention()]
    chosen += [silenced(f"silenced_{crossing}", [crossing]) for crossing in crossings]
    if len(crossings) > 1:
        chosen.append(silenced("silenced_both", crossings))
    if kernels:
        means = kernel_means(model, windows, limit=limit, seed=seed)
        chosen += [frozen_kernel(f"frozen_{crossing}", kernel, means[kernel]) for crossing, kernel in kernels.items()]
    return chosen


def errors_under(
    checkpoint: Checkpoint,
    windows: Windows,
    interventions: Sequence[Intervention],
    *,
    limit: int | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the errors of the model as it is and under each intervention, on the same windows.

    Parameters
    ----------
    limit : how many windows are drawn at random (all, unless given).
    seed : of the draw, and of the order in which windows meet in a batch.

    Returns
    -------
    One row a number, with the columns statistic, value, n (windows). Statistics: `mse_NAME` and `mae_NAME` on
    standardised values, `mse_change_NAME` and `mae_change_NAME` in % of the error as is (above 0: worse). Cells whose
    truth was missing do not count.
    """
    everything = (AS_IS, *interventions)
    squared = dict.fromkeys((each.name for each in everything), np.float64(0))
    absolute = dict(squared)
    drawn = values = 0
    truth = np.broadcast_to(True, windows.y.shape) if windows.known is None else windows.known
    with torch.inference_mode():
        for places in _random_batches(windows, limit, seed):
            x, y, known = (_tensor(part, places) for part in (windows.x, windows.y, truth))
            drawn, values = drawn + len(places), values + int(known.sum())
            for each in everything:
                error = (checkpoint.model(x, edits=each.edits).forecast - y).double() * known
                squared[each.name] += float(error.square().sum())
                absolute[each.name] += float(error.abs().sum())
    numbers: dict[str, float] = {}
    with np.errstate(invalid="ignore"):  # nothing known in the windows drawn: nan
        for measure, totals in (("mse", squared), ("mae", absolute)):
            for name, total in totals.items():
                numbers[f"{measure}_{name}"] = total / values
                if name != AS_IS.name:
                    numbers[f"{measure}_change_{name}"] = 100 * (total / totals[AS_IS.name] - 1)
    return pd.DataFrame({"statistic": list(numbers), "value": list(numbers.values()), "n": drawn})


def untrained_twin(checkpoint: Checkpoint, seed: int | None = None) -> Checkpoint:
    """Return the same architecture with fresh weights; without a seed, the very weights the run started from.

    What a twin shows too (a kernel that follows the time of day, say) was not learned: the input brings it along.
    """
    record = checkpoint.record
    run = record.config
    drawn = run.train.seed if seed is None else seed
    model = build(run.model, run.window, len(record.variables), drawn)
    return Checkpoint(replace(record, weights_sha=f"{UNTRAINED}-{drawn}"), model.eval())


def _kernels(model: Forecaster) -> dict[Fusion, Activation]:
    """Return the kernels that a model writes by their crossing."""
    config = model.config
    return {
        crossing: CROSSED[crossing].kernel
        for crossing in config.crossings
        if CROSSED[crossing].kernel in config.activations
    }


def _random_batches(windows: Windows, limit: int | None, seed: int) -> list[NDArray[np.int64]]:
    """Return places of windows in random order, one batch a pass."""
    return in_batches(np.random.default_rng(seed).permutation(len(windows))[:limit], windows.x.shape[2])


def _tensor(values: NDArray[np.float32] | NDArray[np.bool_], places: NDArray[np.int64]) -> Tensor:
    return torch.from_numpy(values[places])
