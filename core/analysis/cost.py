"""What a crossing costs in multiply-accumulates (MACs): the published cost table from formulas, and counted.

Counting needs modules that run. So the counts at the published size are kept in a file, which `python -m core cost
--keep` writes, and read from there.

The published sheet writes the number of crossings as "7 x 12". Its own results follow from 7 x 2 = 14, two crossings
in each of seven blocks; 7 x 12 would give six times as much.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import assert_never

COUNTED = Path(__file__).parent / "counted_costs.json"
PARTS = ("embedding", "crossing", "total")


class Design(StrEnum):
    """Three ways to let the paths correct each other."""

    PROPOSED = "proposed"  # a first layer makes tokens; one depth-wise kernel per window and channel
    STANDARD_CONV = "standard_conv"  # the same tokens; a trained convolution over all channels
    NO_EMBEDDING = "no_embedding"  # that convolution on every row of the series


@dataclass(frozen=True)
class CostShape:
    """Sizes the cost depends on; the defaults are the published ones."""

    lookback: int = 720
    width: int = 256
    kernel: int = 3
    variables: int = 7
    patch: int = 36
    blocks: int = 7

    @property
    def tokens(self) -> int:
        """Tokens of a window."""
        return self.lookback // self.patch

    @property
    def crossings(self) -> int:
        """Two in every block."""
        return 2 * self.blocks


@dataclass(frozen=True)
class Cost:
    """MACs of one window: `embedding` (the first layer) and `crossing` (all crossings of all blocks)."""

    embedding: int
    crossing: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.embedding + self.crossing


def cost(design: Design, shape: CostShape | None = None) -> Cost:
    """Return the cost of a design.

    The proposed kernel is generated ONCE per window and channel (d x d k) and then applied to T tokens (T d k);
    generated per token it would cost more than the standard convolution it replaces.

    >>> [cost(design).total for design in Design]
    [4257792, 56340480, 1985679360]
    """
    s = shape or CostShape()
    patches = s.tokens * s.width * s.variables * s.patch
    square = s.width * s.width * s.kernel  # MACs of a convolution over all channels, per place
    match design:
        case Design.PROPOSED:
            return Cost(patches, s.crossings * (square + s.tokens * s.width * s.kernel))
        case Design.STANDARD_CONV:
            return Cost(patches, s.crossings * s.tokens * square)
        case Design.NO_EMBEDDING:
            rows = s.lookback
            return Cost(rows * s.width * s.variables * s.kernel, s.crossings * rows * square)
        case _:
            assert_never(design)


def times_dearer(design: Design, shape: CostShape | None = None) -> float:
    """Return how many times a design costs what the proposed one does, first layer included.

    >>> round(times_dearer(Design.STANDARD_CONV)), round(times_dearer(Design.NO_EMBEDDING))
    (13, 466)
    """
    return cost(design, shape).total / cost(Design.PROPOSED, shape).total


def counted_costs() -> Mapping[tuple[Design, str], int]:
    """Return the MACs of every design and part (of PARTS), counted on running modules of the published size.

    >>> counted_costs()[Design.PROPOSED, "total"]
    4257792
    """
    stored = json.loads(COUNTED.read_text(encoding="utf-8"))
    return {(design, part): int(stored[design][part]) for design in Design for part in PARTS}
