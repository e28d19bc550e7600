"""A few combinations in place of all: every two choices meet in one of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product
from typing import Any


def pairwise(*axes: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Return combinations that hold every pair of values of two axes, each time the one with the most new pairs."""
    every = {choice: set(combinations(enumerate(choice), 2)) for choice in product(*axes)}
    missing = set().union(*every.values())
    chosen = []
    while missing:
        best = max(every, key=lambda choice: len(every[choice] & missing))
        chosen.append(best)
        missing -= every[best]
    return chosen
