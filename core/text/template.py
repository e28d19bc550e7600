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


PLAIN = "plain"  # the key of a sentence that is in no catalogue: of an older file, or an error of a library

SENTENCES: dict[str, Template] = {
    PLAIN: "{text}",
    "sentences": "{parts: }",
    "list.and": "{first} and {last}",
    "list.and_more": "{first} and {n} more",
    "number.in_unit": "{value} {unit}",
    "number.with_interval": "{value} ({low} to {high})",
    "count.cell": counted("cell"),
    "count.column": counted("column"),
    "count.column_name": counted("column name"),
    "count.contrast": counted("contrast"),
    "count.data_set": counted("data set"),
    "count.data_source": counted("data source"),
    "count.further_header_row": counted("further header row"),
    "count.gap": counted("gap"),
    "count.infinite_value": counted("infinite value"),
    "count.line": counted("line"),
    "count.more_gap": counted("more gap"),
    "count.more_variable": counted("more variable"),
    "count.point": counted("point"),
    "count.row": counted("row"),
    "count.second": counted("second"),
    "count.seed": counted("seed"),
    "count.step": counted("step"),
    "count.time": counted("time"),
    "count.training": counted("training"),
    "count.value": counted("value"),
}
