"""The closed words of the product, their axes, and how a person reads them (English and Korean).

One word per thing, from the CSV header to the slide. Every other module imports its words from here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Fusion(StrEnum):
    """Which path corrects which: two switches, four modes."""

    NONE = "none"
    GRU_TO_CNN = "gru_to_cnn"
    CNN_TO_GRU = "cnn_to_gru"
    BOTH = "both"

    @property
    def corrects_conv(self) -> bool:
        """Whether the GRU path writes a kernel for the convolution path."""
        return self in (Fusion.GRU_TO_CNN, Fusion.BOTH)

    @property
    def corrects_gru(self) -> bool:
        """Whether the convolution path writes a kernel for the GRU path."""
        return self in (Fusion.CNN_TO_GRU, Fusion.BOTH)

    @property
    def crossings(self) -> tuple[Fusion, ...]:
        """The single directions that are switched on.

        >>> [crossing.value for crossing in Fusion.BOTH.crossings]
        ['gru_to_cnn', 'cnn_to_gru']
        """
        switches = {Fusion.GRU_TO_CNN: self.corrects_conv, Fusion.CNN_TO_GRU: self.corrects_gru}
        return tuple(crossing for crossing, on in switches.items() if on)


class Reference(StrEnum):
    """What a crossing's kernel is made from."""

    DYNAMIC = "dynamic"  # the opposite path's present state (its last token)
    EMA = "ema"  # weakened: an exponential moving average of the opposite states
    MEAN = "mean"  # the plain mean of the opposite states
    EVERY = "every"  # every opposite state: each token is corrected by a kernel of its own
    STATIC = "static"  # removed: one learned kernel, the same for every window
    STANDARD = "standard"  # no kernel of its own: a standard Conv1d reads all channels of the opposite path


class Merge(StrEnum):
    """How the two paths become one forecast."""

    ATTENTION = "attention"  # cross-modal: queries from the GRU path, keys and values from the convolution path
    CONCAT = "concat"  # late fusion
    MEAN = "mean"  # no fusion: the arithmetic mean


class Embedding(StrEnum):
    """How a window becomes tokens."""

    MIXED = "mixed"  # one Conv1d over all variables: the published form
    INDEPENDENT = "independent"  # the same Conv1d weights for every variable alone
    HYBRID = "hybrid"  # independent tokens plus a gated mixed one
    PATCHES = "patches"  # no first layer: a token is the patch itself, every variable alone


class Head(StrEnum):
    """How the last tokens become a forecast."""

    FULL = "full"  # one linear map from all tokens to all steps
    LOW_RANK = "low_rank"  # the same map as a product of two narrow ones
    SEGMENTS = "segments"  # tokens are mixed into segments of one patch each, which share one map to their steps


class Loss(StrEnum):
    """Training loss on standardised values."""

    L1 = "l1"
    MSE = "mse"
    HUBER = "huber"


class Weighting(StrEnum):
    """How much each step of the horizon counts in the training loss."""

    EVEN = "even"
    ROOT = "root"  # step t counts 1 / sqrt(t)


class Schedule(StrEnum):
    """The learning rate over the steps of a training."""

    COSINE = "cosine"  # from the first rate to zero
    CONSTANT = "constant"


class Select(StrEnum):
    """Which epoch's weights a training keeps."""

    BEST = "best"  # least validation MSE
    LAST = "last"  # whatever validation says; training never stops early


class Split(StrEnum):
    """The part of a data set a window's target rows lie in."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class ModelPath(StrEnum):
    """The two paths."""

    CONVOLUTION = "convolution"
    GRU = "gru"


class Gate(StrEnum):
    """The gates of the GRU: near 1 the update gate keeps the state, and the reset gate lets the candidate see it."""

    UPDATE = "update"
    RESET = "reset"


class Dim(StrEnum):
    """Names of axes, once torch is left."""

    ORIGIN = "origin"
    VARIABLE = "variable"
    BLOCK = "block"
    TOKEN = "token"
    CHANNEL = "channel"
    TAP = "tap"
    HEAD = "head"
    QUERY = "query"
    KEY = "key"
    STEP = "step"


class Activation(StrEnum):
    """The named values inside a forward pass that can be recorded; ACTIVATION_DIMS gives their axes."""

    KERNEL_GRU_TO_CNN = "kernel_gru_to_cnn"
    KERNEL_CNN_TO_GRU = "kernel_cnn_to_gru"
    UPDATE_GATE = "update_gate"
    RESET_GATE = "reset_gate"
    GRU_INPUT = "gru_input"  # what the GRU reads: the normalised tokens
    CONV_INCREMENT = "conv_increment"  # the convolution path's own output, before the residual sum
    GRU_HIDDEN = "gru_hidden"  # the GRU's own hidden states, before the residual sum
    CONV_OUTPUT = "conv_output"  # convolution path after the block, correction included
    GRU_OUTPUT = "gru_output"  # GRU path after the block, correction included
    CORRECTION_GRU_TO_CNN = "correction_gru_to_cnn"  # what the crossing added to the convolution path
    CORRECTION_CNN_TO_GRU = "correction_cnn_to_gru"  # what the crossing added to the GRU path
    ATTENTION = "attention"
    FORECAST = "forecast"


class Crossed(NamedTuple):
    """Under which names a crossing hands out what it makes."""

    kernel: Activation
    correction: Activation


CROSSED = {
    Fusion.GRU_TO_CNN: Crossed(Activation.KERNEL_GRU_TO_CNN, Activation.CORRECTION_GRU_TO_CNN),
    Fusion.CNN_TO_GRU: Crossed(Activation.KERNEL_CNN_TO_GRU, Activation.CORRECTION_CNN_TO_GRU),
}

_KERNEL = (Dim.ORIGIN, Dim.VARIABLE, Dim.BLOCK, Dim.CHANNEL, Dim.TAP)
_TOKENS = (Dim.ORIGIN, Dim.VARIABLE, Dim.BLOCK, Dim.TOKEN, Dim.CHANNEL)

ACTIVATION_DIMS: dict[Activation, tuple[Dim, ...]] = {
    **dict.fromkeys(Activation, _TOKENS),  # all but those below
    Activation.KERNEL_GRU_TO_CNN: _KERNEL,
    Activation.KERNEL_CNN_TO_GRU: _KERNEL,
    Activation.ATTENTION: (Dim.ORIGIN, Dim.VARIABLE, Dim.HEAD, Dim.QUERY, Dim.KEY),
    Activation.FORECAST: (Dim.ORIGIN, Dim.STEP, Dim.VARIABLE),
}


class Language(StrEnum):
    """Languages of display labels."""

    ENGLISH = "en"
    KOREAN = "ko"


Word = Fusion | Reference | Merge | Embedding | ModelPath

_LABELS: dict[Word, tuple[str, str]] = {
    Fusion.NONE: ("none", "교차 없음"),
    Fusion.GRU_TO_CNN: ("GRU → CNN", "GRU → CNN"),
    Fusion.CNN_TO_GRU: ("CNN → GRU", "CNN → GRU"),
    Fusion.BOTH: ("both", "양방향"),
    Reference.DYNAMIC: ("dynamic", "동적"),
    Reference.EMA: ("weakened (EMA)", "약화 (EMA)"),
    Reference.MEAN: ("mean of states", "상태 평균"),
    Reference.EVERY: ("a kernel per token", "토큰별 커널"),
    Reference.STATIC: ("removed (static)", "제거 (정적)"),
    Reference.STANDARD: ("standard convolution", "표준 합성곱"),
    Merge.ATTENTION: ("cross-modal attention", "교차 모달 어텐션"),
    Merge.CONCAT: ("late fusion", "후기 융합"),
    Merge.MEAN: ("no fusion (mean)", "융합 없음 (평균)"),
    Embedding.MIXED: ("mixed", "혼합"),
    Embedding.INDEPENDENT: ("independent", "독립"),
    Embedding.HYBRID: ("hybrid", "하이브리드"),
    Embedding.PATCHES: ("patches, no first layer", "패치 (첫 층 없음)"),
    ModelPath.CONVOLUTION: ("convolution path", "합성곱 경로"),
    ModelPath.GRU: ("GRU path", "GRU 경로"),
}


def label(word: Word, language: Language = Language.ENGLISH) -> str:
    """Return the display label of a closed word.

    >>> label(Fusion.GRU_TO_CNN)
    'GRU → CNN'
    >>> label(ModelPath.GRU, Language.KOREAN)
    'GRU 경로'
    """
    english, korean = _LABELS[word]
    return english if language is Language.ENGLISH else korean
