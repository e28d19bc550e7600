"""The network as the published figure shows it, with the numbers of one trained run at its parts."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.parts import Part, Quantity
from core.config import RunConfig
from core.figures.lettering import BOLD, number, wrap
from core.figures.model_insets import draw_crossing_inset, draw_first_layer_inset
from core.figures.network import Network, compact, sentence
from core.figures.palette import Look, fusion_colour
from core.figures.sketch import NAME, Area, Sketch, bold, narrowest
from core.figures.theme import Drawing
from core.text.amounts import counted
from core.text.words import begun, mark, say
from core.vocabulary import Embedding, Fusion, Head, Merge, ModelPath, label

HEIGHT = 530  # px of the sheet
CONV, GRU, CENTRE = 152, 322, 237  # px from the top: both paths, and half-way between them
LEFT, FRAME, RIGHT = (0, 196), (230, 752), (804, 1000)  # units: what comes before the blocks, a block, what follows
BLOCK = Area(FRAME[0], 112, FRAME[1], 362)
FORK, JOIN = 213, 770  # units: where the paths part, and where they turn to the merge
TAPS = {Fusion.GRU_TO_CNN: 464, Fusion.CNN_TO_GRU: 474}  # where a crossing leaves the path that speaks
SUM = 732  # where its correction is added
LOOKBACK, FORECAST = (Area(left, 0, right, 50) for left, right in (LEFT, RIGHT))
NORMALISE, DENORMALISE = (Area(left, 64, right, 102) for left, right in (LEFT, RIGHT))
FIRST_LAYER, MERGE = (Area(left, CENTRE - 36, right, CENTRE + 36) for left, right in (LEFT, RIGHT))
HEAD = Area(RIGHT[0], 124, RIGHT[1], 178)
RIDGE = Area(400, 6, 582, 44)
PATHS = {
    ModelPath.CONVOLUTION: Area(242, CONV - 27, 458, CONV + 27),
    ModelPath.GRU: Area(242, GRU - 27, 458, GRU + 27),
}
CHIPS = {
    Fusion.GRU_TO_CNN: Area(486, CENTRE - 69, 715, CENTRE - 3),
    Fusion.CNN_TO_GRU: Area(486, CENTRE + 3, 715, CENTRE + 69),
}
PART_OF = {ModelPath.CONVOLUTION: Part.CONV_PATH, ModelPath.GRU: Part.GRU_PATH}
MOST_FRAMES = 3  # drawn behind each other
HEADS = {
    Head.FULL: mark("Head"),
    Head.LOW_RANK: mark("Head, low rank"),
    Head.SEGMENTS: mark("Head, segments"),
}
SHARE = "½"  # of the network, and of ridge, in the forecast that people take away


def model_diagram(
    run: RunConfig, variables: int, numbers: pd.DataFrame, *, rows: NDArray[np.floating], block: int, look: Look
) -> Drawing:
    """Show the way from the look-back to the forecast; what is off in this form is dashed and grey.

    Parameters
    ----------
    variables : columns of the run's data.
    numbers : columns part, block (missing outside blocks), quantity (of `core.analysis.parts`), value (NaN where it
        could not be had; shares and corrections in %), reason (why it could not).
    rows : one variable of one window, [row]: what the first layer is seen to read.
    block : from 1: the one whose numbers are shown.
    """
    network, sketch = Network(run, variables, numbers, block), Sketch(HEIGHT, look)
    _draw_ground(sketch, network)
    _draw_before(sketch, network)
    _draw_paths(sketch, network)
    for crossing in CHIPS:
        _draw_crossing(sketch, network, crossing)
    _draw_after(sketch, network)
    draw_first_layer_inset(sketch, run.model, rows, variables)
    draw_crossing_inset(sketch, run.model, network.tokens)
    return sketch.drawn(sentence(network, look))


def _named(name: str, *lines: str, width: float = RIGHT[1] - RIGHT[0]) -> list[str]:
    """Return the lines of a box: its name, wrapped to its narrowest, and what is not empty of the rest."""
    names = wrap(begun(name), NAME * BOLD, narrowest(width))
    return [*map(bold, names), *filter(None, lines)]


def _draw_ground(sketch: Sketch, network: Network) -> None:
    """Draw the frame of the block on those that follow it, and how to read the numbers."""
    blocks = network.run.model.blocks
    for behind in range(min(blocks, MOST_FRAMES) - 1, -1, -1):
        left, top, right, bottom = BLOCK
        sketch.panel(Area(left + 6 * behind, top - 4 * behind, right + 6 * behind, bottom - 4 * behind), outline=True)
    middle = PATHS[ModelPath.GRU].middle[0]
    sketch.text((middle, CENTRE - 12), [f"× {blocks}"], size=22)
    sketch.text((middle, CENTRE + 14), [say("block {block} is shown", block=network.block)])
    if network.size(Part.HEAD):
        below = MERGE.bottom + 52
        key = say("In each box:<br>parameters ·<br>MACs a window<br>|K|: kernel norm")
        sketch.text((FIRST_LAYER.middle[0], below), [key])
        total = [compact(network.total(quantity)) for quantity in (Quantity.PARAMETERS, Quantity.MACS)]
        whole = say("Whole network:<br>{parameters} parameters<br>{macs} MACs", parameters=total[0], macs=total[1])
        sketch.text((MERGE.middle[0], below), [whole])


def _draw_before(sketch: Sketch, network: Network) -> None:
    """Draw look-back, normalisation, first layer, and the fork into both paths."""
    colours, run, tokens = sketch.look.colours, network.run, network.tokens
    middle = LOOKBACK.middle[0]
    sketch.arrow((middle, LOOKBACK.bottom), (middle, NORMALISE.top), hue=colours.ink)
    sketch.arrow((middle, NORMALISE.bottom), (middle, FIRST_LAYER.top), hue=colours.ink)
    for path, hue in ((ModelPath.CONVOLUTION, colours.conv), (ModelPath.GRU, colours.gru)):
        box = PATHS[path]
        sketch.arrow((FORK, CENTRE), (FORK, box.middle[1]), (box.left, box.middle[1]), hue=hue, width=2.4)
    sketch.line((FIRST_LAYER.right, CENTRE), (FORK, CENTRE), hue=colours.both, width=2.4)
    size = [say("{rows} rows", rows=run.window.lookback), counted(network.variables, "variable")]
    sketch.box(LOOKBACK, [bold(say("Look-back")), *size], hue=colours.muted, told=say("What the model reads"))
    told = say("Instance normalisation: mean and scale of each window and variable are taken away")
    sketch.box(NORMALISE, _named(say("Instance normalisation")), hue=colours.muted, told=told)
    there = run.model.embedding is not Embedding.PATCHES
    lines = [
        say("{rows} → {tokens} tokens", rows=run.window.lookback, tokens=tokens),
        label(run.model.embedding, sketch.look.language) if there else say("off: patches as they are"),
        network.size(Part.FIRST_LAYER) if there else "",
    ]
    sizes = {"rows": run.model.patch, "channels": run.model.width}
    told = say("First layer: {rows} rows become one token of {channels} channels", **sizes)
    told += network.told(Part.FIRST_LAYER)
    sketch.box(FIRST_LAYER, _named(say("1D convolution"), *lines), hue=colours.both, on=there, told=told)


def _draw_paths(sketch: Sketch, network: Network) -> None:
    """Draw both paths through the block; each adds to what it reads."""
    colours = sketch.look.colours
    attention = network.run.model.merge is Merge.ATTENTION
    hues = {ModelPath.CONVOLUTION: colours.conv, ModelPath.GRU: colours.gru}
    words = {
        ModelPath.CONVOLUTION: mark("{path}: shapes over short spans; its output is added to what it reads"),
        ModelPath.GRU: mark("{path}: context that is carried along; its output is added to what it reads"),
    }
    for path, role, side in ((ModelPath.CONVOLUTION, "K V", -1), (ModelPath.GRU, "Q", 1)):
        box, hue, entry = PATHS[path], hues[path], CENTRE + 18 * side
        y = box.middle[1]
        sketch.arrow((box.right, y), (JOIN, y), (JOIN, entry), (MERGE.left, entry), hue=hue, width=2.4)
        if attention:
            sketch.text(((JOIN + MERGE.left) / 2 + 1, entry + 11 * side), [role], colour=hue, size=10)
        name, part = label(path, sketch.look.language), PART_OF[path]
        share = network.value(part, Quantity.GRADIENT_SHARE)
        gradient = "" if math.isnan(share) else say("gradient {share} %", share=number(share, 2))
        told = say(words[path], path=name) + network.told(part)
        lines = _named(name, network.size(part), gradient, width=216)
        sketch.box(box, lines, hue=hue, told=told)


def _draw_crossing(sketch: Sketch, network: Network, crossing: Fusion) -> None:
    """Draw one direction in the hue of the path that speaks."""
    model, chip, tap = network.run.model, CHIPS[crossing], TAPS[crossing]
    on, hue = crossing in model.crossings, fusion_colour(crossing, sketch.look)
    speaker, listener = (GRU, CONV) if crossing is Fusion.GRU_TO_CNN else (CONV, GRU)
    y = chip.middle[1]
    sketch.arrow((tap, speaker), (tap, y), (chip.left, y), hue=hue, on=on)
    sketch.arrow((chip.right, y), (SUM, y), (SUM, listener + (9 if listener < y else -9)), hue=hue, on=on)
    name, part = label(crossing, sketch.look.language), Part(crossing.value)
    if not on:
        told = say("{crossing}: off in this form", crossing=name)
        sketch.box(chip, [bold(name), say("off")], hue=hue, on=False, told=told)
        return
    sketch.sum((SUM, listener), hue=hue)
    correction = network.value(Part(crossing.value), Quantity.CORRECTION)
    if not math.isnan(correction):
        outside = listener + (18 if listener > y else -18)
        adds = say("adds {share} %", share=number(correction, 2))
        sketch.text((BLOCK.right - 6, outside), [adds], colour=hue, anchor="right")
    gate, norm = (network.value(part, quantity) for quantity in (Quantity.GATE, Quantity.KERNEL_NORM))
    parts = [
        f"{word} {number(value, 2)}" for word, value in ((say("gate"), gate), ("|K|", norm)) if not math.isnan(value)
    ]
    reference = label(model.reference, sketch.look.language)
    started = {"crossing": name, "reference": reference, "gate": number(model.gate)}
    told = say("{crossing}: {reference}; gates started at {gate}", **started) + network.told(part)
    lines = [bold(name), reference, *filter(None, [" · ".join(parts), network.size(part)])]
    sketch.box(chip, lines, hue=hue, told=told)


def _draw_after(sketch: Sketch, network: Network) -> None:
    """Draw merge, head, inverse normalisation and forecast, and ridge that is averaged with the network."""
    colours, run = sketch.look.colours, network.run
    middle = MERGE.middle[0]
    for below, above in ((MERGE, HEAD), (HEAD, DENORMALISE), (DENORMALISE, FORECAST)):
        sketch.arrow((middle, below.top), (middle, above.bottom), hue=colours.ink)
    sketch.text((middle + 22, (FORECAST.bottom + DENORMALISE.top) / 2), [SHARE])
    kept = (NORMALISE.bottom + NORMALISE.top) / 2
    sketch.arrow((NORMALISE.right, kept), (DENORMALISE.left, kept), hue=colours.line, on=False, width=1.2)
    sketch.text((RIDGE.middle[0], kept), [say("mean and scale of each window")], ground=colours.paper)
    ridge = RIDGE.middle[1]
    sketch.arrow((LOOKBACK.right, ridge), (RIDGE.left, ridge), hue=colours.muted, width=1.4)
    sketch.arrow((RIDGE.right, ridge), (FORECAST.left, ridge), hue=colours.muted, width=1.4)
    sketch.text((693, ridge - 10), [SHARE])
    told = say(
        "Ridge: one linear map from look-back to horizon; it counts {share} in the average, the network {share}",
        share=SHARE,
    )
    sketch.box(RIDGE, [bold(say("Ridge")), say("a line, no network")], hue=colours.muted, told=told)
    _draw_merge(sketch, network)
    lines = [f"{network.tokens} × {run.model.width} → {run.window.horizon}", network.size(Part.HEAD)]
    told = say("Head: all tokens become all steps") + network.told(Part.HEAD)
    sketch.box(HEAD, _named(say(HEADS[run.model.head]), *lines), hue=colours.both, told=told)
    told = say("Inverse normalisation: mean and scale of the window are given back")
    sketch.box(DENORMALISE, _named(say("Inverse normalisation")), hue=colours.muted, told=told)
    size = [say("{rows} rows", rows=run.window.horizon), counted(network.variables, "variable")]
    told = say("The average of network and ridge")
    sketch.box(FORECAST, [bold(say("Forecast")), *size], hue=colours.both, told=told)


def _draw_merge(sketch: Sketch, network: Network) -> None:
    """Draw how both paths become one; what replaces the attention says that it is off."""
    merge = network.run.model.merge
    words = {
        Merge.ATTENTION: mark("{merge}: queries from the GRU path, keys and values from the convolution path"),
        Merge.CONCAT: mark("{merge}: both paths side by side, one linear layer"),
        Merge.MEAN: mark("{merge}: the mean of both paths, no weights"),
    }
    name = label(merge, sketch.look.language)
    heads = say("{n} heads" if merge is Merge.ATTENTION else "attention off", n=network.run.model.heads)
    told = say(words[merge], merge=begun(name)) + network.told(Part.MERGE)
    lines = _named(name, heads, network.size(Part.MERGE))
    sketch.box(MERGE, lines, hue=sketch.look.colours.both, told=told)
