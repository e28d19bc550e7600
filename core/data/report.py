"""What was found in a file, what was mended and how, and what was refused: the report that travels with the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True)
class IngestReport:
    """The account of one file; every sentence stands on its own.

    Attributes
    ----------
    accepted : bool
        Whether the file can be used.
    reason : str
        Why it was refused; empty when accepted.
    rows, variables : int
        Size of the checked frame (of what was seen, when refused).
    step, start, end : str
        Distance of two rows ("1 hour") and the first and last stamp (ISO 8601); empty when unknown.
    found, mended, refused : tuple of str
        What the file holds, what was changed and how, and what was left out or refused.
    """

    accepted: bool
    reason: str = ""
    rows: int = 0
    variables: int = 0
    step: str = ""
    start: str = ""
    end: str = ""
    found: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values in the order of the fields."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` returned."""
        read: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
        }
        return cls(**read)

    def with_found(self, sentence: str) -> Self:
        """Return the report with one more sentence under `found`."""
        return replace(self, found=(*self.found, sentence))

    def text(self) -> str:
        """Return the report as lines a person reads."""
        head = "accepted" if self.accepted else f"refused: {self.reason}"
        lines = [head]
        if self.rows:
            span = f", {self.start} to {self.end}, step {self.step}" if self.start else ""
            lines.append(f"{self.rows:,} rows x {self.variables} variables{span}")
        for title, sentences in (("found", self.found), ("mended", self.mended), ("refused", self.refused)):
            lines += [f"{title}:", *(f"  - {sentence}" for sentence in sentences)] if sentences else []
        return "\n".join(lines)


class Refused(Exception):
    """A file that cannot be used; the message is the one sentence its owner reads."""


@dataclass
class Notes:
    """The report in the making: each stage of the ingest adds its sentences."""

    found: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def some(names: list[str], *, most: int = 5) -> str:
    """Return a list of names for a sentence, cut after `most`.

    >>> some(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where needed.

    >>> count(1, "row"), count(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
