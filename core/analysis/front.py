"""The front of two costs: what nothing else beats in both."""

from __future__ import annotations

from collections.abc import Sequence


def front(first: Sequence[float], second: Sequence[float]) -> list[int]:
    """Return the places of the points that no other point dominates, by growing first cost.

    A point dominates another where it is at most as dear in both costs and less dear in one; equal points share their
    place on the front.

    >>> front([1.0, 2.0, 3.0, 2.5], [0.5, 0.4, 0.4, 0.3])
    [0, 1, 3]
    """
    points = list(zip(first, second, strict=True))
    kept = [
        place
        for place, (one, two) in enumerate(points)
        if not any(a <= one and b <= two and (a, b) != (one, two) for a, b in points)
    ]
    return sorted(kept, key=lambda place: points[place])
