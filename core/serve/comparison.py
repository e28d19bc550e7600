"""Whether a map of what a forecast rests on can be trusted: the same number shared out otherwise.

By other methods, against other backgrounds, and in an untrained twin of the model: a map that looks the same there
shows the input and the architecture, not what was learned. Source: Adebayo et al. (2018), "Sanity checks for saliency
maps" (rank correlation under randomised weights). Maps are compared by the sizes of their scores, whatever the sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.serve.attribution import Background, Method, scores_of, too_many
from core.serve.deletion import Forward


@dataclass(frozen=True, eq=False)
class Comparison:
    """A map beside others of the same number.

    Attributes
    ----------
    scores : float64 [block, variable] of each background, by the method of the map; standardised.
    methods, backgrounds : dict of float
        Rank agreement of the map with that of each other method and each other background; nan for a method with
        too many blocks to wait for it.
    untrained : float
        Its rank agreement with the map of the untrained twin.
    """

    scores: dict[Background, NDArray[np.float64]]
    methods: dict[Method, float]
    backgrounds: dict[Background, float]
    untrained: float


def rank_agreement(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return Spearman's correlation of the sizes of two maps of the same shape; nan where one is flat.

    >>> rank_agreement(np.array([1.0, -2.0, 3.0]), np.array([0.1, 0.3, 9.0]))
    1.0
    """
    first, second = _ranks(np.abs(one).ravel()), _ranks(np.abs(other).ravel())
    first, second = first - first.mean(), second - second.mean()
    norm = np.sqrt((first**2).sum() * (second**2).sum())
    return float(first @ second / norm) if norm else float("nan")


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rank of each value, counted from 1; equal ones share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place])


def compare(
    forward: Forward,
    untrained: Forward,
    x: Tensor,
    backgrounds: Mapping[Background, Tensor],
    method: Method,
    background: Background,
    *,
    rows: int,
) -> Comparison:
    """Compare the map of one method against one background with others.

    Parameters
    ----------
    forward, untrained : the number that is explained, and the same of the untrained twin.
    x : [1, lookback, variable].
    backgrounds : all that fit, [1, lookback, variable] each; `background` is among them.
    rows : length of a block.
    """

    def shared(number: Forward, how: Method, against: Background) -> NDArray[np.float64]:
        return scores_of(number, x, backgrounds[against], how, rows=rows)

    def agrees(how: Method) -> float:
        if too_many(how, x, rows):
            return float("nan")
        return rank_agreement(shown, shared(forward, how, background))

    scores = {each: shared(forward, method, each) for each in backgrounds}
    shown = scores[background]
    return Comparison(
        scores=scores,
        methods={each: agrees(each) for each in Method if each is not method},
        backgrounds={each: rank_agreement(shown, scores[each]) for each in backgrounds if each is not background},
        untrained=rank_agreement(shown, shared(untrained, method, background)),
    )
