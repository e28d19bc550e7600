"""The forecaster against known answers: torch's own GRU, parts switched off, shapes, leakage."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
import torch
from torch import Tensor

from core.config import ModelConfig, WindowConfig
from core.model.fast import ByteDropout, filter_each_token, filter_tokens
from core.model.forecaster import EDITABLE, Forecaster, build
from core.model.layers import GRUScan, denormalise, normalise
from core.model.probe import Probe, last_token
from core.vocabulary import ACTIVATION_DIMS, Activation, Dim, Embedding, Fusion, Merge, Reference
from tests.support.pairwise import pairwise

TINY = ModelConfig(width=8, blocks=2, patch=4, heads=2, dropout=0.0, variable_dropout=0.0)
WINDOW = WindowConfig(lookback=24, horizon=5)
VARIABLES = 3
AXES = (Fusion, Reference, Merge, Embedding)
FEW = pairwise(*AXES)  # every two choices meet in one of them
COMBINATIONS = [each if each in FEW else pytest.param(*each, marks=pytest.mark.slow) for each in product(*AXES)]


def tiny(**changes: object) -> ModelConfig:
    if changes.get("embedding") is Embedding.PATCHES:
        changes = {"patch": TINY.width, **changes}
    return replace(TINY, **changes)  # type: ignore[arg-type]


def windows(count: int = 6, seed: int = 1) -> Tensor:
    return torch.randn(count, WINDOW.lookback, VARIABLES, generator=torch.Generator().manual_seed(seed))


def forecast(model: Forecaster, x: Tensor) -> Tensor:
    with torch.no_grad():
        return model.eval()(x).forecast


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-6), (torch.float64, 1e-14)])
def test_scan_equals_torch_gru(dtype: torch.dtype, tolerance: float) -> None:
    torch.manual_seed(0)
    scan, reference = GRUScan(6).to(dtype), torch.nn.GRU(6, 6).to(dtype)
    pairs = {
        "weight_input": reference.weight_ih_l0,
        "weight_hidden": reference.weight_hh_l0,
        "bias_input": reference.bias_ih_l0,
        "bias_hidden": reference.bias_hh_l0,
    }
    with torch.no_grad():
        for name, parameter in pairs.items():
            parameter.copy_(getattr(scan, name))
    ours = torch.randn(4, 9, 6, dtype=dtype, requires_grad=True)
    theirs = ours.detach().clone().requires_grad_()
    weight = torch.randn(4, 9, 6, dtype=dtype) / 36  # gradients of the size a mean loss gives
    hidden, expected = scan(ours).hidden, reference(theirs)[0]
    (hidden * weight).sum().backward()
    (expected * weight).sum().backward()
    torch.testing.assert_close(hidden, expected, rtol=0, atol=tolerance)
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=0, atol=tolerance)
    for name, parameter in pairs.items():
        torch.testing.assert_close(getattr(scan, name).grad, parameter.grad, rtol=0, atol=tolerance)


def test_scan_gradient_agrees_with_finite_differences() -> None:
    torch.manual_seed(0)
    scan = GRUScan(3).double()
    tokens = torch.randn(2, 4, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: scan(x).hidden, (tokens,))


def test_normalisation_inverts_and_survives_a_constant() -> None:
    x = windows() * 7 + 3
    x[..., 1] = 4.0
    normal, statistics = normalise(x)
    torch.testing.assert_close(denormalise(normal, statistics), x, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(normal[..., 0].mean(dim=1), torch.zeros(len(x)), rtol=0, atol=1e-5)


def test_filter_is_a_grouped_convolution() -> None:
    tokens, kernel = torch.randn(7, 2, 3), torch.randn(3, 2, 3)
    # Two routes: torch's own grouped convolution, every row and channel a group.
    expected = torch.nn.functional.conv1d(
        tokens.permute(1, 2, 0).reshape(1, 6, 7), kernel.permute(1, 2, 0).reshape(6, 1, 3), padding=1, groups=6
    )
    torch.testing.assert_close(filter_tokens(tokens, kernel), expected.view(2, 3, 7).permute(2, 0, 1))


def test_a_filter_of_each_token_uses_that_tokens_kernel() -> None:
    tokens, kernels = torch.randn(7, 2, 3), torch.randn(3, 7, 2, 3)
    found = filter_each_token(tokens, kernels)
    for token in range(7):
        torch.testing.assert_close(found[token], filter_tokens(tokens, kernels[:, token])[token])


def test_dropout_keeps_the_mean_and_the_rate() -> None:
    torch.manual_seed(0)
    dropped = ByteDropout(0.3)(torch.ones(400, 501))
    assert abs(float((dropped == 0).float().mean()) - 77 / 256) < 0.005
    assert abs(float(dropped.mean()) - 1) < 0.01
    x = torch.randn(5)
    assert ByteDropout(0.3).eval()(x) is x


@pytest.mark.parametrize(("fusion", "reference", "merge", "embedding"), COMBINATIONS)
def test_every_combination_trains_one_step(
    fusion: Fusion, reference: Reference, merge: Merge, embedding: Embedding
) -> None:
    model = build(tiny(fusion=fusion, reference=reference, merge=merge, embedding=embedding), WINDOW, VARIABLES, 0)
    before = {name: value.clone() for name, value in model.named_parameters()}
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    out = model(windows()).forecast
    assert out.shape == (6, WINDOW.horizon, VARIABLES)
    out.square().mean().backward()
    assert all(parameter.grad is not None for parameter in model.parameters()), "every parameter takes part"
    optimiser.step()
    assert any(not torch.equal(value, before[name]) for name, value in model.named_parameters())


@pytest.mark.parametrize("fusion", [Fusion.GRU_TO_CNN, Fusion.CNN_TO_GRU, Fusion.BOTH])
def test_gates_at_zero_equal_none(fusion: Fusion) -> None:
    crossed, plain = (build(tiny(fusion=mode), WINDOW, VARIABLES, 3) for mode in (fusion, Fusion.NONE))
    x = windows()
    assert not torch.equal(forecast(crossed, x), forecast(plain, x))
    with torch.no_grad():
        for name, parameter in crossed.named_parameters():
            if name.endswith(("to_conv.gate", "to_gru.gate")):
                parameter.zero_()
    torch.testing.assert_close(forecast(crossed, x), forecast(plain, x), rtol=0, atol=0)


def test_modes_of_one_seed_share_their_first_weights() -> None:
    models = [build(tiny(fusion=fusion), WINDOW, VARIABLES, 5) for fusion in Fusion]
    shared = models[0].state_dict()
    for model in models[1:]:
        assert all(torch.equal(model.state_dict()[name], value) for name, value in shared.items())
    other = build(tiny(fusion=Fusion.NONE), WINDOW, VARIABLES, 6).state_dict()
    assert not torch.equal(other["head.weight"], shared["head.weight"])


@pytest.mark.parametrize(
    ("fusion", "touched", "untouched"),
    [
        (Fusion.GRU_TO_CNN, Activation.CONV_OUTPUT, Activation.GRU_OUTPUT),
        (Fusion.CNN_TO_GRU, Activation.GRU_OUTPUT, Activation.CONV_OUTPUT),
    ],
)
def test_each_switch_touches_only_its_path(fusion: Fusion, touched: Activation, untouched: Activation) -> None:
    one_block = tiny(fusion=fusion, blocks=1)
    crossed = build(one_block, WINDOW, VARIABLES, 0).eval()
    plain = build(replace(one_block, fusion=Fusion.NONE), WINDOW, VARIABLES, 0).eval()
    activations = frozenset({touched, untouched})
    with torch.no_grad():
        with_crossing, without = (model(windows(), activations=activations).activations for model in (crossed, plain))
    assert not torch.equal(with_crossing[touched], without[touched])
    assert torch.equal(with_crossing[untouched], without[untouched])


def test_static_kernel_is_the_same_for_every_window_and_dynamic_is_not() -> None:
    activation = Activation.KERNEL_GRU_TO_CNN
    for reference, differs in ((Reference.STATIC, False), (Reference.EMA, True), (Reference.DYNAMIC, True)):
        model = build(tiny(reference=reference), WINDOW, VARIABLES, 0).eval()
        kernels = model(windows(), activations=frozenset({activation})).activations[activation]
        assert bool((kernels != kernels[:1]).any()) is differs


def test_dynamic_kernel_reads_the_last_token_of_the_opposite_path() -> None:
    # Every weight but the recurrence sees one token at a time in the first GRU step: a kernel made from the LAST
    # token must react to the last patch of rows; the weight of a crossing's generator maps that state alone.
    model = build(tiny(blocks=1, embedding=Embedding.INDEPENDENT), WINDOW, VARIABLES, 0).eval()
    block = model.blocks[0]
    conv, gru = torch.randn(6, 2, 8), torch.randn(6, 2, 8)
    kernel = block.to_conv.message(gru)  # type: ignore[operator, union-attr]
    earlier = gru.clone()
    earlier[:-1] += 1
    assert torch.equal(block.to_conv.message(earlier), kernel)  # type: ignore[operator, union-attr]
    assert not torch.equal(block.to_conv.message(conv), kernel)  # type: ignore[operator, union-attr]


def test_references_of_states_that_never_change_write_the_same_kernel() -> None:
    of_states = [each for each in Reference if each not in (Reference.STATIC, Reference.STANDARD)]
    models = [build(tiny(blocks=1, reference=reference), WINDOW, VARIABLES, 0).eval() for reference in of_states]
    speaker, listener, probe = torch.randn(8).expand(6, 2, 8), torch.randn(6, 2, 8), Probe({}, {}, 1)
    crossings = [model.blocks[0].to_conv for model in models]
    corrected = [one(listener, one.message(speaker), probe, 0) for one in crossings]  # type: ignore[operator, union-attr]
    for other in corrected[1:]:
        torch.testing.assert_close(other, corrected[0])


def test_mean_and_every_read_the_states_they_say() -> None:
    mean, every = (
        build(tiny(blocks=1, reference=reference), WINDOW, VARIABLES, 0).blocks[0].to_conv
        for reference in (Reference.MEAN, Reference.EVERY)
    )
    speaker = torch.randn(6, 2, 8)
    # The generator is linear: the kernel of the mean state is the mean of the states' kernels.
    torch.testing.assert_close(mean.message(speaker), every.message(speaker).mean(1))  # type: ignore[operator, union-attr]
    changed = speaker.clone()
    changed[2] += 1
    differs = (every.message(changed) != every.message(speaker)).any(-1).any(-1).any(0)  # type: ignore[operator, union-attr]
    assert differs.tolist() == [False, False, True, False, False, False]


@pytest.mark.parametrize("embedding", list(Embedding))
def test_activations_have_their_declared_axes_and_do_not_change_the_forecast(embedding: Embedding) -> None:
    model = build(tiny(embedding=embedding), WINDOW, VARIABLES, 0).eval()
    x = windows()
    out = model(x, activations=frozenset(Activation))
    assert torch.equal(out.forecast, forecast(model, x))
    apart = 1 if embedding is Embedding.MIXED else VARIABLES
    tokens = WINDOW.lookback // model.config.patch
    sizes = {
        Dim.ORIGIN: 6,
        Dim.VARIABLE: apart,
        Dim.BLOCK: 2,
        Dim.TOKEN: tokens,
        Dim.CHANNEL: 8,
        Dim.TAP: 3,
        Dim.HEAD: 2,
        Dim.QUERY: tokens,
        Dim.KEY: tokens,
        Dim.STEP: 5,
    }
    for activation, value in out.activations.items():
        expected = tuple(sizes[dim] for dim in ACTIVATION_DIMS[activation])
        if activation is Activation.FORECAST:
            expected = (6, 5, VARIABLES)
        assert tuple(value.shape) == expected, activation
    assert set(out.activations) == set(Activation)


@pytest.mark.parametrize("embedding", list(Embedding))
def test_some_variables_are_forecast_as_among_all(embedding: Embedding) -> None:
    model = build(tiny(embedding=embedding), WINDOW, VARIABLES, 0).eval()
    x, some = windows(), torch.tensor([VARIABLES - 1, 0])
    torch.testing.assert_close(model(x, variables=some).forecast, forecast(model, x)[..., some])
    rows = model(x, activations={Activation.GRU_OUTPUT}, variables=some).activations[Activation.GRU_OUTPUT]
    assert rows.shape[1] == (1 if embedding is Embedding.MIXED else 2)


def test_edits_replace_a_value_where_it_is_born() -> None:
    model = build(tiny(), WINDOW, VARIABLES, 0).eval()
    none = build(tiny(fusion=Fusion.NONE), WINDOW, VARIABLES, 0).eval()
    silence = {
        activation: lambda value, block: torch.zeros_like(value)
        for activation in (Activation.CORRECTION_GRU_TO_CNN, Activation.CORRECTION_CNN_TO_GRU)
    }
    with torch.no_grad():
        silenced = model(windows(), edits=silence).forecast
    torch.testing.assert_close(silenced, forecast(none, windows()), rtol=0, atol=0)
    with pytest.raises(ValueError, match="can only be recorded; editable are"):
        model(windows(), edits={Activation.UPDATE_GATE: lambda value, block: value})
    assert Activation.FORECAST not in EDITABLE


def test_independent_variables_do_not_see_each_other_and_mixed_ones_do() -> None:
    x = windows()
    changed = x.clone()
    changed[..., 2] = changed[..., 2].flip(1)
    for embedding, sees in ((Embedding.INDEPENDENT, False), (Embedding.MIXED, True), (Embedding.HYBRID, True)):
        model = build(tiny(embedding=embedding), WINDOW, VARIABLES, 0)
        moved = forecast(model, x)[..., 0] != forecast(model, changed)[..., 0]
        assert bool(moved.any()) is sees


def test_attention_rows_sum_to_one() -> None:
    model = build(tiny(), WINDOW, VARIABLES, 0).eval()
    weights = model(windows(), activations=frozenset({Activation.ATTENTION})).activations[Activation.ATTENTION]
    torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]))


def test_wrong_input_shape_is_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"shape \(2, 10, 3\); this model reads \[window, 24 rows, 3 variables\]"):
        build(TINY, WINDOW, VARIABLES, 0)(torch.zeros(2, 10, 3))


def test_building_leaves_the_callers_random_state_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    build(TINY, WINDOW, VARIABLES, 9)
    assert torch.equal(torch.rand(1), expected)


def test_a_tap_can_keep_its_last_token_alone() -> None:
    model = build(TINY, WINDOW, VARIABLES, 0).eval()
    activation = Activation.GRU_OUTPUT
    part = model(windows(), activations={activation: last_token}).activations[
        activation
    ]  # [window, variable, block, channel]
    full = model(windows(), activations=[activation]).activations[activation]
    assert torch.equal(part, full[:, :, :, -1])
