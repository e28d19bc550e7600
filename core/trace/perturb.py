"""How fast the GRU path answers an intervention: a step added to the input from one row on, and what it moves.

The correlational lead compares runs at places where one of them changed; here the cause is put in by hand. With
tokens of 36 rows a step moves the last token for as many origins, so part of a lead between separately trained models
lies in the weights of their first layers, not in the crossing.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.windows import Windows
from core.model.forecaster import Forecaster
from core.model.probe import last_token
from core.trace.paths import path_activations
from core.vocabulary import Activation

EVENTS = 100  # rows at which a step begins, drawn at random
SPAN = 12  # origins followed beyond one token
HEIGHT = 1.0  # train standard deviations, added to all variables


def step_responses(
    model: Forecaster,
    windows: Windows,
    *,
    states: NDArray[np.float32] | None = None,
    events: int = EVENTS,
    seed: int = 0,
) -> NDArray[np.float32]:
    """Return how far a step moves the GRU's hidden states at the last token, [event, step].

    Parameters
    ----------
    model : in evaluation mode.
    windows : neighbouring windows, one row apart.
    states : the GRU's hidden states of these windows at the last token, [window, ...], where a trace holds them
        already: half the work.
    events : rows at which the step begins; fewer where there are fewer windows, none where they do not span a
        response.
    seed : of the rows: the same ones for every model.

    Returns
    -------
    D(s) = ||h_perturbed - h_base|| over blocks, variables and channels; at s = 0 the step's first row is the last one
    the model reads. One patch and 12 steps long.
    """
    steps = model.config.patch + SPAN
    starts = len(windows) - steps + 1
    if starts < 1:
        return np.empty((0, steps), dtype=np.float32)
    generator = np.random.default_rng(seed)
    places = np.sort(generator.choice(starts, size=min(events, starts), replace=False))
    lookback = windows.x.shape[1]
    # step s of a response: the last s + 1 rows are raised, [step, row, 1]
    raised = HEIGHT * (np.arange(lookback) >= lookback - 1 - np.arange(steps)[:, None])[:, :, None].astype(np.float32)
    found = np.empty((len(places), steps), dtype=np.float32)
    with torch.inference_mode():
        for event, place in enumerate(places):
            base = windows.x[place : place + steps]
            before = _states(model, base) if states is None else torch.from_numpy(states[place : place + steps])
            moved = _states(model, base + raised).flatten(1) - before.flatten(1)
            found[event] = moved.norm(dim=1).numpy()
    return found


def _states(model: Forecaster, x: NDArray[np.float32]) -> torch.Tensor:
    """Return the GRU's hidden states at the last token, [window, variable, block, channel]."""
    hidden = Activation.GRU_HIDDEN
    return path_activations(model, torch.from_numpy(x.copy()), {hidden: last_token})[hidden]
