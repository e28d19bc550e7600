"""Edits of the rows that one window reads, each by a word that fits into a link.

    spike:EWR temp:-24..-24:3           rises to 3 standard deviations in the middle of the span, and falls again
    level:EWR temp,JFK temp:-24..-1:1.5 the whole span is lifted
    slope:EWR temp:-24..-1:-2           the span is tilted: nothing before its first row, all of it at its last
    noise:EWR temp:-24..-1:0.5          normal noise is added
    scale:EWR temp:-24..-1:0            times a factor from 0 to 3 about the mean of the span
    shift:EWR temp:-24..-1:3            moved by whole rows inside the span, later if positive; its edges are held
    zero:EWR temp:-24..-1               0 in the file's own units, as of a sensor that is off
    hold:EWR temp:-24..-1               the first value of the span stays, as of a sensor that is stuck
    swap:EWR temp,JFK temp:-24..-1      two variables change places, each in standard deviations about its own mean
    repeat:EWR temp:-24..-1             the rows one cycle of the calendar earlier: yesterday once more

Rows are counted back from the origin: -1 is the last one read, minus the look-back the first; both ends belong to the
span. Standard deviations and means are those of the train rows. Names are percent-encoded where they hold a sign of
the word. What an edit does to the rows: `core.data.edited`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from urllib.parse import unquote

from core.text.amounts import counted
from core.text.words import mark, say

MOST = 20  # edits of one window
_SPAN = re.compile(r"(-[1-9]\d{0,8})\.\.(-[1-9]\d{0,8})")
_SIGNS = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "%:,|"})  # of a word: no name may hold them


class EditError(ValueError):
    """An edit that cannot be made: says what came, what is possible, and what to do."""


class EditKind(StrEnum):
    """The kinds of an edit."""

    SPIKE = "spike"
    LEVEL = "level"
    SLOPE = "slope"
    NOISE = "noise"
    SCALE = "scale"
    SHIFT = "shift"
    ZERO = "zero"
    HOLD = "hold"
    SWAP = "swap"
    REPEAT = "repeat"


LIMITS = {  # of the amount: standard deviations, for scale a factor; a shift goes as far as its span
    EditKind.SPIKE: (-10.0, 10.0),
    EditKind.LEVEL: (-10.0, 10.0),
    EditKind.SLOPE: (-10.0, 10.0),
    EditKind.NOISE: (0.0, 10.0),
    EditKind.SCALE: (0.0, 3.0),
}


@dataclass(frozen=True)
class Edit:
    """One edit.

    Attributes
    ----------
    kind : EditKind
    variables : whose rows are edited; two for a swap.
    first, last : the span, from minus the look-back to -1.
    amount : as this module's head lists it; 0 where the kind needs none.
    """

    kind: EditKind
    variables: tuple[str, ...]
    first: int
    last: int
    amount: float = 0.0

    def __post_init__(self) -> None:
        """Raise an EditError where the parts do not go together."""
        if not self.first <= self.last <= -1:
            told = mark("The span {first}..{last} is empty; begin at the earlier row, as -24..-1.")
            raise EditError(say(told, first=self.first, last=self.last))
        if not self.variables or (self.kind is EditKind.SWAP and len(self.variables) != 2):
            told = (
                mark("{kind} has {variables}, wanted two variables: name them.")
                if self.kind is EditKind.SWAP
                else mark("{kind} has {variables}, wanted a variable or more: name them.")
            )
            raise EditError(say(told, kind=self.kind.value, variables=counted(len(self.variables), "variable")))
        if (limits := limits_of(self.kind, len(self))) is None:
            return
        if not limits[0] <= self.amount <= limits[1]:
            told = mark("{edit} has the amount {amount:g}; choose one from {low:g} to {high:g}.")
            raise EditError(say(told, edit=str(self), amount=self.amount, low=limits[0], high=limits[1]))
        if self.kind is EditKind.SHIFT and not self.amount.is_integer():
            told = mark("{edit} moves by {rows:g} rows; choose a whole number.")
            raise EditError(say(told, edit=str(self), rows=self.amount))

    @classmethod
    def parse(cls, word: str) -> Self:
        """Read an edit as this module's head lists them.

        >>> Edit.parse("level:EWR temp:-24..-1:1.5").amount
        1.5
        >>> str(Edit.parse("swap:a%3Ab,c:-2..-1"))
        'swap:a%3Ab,c:-2..-1'

        Raises
        ------
        EditError : a kind, span or amount that does not exist.
        """
        name, *rest = word.split(":")
        if name not in list(EditKind):
            told = mark("There is no edit {name!r}; choose one of: {kinds}.")
            raise EditError(say(told, name=name, kinds=", ".join(EditKind)))
        kind = EditKind(name)
        wants = 2 + has_amount(kind)
        if len(rest) != wants:
            told = mark("The edit {word!r} has {parts} after its kind, wanted {wants}; write it as {example}.")
            parts = counted(len(rest), "part")
            raise EditError(say(told, word=word, parts=parts, wants=wants, example=example(kind)))
        if (span := _SPAN.fullmatch(rest[1])) is None:
            told = mark("The span {span!r} is none; write the first and the last row, as -24..-1.")
            raise EditError(say(told, span=rest[1]))
        names = tuple(dict.fromkeys(map(unquote, rest[0].split(","))))
        return cls(kind, names, int(span[1]), int(span[2]), _number(rest[2], kind) if has_amount(kind) else 0.0)

    def __str__(self) -> str:
        names = ",".join(name.translate(_SIGNS) for name in self.variables)
        parts = [self.kind.value, names, f"{self.first}..{self.last}"]
        if has_amount(self.kind):
            parts.append(str(int(self.amount)) if self.amount.is_integer() else repr(self.amount))
        return ":".join(parts)

    def __len__(self) -> int:
        """Rows of the span."""
        return self.last - self.first + 1


def has_amount(kind: EditKind) -> bool:
    """Tell whether a kind of edit needs an amount."""
    return kind in LIMITS or kind is EditKind.SHIFT


def limits_of(kind: EditKind, rows: int) -> tuple[float, float] | None:
    """Return the least and the largest amount of a kind of edit on a span of so many rows; None where it needs none.

    >>> limits_of(EditKind.SHIFT, 24), limits_of(EditKind.ZERO, 24)
    ((-24.0, 24.0), None)
    """
    return (-float(rows), float(rows)) if kind is EditKind.SHIFT else LIMITS.get(kind)


def example(kind: EditKind) -> str:
    """Return how an edit of a kind is written."""
    names = "load,temp" if kind is EditKind.SWAP else "load"
    return f"{kind}:{names}:-24..-1" + (":1" if has_amount(kind) else "")


def _number(text: str, kind: EditKind) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        told = mark("{text!r} is no amount; write an edit as {example}.")
        raise EditError(say(told, text=text, example=example(kind)))
    return value


def fitting(
    edits: Iterable[str | Edit], *, variables: Sequence[str], lookback: int, season: int | None
) -> tuple[Edit, ...]:
    """Return edits, given as words or as such, that fit a window; an EditError where they do not.

    Parameters
    ----------
    variables : that the window holds.
    lookback : rows that it reads.
    season : rows of the calendar's cycle; None where there is none.
    """
    found = tuple(Edit.parse(edit) if isinstance(edit, str) else edit for edit in edits)
    if len(found) > MOST:
        told = mark("{n} edits were given and one window takes at most {most}; leave some out.")
        raise EditError(say(told, n=len(found), most=MOST))
    for edit in found:
        if gone := [name for name in edit.variables if name not in variables]:
            told = mark("{edit} edits {variable!r}, which is no variable here; choose another one.")
            raise EditError(say(told, edit=str(edit), variable=gone[0]))
        repeats = edit.kind is EditKind.REPEAT
        if repeats and season is None:
            told = mark("{edit} cannot be made: these rows follow no cycle; choose another edit.")
            raise EditError(say(told, edit=str(edit)))
        earliest = edit.first - (season if repeats and season else 0)
        if earliest < -lookback:
            told = (
                mark(
                    "{edit} reads one cycle of {season} rows before its span, at row {earliest}, and the window "
                    "begins at row -{lookback}; choose a later span."
                )
                if repeats
                else mark(
                    "{edit} begins at row {earliest}, and the window begins at row -{lookback}; choose a later span."
                )
            )
            raise EditError(say(told, edit=str(edit), season=season, earliest=earliest, lookback=lookback))
    return found
