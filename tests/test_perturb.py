"""Steps put into the input: what they move, by a second route, and the same ones for every model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.analysis.response import half_rise, intervention_lead
from core.data.windows import Windows, make_windows
from core.inspection.run import MEASURED
from core.trace.perturb import SPAN, step_responses
from core.trace.record import trace_split
from core.trace.store import open_trace
from core.vocabulary import Activation, Embedding, Fusion, Split
from tests.support.tiny import WINDOW, tiny_dataset
from tests.support.tiny_checkpoint import tiny_checkpoint


@pytest.fixture(scope="module")
def windows() -> Windows:
    return make_windows(tiny_dataset(), WINDOW, Split.TEST)


@pytest.mark.slow
@pytest.mark.parametrize("embedding", Embedding)
def test_a_response_is_the_distance_between_two_passes(windows: Windows, embedding: Embedding) -> None:
    model = tiny_checkpoint(embedding=embedding).model
    steps = model.config.patch + SPAN
    found = step_responses(model, windows, events=1000)
    assert found.shape == (len(windows) - steps + 1, steps), "every place once where more are asked for"
    for event, step in ((0, 0), (3, 2), (5, steps - 1)):
        base = windows.x[event + step].copy()
        raised = base.copy()
        raised[len(base) - 1 - step :] += 1  # from the row on at which the step begins
        with torch.inference_mode():
            activations = model(
                torch.from_numpy(np.stack([base, raised])), activations={Activation.GRU_HIDDEN}
            ).activations[Activation.GRU_HIDDEN]
        wanted = float((activations[1] - activations[0])[:, :, -1].norm())  # [variable, block, token, channel]
        assert found[event, step] == pytest.approx(wanted, rel=1e-4)


def test_states_that_are_known_already_spare_a_pass_and_change_nothing(windows: Windows, tmp_path: Path) -> None:
    checkpoint = tiny_checkpoint()
    trace = open_trace(trace_split(checkpoint, tiny_dataset(), out=tmp_path / "trace", spec=MEASURED))
    states = trace["gru_hidden_last_token"].to_numpy()
    known = step_responses(checkpoint.model, windows, states=states, events=9, seed=2)
    np.testing.assert_allclose(known, step_responses(checkpoint.model, windows, events=9, seed=2), rtol=1e-4)


def test_places_are_the_same_for_every_mode_and_equal_models_have_no_lead(windows: Windows) -> None:
    none, both = (tiny_checkpoint(fusion=fusion).model for fusion in (Fusion.NONE, Fusion.BOTH))
    first, again = (step_responses(model, windows, events=8, seed=3) for model in (none, none))
    assert np.array_equal(first, again)
    same = intervention_lead(first, again, generator=np.random.default_rng(0))
    assert (same.value, same.p_value, same.n) == (0, 1, 8)
    assert half_rise(step_responses(both, windows, events=8, seed=3)).shape == (8,)


def test_too_few_windows_leave_no_response(windows: Windows) -> None:
    short = windows.at(slice(5))
    model = tiny_checkpoint().model
    assert step_responses(model, short).shape == (0, model.config.patch + SPAN)
