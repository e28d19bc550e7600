"""What can be changed inside a model while it forecasts, each by a word that fits into a link.

    silence:gru_to_cnn        the crossing says nothing
    scale:gru_to_cnn:1.5      its correction is multiplied: 0 silences it, 1 leaves it, at most 2
    freeze:cnn_to_gru         every window gets the mean kernel of the test windows
    borrow:cnn_to_gru:1200    the kernel that the model writes in another test window, counted from 0
    attention:uniform         every query reads all keys alike
    attention:1               every head reads as head 1 does, counted from 1

Several together are made one after the other. Whole splits are changed by `core.trace.intervene`, whose setters these
are where both have them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, assert_never

from torch import Tensor

from core.config import ModelConfig, word_of
from core.model.probe import Edit
from core.trace.intervene import Intervention, frozen_kernel, silenced, uniform_attention
from core.vocabulary import CROSSED, Activation, Fusion, Merge

LOUDEST = 2.0  # times a correction is scaled at most


class ChangeError(ValueError):
    """A change that cannot be made: says what came, what is possible, and what to do."""


class Kind(StrEnum):
    """The kinds of a change."""

    SILENCE = "silence"
    SCALE = "scale"
    FREEZE = "freeze"
    BORROW = "borrow"
    ATTENTION = "attention"


UNIFORM = "uniform"


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes
    ----------
    kind : Kind
    crossing : the crossing that is changed; None for attention.
    value : the factor, the window or the head; 0 where the kind needs none, and for uniform attention.
    """

    kind: Kind
    crossing: Fusion | None = None
    value: float = 0.0

    @classmethod
    def parse(cls, word: str) -> Self:
        """Read a change as this module's head lists them.

        >>> Change.parse("scale:gru_to_cnn:1.5").value
        1.5
        >>> str(Change.parse("attention:uniform"))
        'attention:uniform'

        Raises
        ------
        ChangeError : a kind, crossing or value that does not exist.
        """
        name, *rest = word.strip().split(":")
        kind = word_of(Kind, name, ChangeError)
        crossing = None
        if kind is not Kind.ATTENTION:
            crossing = word_of(Fusion, rest.pop(0) if rest else "", ChangeError)
            if crossing not in CROSSED:
                raise ChangeError(f"{crossing} is no crossing; possible: {', '.join(CROSSED)}. Choose one of these.")
        wants = kind in (Kind.SCALE, Kind.BORROW, Kind.ATTENTION)
        if len(rest) != wants:
            raise ChangeError(f"The change {word!r} has {len(rest)} values, wanted {int(wants)}: {_EXAMPLES[kind]}.")
        if not wants or (kind is Kind.ATTENTION and rest[0] == UNIFORM):
            return cls(kind, crossing)
        return cls(kind, crossing, _value(kind, rest[0]))

    def __str__(self) -> str:
        if self.crossing is None:
            return f"{self.kind}:{self.value:g}" if self.value else f"{self.kind}:{UNIFORM}"
        value = f":{self.value:g}" if self.kind in (Kind.SCALE, Kind.BORROW) else ""
        return f"{self.kind}:{self.crossing}{value}"


_EXAMPLES = {
    Kind.SILENCE: "silence:gru_to_cnn",
    Kind.SCALE: "scale:gru_to_cnn:1.5",
    Kind.FREEZE: "freeze:cnn_to_gru",
    Kind.BORROW: "borrow:cnn_to_gru:1200",
    Kind.ATTENTION: "attention:uniform or attention:1",
}


def _value(kind: Kind, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ChangeError(f"{text!r} is no number; write a change as {_EXAMPLES[kind]}.") from None
    if kind is Kind.SCALE:
        if not 0 <= value <= LOUDEST:
            raise ChangeError(f"The factor is {text}; a crossing is scaled from 0 to {LOUDEST:g}.")
    elif not value.is_integer() or value < (kind is Kind.ATTENTION):
        raise ChangeError(f"{text} is no {'head' if kind is Kind.ATTENTION else 'window'}; write {_EXAMPLES[kind]}.")
    return value


def check(changes: Iterable[Change], model: ModelConfig, run_id: str) -> None:
    """Raise a ChangeError where a model has no such crossing, or one that writes no kernel to be replaced."""
    for change in changes:
        if change.crossing is None:
            continue
        names = CROSSED[change.crossing]
        if names.correction not in model.activations:
            raise ChangeError(
                f"{change} cannot be made: the fusion of {run_id} is {model.fusion}, so it has no crossing "
                f"{change.crossing}; choose another model."
            )
        if change.kind in (Kind.FREEZE, Kind.BORROW) and names.kernel not in model.activations:
            raise ChangeError(
                f"{change} cannot be made: a crossing of reference {model.reference} writes no kernel; choose "
                "another change."
            )


def edits_of(
    changes: Iterable[Change],
    merge: Merge,
    heads: int,
    *,
    mean_kernel: Callable[[Fusion], Tensor],
    kernel_of: Callable[[Fusion, int], Tensor],
) -> dict[Activation, Edit]:
    """Return what a forward pass replaces.

    Parameters
    ----------
    merge, heads : of the model.
    mean_kernel, kernel_of : a crossing's mean kernel, and that of a window, [variable, block, channel, tap].

    Raises
    ------
    ChangeError : the model has no such head, or no attention.
    """
    found: dict[Activation, Edit] = {}
    for change in changes:
        for activation, edit in _intervention(change, merge, heads, mean_kernel, kernel_of).edits.items():
            found[activation] = _after(found[activation], edit) if activation in found else edit
    return found


def _intervention(
    change: Change,
    merge: Merge,
    heads: int,
    mean_kernel: Callable[[Fusion], Tensor],
    kernel_of: Callable[[Fusion, int], Tensor],
) -> Intervention:
    if change.crossing is None:
        return _attention(change, merge, heads)
    crossing, names, value = change.crossing, CROSSED[change.crossing], change.value
    match change.kind:
        case Kind.SILENCE:
            return silenced(str(change), [crossing])
        case Kind.SCALE:
            return Intervention(str(change), {names.correction: lambda correction, _: value * correction})
        case Kind.FREEZE:
            return frozen_kernel(str(change), names.kernel, mean_kernel(crossing))
        case Kind.BORROW:
            return frozen_kernel(str(change), names.kernel, kernel_of(crossing, int(value)))
        case Kind.ATTENTION:
            raise ValueError("attention is of no crossing; leave the crossing out.")
        case _:
            assert_never(change.kind)


def _attention(change: Change, merge: Merge, heads: int) -> Intervention:
    if merge is not Merge.ATTENTION:
        raise ChangeError(f"The paths of this model are merged by {merge}: it has no attention to change.")
    if not change.value:
        return uniform_attention()
    if change.value > heads:
        raise ChangeError(f"Head {change.value:g} was asked for and the model has {heads}; choose one of these.")
    head = int(change.value) - 1

    def setter(weights: Tensor, _: int) -> Tensor:  # [window, variable, head, query, key]
        return weights[:, :, head : head + 1].expand_as(weights)

    return Intervention(str(change), {Activation.ATTENTION: setter})


def _after(first: Edit, then: Edit) -> Edit:
    return lambda value, block: then(first(value, block), block)
