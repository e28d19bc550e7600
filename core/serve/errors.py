"""Squared errors of a model over many windows, as it is and with changes inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from core.serve.held import Held
from core.train.evaluate import in_batches


def squared_errors(
    held: Held,
    asked: Sequence[Sequence[str]],
    places: NDArray[np.int64],
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> NDArray[np.float32]:
    """Return squared errors of test windows under sets of changes, [set, window, step], summed over variables.

    Parameters
    ----------
    asked : sets of changes as `core.serve.changes` lists them; an empty one is the model as it is.
    places : of the windows, counted from 0.
    on_progress : told how many windows of how many are done.

    Returns
    -------
    On standardised values. A cell whose truth was not measured adds nothing to any of them.

    Raises
    ------
    ChangeError : a change that this model cannot make.
    """
    subjects = [held.changed(changes) for changes in asked]
    windows = held.windows
    found = np.empty((len(asked), len(places), windows.y.shape[1]), dtype=np.float32)
    # Batches of random windows: with shuffled attention a window reads as its neighbour in the batch does.
    order = np.random.default_rng(held.record.config.train.seed).permutation(len(places))
    done = 0
    with torch.inference_mode():
        for batch in in_batches(order, windows.x.shape[2]):
            at = places[batch]
            x, known = torch.from_numpy(windows.x[at]), windows.known_at(at)
            for number, subject in enumerate(subjects):
                missed = np.square(subject(x).forecast.numpy() - windows.y[at])
                found[number, batch] = (missed if known is None else missed * known).sum(-1)
            done += len(batch)
            on_progress(done, len(places))
    return found


def known_cells(held: Held, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return of how many cells of each step the truth was measured in these windows, [step]."""
    known = held.windows.known_at(places)
    _, horizon, variables = held.windows.y.shape
    full = np.full(horizon, len(places) * variables, dtype=np.int64)
    return full if known is None else known.sum((0, 2), dtype=np.int64)
