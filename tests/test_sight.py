"""Figures for every reader: colours that stay apart in every sight and in grey, and axes that tell their unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures.colour import linear_rgb, oklab
from core.figures.names import plain
from core.figures.palette import (
    BASELINE_DASHES,
    COLOURS,
    FUSION_DASH,
    FUSION_MARKER,
    Look,
    diverging,
    fusion_colour,
    sequential,
)
from core.figures.panels import LETTERS, axes, is_rows, number_of, panel_names, quantity
from core.vocabulary import Fusion
from tests.support.exhibits import EXHIBITS
from tests.support.figure_examples import kept_card

LOOKS = {scheme: Look(scheme) for scheme in COLOURS}
APART = 0.1  # distance in OKLab of colours that nothing else tells apart
BROAD = 5  # px of a line that is a bar
UNITLESS = r"v\d+"  # variables of the examples whose unit is not known
# On linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.0; a grey print keeps the luminance of sRGB.
LUMINANCE = [0.2126, 0.7152, 0.0722]
SIGHTS = {
    "usual": np.eye(3),
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "grey print": [LUMINANCE] * 3,
}
# Quantities without a unit: counts, places in an order, and pure numbers.
PURE = (
    "token|epoch|step|channel|row|units of|date|time of day|origin of|form of|macs|correlation|dcor|spai|imbalance|"
    "coefficient|routing weight|share|rms gradient|0: not met"
)

every = pytest.mark.parametrize("name", EXHIBITS)
schemes = pytest.mark.parametrize("scheme", COLOURS)


def seen(colour: str, sight: str) -> Any:
    return oklab((np.asarray(SIGHTS[sight]) @ linear_rgb(colour)).clip(0, 1))


def distance(one: str, other: str, sight: str) -> float:
    return float(np.linalg.norm(seen(one, sight) - seen(other, sight)))


def hexed(colour: str) -> str:
    """Return a colour without its opacity."""
    if colour.startswith("#"):
        return colour[:7]
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


def form(trace: Any) -> tuple[Any, ...]:
    """Return what tells a trace from others but its colour."""
    lines, markers = "lines" in trace.mode, "markers" in trace.mode
    return (
        (trace.line.dash or "solid", (trace.line.width or 2) > BROAD) if lines else None,
        str(trace.marker.symbol or "circle") if markers else None,
        trace.fill,
    )


def coloured(fig: go.Figure) -> Iterator[tuple[Any, str]]:
    """Yield every trace of lines or points that is seen, with its one colour."""
    for trace in fig.data:
        if trace.type != "scatter" or not trace.mode or 0 in (trace.opacity, trace.marker.opacity):
            continue
        colour = trace.line.color if "lines" in trace.mode else trace.marker.color
        if isinstance(colour, str) and not ("lines" in trace.mode and trace.line.width == 0):
            yield trace, hexed(colour)


def on_rows_of_their_own(fig: go.Figure, one: Any, other: Any) -> bool:
    """Tell whether two traces share no row of an axis that names its rows."""
    if not axes(fig, "y")[number_of(one, "y")].ticktext:
        return False
    rows = [{round(float(y), 1) for y in trace.y if y is not None} for trace in (one, other)]
    return not rows[0] & rows[1]


@every
@schemes
def test_what_one_panel_shows_stays_apart_in_every_sight(name: str, scheme: str) -> None:
    fig = kept_card(name, LOOKS[scheme]).figure
    for (one, mine), (other, its) in combinations(coloured(fig), 2):
        if any(number_of(one, letter) != number_of(other, letter) for letter in LETTERS):
            continue
        if mine == its or form(one) != form(other) or on_rows_of_their_own(fig, one, other):
            continue
        for sight in SIGHTS:
            assert distance(mine, its, sight) >= APART, (one.name, other.name, sight)


@schemes
@pytest.mark.parametrize("sight", [sight for sight in SIGHTS if sight != "grey print"])
def test_modes_stay_apart_for_colour_blind_readers(scheme: str, sight: str) -> None:
    colours = [fusion_colour(mode, LOOKS[scheme]) for mode in Fusion]
    for first, second in combinations(colours, 2):
        assert distance(first, second, sight) > 0.12, (first, second)


@schemes
def test_modes_stand_out_from_the_paper(scheme: str) -> None:
    def luminance(colour: str) -> float:
        return float(np.array(LUMINANCE) @ linear_rgb(colour)) + 0.05

    look = LOOKS[scheme]
    paper = luminance(look.colours.paper)
    for colour in [*(fusion_colour(mode, look) for mode in Fusion), look.colours.muted, look.colours.truth]:
        assert max(luminance(colour), paper) / min(luminance(colour), paper) >= 3  # WCAG 2.1, 1.4.11


def test_dash_and_marker_repeat_what_the_colour_says() -> None:
    assert len(set(FUSION_DASH.values()) | set(BASELINE_DASHES)) == len(Fusion) + len(BASELINE_DASHES)
    assert len(set(FUSION_MARKER.values())) == len(Fusion)


@schemes
@pytest.mark.parametrize("sight", SIGHTS)
def test_maps_keep_their_order_in_every_sight(scheme: str, sight: str) -> None:
    look = LOOKS[scheme]
    for hue in (look.colours.conv, look.colours.gru, look.colours.both):
        lightness = [seen(str(colour), sight)[0] for _, colour in sequential(hue, look)]
        assert (np.diff(lightness) < 0).all() or (np.diff(lightness) > 0).all()
        (_, least), *_, (_, most) = diverging(hue, look)
        assert distance(str(least), str(most), sight) >= APART, "the sign of an end is seen"


@every
def test_every_axis_with_numbers_tells_their_unit(name: str) -> None:
    fig = kept_card(name, LOOKS["light"]).figure
    for letter in LETTERS:
        for number, axis in axes(fig, letter).items():
            if axis.visible is False or is_rows(axis) or axis.type == "date" or axis.showticklabels is False:
                continue
            panel = plain(panel_names(fig).get(number)) if letter == "y" else ""
            if re.fullmatch(UNITLESS, panel):
                continue
            told = f"{quantity(fig, letter, number)} | {panel}"
            assert re.search(rf"\(.*\)|%|±|°|days|{PURE}", told, re.IGNORECASE), (letter, number, told)
