"""What all figures owe: their words, units, explicit colours, room for every label, and a small payload."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import plotly.basedatatypes as plotly_types
import plotly.graph_objects as go
import pytest

from core.exhibits.card import Card
from core.figures.colour import linear_rgb, oklab
from core.figures.lettering import FONT, text_width
from core.figures.palette import (
    COLOURS,
    Look,
    crossing_colour,
    diverging,
    fusion_colour,
    sequential,
)
from core.figures.theme import template
from core.vocabulary import Activation, Fusion, Language, label
from tests.support.exhibits import EXHIBITS
from tests.support.figure_examples import EXAMPLES, kept_card

LOOKS = {"light": Look("light"), "dark": Look("dark"), "korean": Look("light", Language.KOREAN)}
BYTES = 1_500_000


def made(name: str, look: str = "light") -> Card:
    return kept_card(name, LOOKS[look])


def figure(name: str, look: str = "light") -> go.Figure:
    return made(name, look).figure


@cache
def payload(name: str, look: str = "light") -> str:
    return str(figure(name, look).to_json())


def axes(fig: go.Figure, letter: str) -> dict[str, Any]:
    """Layout of every axis that carries data, by its number part."""
    used = {(getattr(trace, f"{letter}axis") or letter)[1:] for trace in fig.data}
    return {number: fig.layout[f"{letter}axis{number}"] for number in used}


def plain(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


every = pytest.mark.parametrize("name", EXHIBITS)


def test_catalogue_and_examples_name_the_same_figures() -> None:
    assert set(EXAMPLES) == set(EXHIBITS)


@every
def test_a_figure_answers_its_question_with_a_number_and_leaves_its_words_to_the_frame(name: str) -> None:
    found = made(name)
    assert found.title == EXHIBITS[name].question and found.title.endswith("?")
    assert re.search(r"\d", found.finding) and found.finding.endswith(".") and "nan" not in found.finding
    assert found.figure.layout.title.text is None
    assert found.finding not in payload(name) and found.title not in payload(name)


@every
def test_every_axis_is_named(name: str) -> None:
    fig = figure(name)
    if fig.layout.xaxis.visible is False and fig.layout.yaxis.visible is False:
        pytest.skip("a drawing has no axes to name")
    titles = [axis.title.text for axis in axes(fig, "x").values() if axis.title.text]
    columns = {axis.domain for axis in axes(fig, "x").values()}
    lowest = {axis.domain for axis in axes(fig, "x").values() if axis.title.text}
    assert titles and columns == lowest
    places = [str(note.yref) for note in fig.layout.annotations]
    panels = {place.split()[0][1:] for place in places if place.endswith("domain")}
    rows = {axis.domain for axis in axes(fig, "y").values() if axis.title.text or axis.ticktext}
    for number, axis in axes(fig, "y").items():
        assert axis.domain in rows or number in panels


@every
def test_no_text_is_clipped_at_the_narrowest_width(name: str) -> None:
    fig = figure(name, "korean")
    margin = fig.layout.margin
    for note in fig.layout.annotations:
        if note.x == 1 and note.xanchor == "left" and note.xref in ("paper", "x domain"):
            wide = max(text_width(plain(line), 12) for line in note.text.split("<br>"))
            assert (note.xshift or 0) + wide <= margin.r + 4 or len(axes(fig, "x")) > 1
    for axis in axes(fig, "y").values():
        words = (
            [str(word) for word in axis.ticktext or ()] if axis.domain and axis.showticklabels is not False else []
        )
        assert max((text_width(word, 12) for word in words), default=0) <= margin.l


@every
def test_payload_is_bounded_and_drawn_as_svg(name: str) -> None:
    assert len(payload(name)) < BYTES
    assert {trace.type for trace in figure(name).data} <= {"scatter", "heatmap"}
    lengths = [len(trace.y) for trace in figure(name).data if trace.type == "scatter"]
    assert max(lengths, default=0) <= 4_000


@every
@pytest.mark.parametrize("look", LOOKS)
def test_every_trace_has_its_own_colour(name: str, look: str) -> None:
    fig = figure(name, look)
    assert fig.layout.template == template(LOOKS[look].scheme)
    for trace in fig.data:
        if trace.type == "heatmap":
            assert len(trace.colorscale) >= 9
        elif trace.marker.opacity != 0:  # unseen, but what a pointer finds
            assert (trace.line.color if "lines" in trace.mode else trace.marker.color) is not None


@pytest.mark.process
def test_colours_survive_an_import_that_poisons_the_default_template() -> None:
    program = (
        "import json, streamlit, plotly.io as pio\n"
        "from core.figures.palette import Look\n"
        "from tests.support.figure_examples import EXAMPLES\n"
        "assert pio.templates.default == 'streamlit'\n"
        "print(json.dumps({name: example(Look('light')).figure.to_json() for name, example in EXAMPLES.items()}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    for name, text in json.loads(done.stdout).items():
        assert not re.search(r"#0000[0-9]{2}(?!\d)", text.replace(COLOURS["light"].truth, "")), name
        assert json.loads(text) == json.loads(payload(name)), name


@every
def test_a_figure_is_a_pure_function_of_its_input(name: str) -> None:
    assert EXAMPLES[name](LOOKS["light"]).figure.to_json() == payload(name)
    assert figure(name).layout.uirevision == "keep"


@every
def test_no_shape_lies_between_layers(name: str) -> None:
    # plotly.js cannot draw such a shape when it spans a panel's domain: the whole figure fails
    assert {shape.layer for shape in figure(name).layout.shapes} <= {"below"}


def test_hues_follow_the_path_that_speaks() -> None:
    light = LOOKS["light"]
    assert (
        crossing_colour(Activation.KERNEL_GRU_TO_CNN, light) == fusion_colour(Fusion.GRU_TO_CNN, light) == "#d55e00"
    )
    assert (
        crossing_colour(Activation.KERNEL_CNN_TO_GRU, light) == fusion_colour(Fusion.CNN_TO_GRU, light) == "#0072b2"
    )
    with pytest.raises(ValueError, match="pass a kernel tap"):
        crossing_colour(Activation.ATTENTION, light)


@pytest.mark.parametrize("scheme", COLOURS)
def test_scales_are_even_and_centred(scheme: str) -> None:
    look = LOOKS[scheme]
    lightness = [oklab(linear_rgb(str(colour)))[0] for _, colour in sequential(look.colours.conv, look)]
    assert (np.diff(lightness) < 0).all() or (np.diff(lightness) > 0).all()
    scale = diverging(look.colours.gru, look)
    assert scale[len(scale) // 2] == [0.5, look.colours.shade]


def test_hangul_passes_through() -> None:
    assert "NanumGothic" in FONT
    texts = json.loads(payload("mode_comparison", "korean"))["layout"]["yaxis"]["ticktext"]
    assert label(Fusion.BOTH, Language.KOREAN) in texts
    assert "온도 (°C)" in figure("forecast_overlay").layout.yaxis.title.text
    assert "\ufffd" not in payload("series_plot") and any(
        "온도" in str(note.text) for note in figure("series_plot").layout.annotations
    )


@pytest.mark.parametrize("name", ["xaxis.title.text", "error_x_array", "margin_l", "data[12].y", "_odd__name_", ""])
def test_names_of_properties_are_read_as_plotly_reads_them(name: str) -> None:
    read: Any = plotly_types._str_to_dict_path_full
    for _ in range(2):
        assert read(name) == read.__wrapped__(name)
    go.Figure(layout_xaxis_title_text="a").layout["xaxis.title.text"]  # it is what plotly asks
    assert read.cache_info().hits > 0
