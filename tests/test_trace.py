from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
import xarray as xr

from core.config import ModelConfig
from core.data.windows import make_windows
from core.model.probe import whole
from core.trace.gates import gate_disagreement, recomputed_gates
from core.trace.layout import validate_trace
from core.trace.paths import BEYOND, path_activations
from core.trace.record import recording
from core.trace.schema import DEFAULT_TRACE, Reduction, TraceError, TraceSpec, of_variable
from core.vocabulary import ACTIVATION_DIMS, Activation, Dim, Embedding, Fusion, Merge, Split
from tests.support.tiny import WINDOW, tiny_dataset
from tests.support.tiny_checkpoint import tiny_checkpoint

EVERY_ACTIVATION = TraceSpec({activation: (Reduction.FULL,) for activation in Activation})
EMBEDDINGS = list(Embedding)


def some_windows(count: int = 6) -> torch.Tensor:
    return torch.from_numpy(make_windows(tiny_dataset(), WINDOW, Split.TEST).x[:count].copy())


@pytest.mark.parametrize("embedding", EMBEDDINGS)
def test_a_pass_that_ends_with_the_paths_hands_out_the_same_taps(embedding: Embedding) -> None:
    model, x = tiny_checkpoint(embedding=embedding).model, some_windows()
    keeps = dict.fromkeys(set(Activation) - BEYOND, whole)
    with torch.inference_mode():
        activations = path_activations(model, x, keeps)
        wanted = model(x, activations=keeps).activations
    assert activations.keys() == wanted.keys() == keeps.keys()
    assert all(torch.equal(activations[activation], wanted[activation]) for activation in keeps)


def hook_count(model: torch.nn.Module) -> int:
    return sum(
        len(module._forward_hooks) + len(module._forward_pre_hooks) + len(module._forward_hooks_with_kwargs)
        for module in model.modules()
    )


# --- the forecast is left alone ---------------------------------------------------------------------------------


@pytest.mark.parametrize("embedding", EMBEDDINGS)
def test_recording_changes_no_bit_of_the_forecast(embedding: Embedding) -> None:
    model, x = tiny_checkpoint(embedding=embedding).model, some_windows()
    plain = model(x)
    with recording(model, activations=EVERY_ACTIVATION) as recorder:
        watched = model(x)
    assert torch.equal(plain.forecast, watched.forecast)
    assert watched.activations == {}, "the caller asked for no activations and gets none"
    np.testing.assert_array_equal(recorder.dataset()["forecast"], plain.forecast.detach())


def test_a_callers_own_taps_and_edits_pass_through() -> None:
    model, x = tiny_checkpoint().model, some_windows()
    silence = {Activation.KERNEL_GRU_TO_CNN: lambda kernel, block: torch.zeros_like(kernel)}
    with recording(model, activations=["kernel_gru_to_cnn"]) as recorder:
        out = model(x, activations=frozenset({Activation.ATTENTION}), edits=silence)
    assert set(out.activations) == {Activation.ATTENTION}
    assert not recorder.dataset()["kernel_gru_to_cnn"].any(), "what was used is what is recorded"


def test_nested_recordings_each_get_their_own() -> None:
    model, x = tiny_checkpoint().model, some_windows()
    with recording(model, activations=["attention"]) as outer, recording(model, activations=["forecast"]) as inner:
        model(x)
    assert list(outer.dataset()) == ["attention"]
    assert list(inner.dataset()) == ["forecast"]


def test_no_hook_is_left_after_the_block_or_an_error() -> None:
    model, x = tiny_checkpoint().model, some_windows()
    before = hook_count(model)
    with recording(model) as recorder:
        model(x)
        assert hook_count(model) > before
    assert hook_count(model) == before
    with pytest.raises(ValueError, match="shape"), recording(model) as failed:
        model(x[:, :3])
    assert hook_count(model) == before
    model(x)
    assert len(recorder.dataset()[Dim.ORIGIN]) == len(x), "calls after the block are not recorded"
    with pytest.raises(TraceError, match="Nothing was recorded"):
        failed.dataset()


# --- what is recorded is what happened --------------------------------------------------------------------------


@pytest.mark.parametrize("embedding", EMBEDDINGS)
def test_gates_recomputed_by_another_formula_agree(embedding: Embedding) -> None:
    model = tiny_checkpoint(embedding=embedding).model
    assert gate_disagreement(model, some_windows().numpy()) < 1e-6


@pytest.mark.parametrize("parameter", ["weight_input", "weight_hidden", "bias_input", "bias_hidden"])
def test_gates_of_other_weights_disagree(parameter: str) -> None:
    """The comparison has teeth: states of one model and weights of another are told apart."""
    model, other = tiny_checkpoint().model, tiny_checkpoint().model
    with torch.no_grad():
        getattr(other.blocks[1].gru_path.scan, parameter).view(-1)[0] += 1e-2
    with recording(model, activations=EVERY_ACTIVATION) as recorder:
        model(some_windows())
    block = recorder.dataset().sel(block=2)
    tokens = [
        block[activation].transpose(..., "token", "channel").values
        for activation in (Activation.GRU_INPUT, Activation.GRU_HIDDEN)
    ]
    reset = block[Activation.RESET_GATE].values
    assert np.abs(recomputed_gates(model, 1, *tokens)[Activation.RESET_GATE] - reset).max() < 1e-6
    assert np.abs(recomputed_gates(other, 1, *tokens)[Activation.RESET_GATE] - reset).max() > 1e-5


REDUCE: dict[Reduction, Callable[[xr.DataArray], xr.DataArray]] = {
    Reduction.LAST_TOKEN: lambda full: full.isel(token=-1, drop=True),
    Reduction.MEAN_TOKEN: lambda full: full.mean("token"),
    Reduction.MEAN_CHANNEL: lambda full: full.mean("channel"),
    Reduction.NORM_CHANNEL: lambda full: np.sqrt((full**2).mean("channel")),
    Reduction.MEAN_VARIABLE: lambda full: full.mean("variable"),
}


@pytest.mark.parametrize("reduction", REDUCE)
def test_a_reduction_equals_the_reduced_full_trace(reduction: Reduction) -> None:
    model, x = tiny_checkpoint().model, some_windows()
    activations = [activation for activation in Activation if reduction.removes in ACTIVATION_DIMS[activation]]
    with (
        recording(model, activations=EVERY_ACTIVATION) as full,
        recording(model, activations=activations, reduce=reduction) as less,
    ):
        model(x[:4])
        model(x[4:])
    whole, part = full.dataset(), less.dataset()
    assert len(part) == len(activations)
    for activation in activations:
        expected = REDUCE[reduction](whole[activation])
        found = part[f"{activation}_{reduction}"]
        assert found.dims == tuple(reduction.dims(activation))
        xr.testing.assert_allclose(found, expected.transpose(*found.dims), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("embedding", EMBEDDINGS)
def test_recorded_axes_are_the_declared_ones(embedding: Embedding) -> None:
    model = tiny_checkpoint(embedding=embedding).model
    with recording(model, activations=EVERY_ACTIVATION) as recorder:
        model(some_windows())
    trace = recorder.dataset(variables=tiny_dataset().variables)
    for activation in Activation:
        apart = embedding is not Embedding.MIXED or activation is Activation.FORECAST
        declared = [dim for dim in ACTIVATION_DIMS[activation] if apart or dim is not Dim.VARIABLE]
        assert list(trace[activation].dims) == declared
        assert Dim.VARIABLE not in of_variable(trace[activation], "drift").dims
    assert trace["tap"].values.tolist() == [-1, 0, 1]
    assert trace["token"].values.tolist() == list(range(1, (6 if embedding is Embedding.PATCHES else 8) + 1))
    np.testing.assert_allclose(trace["attention"].sum("key"), 1, rtol=1e-5)


# --- what can be asked for --------------------


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda trace: trace.rename(origin="orgin"), "unknown axes orgin"),
        (lambda trace: trace.rename(token="toekn"), "unknown axes toekn"),
        (lambda trace: trace.isel(origin=0), "needs 'origin' too"),
        (lambda trace: trace.drop_vars("channel"), "has no labels"),
        (lambda trace: trace.assign_coords(token=trace["token"] - 1), "'token' of the trace is labelled"),
        (lambda trace: trace.isel(origin=[0, 0, 1]), "doubled labels"),
        (lambda trace: trace.isel(origin=slice(None, None, -1)), "'origin' of the trace is labelled"),
    ],
)
def test_validation_catches_what_xarray_lets_pass(change: Callable[[xr.Dataset], xr.Dataset], sentence: str) -> None:
    model = tiny_checkpoint().model
    with recording(model, activations=["gru_output"]) as recorder:
        model(some_windows())
    trace = validate_trace(recorder.dataset())
    with pytest.raises(TraceError, match=sentence):
        validate_trace(change(trace))


def test_selections_that_cannot_be_are_refused_with_what_can() -> None:
    with pytest.raises(TraceError, match=r"no axis 'token'.*Choose one of: full, mean_channel"):
        TraceSpec.parse(["kernel_gru_to_cnn:last_token"])
    with pytest.raises(TraceError, match="activation is 'kernels'; possible: kernel_gru_to_cnn"):
        TraceSpec.parse(["kernels"])
    with pytest.raises(TraceError, match="reduction is 'last'; possible"):
        TraceSpec.parse(["update_gate:last"])
    with pytest.raises(TraceError, match="names no activation"):
        TraceSpec.parse([])
    with pytest.raises(TraceError, match=r"none of the chosen activations.*fusion is none"):
        TraceSpec.parse(["kernel_gru_to_cnn"]).for_model(ModelConfig(fusion=Fusion.NONE))


@pytest.mark.parametrize("fusion", Fusion)
@pytest.mark.parametrize("merge", Merge)
def test_a_model_is_asked_only_for_what_it_has(fusion: Fusion, merge: Merge) -> None:
    checkpoint = tiny_checkpoint(fusion=fusion, merge=merge)
    out = checkpoint.model(some_windows(), activations=frozenset(Activation))
    expected = DEFAULT_TRACE.for_model(checkpoint.record.config.model).activations
    assert set(expected) == set(out.activations) & set(DEFAULT_TRACE.activations)
