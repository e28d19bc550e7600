"""How a sentence with gaps is written: fields in braces, and two forms where a number decides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plural:
    """A sentence in two forms.

    Attributes
    ----------
    one, other
        The sentence for one and for any other number.
    by
        Name of the field that decides.
    """

    one: str
    other: str
    by: str = "n"


Template = str | Plural


def counted(noun: str) -> Plural:
    """Return how a noun is told with its number.

    >>> counted("row").other.format(n=1200)
    '1,200 rows'
    """
    return Plural("{n:,} " + noun, "{n:,} " + noun + "s")
