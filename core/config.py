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
from typing import Any, ClassVar, Self, TypeVar, get_type_hints

from core.vocabulary import (
    CROSSED,
    Activation,
    Embedding,
    Fusion,
    Head,
    Language,
    Loss,
    Merge,
    Reference,
    Schedule,
    Select,
    Weighting,
    label,
)

Kind = TypeVar("Kind", bound=StrEnum)


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
                read[name] = word_of(hint, value)
            else:
                read[name] = value
        try:
            return cls(**read)
        except TypeError as error:
            raise ConfigError(f"{cls.title} is incomplete: {error}. Train again with this version.") from error

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def word_of(kind: type[Kind], value: object, refusal: type[ValueError] = ConfigError) -> Kind:
    """Return a word of a closed set; a refusal that names the possible ones where it is none of them."""
    try:
        return kind(str(value))
    except ValueError:
        title = kind.__name__.lower()
        raise refusal(f"{title} is {value!r}; possible: {', '.join(kind)}. Choose one of these.") from None


@dataclass(frozen=True)
class Arm:
    """Which form of the model this is, apart from its sizes: what a study compares.

    `none` writes no kernels, so its reference does not count.
    """

    fusion: Fusion
    reference: Reference = Reference.DYNAMIC
    merge: Merge = Merge.ATTENTION
    matched: bool = False

    @classmethod
    def of(cls, fusion: Fusion, reference: Reference, merge: Merge, matched: bool = False) -> Arm:
        """Return the form with what cannot matter at its default."""
        return cls(fusion, Reference.DYNAMIC if fusion is Fusion.NONE else reference, merge, matched)


def arm_label(arm: Arm, language: Language = Language.ENGLISH) -> str:
    """Return the name of a form of the model as people read it.

    >>> arm_label(MATCHED), arm_label(WEAKENED), arm_label(LATE_FUSION)
    ('none, matched size', 'both, weakened (EMA)', 'late fusion')
    """
    if arm.merge is not Merge.ATTENTION and arm.fusion is Fusion.NONE and not arm.matched:
        return label(arm.merge, language)
    matched = "matched size" if language is Language.ENGLISH else "크기 맞춤"
    words = [
        label(arm.fusion, language),
        matched if arm.matched else "",
        label(arm.reference, language) if arm.reference is not Reference.DYNAMIC else "",
        label(arm.merge, language) if arm.merge is not Merge.ATTENTION else "",
    ]
    return ", ".join(filter(None, words))


NONE = Arm(Fusion.NONE)
GRU_TO_CNN = Arm(Fusion.GRU_TO_CNN)
CNN_TO_GRU = Arm(Fusion.CNN_TO_GRU)
BOTH = Arm(Fusion.BOTH)
MATCHED = Arm(Fusion.NONE, matched=True)
LATE_FUSION = Arm(Fusion.NONE, merge=Merge.CONCAT)
NO_FUSION = Arm(Fusion.NONE, merge=Merge.MEAN)
WEAKENED = Arm(Fusion.BOTH, Reference.EMA)
STATIC = Arm(Fusion.BOTH, Reference.STATIC)
STANDARD = Arm(Fusion.BOTH, Reference.STANDARD)


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
    head: Head = Head.FULL
    head_rank: int = 32  # head `low_rank` only
    head_dropout_rows: int = 0  # dropout before the head is horizon / (horizon + this); 0: `dropout`

    def __post_init__(self) -> None:
        """Check each size."""
        for name in ("width", "blocks", "patch", "kernel", "heads", "head_rank"):
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
        _require(self.head_dropout_rows >= 0, f"head_dropout_rows is {self.head_dropout_rows}; it must be 0 or more.")
        _require(
            self.embedding is not Embedding.PATCHES or self.width == self.patch,
            f"embedding is patches and width is {self.width}; without a first layer a token has as many channels as "
            f"a patch has rows: set width to {self.patch}.",
        )

    @property
    def arm(self) -> Arm:
        """Which form this is; what cannot matter stands at its default."""
        return Arm.of(self.fusion, self.reference, self.merge, self.matched)

    @property
    def crossings(self) -> tuple[Fusion, ...]:
        """The single directions that are switched on."""
        return self.fusion.crossings

    @property
    def activations(self) -> frozenset[Activation]:
        """What a forward pass of this model can hand out: the one answer for whoever records or edits."""
        absent = {
            activation
            for crossing, crossed in CROSSED.items()
            for activation in crossed
            if crossing not in self.crossings
        }
        if self.reference is Reference.STANDARD:
            absent |= {crossed.kernel for crossed in CROSSED.values()}
        if self.merge is not Merge.ATTENTION:
            absent.add(Activation.ATTENTION)
        return frozenset(Activation) - absent


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
    stride: int = 2  # between training windows, in rows; the test always uses every window
    clip: float = 1.0  # largest gradient norm
    freeze_embedding: bool = False  # the token embedding stays as the seed drew it: the same for all fusion modes
    rotation: float = 0.0  # share of the training windows that are rotated with a partner, see core.train.recipe
    head_weight_decay: float | None = None  # of the head alone; None: `weight_decay`
    weighting: Weighting = Weighting.EVEN
    schedule: Schedule = Schedule.COSINE
    select: Select = Select.BEST
    test_every_epoch: bool = False  # for information: test errors stand beside validation in the history
    variables: int = 0  # that a step learns to forecast, drawn anew for each; 0: all. Every one is read and tested

    def __post_init__(self) -> None:
        """Check the counts and rates."""
        for name in ("batch", "epochs", "patience", "stride"):
            _require(getattr(self, name) >= 1, f"{name} is {getattr(self, name)}; it must be at least 1.")
        for name in ("learning_rate", "clip"):
            _require(getattr(self, name) > 0, f"{name} is {getattr(self, name)}; it must be above 0.")
        for name in ("seed", "variables"):
            _require(getattr(self, name) >= 0, f"{name} is {getattr(self, name)}; it must be 0 or more.")
        _require(0 <= self.rotation <= 1, f"rotation is {self.rotation}; it is a share of windows, from 0 to 1.")


# Settings that came later. Where they are off they stay out of a run's id, so that older runs keep theirs.
_YOUNGER = {
    "model": ("head", "head_rank", "head_dropout_rows"),
    "train": (
        *("freeze_embedding", "rotation", "head_weight_decay", "weighting"),
        *("schedule", "select", "test_every_epoch", "variables"),
    ),
}


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
        return replace(self, model=replace(self.model, reference=self.model.arm.reference))

    @property
    def cell(self) -> str:
        """Name of the runs that this one may be compared with: one data set, window, preset and seed."""
        return f"{self.dataset}-h{self.window.horizon}-l{self.window.lookback}-{self.preset}-s{self.train.seed}"

    @property
    def run_id(self) -> str:
        """Readable name with a hash of every setting; equal runs share it."""
        run = self.canonical
        settings = run.to_dict()
        for section, names in _YOUNGER.items():
            off = type(getattr(run, section))()
            for name in names:
                if getattr(getattr(run, section), name) == getattr(off, name):
                    del settings[section][name]
        digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]
        fusion = f"{run.model.fusion}-matched" if run.model.matched else run.model.fusion
        return (
            f"{run.dataset}-h{run.window.horizon}-{fusion}-{run.model.merge}-{run.preset}-s{run.train.seed}-{digest}"
        )
