"""Small pieces of English that sentences of claims, figures and pages share."""

from __future__ import annotations

from collections.abc import Iterable


def counted(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "seed"), counted(2785, "window")
    ('1 seed', '2,785 windows')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def listed(values: Iterable[object]) -> str:
    """Return values as an enumeration.

    >>> listed([96, 192, 720])
    '96, 192 and 720'
    """
    words = [str(value) for value in values]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
