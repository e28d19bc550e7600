"""Which runs can be trained as one stack, and the one model that holds them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.config import ModelConfig, RunConfig
from core.vocabulary import Fusion, Reference

_AVERAGES = (Reference.DYNAMIC, Reference.EMA, Reference.MEAN)  # of states: they differ in the decay alone
_SWITCHED = {(fusion.corrects_conv, fusion.corrects_gru): fusion for fusion in Fusion}


def shape(run: RunConfig) -> RunConfig:
    """Return what runs must share to be stacked: all but seed and switches, and a reference of equal parameters.

    A run whose crossing is switched off is one whose crossing is zero; `dynamic` is `ema` that forgets at once.

    >>> one, other = (RunConfig("ETTh1", model=ModelConfig(fusion=fusion)) for fusion in ("none", "both"))
    >>> shape(one) == shape(other)
    True
    """
    model = run.canonical.model
    reference = Reference.DYNAMIC if model.reference in _AVERAGES else model.reference
    fusion = model.fusion if model.matched else Fusion.BOTH
    return replace(run, model=replace(model, fusion=fusion, reference=reference), train=replace(run.train, seed=0))


def check_shape(runs: Iterable[RunConfig]) -> None:
    """Raise a ValueError when runs cannot be one stack; it names two that differ."""
    first, *others = runs
    for other in others:
        if shape(other) != shape(first):
            raise ValueError(
                f"{first.run_id} and {other.run_id} differ in more than seed, fusion and a reference of equal size, "
                "so they cannot be one stack; train them in two."
            )


def widest(runs: Sequence[RunConfig]) -> ModelConfig:
    """Return the model that has every crossing any of the runs has."""
    models = [run.canonical.model for run in runs]
    fusions = [model.fusion for model in models]
    switches = (any(fusion.corrects_conv for fusion in fusions), any(fusion.corrects_gru for fusion in fusions))
    averaged = any(model.reference in (Reference.EMA, Reference.MEAN) for model in models)
    reference = Reference.EMA if averaged else models[0].reference
    return replace(models[0], fusion=_SWITCHED[switches], reference=reference)
