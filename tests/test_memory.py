"""What the GRU keeps: half-lives of known gates, and edits that fade as a scan written by hand says."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.analysis.memory import by_slot, half_life, half_lives, held_after, held_by_gates
from core.serve.engine import Engine
from core.serve.held import Held
from core.serve.memory import Memory, memory
from core.serve.parts import with_gates_held
from core.text.message import Message
from core.train.record import RunRecord
from core.vocabulary import Activation, Fusion, Gate

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def record(tiny_runs: dict[Fusion, RunRecord]) -> RunRecord:
    return tiny_runs[Fusion.BOTH]


@pytest.fixture(scope="module")
def held(record: RunRecord) -> Held:
    return Engine(lambda: [record]).shelf[record.run_id]


def with_gate(held: Held, **levels: float) -> Memory:
    """Return what the GRU keeps whose gates have the same level everywhere."""
    other = with_gates_held(held.checkpoint.model, {Gate(name): level for name, level in levels.items()})
    checkpoint = type(held.checkpoint)(held.checkpoint.record, other)
    return memory(Held(checkpoint, held.data))


@pytest.mark.parametrize("gate", [0.05, 0.5, 0.9, 0.999])
def test_the_half_life_of_a_constant_gate_is_known(gate: float) -> None:
    found = half_life(math.log(gate))
    assert gate**found.value == pytest.approx(0.5) and found.reason is None


def test_limits_are_told_as_reasons_and_nonsense_is_refused() -> None:
    kept, renewed = half_lives([0.0, -math.inf])
    assert not kept.defined and kept.reason == Message("memory.kept")
    assert renewed.value == 0 and renewed.reason == Message("memory.renewed")
    for wrong in (0.1, math.nan):
        with pytest.raises(ValueError, match="a gate lies between 0 and 1"):
            half_life(wrong)


def test_means_by_slot_are_those_of_its_windows() -> None:
    found = by_slot([1.0, 3.0, 10.0], np.array([0, 0, 2]), 3)
    assert [one.value for one in found[::2]] == [2.0, 10.0] and [one.n for one in found] == [2, 0, 1]
    assert not found[1].defined and str(found[1].reason) == "No window has a value."
    first, second = held_after([[1.0, 0.4], [1.0, 0.6]])
    assert (first.value, second.value) == (1.0, 0.5)


def test_a_constant_gate_shows_in_every_reading(held: Held) -> None:
    found = with_gate(held, update=0.5)
    np.testing.assert_allclose(found.log_gate, math.log(0.5), rtol=1e-6)
    np.testing.assert_allclose(found.log_gate_of, math.log(0.5), rtol=1e-6)
    assert not found.saturated.any()
    assert (with_gate(held, update=0.95).saturated == 1).all()


def test_an_edit_of_a_scan_that_only_its_gate_carries_on_fades_with_it(held: Held) -> None:
    found = with_gate(held, update=0.8, reset=0.0)  # the candidate sees no state: what is left is the gate's alone
    alone = held_by_gates(found.log_gate[0], range(found.held.shape[-1]))
    np.testing.assert_allclose(found.held, np.broadcast_to(alone, found.held.shape), rtol=1e-3)
    assert (with_gate(held, update=0.0, reset=0.0).held[..., 1:] == 0).all()


def test_what_is_read_is_what_was_recorded(held: Held, record: RunRecord) -> None:
    found = memory(held)
    windows, blocks, later = found.held.shape
    assert (windows, blocks, later) == (len(found.slots), 2, 4) and (found.held[..., 0] == 1).all()
    assert set(found.slots) == set(held.slots)
    engine = Engine(lambda: [record])
    answer = engine.ask(record.run_id, 0, record=["update_gate"]).trace
    assert answer is not None
    gate = answer["update_gate"].to_numpy()[0]  # [variable, block, token, channel]
    everything = engine.memory(record.run_id)
    np.testing.assert_array_equal(everything.log_gate_of, found.log_gate_of)
    assert len(found.slots) == len(held.windows)  # all windows are read: the first is among them
    nearest = np.abs(found.log_gate_of - np.log(gate[:, :, -1]).mean((0, 2))).max(1).min()
    assert nearest < 1e-5
    x = torch.from_numpy(held.windows.x.copy())
    gates = held.checkpoint.model(x, activations=[Activation.UPDATE_GATE]).activations[Activation.UPDATE_GATE]
    np.testing.assert_allclose(found.log_gate, gates.detach().double().log().mean((0, 1, 3)), rtol=1e-5)
