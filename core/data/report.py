"""What was found in a file, what was mended and how, what was left out, and what its owner is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import pandas as pd

from core.data.choices import Option, Question
from core.text.message import Message

_TOLD = frozenset({"found", "mended", "refused", "warnings"})
_COUNTED: Mapping[str, Callable[[int], Message]] = {  # by what was left out
    "row": lambda n: Message("count.row", n=n),
    "column": lambda n: Message("count.column", n=n),
    "line": lambda n: Message("count.line", n=n),
}


@dataclass(frozen=True)
class LeftOut:
    """Something of the file that is not in the data set.

    Attributes
    ----------
    what : "rows", "column" or "line"
    name : str
        Of the column; "" for rows and lines.
    rows : int
        How many rows or lines; 0 for a column.
    reason : Message
    """

    what: str
    name: str
    rows: int
    reason: Message


@dataclass(frozen=True)
class Column:
    """A variable of the checked frame.

    Attributes
    ----------
    name, unit : str
    low, high : float
        The least and the largest measured value.
    missing : int
        Cells of the file's column that hold no value, or none that can be read.
    filled : int
        Cells of the frame without a value, in rows that the file lacks too: filled with the value before for the
        model to read, and never counted as truth.
    """

    name: str
    unit: str
    low: float
    high: float
    missing: int = 0
    filled: int = 0


@dataclass(frozen=True)
class IngestReport:
    """The account of one file; every message is told as a sentence that stands on its own.

    Attributes
    ----------
    accepted : bool
        Whether the file can be used.
    reason : Message or None
        Why it was refused; None when accepted.
    rows, variables : int
        Size of the checked frame (of what was seen, when refused).
    step, start, end : str
        Distance of two rows ("1 hour") and the first and last stamp (ISO 8601); empty when unknown.
    found, mended, refused : tuple of Message
        What the file holds, what was changed and how, and what was left out or refused.
    warnings : tuple of Message
        What its owner should know before a forecast is believed; shown on the first view.
    columns : tuple of Column
        The variables, in order; empty when refused.
    left_out : tuple of LeftOut
        What `refused` tells in sentences, to be counted.
    questions : tuple of Question
        What the file leaves open: asked on the page. A refused file with questions is read again with the answers;
        an accepted one was read in the way that `found` tells.
    """

    accepted: bool
    reason: Message | None = None
    rows: int = 0
    variables: int = 0
    step: str = ""
    start: str = ""
    end: str = ""
    found: tuple[Message, ...] = ()
    mended: tuple[Message, ...] = ()
    refused: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    columns: tuple[Column, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    questions: tuple[Question, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values in the order of the fields, messages as `Message.to_json` gives them."""
        return {field.name: _plain(getattr(self, field.name), Message.to_json) for field in fields(self)}

    def in_words(self) -> dict[str, Any]:
        """Return plain JSON values in the order of the fields, messages as sentences."""
        return {field.name: _plain(getattr(self, field.name), str) for field in fields(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` returned; what an older one lacks is empty, and its sentences stay."""
        read: dict[str, Any] = {
            name: tuple(map(Message.from_json, value)) if name in _TOLD else value for name, value in values.items()
        }
        read["reason"] = Message.from_json(values["reason"]) if values.get("reason") else None
        read["columns"] = tuple(Column(**column) for column in values.get("columns", ()))
        read["left_out"] = tuple(map(_left_out, values.get("left_out", ())))
        read["questions"] = tuple(map(Question.from_dict, values.get("questions", ())))
        return cls(**read)

    @property
    def losses(self) -> tuple[Message, ...]:
        """How much was left out, by kind: "612 rows", "2 columns"; what has a name last; empty where nothing was."""
        numbers: Counter[str] = Counter()
        for part in sorted(self.left_out, key=lambda part: bool(part.name)):
            numbers[part.what.removesuffix("s")] += part.rows or 1
        return tuple(_COUNTED[what](number) for what, number in numbers.items())

    def with_found(self, message: Message) -> Self:
        """Return the report with one more message under `found`."""
        return replace(self, found=(*self.found, message))

    def text(self) -> str:
        """Return the report as lines a person reads."""
        losses = ", ".join(map(str, self.losses))
        accepted = f"accepted; left out: {losses}" if losses else "accepted"
        lines = [accepted if self.accepted else f"refused: {self.reason}"]
        if self.rows:
            span = f", {self.start} to {self.end}, step {self.step}" if self.start else ""
            lines.append(f"{count(self.rows, 'row')} x {count(self.variables, 'variable')}{span}")
        groups = (
            ("look at", self.warnings),
            ("found", self.found),
            ("mended", self.mended),
            ("left out", tuple(sentence for sentence in self.refused if sentence != self.reason)),
        )
        for title, sentences in groups:
            lines += [f"{title}:", *(f"  - {sentence}" for sentence in sentences)] if sentences else []
        return "\n".join(lines)


class Refused(Exception):
    """A file that cannot be used.

    Attributes
    ----------
    message : Message
        The one sentence that its owner reads.
    questions : tuple of Question
        What its owner could answer so that it can be used.
    """

    def __init__(self, message: Message, *questions: Question) -> None:
        super().__init__(message)
        self.message = message
        self.questions = questions


@dataclass
class Notes:
    """The report in the making: each stage of the ingest adds its messages."""

    found: list[Message] = field(default_factory=list)
    mended: list[Message] = field(default_factory=list)
    refused: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)  # of columns whose unit stood elsewhere than in the name

    def leave_column(self, name: str, reason: Message) -> None:
        """Tell that a column is left out: "NAME: REASON; left out."; the reason is told as a clause."""
        self.refused.append(Message("left.column", name=name, reason=reason))
        self.left_out.append(LeftOut("column", name, 0, Message("left.reason", reason=reason)))

    def leave_rows(self, rows: int, message: Message, *, what: str = "rows") -> None:
        """Tell in a whole sentence that rows (or lines) are left out."""
        self.refused.append(message)
        self.left_out.append(LeftOut(what, "", rows, message))

    def report(self, **known: Any) -> IngestReport:
        """Return what was noted as a report; `known` are its other fields."""
        told = {name: tuple(part) for name, part in vars(self).items() if isinstance(part, list)}
        return IngestReport(**(told | known))

    def take(self, other: Notes) -> None:
        """Add the messages of an attempt that was kept."""
        for name in vars(self):
            own = getattr(self, name)
            own.update(getattr(other, name)) if isinstance(own, dict) else own.extend(getattr(other, name))


def extent(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the size of a frame and, on an axis of time, its first and last stamp, by the fields of a report."""
    size = {"rows": len(frame), "variables": frame.shape[1]}
    if not isinstance(frame.index, pd.DatetimeIndex):
        return size
    return size | {"start": str(frame.index[0]), "end": str(frame.index[-1])}


def _left_out(values: Mapping[str, Any]) -> LeftOut:
    return LeftOut(**{**values, "reason": Message.from_json(values["reason"])})


def _plain(value: Any, told: Callable[[Message], Any]) -> Any:
    """Return JSON values of a field: messages as `told` gives them, "" for None, parts of a report as mappings."""
    match value:
        case Message():
            return told(value)
        case tuple():
            return [_plain(part, told) for part in value]
        case LeftOut() | Column() | Question() | Option():
            return {field.name: _plain(getattr(value, field.name), told) for field in fields(value)}
        case _:
            return "" if value is None else value


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
