"""The model, asked with changes inside: they do what they say, and what cannot be changed is one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.data.dataset import Dataset
from core.serve.changes import Change, ChangeError, Kind
from core.serve.engine import Engine, _partner
from core.serve.parts import with_gates_held
from core.serve.shelf import UnknownRun
from core.serve.swaps import Source
from core.trace.schema import TraceError
from core.train.fit import fit
from core.train.record import RunRecord
from core.vocabulary import Fusion, Gate, Merge, Reference
from tests.support.tiny import tiny_dataset, tiny_run

WINDOW = 7

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def dataset() -> Dataset:
    return tiny_dataset(500)


@pytest.fixture
def engine(tiny_runs: dict[Fusion, RunRecord]) -> Engine:
    return Engine(tiny_runs.values)


@pytest.fixture
def both(tiny_runs: dict[Fusion, RunRecord]) -> str:
    return tiny_runs[Fusion.BOTH].run_id


def changed(engine: Engine, run_id: str, *changes: str) -> np.ndarray:
    return engine.ask(run_id, WINDOW, changes=changes).changed


def test_changes_do_what_they_say(engine: Engine, both: str) -> None:
    as_is = engine.ask(both, WINDOW).as_is
    for crossing in ("gru_to_cnn", "cnn_to_gru"):
        silent = changed(engine, both, f"silence:{crossing}")
        assert np.abs(silent - as_is).max() > 1e-4
        np.testing.assert_allclose(changed(engine, both, f"scale:{crossing}:0"), silent, atol=1e-7)
        np.testing.assert_array_equal(changed(engine, both, f"scale:{crossing}:1"), as_is)
        np.testing.assert_allclose(changed(engine, both, f"borrow:{crossing}:{WINDOW}"), as_is, atol=1e-6)
        assert np.abs(changed(engine, both, f"borrow:{crossing}:0") - as_is).max() > 1e-6
        assert np.abs(changed(engine, both, f"freeze:{crossing}") - as_is).max() > 1e-6
    assert np.abs(changed(engine, both, "attention:uniform") - as_is).max() > 1e-7
    assert np.abs(changed(engine, both, "attention:1") - as_is).max() > 1e-7


def test_a_slot_has_the_mean_kernel_of_its_windows(engine: Engine, both: str) -> None:
    held = engine.shelf[both]
    there = np.flatnonzero(held.slots == 5)
    assert set(held.data.frame.index[held.windows.origins[there] - 1].hour) == {5}
    crossings = [Fusion.GRU_TO_CNN, Fusion.CNN_TO_GRU]
    for crossing, kernels in held.kernels_of(crossings, there).items():
        torch.testing.assert_close(held.kernel_of_slot(crossing, 5), kernels.mean(0), rtol=1e-5, atol=1e-6)
    by_slot = changed(engine, both, "slot:gru_to_cnn:5")
    assert np.abs(by_slot - engine.ask(both, WINDOW).as_is).max() > 1e-6
    assert np.abs(by_slot - changed(engine, both, "slot:gru_to_cnn:17")).max() > 1e-6


def test_a_silent_path_says_nothing_to_the_merge_and_all_it_said_to_the_other(engine: Engine, both: str) -> None:
    for path, tap in (("convolution", "conv_output"), ("gru", "gru_output")):
        other = "gru_output" if path == "convolution" else "conv_output"
        silent = engine.ask(both, WINDOW, record=[tap, other], changes=[f"silence:{path}"])
        as_is = engine.ask(both, WINDOW, record=[tap, other])
        assert silent.trace is not None and as_is.trace is not None
        assert not silent.trace[tap].isel(block=-1).any() and silent.trace[tap].isel(block=0).any()
        assert silent.trace[other].equals(as_is.trace[other])
        assert np.abs(silent.changed - as_is.as_is).max() > 1e-4


def test_with_both_paths_silent_every_window_gets_its_mean_and_the_same_shape(engine: Engine, both: str) -> None:
    held, words = engine.shelf[both], ["silence:convolution", "silence:gru"]
    shapes = []
    for window in (WINDOW, WINDOW + 40):
        x = held.windows.x[window].astype(np.float64)
        forecast = held.record.scaler.transform(engine.ask(both, window, changes=words).changed)
        shapes.append((forecast - x.mean(0)) / np.sqrt(x.var(0) + 1e-5))
    np.testing.assert_allclose(shapes[0], shapes[1], atol=1e-4)


def hand_written_scan(scan: torch.nn.Module, tokens: np.ndarray, **held: float) -> np.ndarray:
    """Return the hidden states [token, channel] of torch.nn.GRU's equations, one token after the other."""
    names = ("weight_input", "weight_hidden", "bias_input", "bias_hidden")
    wi, wh, bi, bh = (np.split(getattr(scan, name).detach().numpy().astype(float), 3) for name in names)
    state, states = np.zeros(tokens.shape[-1]), []
    for x in tokens:
        reset, update = (
            held.get(name, 1 / (1 + np.exp(-(wi[at] @ x + bi[at] + wh[at] @ state + bh[at]))))
            for at, name in enumerate(("reset", "update"))
        )
        candidate = np.tanh(wi[2] @ x + bi[2] + reset * (wh[2] @ state + bh[2]))
        state = update * state + (1 - update) * candidate
        states.append(state)
    return np.stack(states)


@pytest.mark.parametrize("held", [{"update": 0.0}, {"update": 1.0}, {"reset": 0.0}, {"reset": 1.0}, {"update": 0.4}])
def test_a_held_gate_is_that_of_a_scan_written_by_hand(held: dict[str, float], engine: Engine, both: str) -> None:
    words = [f"hold:{gate}:{value:g}" for gate, value in held.items()]
    asked = ["gru_input", "gru_hidden", "update_gate", "reset_gate"]
    trace = engine.ask(both, WINDOW, record=asked, changes=words).trace
    assert trace is not None
    for gate, value in held.items():
        assert (trace[f"{gate}_gate"] == np.float32(value)).all()
    if held == {"update": 1.0}:
        assert not trace["gru_hidden"].any()
    for block in (0, 1):
        scan = engine.shelf[both].checkpoint.model.blocks[block].gru_path.scan
        for variable in range(trace.sizes["variable"]):
            one = trace.isel(origin=0, variable=variable, block=block)
            np.testing.assert_allclose(
                one["gru_hidden"],
                hand_written_scan(scan, one["gru_input"].to_numpy().astype(float), **held),
                atol=2e-6,
            )


def test_holding_no_gate_is_the_models_own_scan_and_holding_one_leaves_the_model_alone(
    engine: Engine, both: str
) -> None:
    held = engine.shelf[both]
    x = torch.from_numpy(held.windows.x[:3].copy())
    with torch.inference_mode():
        as_is = held.checkpoint.model(x).forecast
        torch.testing.assert_close(with_gates_held(held.checkpoint.model, {})(x).forecast, as_is, rtol=0, atol=1e-6)
        other = with_gates_held(held.checkpoint.model, {Gate.UPDATE: 0.0})
        assert (other(x).forecast - as_is).abs().max() > 1e-4
        assert torch.equal(held.checkpoint.model(x).forecast, as_is)
    own = {id(parameter) for parameter in held.checkpoint.model.parameters()}
    assert {id(parameter) for parameter in other.parameters()} == own


def test_shuffled_attention_is_that_of_another_window(engine: Engine, both: str) -> None:
    first, again = (engine.ask(both, WINDOW, record=["attention"], changes=["attention:shuffled"]) for _ in range(2))
    assert first.trace is not None and first.trace.sizes["origin"] == 1
    np.testing.assert_array_equal(first.changed, again.changed)
    maps = engine.ask(both, WINDOW, record=["attention"]).trace
    assert maps is not None and not first.trace["attention"].equals(maps["attention"])
    partner = _partner(WINDOW, len(engine.shelf[both].windows))
    theirs = engine.ask(both, partner, record=["attention"]).trace
    assert partner != WINDOW and theirs is not None
    np.testing.assert_allclose(first.trace["attention"], theirs["attention"], atol=1e-6)


@pytest.mark.parametrize("source", Source)
def test_swaps_move_the_forecast_as_the_changes_of_these_places_do(source: Source, engine: Engine, both: str) -> None:
    found = engine.swaps(both, WINDOW, source)
    as_is, kind = engine.ask(both, WINDOW).as_is, {Source.WINDOW: "borrow", Source.SLOT: "slot"}[source]
    for place in (0, len(found.places) // 2, -1):
        words = [f"{kind}:{crossing}:{found.places[place]}" for crossing in ("gru_to_cnn", "cnn_to_gru")]
        moved = np.abs(changed(engine, both, *words) - as_is).mean(0)
        np.testing.assert_allclose(found.moved[place], moved, rtol=1e-3, atol=1e-5)
    if source is Source.WINDOW:
        assert found.moved[found.places == WINDOW].max(initial=0) < 1e-5


def test_changes_together_are_made_one_after_the_other(engine: Engine, both: str) -> None:
    twice = changed(engine, both, "scale:gru_to_cnn:0.5", "scale:gru_to_cnn:0.5")
    np.testing.assert_allclose(twice, changed(engine, both, "scale:gru_to_cnn:0.25"), atol=1e-6)
    silent = changed(engine, both, "silence:gru_to_cnn", "silence:cnn_to_gru")
    np.testing.assert_allclose(
        silent, changed(engine, both, "scale:gru_to_cnn:0", "scale:cnn_to_gru:0", "freeze:gru_to_cnn"), atol=1e-6
    )


def test_what_is_recorded_is_recorded_of_the_changed_pass(engine: Engine, both: str) -> None:
    trace = engine.ask(both, WINDOW, record=["correction_gru_to_cnn"], changes=["silence:gru_to_cnn"]).trace
    assert trace is not None and not trace["correction_gru_to_cnn"].any()


@pytest.mark.parametrize("kind", Kind)
def test_a_change_is_read_as_it_is_written(kind: Kind) -> None:
    words = {
        Kind.SILENCE: ["silence:gru_to_cnn", "silence:convolution", "silence:gru"],
        Kind.SCALE: ["scale:cnn_to_gru:1.5", "scale:cnn_to_gru:0", "scale:gru_to_cnn:2"],
        Kind.FREEZE: ["freeze:cnn_to_gru"],
        Kind.BORROW: ["borrow:cnn_to_gru:1234567", "borrow:gru_to_cnn:0"],
        Kind.SLOT: ["slot:cnn_to_gru:13"],
        Kind.HOLD: ["hold:update:1", "hold:reset:0.25"],
        Kind.ATTENTION: ["attention:uniform", "attention:shuffled", "attention:3"],
    }[kind]
    assert [str(Change.parse(word)) for word in words] == words
    assert {Change.parse(word).kind for word in words} == {kind}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("", "kind is ''; possible: silence"),
        ("louder:gru_to_cnn", "kind is 'louder'"),
        ("silence", "silence of '' is not possible"),
        ("silence:both", "of 'both' is not possible; choose one of: gru_to_cnn, cnn_to_gru, convolution, gru"),
        ("scale:gru:1", "of 'gru' is not possible; choose one of: gru_to_cnn, cnn_to_gru"),
        ("hold:output:1", "of 'output' is not possible; choose one of: update, reset"),
        ("hold:update:2", "a gate is held from 0 to 1"),
        ("slot:gru_to_cnn:-1", "-1 is no slot"),
        ("slot:gru_to_cnn:24", "No test window lies in slot 24 of the time of day, which has 24 slots"),
        ("attention:loud", "'loud' is no number"),
        ("silence:gru_to_cnn:1", "has 1 values, wanted 0"),
        ("scale:gru_to_cnn", "has 0 values, wanted 1: scale:gru_to_cnn:1.5"),
        ("scale:gru_to_cnn:loud", "'loud' is no number"),
        ("scale:gru_to_cnn:3", "from 0 to 2"),
        ("scale:gru_to_cnn:nan", "from 0 to 2"),
        ("scale:gru_to_cnn:uniform", "'uniform' is no number"),
        ("borrow:gru_to_cnn:1.5", "1.5 is no window"),
        ("borrow:gru_to_cnn:inf", "inf is no window"),
        ("attention:0", "0 is no head"),
        ("borrow:gru_to_cnn:100000", "there are"),
        ("attention:99", "Head 99 was asked for and the model has"),
    ],
)
def test_a_change_that_cannot_be_made_is_one_sentence(word: str, said: str, engine: Engine, both: str) -> None:
    with pytest.raises(ChangeError, match=said):
        engine.ask(both, WINDOW, changes=[word])


def test_a_model_without_the_crossing_says_so(engine: Engine, tiny_runs: dict[Fusion, RunRecord], both: str) -> None:
    with pytest.raises(ChangeError, match=r"fusion of .* is none, so it has no crossing gru_to_cnn"):
        engine.ask(tiny_runs[Fusion.NONE].run_id, WINDOW, changes=["silence:gru_to_cnn"])
    with pytest.raises(ChangeError, match="writes no kernel that could be put in"):
        engine.swaps(tiny_runs[Fusion.NONE].run_id, WINDOW, Source.WINDOW)
    with pytest.raises(TraceError, match="kernels"):
        engine.ask(both, WINDOW, record=["kernels"])
    with pytest.raises(ChangeError, match="choose one from 0 to"):
        engine.ask(both, -1)
    with pytest.raises(UnknownRun, match="no run 'nobody'"):
        engine.ask("nobody", 0)


def test_a_crossing_that_writes_no_kernel_has_none_to_change(dataset: Dataset, tmp_path: Path) -> None:
    run = tiny_run(dataset, epochs=1, stride=8)
    run = replace(run, model=replace(run.model, reference=Reference.STANDARD))
    record = fit(run, dataset, tmp_path / run.run_id)
    standard = Engine(lambda: [record])
    for word in ("freeze:gru_to_cnn", "borrow:gru_to_cnn:0", "slot:gru_to_cnn:0"):
        with pytest.raises(ChangeError, match="a crossing of reference standard writes no kernel"):
            standard.ask(record.run_id, WINDOW, changes=[word])
    as_is = standard.ask(record.run_id, WINDOW).as_is
    assert np.abs(changed(standard, record.run_id, "silence:gru_to_cnn") - as_is).max() > 1e-6


def test_paths_that_are_not_merged_by_attention_have_none_to_change(dataset: Dataset, tmp_path: Path) -> None:
    run = tiny_run(dataset, epochs=1, stride=8)
    run = replace(run, model=replace(run.model, merge=Merge.CONCAT))
    record = fit(run, dataset, tmp_path / run.run_id)
    with pytest.raises(ChangeError, match="merged by concat, without attention; choose another change"):
        Engine(lambda: [record]).ask(record.run_id, WINDOW, changes=["attention:uniform"])
