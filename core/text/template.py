"""How a sentence with gaps is written, two forms where a number decides; and the sentences that every part tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plural:
    """A sentence in two forms: for one, and for any other number."""

    one: str
    other: str
    by: str = "n"  # the field that decides


Template = str | Plural


def counted(noun: str) -> Plural:
    """Return how a noun is told with its number.

    >>> counted("row").other.format(n=1200)
    '1,200 rows'
    """
    return Plural("{n:,} " + noun, "{n:,} " + noun + "s")


def there_are(needed: str) -> Plural:
    """Return how it is told that there are fewer than needed.

    >>> there_are("2 rows are needed").one.format(n=1)
    '2 rows are needed, there is 1.'
    """
    return Plural(needed + ", there is {n}.", needed + ", there are {n}.")


NOUNS = (  # that are told with their number
    *("cell", "column", "column name", "contrast", "data set", "data source", "further header row", "gap"),
    *("infinite value", "line", "more gap", "more variable", "point", "row", "second", "seed", "step", "time"),
    *("training", "value"),
)
PLAIN = "plain"  # the key of a sentence that is in no catalogue: of an older file, or an error of a library

SENTENCES: dict[str, Template] = {
    PLAIN: "{text}",
    "sentences": "{parts: }",
    "list.and": "{first} and {last}",
    "list.and_more": "{first} and {n} more",
    "number.in_unit": "{value} {unit}",
    "number.with_interval": "{value} ({low} to {high})",
    **{f"count.{noun.replace(' ', '_')}": counted(noun) for noun in NOUNS},
}
