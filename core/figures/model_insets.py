"""The two operations that the diagram of the model shows enlarged: its first layer, and a crossing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.config import ModelConfig
from core.figures.palette import fusion_colour
from core.figures.sketch import NAME, Area, Sketch
from core.vocabulary import Embedding, Fusion, Reference, label

TOP, BOTTOM = 378, 530  # px of both insets
FIRST, CROSSING = Area(0, TOP, 488, BOTTOM), Area(512, TOP, 1000, BOTTOM)
STRIP = Area(16, TOP + 26, 472, TOP + 56)  # the rows that are read
TOKEN = Area(436, TOP + 72, 454, TOP + 124)
MOST_PATCHES = 24  # that are drawn
MIDDLE, LABELS = TOP + 78, TOP + 130  # px: glyphs of the crossing, and the words under them
STATE, GENERATOR, KERNEL, FILTERED, GATE = 552, 646, 745, 847, 945  # units: their middles
DEEP = 29  # px from the middle of a glyph to its ends

_SOURCES = {  # what a kernel is made from, and its size
    Reference.DYNAMIC: ("last state", "d = {width}"),
    Reference.EMA: ("average", "of states"),
    Reference.MEAN: ("average", "of states"),
    Reference.EVERY: ("states", "d = {width}"),
    Reference.STATIC: ("no state", "off"),
    Reference.STANDARD: ("tokens", "{tokens} × d"),
}
_WORDS = {
    Reference.STATIC: "one kernel a channel for all windows",
    Reference.STANDARD: "one convolution over all channels",
    Reference.EVERY: "one kernel a channel and token",
}
_ANEW = "one kernel a channel, new for every window"


def draw_first_layer_inset(sketch: Sketch, model: ModelConfig, rows: NDArray[np.floating], variables: int) -> None:
    """Draw how the rows of a window [row] are cut into patches, each of which becomes one token."""
    colours, hue = sketch.look.colours, sketch.look.colours.both
    sketch.panel(FIRST)
    _title(sketch, FIRST, f"First layer: {model.patch} rows → 1 token")
    shown = min(len(rows) // model.patch, MOST_PATCHES)
    cell = (STRIP.right - STRIP.left) / shown
    sketch.grid(STRIP, 1, shown, hue=hue, opacity=0.12)
    sketch.grid(STRIP._replace(right=STRIP.left + cell), 1, 1, hue=hue, opacity=0.4)
    sketch.curve(Area(STRIP.left, STRIP.top + 4, STRIP.right, STRIP.bottom - 4), rows, hue=colours.ink)
    there = model.embedding is not Embedding.PATCHES
    own = f"each variable alone: {model.width} × {model.patch}"
    mixed = f"all variables: {model.width} × {model.patch * variables}"
    ways = {
        Embedding.MIXED: [mixed],
        Embedding.INDEPENDENT: [own],
        Embedding.HYBRID: [own, f"+ gate × {mixed}"],
        Embedding.PATCHES: ["off: the patch is the token"],
    }[model.embedding]
    top = TOP + 83 - 15 * (len(ways) - 1)
    for place, words in enumerate(ways):
        box = Area(70, top + 32 * place, 400, top + 32 * place + 26)
        y = box.middle[1]
        sketch.arrow(
            (STRIP.left + cell / 2, STRIP.bottom), (STRIP.left + cell / 2, y), (box.left, y), hue=hue, on=there
        )
        sketch.arrow((box.right, y), (TOKEN.left - 4, y), hue=hue, on=there)
        sketch.box(box, [words], hue=hue, on=there)
    sketch.grid(TOKEN, 8, 1, hue=hue)
    sketch.text((FIRST.right - 12, LABELS + 7), [f"{model.width} channels"], anchor="right")


def draw_crossing_inset(sketch: Sketch, model: ModelConfig, tokens: int) -> None:
    """Draw what a crossing does, from the speaking path's state to the correction of the other path."""
    on = bool(model.crossings)
    crossing = model.crossings[0] if on else Fusion.GRU_TO_CNN
    sketch.panel(CROSSING)
    name = label(crossing, sketch.look.language)
    _title(sketch, CROSSING, f"Crossing: {name}" if on else "Crossing: off in this form")
    if on:
        sketch.text((CROSSING.left + 14, TOP + 31), [_WORDS.get(model.reference, _ANEW)], anchor="left")
    _draw_writing(sketch, model, tokens, hue=fusion_colour(crossing, sketch.look), on=on)
    colours = sketch.look.colours
    hue = colours.conv if crossing is Fusion.GRU_TO_CNN else colours.gru
    if model.reference is not Reference.STANDARD:  # whose message is added as it is
        sketch.arrow((FILTERED + 40, MIDDLE), (GATE - 14, MIDDLE), hue=hue, on=on)
        sketch.grid(_glyph(FILTERED, 36), 8, 6, hue=hue, on=on)
        sketch.text((FILTERED, LABELS), ["filters", f"{tokens} tokens"])
    sketch.grid(_glyph(GATE, 9), 8, 1, hue=hue, on=on)
    sketch.text((GATE, LABELS), ["× gate", "added"])


def _draw_writing(sketch: Sketch, model: ModelConfig, tokens: int, *, hue: str, on: bool) -> None:
    """Draw how the speaking path writes a kernel; a learned one is written by nothing."""
    width, taps = model.width, model.kernel
    written = on and model.reference is not Reference.STATIC
    standard = model.reference is Reference.STANDARD
    sketch.grid(_glyph(STATE, 9), 8, 1, hue=hue, on=written)
    source = [line.format(width=width, tokens=tokens) for line in _SOURCES[model.reference]]
    sketch.text((STATE, LABELS), source)
    sketch.arrow((STATE + 14, MIDDLE), (GENERATOR - 36, MIDDLE), hue=hue, on=written)
    sketch.box(Area(GENERATOR - 34, MIDDLE - 14, GENERATOR + 34, MIDDLE + 14), ["W"], hue=hue, on=written)
    operation = ["Conv1d", f"{taps} taps"] if standard else ["Linear", f"d → {taps} d"]
    sketch.text((GENERATOR, LABELS), operation)
    sketch.arrow((GENERATOR + 36, MIDDLE), (KERNEL - 32, MIDDLE), hue=hue, on=written)
    sketch.grid(_glyph(KERNEL, 27), 8, 6 if standard else taps, hue=hue, on=on)
    sketch.text((KERNEL, LABELS), ["message", f"{tokens} × d"] if standard else ["kernel", f"{width} × {taps}"])
    sketch.arrow((KERNEL + 30, MIDDLE), (GATE - 14 if standard else FILTERED - 40, MIDDLE), hue=hue, on=on)


def _glyph(middle: float, half: float) -> Area:
    return Area(middle - half, MIDDLE - DEEP, middle + half, MIDDLE + DEEP)


def _title(sketch: Sketch, area: Area, text: str) -> None:
    place = (area.left + 14, TOP + 14)
    sketch.text(place, [f"<b>{text}</b>"], size=NAME, anchor="left", colour=sketch.look.colours.ink)
