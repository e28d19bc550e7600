"""Frozen settings: what to build, on which windows, how to train. Saved beside the weights.

A configuration is data: it is compared, hashed into a run id, written as JSON and read back. Unknown keys are
refused, so that a file from another version is never half understood.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, ClassVar, Self, get_type_hints

from core.vocabulary import Embedding, Fusion, Loss, Merge, Reference


class ConfigError(ValueError):
    """A setting that cannot be used: says what came, what is possible, and what to do."""


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ConfigError(message)


@dataclass(frozen=True)
class Section:
    """Shared reading and writing of one group of settings."""

    title: ClassVar[str] = "settings"

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from JSON values; an unknown or missing key is a ConfigError naming it."""
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(values) - known)
        _require(
            not unknown,
            f"{cls.title} has unknown key(s) {', '.join(unknown)}; known: {', '.join(sorted(known))}. "
            "The file is from another version of the product: use that version or train again.",
        )
        hints = get_type_hints(cls)
        read: dict[str, Any] = {}
        for name, value in values.items():
            hint = hints[name]
            if isinstance(hint, type) and issubclass(hint, Section):
                read[name] = hint.from_dict(value)
            elif isinstance(hint, type) and issubclass(hint, StrEnum):
                read[name] = _word(hint, value)
            else:
                read[name] = value
        try:
            return cls(**read)
        except TypeError as error:
            raise ConfigError(f"{cls.title} is incomplete: {error}. Train again with this version.") from error

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def _word(kind: type[StrEnum], value: object) -> StrEnum:
    try:
        return kind(str(value))
    except ValueError:
        choices = ", ".join(member.value for member in kind)
        raise ConfigError(
            f"{kind.__name__.lower()} is {value!r}; possible: {choices}. Choose one of these."
        ) from None


@dataclass(frozen=True)
class ModelConfig(Section):
    """The architecture (sizes in tokens, channels, taps)."""

    title: ClassVar[str] = "model"

    fusion: Fusion = Fusion.BOTH
    reference: Reference = Reference.DYNAMIC
    merge: Merge = Merge.ATTENTION
    embedding: Embedding = Embedding.HYBRID
    width: int = 32  # channels d of both paths
    blocks: int = 2
    patch: int = 36  # rows per token
    kernel: int = 3  # taps of every depth-wise kernel
    heads: int = 4  # of the cross-modal attention
    dropout: float = 0.3
    variable_dropout: float = 0.3  # hybrid only: variables hidden from the mixed token in training
    gate: float = 0.1  # start of every crossing gate
    ema_decay: float = 0.9  # per token, reference `ema`
    matched: bool = False  # fusion `none` widened to the size of `both`: tells a gain from mere size

    def __post_init__(self) -> None:
        """Check each size."""
        for name in ("width", "blocks", "patch", "kernel", "heads"):
            _require(getattr(self, name) >= 1, f"{name} is {getattr(self, name)}; it must be at least 1.")
        _require(self.kernel % 2 == 1, f"kernel is {self.kernel}; it must be odd, so that it has a middle tap.")
        _require(
            self.width % self.heads == 0,
            f"width is {self.width} and heads {self.heads}; width must be a multiple of heads.",
        )
        for name in ("dropout", "variable_dropout", "ema_decay"):
            _require(0 <= getattr(self, name) < 1, f"{name} is {getattr(self, name)}; it must lie in [0, 1).")
        _require(
            not self.matched or self.fusion is Fusion.NONE,
            f"matched is set and fusion is {self.fusion}; only `none` is widened to the size of `both`: choose one.",
        )

    @property
    def inner(self) -> int:
        """Channels between the two point-wise convolutions: 2 d, more where the size of `both` is matched."""
        usual = 2 * self.width
        if not self.matched:
            return usual
        crossing = self.width * self.width * self.kernel + self.width * self.kernel + self.width
        return usual + round(2 * crossing / (2 * self.width + 1))  # each inner channel has 2 d weights and a bias


@dataclass(frozen=True)
class WindowConfig(Section):
    """What the model reads and forecasts, in rows."""

    title: ClassVar[str] = "window"

    lookback: int = 720
    horizon: int = 96

    def __post_init__(self) -> None:
        """Check both lengths."""
        for name in ("lookback", "horizon"):
            _require(getattr(self, name) >= 1, f"{name} is {getattr(self, name)}; it must be at least 1 row.")


@dataclass(frozen=True)
class TrainConfig(Section):
    """The recipe."""

    title: ClassVar[str] = "train"

    seed: int = 0
    loss: Loss = Loss.L1
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    batch: int = 64
    epochs: int = 6
    patience: int = 3  # epochs without a better validation error
    stride: int = 2  # between training windows, in rows; validation and test always use every window
    clip: float = 1.0  # largest gradient norm
    freeze_embedding: bool = False  # the token embedding stays as the seed drew it: the same for all fusion modes

    def __post_init__(self) -> None:
        """Check the counts and rates."""
        for name in ("batch", "epochs", "patience", "stride"):
            _require(getattr(self, name) >= 1, f"{name} is {getattr(self, name)}; it must be at least 1.")
        for name in ("learning_rate", "clip"):
            _require(getattr(self, name) > 0, f"{name} is {getattr(self, name)}; it must be above 0.")
        _require(self.seed >= 0, f"seed is {self.seed}; it must be 0 or more.")


@dataclass(frozen=True)
class RunConfig(Section):
    """One training: everything that decides its result, apart from code and data versions."""

    title: ClassVar[str] = "run"

    dataset: str
    preset: str = "default"
    model: ModelConfig = field(default_factory=ModelConfig)
    window: WindowConfig = field(default_factory=WindowConfig)
    train: TrainConfig = field(default_factory=TrainConfig)

    def __post_init__(self) -> None:
        """Check that whole tokens fill the look-back."""
        lookback, patch = self.window.lookback, self.model.patch
        _require(
            lookback % patch == 0,
            f"look-back is {lookback} rows and a token {patch}; it must be a whole number of tokens: "
            f"choose {max(1, lookback // patch) * patch} rows.",
        )

    @property
    def canonical(self) -> RunConfig:
        """The same run, settings that cannot matter at their defaults (`none` ignores the reference)."""
        if self.model.fusion is Fusion.NONE:
            return replace(self, model=replace(self.model, reference=Reference.DYNAMIC))
        return self

    @property
    def run_id(self) -> str:
        """Readable name with a hash of every setting; equal runs share it."""
        run = self.canonical
        settings = run.to_dict()
        if not run.train.freeze_embedding:
            del settings["train"]["freeze_embedding"]  # so that runs keep the ids from before there was this setting
        digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]
        fusion = f"{run.model.fusion}-matched" if run.model.matched else run.model.fusion
        return (
            f"{run.dataset}-h{run.window.horizon}-{fusion}-{run.model.merge}-{run.preset}-s{run.train.seed}-{digest}"
        )


PRESETS: dict[str, tuple[ModelConfig, TrainConfig]] = {
    "quick": (ModelConfig(width=16, blocks=1), TrainConfig(epochs=4, stride=4)),
    "default": (ModelConfig(), TrainConfig()),
    "best": (ModelConfig(width=64), TrainConfig(learning_rate=5e-4)),
    # Tells what the paths do apart from what their embeddings learned to read.
    "shared-embedding": (ModelConfig(), TrainConfig(freeze_embedding=True)),
    "published-small": (
        ModelConfig(embedding=Embedding.MIXED, width=64),
        TrainConfig(learning_rate=5e-4),  # with L1, the best of six recipes on the validation windows
    ),
    "published": (
        ModelConfig(embedding=Embedding.MIXED, width=256, blocks=7, heads=8),
        TrainConfig(learning_rate=1e-4),
    ),
}


def preset_run(
    dataset: str, preset: str, *, horizon: int, lookback: int = 720, seed: int = 0, **model: Any
) -> RunConfig:
    """Return a preset as a run; keyword arguments in `model` replace fields of the architecture.

    >>> preset_run("ETTh1", "default", horizon=96, fusion=Fusion.NONE).model.width
    32
    """
    if preset not in PRESETS:
        raise ConfigError(f"preset is {preset!r}; possible: {', '.join(PRESETS)}. Choose one of these.")
    architecture, recipe = PRESETS[preset]
    return RunConfig(
        dataset=dataset,
        preset=preset,
        model=replace(architecture, **model),
        window=WindowConfig(lookback=lookback, horizon=horizon),
        train=replace(recipe, seed=seed),
    )
