"""Whole recipes under one name each: what to choose when one does not want to choose every setting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from core.config import ConfigError, ModelConfig, RunConfig, TrainConfig, WindowConfig
from core.text.words import mark
from core.vocabulary import Embedding, Loss, Schedule, Select


class Preset(NamedTuple):
    """A whole recipe under one name, and in one sentence what it is for.

    `paced`: whether it takes more steps where the train rows hold many targets (core.train.pace).
    """

    model: ModelConfig
    train: TrainConfig
    purpose: str  # marked
    paced: bool = False


# Chosen on rolling origins inside the train rows, see RESULTS.md.
_RECIPE = TrainConfig(rotation=0.9, select=Select.LAST)
PRESETS: dict[str, Preset] = {
    "quick": Preset(
        ModelConfig(width=16, blocks=1, head_dropout_rows=224),
        replace(_RECIPE, epochs=4, stride=4),
        mark("A first answer within a minute or two; errors are a little above those of `default`."),
    ),
    "default": Preset(
        ModelConfig(head_dropout_rows=224),
        _RECIPE,
        mark(
            "The recommended recipe: small enough to train every mode in several seeds, as accurate as larger ones."
        ),
        paced=True,
    ),
    "best": Preset(
        ModelConfig(width=64, head_dropout_rows=224),
        replace(_RECIPE, learning_rate=5e-4),
        mark("Twice as wide as `default`, for the last half per cent of error at twice the time."),
        paced=True,
    ),
    "shared-embedding": Preset(
        ModelConfig(head_dropout_rows=224),
        replace(_RECIPE, freeze_embedding=True),
        mark(
            "`default` with one embedding for all modes, kept as the seed drew it: what the paths do apart from what "
            "their embeddings learned to read."
        ),
        paced=True,
    ),
    "patches": Preset(
        ModelConfig(embedding=Embedding.PATCHES, width=36, head_dropout_rows=224),
        _RECIPE,
        mark(
            "`default` without its first layer: tokens are raw patches, one variable each, as the published cost "
            "table compares it."
        ),
        paced=True,
    ),
    "published-small": Preset(
        ModelConfig(embedding=Embedding.MIXED, width=64),
        TrainConfig(learning_rate=5e-4),  # with L1, the best of six recipes on the validation windows
        mark("The published form at a size that trains in seconds: one layer mixes all variables first."),
    ),
    "published": Preset(
        ModelConfig(embedding=Embedding.MIXED, width=256, blocks=7, heads=8),
        TrainConfig(learning_rate=1e-4),
        mark("The published form at its published size; minutes a run on a GPU, an hour without one."),
    ),
    "overtrained": Preset(
        ModelConfig(embedding=Embedding.MIXED, width=64, dropout=0.0),
        TrainConfig(
            loss=Loss.MSE,
            weight_decay=0.0,
            epochs=8,
            stride=4,
            schedule=Schedule.CONSTANT,
            select=Select.LAST,
            test_every_epoch=True,
        ),
        mark(
            "The published form trained past its best epoch on purpose: does crossing help, or does it slow "
            "overfitting?"
        ),
    ),
}


def presets_in_words() -> str:
    """Return every preset with its purpose, for the help of a command."""
    return " ".join(f"{name}: {preset.purpose}" for name, preset in PRESETS.items())


def preset_run(
    dataset: str, preset: str, *, horizon: int, lookback: int = 720, seed: int = 0, **model: Any
) -> RunConfig:
    """Return a preset as a run; keyword arguments in `model` replace fields of the architecture.

    >>> preset_run("ETTh1", "default", horizon=96, blocks=1).model.blocks
    1
    """
    if preset not in PRESETS:
        raise ConfigError(f"preset is {preset!r}; possible: {', '.join(PRESETS)}. Choose one of these.")
    architecture, recipe, *_ = PRESETS[preset]
    return RunConfig(
        dataset=dataset,
        preset=preset,
        model=replace(architecture, **model),
        window=WindowConfig(lookback=lookback, horizon=horizon),
        train=replace(recipe, seed=seed),
    )
