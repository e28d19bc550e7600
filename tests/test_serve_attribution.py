"""Attribution: the answer of a linear model is known, and a picture that knows nothing says so."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from core.data.windows import make_windows
from core.serve.attribution import (
    Attribution,
    Background,
    Method,
    Target,
    attribute,
    background_of,
    blocks_of,
)
from core.vocabulary import Split
from tests.support.tiny import WINDOW, tiny_dataset
from tests.support.tiny_checkpoint import tiny_checkpoint

ROWS, LOOKBACK, VARIABLES = 6, 20, 3


@pytest.fixture
def window() -> Tensor:
    return torch.randn(1, LOOKBACK, VARIABLES, generator=torch.Generator().manual_seed(1))


def linear(seed: int = 0) -> Tensor:
    return torch.randn(LOOKBACK, VARIABLES, generator=torch.Generator().manual_seed(seed))


def shared(window: Tensor, weights: Tensor, method: Method, kind: Background = Background.MEAN) -> Attribution:
    background = background_of(window, kind, season=4)
    return attribute(lambda x: (x * weights).sum((1, 2)), window, background, method, rows=ROWS)


@pytest.mark.parametrize("kind", Background)
@pytest.mark.parametrize("method", Method)
def test_a_linear_model_is_shared_out_exactly(window: Tensor, method: Method, kind: Background) -> None:
    weights = linear()
    found = shared(window, weights, method, kind)
    moved = ((window - background_of(window, kind, season=4)) * weights)[0].numpy()
    ends = [0, 2, 8, 14, 20]  # the first block is short: blocks end with the look-back
    expected = np.stack([moved[low:high].sum(0) for low, high in pairwise(ends)])
    np.testing.assert_allclose(found.scores, expected, atol=1e-5)
    assert found.rows.tolist() == ends[:-1]
    assert found.change == pytest.approx(float(moved.sum()), abs=1e-5)
    assert found.gap == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("method", Method)
def test_a_picture_of_what_matters_beats_chance_and_one_of_nothing_does_not(window: Tensor, method: Method) -> None:
    one = torch.zeros(LOOKBACK, VARIABLES)
    one[15, 1] = 5.0  # one cell decides all
    found = shared(window, one, method)
    assert np.unravel_index(np.abs(found.scores).argmax(), found.scores.shape) == (3, 1)
    assert found.deletion.beaten > 0.7 and found.infidelity == pytest.approx(0, abs=1e-3)
    curves = found.deletion.curves
    early, late = curves.raising, curves.lowering
    if found.change < 0:
        early, late = late, early
    assert early[1] == pytest.approx(found.change, rel=1e-4) and late[-2] == pytest.approx(0, abs=1e-6)
    for curve in (early, late, curves.random):
        assert curve[0] == 0 and curve[-1] == pytest.approx(found.change, rel=1e-4)
    assert shared(window, linear(), method).deletion.is_informed
    nothing = shared(window, torch.zeros(LOOKBACK, VARIABLES), method)
    assert not nothing.deletion.is_informed and not nothing.scores.any()


def test_where_every_block_counts_alike_no_order_is_better_than_chance(window: Tensor) -> None:
    background = background_of(window, Background.MEAN, None)
    even = torch.zeros(LOOKBACK, VARIABLES)
    for low, high in ((0, 2), (2, 8), (8, 14), (14, 20)):
        even[low:high] = 1 / (window - background)[0, low:high].sum(0)
    assert not shared(window, even, Method.OCCLUSION).deletion.is_informed


def test_blocks_put_in_are_blocks_not_taken_away(window: Tensor) -> None:
    weights, background = linear(), background_of(window, Background.MEAN, None)

    def bent(x: Tensor) -> Tensor:
        return (x * weights).sum((1, 2)).tanh()

    found = attribute(bent, window, background, Method.OCCLUSION, rows=ROWS, checked=False)
    blocks, order = blocks_of(LOOKBACK, VARIABLES, ROWS)[0], np.argsort(-found.scores.ravel(), kind="stable")
    put_in = found.deletion.insertion
    for share, risen in zip(put_in.share, put_in.raising, strict=True):
        there = torch.isin(blocks, torch.from_numpy(order[: round(share * len(order))].copy()))
        moved = bent(torch.where(there, window, background)) - bent(background)
        assert risen == pytest.approx(float(moved), abs=1e-5)
    assert put_in.random[0] == pytest.approx(0, abs=1e-6) and put_in.share[-1] == 1


def test_infidelity_is_the_share_that_is_not_foretold(window: Tensor) -> None:
    background = background_of(window, Background.MEAN, None)

    def apart(x: Tensor) -> Tensor:
        return ((x - background) * linear()).sum((1, 2))

    foretold = attribute(apart, window, background, Method.OCCLUSION, rows=ROWS)
    assert foretold.infidelity == pytest.approx(0, abs=1e-3)

    def together(x: Tensor) -> Tensor:  # two blocks that count only jointly: occlusion sees neither
        gone = ((x - background).abs().sum(1) < 1e-3).float()
        return 1 - gone[:, 0] * gone[:, 1] + 0 * x.sum((1, 2))

    missed = attribute(together, window, background, Method.OCCLUSION, rows=LOOKBACK)
    assert missed.infidelity == pytest.approx(1, abs=1e-6)


def test_shapley_sampling_tells_how_far_its_draws_lie_apart(window: Tensor) -> None:
    weights, background = linear(), background_of(window, Background.MEAN, None)
    exact = shared(window, weights, Method.SHAPLEY)
    assert exact.sampling == pytest.approx(0, abs=1e-5)  # every order gives a linear model's blocks the same
    assert shared(window, weights, Method.OCCLUSION).sampling == 0
    bent = attribute(
        lambda x: (x * weights).sum((1, 2)) ** 3, window, background, Method.SHAPLEY, rows=ROWS, checked=False
    )
    assert bent.sampling > 0.01


def test_backgrounds_are_what_they_say(window: Tensor) -> None:
    mean, last, season, noise = (background_of(window, kind, season=4) for kind in Background)
    torch.testing.assert_close(mean, window.mean(1, keepdim=True).expand_as(window))
    torch.testing.assert_close(last, window[:, -1:].expand_as(window))
    torch.testing.assert_close(season[:, 4:], window[:, :-4])
    assert torch.equal(noise, background_of(window, Background.NOISE, None)) and not torch.equal(noise, mean)
    assert not torch.equal(noise, background_of(window, Background.NOISE, None, seed=1))
    for none in (None, LOOKBACK):
        with pytest.raises(ValueError, match="no season that fits"):
            background_of(window, Background.SEASON, none)


def test_blocks_cover_each_cell_once_and_end_with_the_look_back() -> None:
    blocks = blocks_of(LOOKBACK, VARIABLES, ROWS)
    assert blocks.shape == (1, LOOKBACK, VARIABLES) and blocks.unique().numel() == 4 * VARIABLES
    assert blocks[0, -1].tolist() == [9, 10, 11] and (blocks == 11).sum() == ROWS and (blocks == 0).sum() == 2


@pytest.mark.slow
@pytest.mark.parametrize("method", [Method.INTEGRATED_GRADIENTS, Method.SHAPLEY])
def test_a_forecaster_is_shared_out_without_a_gap(method: Method) -> None:
    checkpoint = tiny_checkpoint()
    x = torch.from_numpy(make_windows(tiny_dataset(), WINDOW, Split.TEST).x[:1].copy())
    target = Target(variable=1, first=0, last=2).of(checkpoint.model)
    found = attribute(target, x, background_of(x, Background.LAST, None), method, rows=6)
    assert abs(found.gap) < 0.02 * np.abs(found.scores).sum()
    again = attribute(target, x, background_of(x, Background.LAST, None), method, rows=6)
    np.testing.assert_array_equal(found.scores, again.scores)
    assert (found.infidelity, found.sensitivity) == (again.infidelity, again.sensitivity)


def test_a_seed_given_leaves_the_callers_random_state_alone(window: Tensor) -> None:
    before = torch.get_rng_state()
    shared(window, linear(), Method.SHAPLEY)
    assert torch.equal(torch.get_rng_state(), before)
