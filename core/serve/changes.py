"""What can be changed inside a model while it forecasts, each by a word that fits into a link.

    silence:gru_to_cnn        the crossing says nothing
    silence:convolution       the merge gets nothing of this path; what it wrote to the other one stays
    scale:gru_to_cnn:1.5      the correction is multiplied: 0 silences the crossing, 1 leaves it, at most 2
    freeze:cnn_to_gru         every window gets the mean kernel of the test windows
    borrow:cnn_to_gru:1200    the kernel that the model writes in another test window, counted from 0
    slot:cnn_to_gru:13        the mean kernel of the test windows whose last row lies in a slot of the calendar cycle,
                              counted from 0: an hour, a weekday, a month
    hold:update:1             a gate of the GRU has this value from 0 to 1 everywhere; the update gate keeps at 1
    attention:uniform         every query reads all keys alike
    attention:shuffled        the window reads with the attention of another one, drawn at random
    attention:1               every head reads as head 1 does, counted from 1

Several together are made one after the other. What a forward pass replaces for them: `core.serve.changed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, assert_never

from core.config import ModelConfig, word_of
from core.text.message import Message
from core.vocabulary import CROSSED, Fusion, Gate, Merge, ModelPath

LOUDEST = 2.0  # times a correction is scaled at most
SLOTS_WINDOWS = 1_536  # drawn for the mean kernels of all slots of the cycle together
LEAST = 4  # of a slot


class ChangeError(ValueError):
    """A change that cannot be made: says what came, what is possible, and what to do."""


class Kind(StrEnum):
    """The kinds of a change."""

    SILENCE = "silence"
    SCALE = "scale"
    FREEZE = "freeze"
    BORROW = "borrow"
    SLOT = "slot"
    HOLD = "hold"
    ATTENTION = "attention"


class Routing(StrEnum):
    """What attention may be instead of the model's own or that of one head."""

    UNIFORM = "uniform"
    SHUFFLED = "shuffled"


Target = Fusion | ModelPath | Gate
_CROSSINGS: tuple[Target, ...] = tuple(CROSSED)
TARGETS: dict[Kind, tuple[Target, ...]] = {
    Kind.SILENCE: (*_CROSSINGS, *ModelPath),
    Kind.SCALE: _CROSSINGS,
    Kind.FREEZE: _CROSSINGS,
    Kind.BORROW: _CROSSINGS,
    Kind.SLOT: _CROSSINGS,
    Kind.HOLD: tuple(Gate),
    Kind.ATTENTION: (),
}
_EXAMPLES = {
    Kind.SILENCE: "silence:gru_to_cnn",
    Kind.SCALE: "scale:gru_to_cnn:1.5",
    Kind.FREEZE: "freeze:cnn_to_gru",
    Kind.BORROW: "borrow:cnn_to_gru:1200",
    Kind.SLOT: "slot:cnn_to_gru:13",
    Kind.HOLD: "hold:update:1",
    Kind.ATTENTION: "attention:uniform, attention:shuffled or attention:1",
}
_BARE = (Kind.SILENCE, Kind.FREEZE)  # without a value


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes
    ----------
    kind : Kind
    target : the crossing, path or gate that is changed; None for attention.
    value : the factor, window, slot, level or head, or the routing of attention; 0 where the kind needs none.
    """

    kind: Kind
    target: Target | None = None
    value: float | Routing = 0.0

    @classmethod
    def parse(cls, word: str) -> Self:
        """Read a change as this module's head lists them.

        >>> Change.parse("scale:gru_to_cnn:1.5").value
        1.5
        >>> str(Change.parse("attention:uniform"))
        'attention:uniform'

        Raises
        ------
        ChangeError : a kind, target or value that does not exist.
        """
        name, *rest = word.strip().split(":")
        kind = word_of(Kind, name, ChangeError)
        target = _target(kind, rest.pop(0) if rest else "") if TARGETS[kind] else None
        wants = int(kind not in _BARE)
        if len(rest) != wants:
            raise ChangeError(Message("change.values", word=word, n=len(rest), wanted=wants, example=_EXAMPLES[kind]))
        return cls(kind, target, _value(kind, rest[0]) if wants else 0.0)

    def __str__(self) -> str:
        parts: list[str] = [self.kind] if self.target is None else [self.kind, self.target]
        if self.kind not in _BARE:
            parts.append(self.value if isinstance(self.value, Routing) else _number(self.value))
        return ":".join(parts)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else f"{value:g}"


def _target(kind: Kind, text: str) -> Target:
    found = next((target for target in TARGETS[kind] if target == text), None)
    if found is None:
        raise ChangeError(Message("change.target", kind=kind.value, target=text, targets=", ".join(TARGETS[kind])))
    return found


def _value(kind: Kind, text: str) -> float | Routing:
    if kind is Kind.ATTENTION and text in list(Routing):
        return Routing(text)
    try:
        value = float(text)
    except ValueError:
        raise ChangeError(Message("change.no_number", text=text, example=_EXAMPLES[kind])) from None
    match kind:
        case Kind.SCALE | Kind.HOLD:
            is_scale = kind is Kind.SCALE
            most = LOUDEST if is_scale else 1.0
            if not 0 <= value <= most:
                raise ChangeError(Message("change.scaled" if is_scale else "change.held", text=text, most=most))
        case Kind.BORROW | Kind.SLOT | Kind.ATTENTION:
            if not value.is_integer() or value < (kind is Kind.ATTENTION):
                raise ChangeError(_no_place(kind, text))
        case Kind.SILENCE | Kind.FREEZE:
            raise ValueError(f"{kind} has no value; leave it out.")
        case _:
            assert_never(kind)
    return value


def _no_place(kind: Kind, text: str) -> Message:
    """Return that a text is no window, slot or head, whichever the kind wants."""
    match kind:
        case Kind.BORROW:
            return Message("change.window", text=text, example=_EXAMPLES[kind])
        case Kind.SLOT:
            return Message("change.slot", text=text, example=_EXAMPLES[kind])
        case _:
            return Message("change.head", text=text, example=_EXAMPLES[kind])


def windows_of_slot(slots: int, of_all: int = SLOTS_WINDOWS) -> int:
    """Return how many test windows at most are drawn of one of so many slots: for its mean kernel unless given.

    >>> windows_of_slot(24), windows_of_slot(144)
    (64, 10)
    """
    return max(of_all // slots, LEAST)


def parsed(changes: Iterable[str | Change]) -> list[Change]:
    """Return changes that are given as words or as such; a ChangeError where one does not exist."""
    return [Change.parse(change) if isinstance(change, str) else change for change in changes]


def check(changes: Iterable[Change], model: ModelConfig, run_id: str) -> None:
    """Raise a ChangeError where a model has no such crossing or head, or nothing that could be replaced."""
    for change in changes:
        match change.target:
            case Fusion():
                _check_crossing(change, change.target, model, run_id)
            case ModelPath() | Gate():
                pass  # every model has both
            case None:
                _check_attention(change, model)
            case _:
                assert_never(change.target)


def _check_crossing(change: Change, crossing: Fusion, model: ModelConfig, run_id: str) -> None:
    names = CROSSED[crossing]
    if names.correction not in model.activations:
        fusion = model.fusion.value
        raise ChangeError(
            Message("change.no_crossing", change=str(change), run=run_id, fusion=fusion, crossing=crossing.value)
        )
    if change.kind in (Kind.FREEZE, Kind.BORROW, Kind.SLOT) and names.kernel not in model.activations:
        raise ChangeError(Message("change.no_kernel", change=str(change), reference=model.reference.value))


def _check_attention(change: Change, model: ModelConfig) -> None:
    if model.merge is not Merge.ATTENTION:
        raise ChangeError(Message("change.no_attention", change=str(change), merge=model.merge.value))
    if not isinstance(change.value, Routing) and change.value > model.heads:
        raise ChangeError(Message("change.no_such_head", head=change.value, heads=model.heads))
