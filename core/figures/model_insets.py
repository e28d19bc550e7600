"""The two operations that the diagram of the model shows enlarged: its first layer, and a crossing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.config import ModelConfig
from core.figures.palette import fusion_colour
from core.figures.sketch import NAME, Area, Sketch
from core.text.words import mark, say
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
    Reference.DYNAMIC: mark("last state<br>d = {width}"),
    Reference.EMA: mark("average<br>of states"),
    Reference.MEAN: mark("average<br>of states"),
    Reference.EVERY: mark("states<br>d = {width}"),
    Reference.STATIC: mark("no state<br>off"),
    Reference.STANDARD: mark("tokens<br>{tokens} × d"),
}
_WORDS = {
    Reference.STATIC: mark("one kernel a channel for all windows"),
    Reference.STANDARD: mark("one convolution over all channels"),
    Reference.EVERY: mark("one kernel a channel and token"),
}
_ANEW = mark("one kernel a channel, new for every window")


def draw_first_layer_inset(sketch: Sketch, model: ModelConfig, rows: NDArray[np.floating], variables: int) -> None:
    """Draw how the rows of a window [row] are cut into patches, each of which becomes one token."""
    colours, hue = sketch.look.colours, sketch.look.colours.both
    sketch.panel(FIRST)
    _title(sketch, FIRST, say("First layer: {rows} rows → 1 token", rows=model.patch))
    shown = min(len(rows) // model.patch, MOST_PATCHES)
    cell = (STRIP.right - STRIP.left) / shown
    sketch.grid(STRIP, 1, shown, hue=hue, opacity=0.12)
    sketch.grid(STRIP._replace(right=STRIP.left + cell), 1, 1, hue=hue, opacity=0.4)
    sketch.curve(Area(STRIP.left, STRIP.top + 4, STRIP.right, STRIP.bottom - 4), rows, hue=colours.ink)
    there = model.embedding is not Embedding.PATCHES
    own = say("each variable alone: {width} × {rows}", width=model.width, rows=model.patch)
    mixed = say("all variables: {width} × {rows}", width=model.width, rows=model.patch * variables)
    ways = {
        Embedding.MIXED: [mixed],
        Embedding.INDEPENDENT: [own],
        Embedding.HYBRID: [own, say("+ gate × {mixed}", mixed=mixed)],
        Embedding.PATCHES: [say("off: the patch is the token")],
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
    sketch.text((FIRST.right - 12, LABELS + 7), [say("{n} channels", n=model.width)], anchor="right")


def draw_crossing_inset(sketch: Sketch, model: ModelConfig, tokens: int) -> None:
    """Draw what a crossing does, from the speaking path's state to the correction of the other path."""
    on = bool(model.crossings)
    crossing = model.crossings[0] if on else Fusion.GRU_TO_CNN
    sketch.panel(CROSSING)
    name = label(crossing, sketch.look.language)
    _title(sketch, CROSSING, say("Crossing: {crossing}" if on else "Crossing: off in this form", crossing=name))
    if on:
        sketch.text((CROSSING.left + 14, TOP + 31), [say(_WORDS.get(model.reference, _ANEW))], anchor="left")
    _draw_writing(sketch, model, tokens, hue=fusion_colour(crossing, sketch.look), on=on)
    colours = sketch.look.colours
    hue = colours.conv if crossing is Fusion.GRU_TO_CNN else colours.gru
    if model.reference is not Reference.STANDARD:  # whose message is added as it is
        sketch.arrow((FILTERED + 40, MIDDLE), (GATE - 14, MIDDLE), hue=hue, on=on)
        sketch.grid(_glyph(FILTERED, 36), 8, 6, hue=hue, on=on)
        sketch.text((FILTERED, LABELS), [say("filters<br>{tokens} tokens", tokens=tokens)])
    sketch.grid(_glyph(GATE, 9), 8, 1, hue=hue, on=on)
    sketch.text((GATE, LABELS), [say("× gate<br>added")])


def _draw_writing(sketch: Sketch, model: ModelConfig, tokens: int, *, hue: str, on: bool) -> None:
    """Draw how the speaking path writes a kernel; a learned one is written by nothing."""
    width, taps = model.width, model.kernel
    written = on and model.reference is not Reference.STATIC
    standard = model.reference is Reference.STANDARD
    sketch.grid(_glyph(STATE, 9), 8, 1, hue=hue, on=written)
    sketch.text((STATE, LABELS), [say(_SOURCES[model.reference], width=width, tokens=tokens)])
    sketch.arrow((STATE + 14, MIDDLE), (GENERATOR - 36, MIDDLE), hue=hue, on=written)
    sketch.box(Area(GENERATOR - 34, MIDDLE - 14, GENERATOR + 34, MIDDLE + 14), ["W"], hue=hue, on=written)
    operation = ["Conv1d", say("{n} taps", n=taps)] if standard else ["Linear", f"d → {taps} d"]
    sketch.text((GENERATOR, LABELS), operation)
    sketch.arrow((GENERATOR + 36, MIDDLE), (KERNEL - 32, MIDDLE), hue=hue, on=written)
    sketch.grid(_glyph(KERNEL, 27), 8, 6 if standard else taps, hue=hue, on=on)
    written_as = [say("message"), f"{tokens} × d"] if standard else [say("kernel"), f"{width} × {taps}"]
    sketch.text((KERNEL, LABELS), written_as)
    sketch.arrow((KERNEL + 30, MIDDLE), (GATE - 14 if standard else FILTERED - 40, MIDDLE), hue=hue, on=on)


def _glyph(middle: float, half: float) -> Area:
    return Area(middle - half, MIDDLE - DEEP, middle + half, MIDDLE + DEEP)


def _title(sketch: Sketch, area: Area, text: str) -> None:
    place = (area.left + 14, TOP + 14)
    sketch.text(place, [f"<b>{text}</b>"], size=NAME, anchor="left", colour=sketch.look.colours.ink)
