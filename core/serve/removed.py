"""The two-path account: which parts of a model are removed, alone and together, to see what each is worth."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from core.config import ModelConfig
from core.serve.changes import ChangeError, check, parsed
from core.serve.effect_work import Asked, Changes
from core.train.record import RunRecord

MOST = 1_024  # test windows drawn at random: every part takes a pass of its own


class Removed(StrEnum):
    """What is removed from a model."""

    GRU_TO_CNN = "gru_to_cnn"
    CNN_TO_GRU = "cnn_to_gru"
    CROSSINGS = "crossings"
    ATTENTION = "attention"  # made uniform
    CROSSINGS_AND_ATTENTION = "crossings_and_attention"
    CONVOLUTION = "convolution"
    GRU = "gru"
    PATHS = "paths"

    @property
    def changes(self) -> Changes:
        """The changes that remove it."""
        return _CHANGES[self]


_CROSSINGS = ("silence:gru_to_cnn", "silence:cnn_to_gru")
_CHANGES: dict[Removed, Changes] = {
    Removed.GRU_TO_CNN: ("silence:gru_to_cnn",),
    Removed.CNN_TO_GRU: ("silence:cnn_to_gru",),
    Removed.CROSSINGS: _CROSSINGS,
    Removed.ATTENTION: ("attention:uniform",),
    Removed.CROSSINGS_AND_ATTENTION: (*_CROSSINGS, "attention:uniform"),
    Removed.CONVOLUTION: ("silence:convolution",),
    Removed.GRU: ("silence:gru",),
    Removed.PATHS: ("silence:convolution", "silence:gru"),
}


def removable(model: ModelConfig, run_id: str) -> list[Removed]:
    """Return the parts that a model has and that can be removed from it."""
    return [part for part in Removed if _can_be_made(part.changes, model, run_id)]


def _can_be_made(changes: Iterable[str], model: ModelConfig, run_id: str) -> bool:
    try:
        check(parsed(changes), model, run_id)
    except ChangeError:
        return False
    return True


def account_of(records: Iterable[RunRecord]) -> list[Asked]:
    """Return the question whose answer, over at most MOST windows, is the two-path account of some runs."""
    return [
        Asked(record, tuple(part.changes for part in removable(record.config.model, record.run_id)))
        for record in records
    ]
