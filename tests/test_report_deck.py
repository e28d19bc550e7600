"""Decks read back: native charts hold the figure's numbers, words are in their place and fit."""

from __future__ import annotations

import io
import pickle
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.subplots import make_subplots
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

from core.exhibits.card import Card, file_stem
from core.figures.labels import panel_title
from core.figures.lettering import wrap
from core.figures.palette import Look
from core.report.deck.layout import Page, fitted
from core.report.files import Ratio
from core.report.images import chrome, how_to_get_chrome
from core.report.native.traces import POINTS
from core.report.powerpoint import write_pptx
from tests.support.report_cards import (
    FINDING,
    FORECAST,
    PROVENANCE,
    STAMPS,
    TITLE,
    TRUTH,
    bare,
    card,
    curves,
    dots,
    heat,
    numbers,
)

EXCEL_DAY_ZERO = pd.Timestamp("1899-12-30")


def deck_of(*figures: go.Figure, ratio: Ratio = Ratio.WIDE, heading: str | None = None) -> Any:
    content = io.BytesIO()
    cards = [card(figure, f"figure-{index}") for index, figure in enumerate(figures)]
    write_pptx(cards, content, ratio, heading=heading)
    return Presentation(content)


def charts(page: Any) -> list[Any]:
    return [shape.chart for shape in page.shapes if shape.has_chart]


def texts(page: Any) -> list[str]:
    return [shape.text_frame.text for shape in page.shapes if shape.has_text_frame]


def points(series: Any, letter: str) -> list[float]:
    return [float(value.text) for value in series._element.xpath(f"./c:{letter}Val//c:pt/c:v")]


def test_lines_over_stamps_are_native_with_the_figures_numbers_names_and_colours():
    (chart,) = charts(deck_of(curves()).slides[0])
    assert chart.chart_type in (XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, XL_CHART_TYPE.XY_SCATTER_LINES)
    truth, both = chart.plots[0].series
    assert [truth.name, both.name] == ["truth", "both"]
    assert points(truth, "y") == TRUTH.tolist()
    assert points(both, "y") == FORECAST.tolist()
    days = ((STAMPS - EXCEL_DAY_ZERO) / pd.Timedelta("1D")).to_numpy()
    np.testing.assert_allclose(points(truth, "x"), days, atol=1e-6)
    assert [str(series.format.line.color.rgb) for series in (truth, both)] == ["000000", "43336B"]
    assert chart.value_axis.axis_title.text_frame.text == "OT (°C)"
    assert chart.has_legend


def test_a_figure_from_a_cache_gives_the_same_charts():
    figures = [curves(), dots()]
    pages = [deck_of(*made).slides for made in (figures, pickle.loads(pickle.dumps(figures)))]
    for fresh, cached in zip(*pages, strict=True):
        plots = [charts(page)[0].plots[0].series for page in (fresh, cached)]
        assert [list(one.values) for one in plots[0]] == [list(one.values) for one in plots[1]]


def test_the_workbook_behind_a_chart_holds_the_same_numbers():
    (chart,) = charts(deck_of(curves()).slides[0])
    sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    column = [cell.value for cell in sheet["B"]]
    assert column[0] == "truth"
    assert column[1 : 1 + len(TRUTH)] == TRUTH.tolist()


def test_a_variable_named_like_a_formula_stays_text_in_the_workbook():
    figure = bare(go.Figure(go.Scatter(x=[1, 2], y=[3, 4], name="=cmd|' /C calc'!A0")))
    (chart,) = charts(deck_of(figure).slides[0])
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    assert {cell.data_type for row in book.active for cell in row} <= {"s", "n"}


def test_named_rows_keep_their_names_intervals_and_guide():
    (chart,) = charts(deck_of(dots()).slides[0])
    series = {one.name: one for one in chart.plots[0].series}
    whiskers = points(series["mean (interval)"], "x")
    assert [whiskers[0], whiskers[1], whiskers[3], whiskers[4]] == [1.0, 1.75, -0.625, -0.25]
    assert points(series["guide"], "x") == [0, 0]
    rows = series["names of the y axis"]
    labels = [rows.points[index].data_label.text_frame.text for index in range(2)]
    assert labels == ["both", "none"]
    assert points(rows, "y") == [0, 1]


def test_a_band_becomes_two_thin_lines_and_the_notes_say_so():
    x = np.arange(5.0)
    figure = go.Figure(go.Scatter(x=[*x, *x[::-1]], y=[*x - 1, *(x + 1)[::-1]], fill="toself", name="10-90 %"))
    figure.add_scatter(x=x, y=x, name="mean", line={"color": "#0072b2"})
    page = deck_of(bare(figure)).slides[0]
    low, high, mean = charts(page)[0].plots[0].series
    assert [points(one, "y") for one in (low, high, mean)] == [[*x - 1], [*x + 1], [*x]]
    assert "two thin lines" in page.notes_slide.notes_text_frame.text


def test_long_curves_are_thinned_to_their_outline_with_a_note():
    values = np.random.default_rng(0).normal(size=5_000)
    page = deck_of(bare(go.Figure(go.Scatter(x=np.arange(5_000), y=values, mode="lines")))).slides[0]
    (series,) = charts(page)[0].plots[0].series
    shown = points(series, "y")
    assert len(shown) == POINTS
    assert (min(shown), max(shown)) == pytest.approx((values.min(), values.max()))
    assert "thinned to 300 points" in page.notes_slide.notes_text_frame.text
    assert "5,000" in page.notes_slide.notes_text_frame.text


def test_missing_values_are_left_out_of_a_native_line():
    page = deck_of(bare(go.Figure(go.Scatter(x=[0, 1, 2], y=[1.0, np.nan, 3.0])))).slides[0]
    assert points(charts(page)[0].plots[0].series[0], "y") == [1.0, 3.0]
    assert "bridge missing values" in page.notes_slide.notes_text_frame.text


def test_small_multiples_are_native_charts_side_by_side_with_their_names():
    figure = make_subplots(rows=1, cols=2)
    for column, name in ((1, "kernel"), (2, "gate")):
        figure.add_scatter(x=[0, 1], y=[column, column], name="both", row=1, col=column)
        panel_title(figure, name, "" if column == 1 else "2", look=Look())
    page = deck_of(bare(figure)).slides[0]
    left, right = sorted((shape for shape in page.shapes if shape.has_chart), key=lambda shape: shape.left)
    assert left.left + left.width <= right.left
    assert [one.chart.chart_title.text_frame.text for one in (left, right)] == ["kernel", "gate"]
    assert points(right.chart.plots[0].series[0], "y") == [2, 2]


def test_the_lowest_of_stacked_charts_has_room_for_the_axis_they_share():
    figure = make_subplots(rows=3, cols=1, shared_xaxes=True)
    for row in (1, 2, 3):
        figure.add_scatter(x=STAMPS, y=TRUTH, mode="lines", line={"color": "#000000"}, row=row, col=1)
    figure.update_xaxes(type="date")
    (page,) = deck_of(bare(figure), ratio=Ratio.STANDARD).slides
    first, second, last = (shape.height for shape in page.shapes if shape.has_chart)
    assert last - second == pytest.approx(Inches(0.5), rel=0.2)
    assert abs(first - second) < 0.12 * first


@pytest.mark.parametrize("count", [3, 21, 60])
def test_findings_follow_the_title_slide_in_two_columns_in_order_and_large_enough_to_read(count: int):
    titles = [f"Does question {index} of the many have an answer?" for index in range(count)]
    content = io.BytesIO()
    write_pptx([card(curves(), file_stem(title), title=title) for title in titles], content, heading="All of them")
    front = list(Presentation(content).slides)[:-count]
    title, *findings = front
    assert title.shapes.title.text_frame.text == "All of them" and FINDING in texts(title)
    said = ""
    for page in findings:
        boxes = [shape for shape in page.shapes if shape.has_text_frame and "Does question" in shape.text_frame.text]
        assert len({box.top for box in boxes}) == 1 and len(boxes) <= 2
        boxes.sort(key=lambda box: box.left)
        assert all(left.left + left.width < right.left for left, right in pairwise(boxes))
        said += "".join(box.text_frame.text for box in boxes)
        runs = [run for box in boxes for part in box.text_frame.paragraphs for run in part.runs]
        assert min(run.font.size for run in runs) >= Pt(12)
    assert [said.index(title) for title in titles] == sorted(said.index(title) for title in titles)


def test_words_of_a_slide_are_where_people_and_readers_look():
    deck = deck_of(curves(), heading="예측 보고")
    page = deck.slides[2]
    assert page.shapes.title.text_frame.text == TITLE
    assert FINDING in texts(page)
    assert PROVENANCE in texts(page)
    notes = page.notes_slide.notes_text_frame.text
    assert PROVENANCE in notes
    assert "figure-0.csv" in notes
    assert charts(page)[0].part  # native, and described for those who cannot see it:
    assert page.shapes._spTree.xpath(".//p:graphicFrame//p:cNvPr/@descr") == [FINDING]
    assert deck.core_properties.subject == PROVENANCE
    assert deck.slides[0].shapes.title.text_frame.text == "예측 보고"
    assert TITLE in " ".join(texts(deck.slides[1]))


@pytest.mark.parametrize(("ratio", "width"), [(Ratio.WIDE, 13.333), (Ratio.STANDARD, 10)])
def test_nothing_lies_outside_the_slide_or_over_the_foot(ratio: Ratio, width: float):
    deck = deck_of(curves(), dots(), ratio=ratio, heading="ETTh1")
    assert (deck.slide_width, deck.slide_height) == (Inches(width), Inches(7.5))
    for page in deck.slides:
        foot = max(shape.top for shape in page.shapes)
        for shape in page.shapes:
            assert shape.left >= Inches(0.5)
            assert shape.left + shape.width <= deck.slide_width - Inches(0.5)
            assert shape.top + shape.height <= (foot if shape.top < foot else deck.slide_height)


@pytest.mark.parametrize("text", ["short", "word " * 60, "예측은 어디에서 틀리는가 " * 30, "x" * 2_000])
@pytest.mark.parametrize("ratio", list(Ratio))
def test_text_of_any_length_fits_its_box(text: str, ratio: Ratio):
    box = Page.of(ratio).title
    size, shown = fitted(text.strip(), (26, 20, 14), box)
    assert len(wrap(shown, size, box.width / 12_700)) * size * 1.2 <= box.height / 12_700
    assert shown == text.strip() or shown.endswith("…")


def test_without_chromium_a_heat_map_is_a_sentence_and_its_first_numbers(no_chromium: None):
    page = deck_of(heat(), curves()).slides[0]
    assert any("apt-get install chromium" in text for text in texts(page))
    (table,) = (shape.table for shape in page.shapes if shape.has_table)
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert cells[0] == ["variable", "fusion", "mse"]
    assert cells[1] == ["OT", "both", "0.3715"]
    assert not page.shapes._spTree.xpath(".//p:pic")


@pytest.mark.browser
def test_a_heat_map_is_a_sharp_picture_with_a_description():
    if chrome() is None:
        pytest.fail(how_to_get_chrome(), pytrace=False)
    page = deck_of(heat()).slides[0]
    (picture,) = (shape for shape in page.shapes if shape.shape_type == 13)
    width, height = picture.image.size
    assert width / picture.width * 914_400 >= 190  # pixels an inch
    assert width / height == pytest.approx(picture.width / picture.height, rel=0.01)
    assert page.shapes._spTree.xpath(".//p:pic//p:cNvPr/@descr") == [FINDING]


def test_a_figure_without_data_is_a_slide_with_its_sentence(no_chromium: None):
    page = deck_of(bare(go.Figure())).slides[0]
    assert FINDING in texts(page)
    assert not charts(page)


def test_a_deck_without_slides_is_refused_and_leaves_no_file(tmp_path: Path):
    with pytest.raises(ValueError, match="at least one figure"):
        write_pptx([], tmp_path / "deck.pptx")
    assert list(tmp_path.iterdir()) == []


def test_a_table_with_an_index_or_without_a_table_is_fine(no_chromium: None):
    content = io.BytesIO()
    named = card(heat(), "a", table=numbers().set_index("variable"))
    bald = Card(TITLE, FINDING, PROVENANCE, heat(), None, "b", Look())
    write_pptx([named, bald], content)
    first, second = Presentation(content).slides
    assert [shape.table.cell(0, 0).text for shape in first.shapes if shape.has_table] == ["variable"]
    assert not [shape for shape in second.shapes if shape.has_table]
