"""What a trace holds: which taps, in which reductions, under which names and axes.

A trace is an xarray Dataset with one array for each pair of tap and reduction. Its labels and its size on disk are
in `core.trace.layout`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Self, TypeVar, assert_never

from core.config import ModelConfig
from core.vocabulary import TAP_DIMS, Dim, Embedding, Merge, Tap

if TYPE_CHECKING:
    import xarray as xr

Word = TypeVar("Word", bound=StrEnum)


class TraceError(ValueError):
    """A trace that cannot be recorded or read: says what came, what is possible, and what to do."""


class Reduction(StrEnum):
    """What is kept of a tap. Reductions happen while recording, so that the rest never takes up memory."""

    FULL = "full"
    LAST_TOKEN = "last_token"
    MEAN_TOKEN = "mean_token"
    MEAN_CHANNEL = "mean_channel"
    MEAN_VARIABLE = "mean_variable"
    NORM_CHANNEL = "norm_channel"  # root mean square over channels

    @property
    def removes(self) -> Dim | None:
        """The axis that is gone afterwards."""
        match self:
            case Reduction.FULL:
                return None
            case Reduction.LAST_TOKEN | Reduction.MEAN_TOKEN:
                return Dim.TOKEN
            case Reduction.MEAN_CHANNEL | Reduction.NORM_CHANNEL:
                return Dim.CHANNEL
            case Reduction.MEAN_VARIABLE:
                return Dim.VARIABLE
            case _:
                assert_never(self)

    def dims(self, tap: Tap) -> tuple[Dim, ...]:
        """Return the axes of a tap after the reduction.

        >>> [dim.value for dim in Reduction.LAST_TOKEN.dims(Tap.UPDATE_GATE)]
        ['origin', 'variable', 'block', 'channel']

        Raises
        ------
        TraceError : the tap has no such axis.
        """
        axes = TAP_DIMS[tap]
        if self.removes is not None and self.removes not in axes:
            possible = ", ".join(r.value for r in Reduction if r.removes is None or r.removes in axes)
            raise TraceError(
                f"{tap} has no axis '{self.removes}' for the reduction {self}; its axes are "
                f"{', '.join(axes)}. Choose one of: {possible}."
            )
        return tuple(dim for dim in axes if dim is not self.removes)


def field_name(tap: Tap, reduction: Reduction) -> str:
    """Return the name of an array in a trace.

    >>> field_name(Tap.UPDATE_GATE, Reduction.LAST_TOKEN), field_name(Tap.FORECAST, Reduction.FULL)
    ('update_gate_last_token', 'forecast')
    """
    return tap.value if reduction is Reduction.FULL else f"{tap}_{reduction}"


@dataclass(frozen=True)
class Field:
    """One array of a trace."""

    tap: Tap
    reduction: Reduction

    @property
    def name(self) -> str:
        """Its name in the Dataset."""
        return field_name(self.tap, self.reduction)

    def dims(self, embedding: Embedding) -> tuple[Dim, ...]:
        """Return its axes: `variable` only where the embedding keeps variables apart (a forecast always does)."""
        axes = self.reduction.dims(self.tap)
        if embedding is Embedding.MIXED and self.tap is not Tap.FORECAST:
            return tuple(dim for dim in axes if dim is not Dim.VARIABLE)
        return axes


@dataclass(frozen=True)
class TraceSpec:
    """Which taps are recorded, and in which reductions (several of one tap are allowed)."""

    taps: Mapping[Tap, tuple[Reduction, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that every tap has the axis that its reduction takes away."""
        if not self.taps:
            raise TraceError(f"The selection names no tap; choose from: {', '.join(Tap)}.")
        for tap, reductions in self.taps.items():
            for reduction in reductions:
                reduction.dims(tap)
        object.__setattr__(self, "taps", MappingProxyType(dict(self.taps)))

    @classmethod
    def parse(cls, words: Iterable[str], default: Reduction = Reduction.FULL) -> Self:
        """Read "tap" or "tap:reduction" words; `default` holds for words without a reduction.

        >>> spec = TraceSpec.parse(["forecast", "update_gate:last_token", "update_gate:mean_channel"])
        >>> [field.name for field in spec.fields]
        ['forecast', 'update_gate_last_token', 'update_gate_mean_channel']
        """
        chosen: dict[Tap, tuple[Reduction, ...]] = {}
        for word in words.split() if isinstance(words, str) else words:
            name, _, how = word.partition(":")
            tap = _word(Tap, "tap", name.strip())
            reduction = _word(Reduction, "reduction", how.strip()) if how else default
            if reduction not in chosen.get(tap, ()):
                chosen[tap] = (*chosen.get(tap, ()), reduction)
        return cls(chosen)

    @property
    def fields(self) -> tuple[Field, ...]:
        """One for every pair of tap and reduction."""
        return tuple(Field(tap, reduction) for tap, reductions in self.taps.items() for reduction in reductions)

    def for_model(self, config: ModelConfig) -> TraceSpec:
        """Return the part that the model has: a crossing or an attention that is switched off has nothing to record.

        Raises
        ------
        TraceError : nothing is left.
        """
        missing = _absent(config)
        kept = {tap: reductions for tap, reductions in self.taps.items() if tap not in missing}
        if not kept:
            raise TraceError(
                f"The model has none of the chosen taps ({', '.join(self.taps)}): its fusion is "
                f"{config.fusion} and its merge {config.merge}. Choose from: "
                f"{', '.join(tap for tap in Tap if tap not in missing)}."
            )
        return TraceSpec(kept)


def _word(kind: type[Word], title: str, value: str) -> Word:
    try:
        return kind(value)
    except ValueError:
        raise TraceError(f"{title} is {value!r}; possible: {', '.join(kind)}. Choose one of these.") from None


def _absent(config: ModelConfig) -> set[Tap]:
    absent: set[Tap] = set()
    if not config.fusion.corrects_conv:
        absent |= {Tap.KERNEL_GRU_TO_CNN, Tap.CORRECTION_GRU_TO_CNN}
    if not config.fusion.corrects_gru:
        absent |= {Tap.KERNEL_CNN_TO_GRU, Tap.CORRECTION_CNN_TO_GRU}
    if config.merge is not Merge.ATTENTION:
        absent.add(Tap.ATTENTION)
    return absent


# What the dashboard's pages read: 86 MB for the 2,785 test windows of ETTh1 (7 variables, default preset).
DEFAULT_TRACE = TraceSpec(
    {
        Tap.KERNEL_GRU_TO_CNN: (Reduction.FULL,),
        Tap.KERNEL_CNN_TO_GRU: (Reduction.FULL,),
        Tap.UPDATE_GATE: (Reduction.LAST_TOKEN,),
        Tap.RESET_GATE: (Reduction.LAST_TOKEN,),
        Tap.CONV_OUTPUT: (Reduction.LAST_TOKEN,),
        Tap.GRU_OUTPUT: (Reduction.LAST_TOKEN,),
        Tap.CORRECTION_GRU_TO_CNN: (Reduction.LAST_TOKEN,),
        Tap.CORRECTION_CNN_TO_GRU: (Reduction.LAST_TOKEN,),
        Tap.ATTENTION: (Reduction.MEAN_VARIABLE,),
        Tap.FORECAST: (Reduction.FULL,),
    }
)


def of_variable(array: xr.DataArray, variable: str) -> xr.DataArray:
    """Return one variable's part of an array; an array that keeps no variables apart comes back whole."""
    return array.sel({Dim.VARIABLE: variable}) if Dim.VARIABLE in array.dims else array
