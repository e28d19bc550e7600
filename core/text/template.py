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


def counting(noun: str) -> tuple[str, str]:
    """Return the two forms in which a noun is told with its number.

    >>> counting("row")[1].format(n=1200)
    '1,200 rows'
    """
    return "{n:,} " + noun, "{n:,} " + noun + "s"


def there_are(needed: str) -> Plural:
    """Return how it is told that there are fewer than needed.

    >>> there_are("2 rows are needed").one.format(n=1)
    '2 rows are needed, there is 1.'
    """
    return Plural(needed + ", there is {n}.", needed + ", there are {n}.")


NOUNS = (  # that are told with their number
    "abrupt change",
    "block",
    "cell",
    "channel",
    "checkpoint",
    "column",
    "column name",
    "contrast",
    "data set",
    "data source",
    "day",
    "earlier comparison",
    "edit",
    "event",
    "fold",
    "further header row",
    "further variable",
    "gap",
    "hour",
    "independent data source",
    "infinite value",
    "kernel",
    "line",
    "minute",
    "mode",
    "model",
    "month",
    "more gap",
    "more variable",
    "more warning",
    "number",
    "other",
    "other seed",
    "pair",
    "panel",
    "part",
    "place",
    "point",
    "row",
    "run",
    "second",
    "seed",
    "selected window",
    "slide",
    "step",
    "test window",
    "thing",
    "time",
    "training",
    "training window",
    "validation window",
    "value",
    "variable",
    "week",
    "window",
    "working day",
    "year",
)
PLAIN = "plain"  # the key of a sentence that is in no catalogue: of an older file, or an error of a library

SENTENCES: dict[str, Template] = {
    PLAIN: "{text}",
    "sentences": "{parts: }",
    "list.and": "{first} and {last}",
    "list.and_more": "{first} and {n} more",
    "number.in_unit": "{value} {unit}",
    "number.with_interval": "{value} ({low} to {high})",
    **{f"count.{noun.replace(' ', '_')}": Plural(*counting(noun)) for noun in NOUNS},
}
