"""Every colour, dash and marker of the figures, named by what it stands for.

The paths wear the blue and the vermilion of Okabe and Ito (2008); colours of modes differ from each other for
colour-blind readers too, and a dash or marker repeats what a colour says, for grey prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, assert_never

from core.figures.colour import lightness, mix, ramp
from core.text.words import mark, say
from core.vocabulary import Activation, Fusion, Language, ModelPath, label

ColourScale = list[list[float | str]]


@dataclass(frozen=True)
class Palette:
    """Every colour of one scheme, as ``#rrggbb``."""

    paper: str
    ink: str
    muted: str  # secondary text, baselines
    line: str  # axes
    grid: str
    shade: str  # background bands
    conv: str
    gru: str
    none: str
    both: str
    truth: str
    selected: str  # windows that somebody selected
    edited: str  # what a hand put in the place of data, always dashed


COLOURS = MappingProxyType(
    {
        "light": Palette(
            paper="#ffffff",
            ink="#16181d",
            muted="#5a6069",
            line="#8d949e",
            grid="#e8eaed",
            shade="#f1f3f5",
            conv="#0072b2",
            gru="#d55e00",
            none="#8f959e",
            both="#43336b",
            truth="#000000",
            selected="#e0b000",
            edited="#008f68",
        ),
        "dark": Palette(
            paper="#14161a",
            ink="#eceef1",
            muted="#a6adb7",
            line="#6c737d",
            grid="#2a2e35",
            shade="#1d2026",
            conv="#48a5e4",
            gru="#ff8a3d",
            none="#7c828b",
            both="#d6c8f7",
            truth="#ffffff",
            selected="#f2d14b",
            edited="#35c79b",
        ),
    }
)

FUSION_DASH: MappingProxyType[Fusion, str] = MappingProxyType(
    {
        Fusion.NONE: "6px,3px",
        Fusion.GRU_TO_CNN: "10px,3px,2px,3px",
        Fusion.CNN_TO_GRU: "2px,2px",
        Fusion.BOTH: "solid",
    }
)
MATCHED_DASH = "12px,3px,2px,3px,2px,3px"  # none with as many parameters as both
MATCHED_MARKER = "circle-dot"
FUSION_MARKER: MappingProxyType[Fusion, str] = MappingProxyType(
    {
        Fusion.NONE: "circle",
        Fusion.GRU_TO_CNN: "triangle-up",
        Fusion.CNN_TO_GRU: "square",
        Fusion.BOTH: "diamond",
    }
)
EDITED_DASH = "5px,2px"
_BASELINES = {
    "ridge": mark("ridge"),
    "seasonal_naive": mark("seasonal naive"),
    "repeat_last": mark("repeat last"),
}
BASELINE_DASHES = ("4px,3px", "1px,3px", "8px,3px,1px,3px", "12px,4px")


@dataclass(frozen=True)
class Look:
    """How a figure is to appear: the scheme of its colours and the language of its labels."""

    scheme: Literal["light", "dark"] = "light"
    language: Language = Language.ENGLISH

    @property
    def colours(self) -> Palette:
        """The palette of the scheme."""
        return COLOURS[self.scheme]


def fusion_colour(fusion: Fusion, look: Look) -> str:
    """Return the colour of a fusion mode: single crossings wear the hue of the path that speaks."""
    colours = look.colours
    match fusion:
        case Fusion.NONE:
            return colours.none
        case Fusion.GRU_TO_CNN:
            return colours.gru
        case Fusion.CNN_TO_GRU:
            return colours.conv
        case Fusion.BOTH:
            return colours.both
        case _:
            assert_never(fusion)


def baseline_label(name: str) -> str:
    """Return a baseline's name as people read it.

    >>> baseline_label("seasonal_naive")
    'seasonal naive'
    """
    known = _BASELINES.get(name)
    return say(known) if known else name.replace("_", " ")


def path_colour(path: ModelPath, look: Look) -> str:
    """Return the hue of a path."""
    match path:
        case ModelPath.CONVOLUTION:
            return look.colours.conv
        case ModelPath.GRU:
            return look.colours.gru
        case _:
            assert_never(path)


def crossing_colour(crossing: Activation, look: Look) -> str:
    """Return the hue of the path that writes a crossing's kernel."""
    if crossing not in (Activation.KERNEL_GRU_TO_CNN, Activation.KERNEL_CNN_TO_GRU):
        raise ValueError(f"crossing is {crossing}; wanted one of the two kernels: pass a kernel tap.")
    return look.colours.gru if crossing is Activation.KERNEL_GRU_TO_CNN else look.colours.conv


def crossing_label(crossing: Activation, look: Look) -> str:
    """Return a crossing's name: that of the fusion mode with this crossing alone."""
    return label(Fusion.GRU_TO_CNN if crossing is Activation.KERNEL_GRU_TO_CNN else Fusion.CNN_TO_GRU, look.language)


def sequential(hue: str, look: Look) -> ColourScale:
    """Return a single-hue scale from the paper's shade (nothing) to the hue's deep end (most)."""
    colours = look.colours
    return ramp([colours.shade, hue, mix(hue, colours.ink, 0.55)])


def diverging(hue: str, look: Look) -> ColourScale:
    """Return a scale centred at zero: neutral for negative values, the hue for positive ones.

    The neutral end is as much lighter or darker than the hue as it can be, so that a grey print tells the sign.
    """
    colours = look.colours
    positive = mix(hue, colours.ink, 0.15)
    neutral = max(
        (colours.muted, mix(colours.muted, colours.ink, 0.7)),
        key=lambda colour: abs(lightness(colour) - lightness(positive)),
    )
    return ramp([neutral, colours.shade, positive], steps=13)
