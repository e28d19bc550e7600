"""The frame: words use the width of the picture, stay clear of the panels, and change nothing of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import plotly.graph_objects as go
import pytest

from core.exhibits.card import Card
from core.figures.frame import EDGE, FINDING_LINE, FOOT_LINE, TITLE_LINE
from core.figures.lettering import BOLD, text_width
from core.figures.names import plain
from core.figures.palette import Look
from tests.support.exhibits import EXHIBITS
from tests.support.figure_examples import kept_card
from tests.support.report_cards import curves

LONG = "The mean absolute error over ninety-six steps is lowest in the mode that crosses both ways, " * 3
ONE_WORD = "전력사용량" * 200
every = pytest.mark.parametrize("name", EXHIBITS)
WIDTHS = (390, 560, 960, 1280, 1920)
width_of = pytest.mark.parametrize("width", WIDTHS)


def with_words(title: str, finding: str, foot: str) -> Card:
    return Card(title, finding, foot, curves(), None, "words", Look())


@cache
def picture(name: str, width: int) -> go.Figure:
    """Return the picture of an example; it is made once."""
    return kept_card(name, Look()).framed(width)


def lines_of(framed: go.Figure) -> tuple[list[str], list[str], list[str]]:
    """Return the lines of title, finding and foot of a picture."""
    layout = framed.layout
    title, finding, foot = layout.title.text, layout.annotations[-2].text, layout.annotations[-1].text
    return tuple([plain(line) for line in text.split("<br>")] for text in (title, finding, foot))  # type: ignore[return-value]


def panels(layout: Any) -> float:
    """Return the height of the plot area, px."""
    return float(layout.height - layout.margin.t - layout.margin.b)


@every
@width_of
def test_no_line_of_the_words_is_wider_than_the_picture_and_no_word_is_lost(name: str, width: int) -> None:
    made = kept_card(name, Look())
    for lines, text, size in zip(
        lines_of(picture(name, width)), (made.title, made.finding, made.provenance), (17 * BOLD, 13, 11), strict=True
    ):
        assert max(text_width(line, size) for line in lines) <= width - 2 * EDGE
        assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize("width", [1280, 1920])
def test_a_long_finding_uses_the_width_it_has(width: int) -> None:
    _, finding, foot = lines_of(with_words("Why?", LONG.strip(), "ETTh1 · " + LONG.strip()).framed(width))
    for lines, size in ((finding, 13), (foot, 11)):
        widths = [text_width(line, size) for line in lines]
        assert min(widths[:-1], default=width) > 0.8 * width, "only the last line is short"
    assert len(finding) < len(lines_of(with_words("Why?", LONG.strip(), "ETTh1").framed(390))[1]) / 2


@every
@width_of
def test_panels_keep_their_size_and_the_words_stay_clear_of_them(name: str, width: int) -> None:
    before, after = kept_card(name, Look()).figure.layout, picture(name, width).layout
    title, finding, foot = lines_of(picture(name, width))
    assert panels(after) == pytest.approx(panels(before))
    assert (after.margin.l, after.margin.r) == (before.margin.l, before.margin.r)
    head, tail = after.annotations[-2:]
    top = after.margin.t - head.yshift  # px from the picture's upper edge to the finding
    assert top == pytest.approx(EDGE + TITLE_LINE * len(title)), "right below the title"
    assert head.yshift - FINDING_LINE * len(finding) == pytest.approx(before.margin.t), "above what the figure draws"
    assert -tail.yshift == pytest.approx(before.margin.b - 8), "below what the figure draws"
    assert after.margin.b + tail.yshift - FOOT_LINE * len(foot) == pytest.approx(EDGE / 2), "not cut off"
    assert len(after.annotations) == len(before.annotations) + 2


def test_the_frame_is_put_on_a_copy() -> None:
    made = kept_card("mode_comparison", Look())
    before = made.figure.to_json()
    assert made.framed(560).to_json() != before == made.figure.to_json()


@width_of
def test_words_are_words_whatever_is_in_them(width: int) -> None:
    hostile = "<b>load</b> %{x} $y^2$ &lt; {z}"
    framed = with_words(hostile, f"{hostile} {ONE_WORD}", f"{hostile} · CrossLens").framed(width)
    words = [framed.layout.title.text.removeprefix("<b>").removesuffix("</b>")]
    words += [note.text for note in framed.layout.annotations]
    for text in words:
        assert not set("<>{}$") & set(text.replace("<br>", ""))
        assert "".join(hostile.split()) in "".join(plain(text, "").split())
    assert isinstance(framed, go.Figure)
