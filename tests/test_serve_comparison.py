"""A map beside others: agreement of ranks against scipy, and faults put in that it has to see."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import Tensor

from core.serve.attribution import Background, Method, attribute, background_of
from core.serve.comparison import Comparison, compare, rank_agreement

ROWS, LOOKBACK, VARIABLES = 5, 20, 3


def drawn(seed: int) -> Tensor:
    return torch.randn(1, LOOKBACK, VARIABLES, generator=torch.Generator().manual_seed(seed))


def compared(weights: Tensor, twin: Tensor, method: Method = Method.OCCLUSION) -> Comparison:
    x = drawn(1)
    backgrounds = {each: background_of(x, each, season=4) for each in Background}

    def forward(by: Tensor):  # type: ignore[no-untyped-def]
        return lambda windows: (windows * by).sum((1, 2))

    return compare(forward(weights), forward(twin), x, backgrounds, method, Background.LAST, rows=ROWS)


@pytest.mark.parametrize("seed", range(3))
def test_agreement_of_ranks_is_spearmans(seed: int) -> None:
    chance = np.random.default_rng(seed)
    one, other = chance.normal(size=(4, 5)).round(1), chance.normal(size=(4, 5)).round(1)  # with ties
    expected = spearmanr(np.abs(one).ravel(), np.abs(other).ravel()).statistic
    assert rank_agreement(one, other) == pytest.approx(expected, abs=1e-12)
    assert rank_agreement(one, -3 * one) == pytest.approx(1)
    assert np.isnan(rank_agreement(one, np.ones((4, 5))))


@pytest.mark.parametrize("method", Method)
def test_methods_agree_about_a_linear_model_and_the_twin_is_another(method: Method) -> None:
    found = compared(drawn(2), drawn(3), method)
    assert set(found.methods) == set(Method) - {method}
    assert all(value == pytest.approx(1, abs=1e-6) for value in found.methods.values())
    assert set(found.backgrounds) == set(Background) - {Background.LAST}
    assert found.untrained < 0.9


def test_a_twin_with_the_same_weights_is_seen_as_the_same() -> None:
    assert compared(drawn(2), drawn(2)).untrained == pytest.approx(1)


def test_maps_against_each_background_are_those_of_the_attribution() -> None:
    weights, x = drawn(2), drawn(1)
    found = compared(weights, drawn(3), Method.SHAPLEY)
    for kind, scores in found.scores.items():
        background = background_of(x, kind, season=4)
        one = attribute(
            lambda windows: (windows * weights).sum((1, 2)), x, background, Method.SHAPLEY, rows=ROWS, checked=False
        )
        np.testing.assert_array_equal(scores, one.scores)
