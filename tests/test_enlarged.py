"""Enlarged figures: everything that is counted in px grows, the data and the words stay."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from core.figures.enlarged import enlarged
from core.figures.lettering import text_width
from core.figures.palette import Look
from tests.support.figure_examples import kept_card

PROJECTED = ("task", "two_paths", "dcor_comparison", "silenced", "mode_comparison", "verdict")
each = pytest.mark.parametrize("name", PROJECTED)


def content(figure: go.Figure) -> Any:
    return json.loads(str(figure.to_json()))


@each
def test_by_a_factor_of_one_it_is_the_same_and_back_again_too(name: str) -> None:
    figure = kept_card(name, Look()).figure
    assert content(enlarged(figure, 1)) == content(figure)
    assert content(enlarged(enlarged(figure, 2), 0.5)) == content(figure)


@each
def test_type_margins_and_marks_grow_and_data_stay(name: str) -> None:
    figure = kept_card(name, Look()).figure
    larger = enlarged(figure, 1.5)
    assert (
        larger.layout.margin.l == 1.5 * figure.layout.margin.l and larger.layout.height == 1.5 * figure.layout.height
    )
    assert larger.layout.template.layout.font.size == 1.5 * figure.layout.template.layout.font.size
    for before, after in zip(figure.data, larger.data, strict=True):
        assert after.name == before.name
        if before.marker.size is not None:
            assert after.marker.size == 1.5 * before.marker.size
    for before, after in zip(figure.layout.annotations, larger.layout.annotations, strict=True):
        assert (after.x, after.y, after.ax) == (before.x, before.y, before.ax)
        assert (after.xshift or 0) == 1.5 * (before.xshift or 0)


@each
def test_what_stands_in_the_margins_still_fits(name: str) -> None:
    figure = enlarged(kept_card(name, Look()).figure, 1.5)
    words = [str(word) for word in figure.layout.yaxis.ticktext or ()]
    assert max((text_width(word, 18) for word in words), default=0) <= figure.layout.margin.l


def test_px_within_words_grow_and_other_numbers_do_not() -> None:
    text = '<span style="font-size:12px">36px of 2px</span>'
    figure = go.Figure(go.Scatter(x=[1], y=[2], line={"dash": "6px,3px", "width": 2}))
    figure.add_annotation(text=text, x=3, y=4)
    larger = enlarged(figure, 2)
    assert larger.layout.annotations[0].text == text.replace("12px", "24px")
    assert (larger.data[0].line.dash, larger.data[0].line.width) == ("12px,6px", 4)
