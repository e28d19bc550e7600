"""What a trace holds: which activations, in which reductions, under which names and axes.

A trace is an xarray Dataset with one array for each pair of activation and reduction. Its labels and its size on
disk are in `core.trace.layout`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Self, assert_never

from core.config import ModelConfig, word_of
from core.vocabulary import ACTIVATION_DIMS, Activation, Dim, Embedding

if TYPE_CHECKING:
    import xarray as xr


class TraceError(ValueError):
    """A trace that cannot be recorded or read: says what came, what is possible, and what to do."""


class Reduction(StrEnum):
    """What is kept of an activation. Reductions happen while recording, so that the rest never takes up memory."""

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

    def dims(self, activation: Activation) -> tuple[Dim, ...]:
        """Return the axes of an activation after the reduction; TraceError where it has no such axis.

        >>> [dim.value for dim in Reduction.LAST_TOKEN.dims(Activation.UPDATE_GATE)]
        ['origin', 'variable', 'block', 'channel']
        """
        axes = ACTIVATION_DIMS[activation]
        if self.removes is not None and self.removes not in axes:
            possible = ", ".join(r.value for r in Reduction if r.removes is None or r.removes in axes)
            raise TraceError(
                f"{activation} has no axis '{self.removes}' for the reduction {self}; its axes are "
                f"{', '.join(axes)}. Choose one of: {possible}."
            )
        return tuple(dim for dim in axes if dim is not self.removes)


def field_name(activation: Activation, reduction: Reduction) -> str:
    """Return the name of an array in a trace.

    >>> field_name(Activation.UPDATE_GATE, Reduction.LAST_TOKEN), field_name(Activation.FORECAST, Reduction.FULL)
    ('update_gate_last_token', 'forecast')
    """
    return activation.value if reduction is Reduction.FULL else f"{activation}_{reduction}"


@dataclass(frozen=True)
class Field:
    """One array of a trace."""

    activation: Activation
    reduction: Reduction

    @property
    def name(self) -> str:
        """Its name in the Dataset."""
        return field_name(self.activation, self.reduction)

    def dims(self, embedding: Embedding) -> tuple[Dim, ...]:
        """Return its axes: `variable` only where the embedding keeps variables apart (a forecast always does)."""
        axes = self.reduction.dims(self.activation)
        if embedding is Embedding.MIXED and self.activation is not Activation.FORECAST:
            return tuple(dim for dim in axes if dim is not Dim.VARIABLE)
        return axes


@dataclass(frozen=True)
class TraceSpec:
    """Which activations are recorded, and in which reductions (several of one activation are allowed)."""

    activations: Mapping[Activation, tuple[Reduction, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that every activation has the axis that its reduction takes away."""
        if not self.activations:
            raise TraceError(f"The selection names no activation; choose from: {', '.join(Activation)}.")
        for activation, reductions in self.activations.items():
            for reduction in reductions:
                reduction.dims(activation)
        object.__setattr__(self, "activations", MappingProxyType(dict(self.activations)))

    @classmethod
    def parse(cls, words: Iterable[str], default: Reduction = Reduction.FULL) -> Self:
        """Read "activation" or "activation:reduction" words; `default` holds for words without a reduction.

        >>> spec = TraceSpec.parse(["forecast", "update_gate:last_token", "update_gate:mean_channel"])
        >>> [field.name for field in spec.fields]
        ['forecast', 'update_gate_last_token', 'update_gate_mean_channel']
        """
        chosen: dict[Activation, tuple[Reduction, ...]] = {}
        for word in words.split() if isinstance(words, str) else words:
            name, _, how = word.partition(":")
            activation = word_of(Activation, name.strip(), TraceError)
            reduction = word_of(Reduction, how.strip(), TraceError) if how else default
            if reduction not in chosen.get(activation, ()):
                chosen[activation] = (*chosen.get(activation, ()), reduction)
        return cls(chosen)

    @property
    def fields(self) -> tuple[Field, ...]:
        """One for every pair of activation and reduction."""
        return tuple(
            Field(activation, reduction)
            for activation, reductions in self.activations.items()
            for reduction in reductions
        )

    def for_model(self, config: ModelConfig) -> TraceSpec:
        """Return the part that the model has: a crossing or an attention that is switched off has nothing to record.

        TraceError where nothing is left.
        """
        kept = {
            activation: reductions
            for activation, reductions in self.activations.items()
            if activation in config.activations
        }
        if not kept:
            raise TraceError(
                f"The model has none of the chosen activations ({', '.join(self.activations)}): its fusion is "
                f"{config.fusion} and its merge {config.merge}. Choose from: "
                f"{', '.join(activation for activation in Activation if activation in config.activations)}."
            )
        return TraceSpec(kept)


# What the dashboard's pages read: 96 MB for the 2,785 test windows of ETTh1 (7 variables, default preset).
DEFAULT_TRACE = TraceSpec(
    {
        Activation.KERNEL_GRU_TO_CNN: (Reduction.FULL,),
        Activation.KERNEL_CNN_TO_GRU: (Reduction.FULL,),
        Activation.UPDATE_GATE: (Reduction.LAST_TOKEN,),
        Activation.RESET_GATE: (Reduction.LAST_TOKEN,),
        Activation.CONV_INCREMENT: (Reduction.LAST_TOKEN,),
        Activation.GRU_HIDDEN: (Reduction.LAST_TOKEN,),
        Activation.CONV_OUTPUT: (Reduction.LAST_TOKEN,),
        Activation.GRU_OUTPUT: (Reduction.LAST_TOKEN,),
        Activation.CORRECTION_GRU_TO_CNN: (Reduction.LAST_TOKEN,),
        Activation.CORRECTION_CNN_TO_GRU: (Reduction.LAST_TOKEN,),
        Activation.ATTENTION: (Reduction.MEAN_VARIABLE,),
        Activation.FORECAST: (Reduction.FULL,),
    }
)


def of_variable(array: xr.DataArray, variable: str) -> xr.DataArray:
    """Return one variable's part of an array; an array that keeps no variables apart comes back whole."""
    return array.sel({Dim.VARIABLE: variable}) if Dim.VARIABLE in array.dims else array
