"""Errors of a model over every window of a split, as published tables count them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.baselines import Ridge
from core.data.dataset import Dataset
from core.data.windows import Windows
from core.model.forecaster import Forecaster
from core.scores import Scores
from core.train.checkpoint import Checkpoint

BATCH = 128  # windows a forward pass, unless they are of many variables
MOST_SERIES = 2_688  # a pass, windows times variables: larger ones fall out of the CPU's cache


def batch_size(variables: int) -> int:
    """Return the windows of a forward pass over data of so many variables.

    >>> batch_size(7), batch_size(321)
    (128, 8)
    """
    return max(1, min(BATCH, MOST_SERIES // variables))


def in_batches(places: NDArray[np.int64], variables: int) -> list[NDArray[np.int64]]:
    """Return places of windows in batches of nearly equal size, one a forward pass.

    No window is alone in its batch where there are others.

    >>> [len(batch) for batch in in_batches(np.arange(300), 7)], len(in_batches(np.arange(300), 862))
    ([100, 100, 100], 100)
    """
    wanted = math.ceil(len(places) / batch_size(variables))
    return np.array_split(places, max(1, min(wanted, len(places) // 2)))


def batches(windows: Windows) -> Iterator[tuple[slice, Tensor]]:
    """Yield (positions, x [window, lookback, variable]) in order; the last batch is kept however small."""
    size = batch_size(windows.x.shape[2])
    for start in range(0, len(windows), size):
        part = slice(start, min(start + size, len(windows)))
        yield part, torch.from_numpy(np.ascontiguousarray(windows.x[part]))


@torch.inference_mode()
def predict(model: Forecaster, windows: Windows) -> NDArray[np.float32]:
    """Return the forecasts of every window, standardised, float32 [window, horizon, variable]."""
    model.eval()
    out = np.empty(windows.y.shape, dtype=np.float32)
    for part, x in batches(windows):
        out[part] = model(x).forecast.numpy()
    return out


@torch.inference_mode()
def split_scores(model: Forecaster, windows: Windows) -> Scores:
    """Return the errors over every window."""
    model.eval()
    scores = Scores(*windows.y.shape[1:])
    for part, x in batches(windows):
        scores.add(model(x).forecast.numpy() - windows.y[part], windows.known_at(part))
    return scores


@torch.inference_mode()
def test_scores(model: Forecaster, windows: Windows, ridge: Ridge) -> tuple[Scores, Scores]:
    """Return the errors of the network, and those of the fixed average 0.5 ridge + 0.5 network."""
    model.eval()
    network, blend = Scores(*windows.y.shape[1:]), Scores(*windows.y.shape[1:])
    for part, x in batches(windows):
        forecast, truth, known = model(x).forecast.numpy(), windows.y[part], windows.known_at(part)
        network.add(forecast - truth, known)
        blend.add(0.5 * (forecast + ridge.forecast(windows.x[part])) - truth, known)
    return network, blend


@torch.inference_mode()
def forecast_rows(checkpoint: Checkpoint, dataset: Dataset, ridge: Ridge | None = None) -> NDArray[np.float64]:
    """Return the horizon after the data's last row, original units [horizon, variable].

    Parameters
    ----------
    checkpoint
    dataset : any data with the checkpoint's variables and step.
    ridge : of the data the checkpoint was trained on, for the fixed average 0.5 ridge + 0.5 network; the network
        alone without it.

    Raises
    ------
    RecordError : the model cannot read these rows, see `Checkpoint.check_rows`.
    """
    checkpoint.check_rows(dataset)
    record = checkpoint.record
    rows = dataset.frame[list(record.variables)].to_numpy(np.float64)[-record.config.window.lookback :]
    x = record.scaler.transform(rows).astype(np.float32)[None]
    forecast = checkpoint.model.eval()(torch.from_numpy(x)).forecast.numpy()
    if ridge is not None:
        forecast = 0.5 * (forecast + ridge.forecast(x))
    return record.scaler.inverse(forecast[0])
