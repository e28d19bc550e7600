"""An account of a forecast: parts add up to it, what is silent carries nothing, two routes to a crossing agree."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.model.forecaster import Forecaster
from core.serve.account import Account, account, shapley
from core.serve.attribution import Target
from core.serve.parts import alone
from core.trace.intervene import silenced
from core.train.checkpoint import Checkpoint
from core.vocabulary import CROSSED, Embedding, Fusion, Merge, ModelPath, Reference
from tests.support.tiny import WINDOW
from tests.support.tiny_checkpoint import tiny_checkpoint

TARGET = Target(variable=1, first=1, last=4)
VARIABLES = 3
every_form = pytest.mark.parametrize(
    "form",
    [
        {"embedding": Embedding.MIXED},
        {"embedding": Embedding.INDEPENDENT, "merge": Merge.CONCAT},
        {"embedding": Embedding.HYBRID, "reference": Reference.EVERY},
        {"embedding": Embedding.HYBRID, "reference": Reference.STANDARD, "merge": Merge.MEAN},
        {"embedding": Embedding.PATCHES, "reference": Reference.STATIC},
        {"fusion": Fusion.NONE},
        {"fusion": Fusion.GRU_TO_CNN},
        {"fusion": Fusion.CNN_TO_GRU, "reference": Reference.EMA},
    ],
    ids=lambda form: "-".join(form.values()),
)


@pytest.fixture
def x() -> Tensor:
    return torch.randn(1, WINDOW.lookback, VARIABLES, generator=torch.Generator().manual_seed(3)).cumsum(1)


@torch.inference_mode()
def number(model: Forecaster, x: Tensor, *silent: Fusion) -> float:
    """Return the number that is explained by the whole model, with some crossings silent."""
    return float(TARGET.in_forecast(model(x, edits=silenced("silent", silent).edits).forecast))


def accounted(x: Tensor, **form: Any) -> tuple[Account, Checkpoint]:
    checkpoint = tiny_checkpoint(**form)
    return account(checkpoint.model, x, TARGET), checkpoint


@every_form
def test_one_variable_alone_is_forecast_as_with_all_others(x: Tensor, form: dict[str, Any]) -> None:
    model = tiny_checkpoint(**form).model
    windows = torch.cat([x, x.flip(1), 2 * x])
    with torch.inference_mode():
        whole = model(windows).forecast
        for variable in range(VARIABLES):
            found = alone(model, variable)(windows).forecast[..., variable]
            torch.testing.assert_close(found, whole[..., variable], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(model(windows).forecast, whole, atol=0, rtol=0)  # the model is as it was


@every_form
def test_the_parts_add_up_to_the_forecast(x: Tensor, form: dict[str, Any]) -> None:
    found, checkpoint = accounted(x, **form)
    assert found.forecast == pytest.approx(number(checkpoint.model, x), abs=1e-5)
    assert found.level == pytest.approx(float(x[0, :, 1].mean()), abs=1e-5)
    shares = [each.share for each in found.crossings.values()]
    parts = [found.level, found.embedding, *found.paths.values(), *shares, found.merge or 0.0]
    assert sum(parts) == pytest.approx(found.forecast, abs=1e-5)
    assert (found.merge is None) == (checkpoint.model.config.merge is not Merge.ATTENTION)
    assert set(found.paths) == set(ModelPath)


@every_form
def test_crossings_carry_what_silencing_them_takes_away(x: Tensor, form: dict[str, Any]) -> None:
    found, checkpoint = accounted(x, **form)
    model, crossings = checkpoint.model, checkpoint.model.config.crossings
    assert tuple(found.crossings) == crossings
    assert found.together == pytest.approx(number(model, x) - number(model, x, *crossings), abs=1e-5)
    for crossing, each in found.crossings.items():
        assert each.silenced == pytest.approx(number(model, x) - number(model, x, crossing), abs=1e-5)
        if len(crossings) == 1:
            assert each.share == pytest.approx(each.silenced, abs=1e-9)
        else:  # the mean of the two orders
            (other,) = set(crossings) - {crossing}
            first = number(model, x, other) - number(model, x, *crossings)
            assert each.share == pytest.approx((first + each.silenced) / 2, abs=1e-5)
    assert found.joint == pytest.approx(found.together - sum(each.silenced for each in found.crossings.values()))
    if len(crossings) < 2:
        assert found.joint == pytest.approx(0, abs=1e-9)
    if not crossings:
        assert found.together == 0


@every_form
def test_gradients_through_the_corrections_miss_nothing_of_what_is_silenced(x: Tensor, form: dict[str, Any]) -> None:
    found, checkpoint = accounted(x, **form)
    size = sum(abs(each.gradients).sum() for each in found.crossings.values())
    assert abs(found.gap) <= 0.01 * size + 1e-6
    for each in found.crossings.values():
        assert each.gradients.shape == (checkpoint.model.config.blocks,)


def test_a_crossing_whose_gate_is_shut_carries_nothing(x: Tensor) -> None:
    checkpoint = tiny_checkpoint()
    with torch.no_grad():
        for block in checkpoint.model.blocks:
            block.to_conv.gate.zero_()
    found = account(checkpoint.model, x, TARGET)
    shut, open_one = found.crossings[Fusion.GRU_TO_CNN], found.crossings[Fusion.CNN_TO_GRU]
    assert shut.share == pytest.approx(0, abs=1e-6) and not shut.gradients.any()
    assert open_one.share == pytest.approx(found.together, abs=1e-6) and open_one.share != 0


def test_a_path_that_puts_out_nothing_brings_nothing(x: Tensor) -> None:
    checkpoint = tiny_checkpoint(fusion=Fusion.NONE)
    with torch.no_grad():
        for block in checkpoint.model.blocks:
            block.conv_path.narrow.weight.zero_()
            block.conv_path.narrow.bias.zero_()
    found = account(checkpoint.model, x, TARGET)
    assert found.paths[ModelPath.CONVOLUTION] == pytest.approx(0, abs=1e-6)
    assert found.paths[ModelPath.GRU] != 0


def test_shapley_is_the_mean_over_all_orders() -> None:
    won = np.random.default_rng(0).normal(size=(2, 2, 2, 2))
    expected = np.zeros(4)
    orders = list(permutations(range(4)))
    for order in orders:
        there = [0, 0, 0, 0]
        for player in order:
            before = won[tuple(there)]
            there[player] = 1
            expected[player] += (won[tuple(there)] - before) / len(orders)
    np.testing.assert_allclose(shapley(won), expected)
    assert shapley(won).sum() == pytest.approx(won[1, 1, 1, 1] - won[0, 0, 0, 0])
    assert shapley(np.array([1.0, 3.0])).tolist() == [2.0]


def test_questions_from_several_threads_do_not_meet(x: Tensor) -> None:
    checkpoint = tiny_checkpoint()
    model = checkpoint.model
    before, expected = number(model, x), account(model, x, TARGET)

    def ask(place: int) -> float:
        return number(model, x) if place % 2 else account(model, x, TARGET).paths[ModelPath.GRU]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(40)))
    assert set(found[1::2]) == {before}
    assert found[::2] == pytest.approx([expected.paths[ModelPath.GRU]] * 20)


def test_what_an_account_silences_stays_loud_in_the_model(x: Tensor) -> None:
    checkpoint = tiny_checkpoint()
    before = number(checkpoint.model, x)
    account(checkpoint.model, x, TARGET)
    assert number(checkpoint.model, x) == before
    assert set(CROSSED) == set(checkpoint.model.config.crossings)
