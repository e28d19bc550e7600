"""Panels as native PowerPoint charts: editable, with the figure's names, colours, units and spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pptx.chart.data import XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION

from core.figures.names import shortened
from core.report.deck.axes import make_room, style_axis
from core.report.deck.box import Box, ticks_in
from core.report.deck.drawing_ml import describe, hide_in_legend
from core.report.deck.helpers import Helper, helpers_of, scales_of
from core.report.deck.style import FONT, LABEL_SIZE, set_type, style_series, text_mark, write
from core.report.native.panels import Panel, Series
from core.report.native.scale import EXCEL_EPOCH

_SIDES = {
    "left": XL_LABEL_POSITION.LEFT,
    "right": XL_LABEL_POSITION.RIGHT,
    "below": XL_LABEL_POSITION.BELOW,
    "above": XL_LABEL_POSITION.ABOVE,
}


def add_chart(shapes: Any, panel: Panel, box: Box, *, description: str, legend: bool) -> Any:
    """Put one panel on a slide as a native chart, described for screen readers, and return the chart."""
    frame = _add_frame(shapes, panel, box, legend)
    describe(frame, description)
    chart = frame.chart
    set_type(chart.font)
    chart.has_title = bool(panel.heading)
    if panel.heading:
        write(chart.chart_title.text_frame, panel.heading, bold=True)
        chart.chart_title.include_in_layout = False
    _style_legend(chart, panel.series, legend)
    return chart


def _add_frame(shapes: Any, panel: Panel, box: Box, legend: bool) -> Any:
    """Add a scatter chart: the figure's series, then its guides and axis words as helper series."""
    x_scale, y_scale = scales_of(panel, ticks_in(box))
    helpers = helpers_of(panel, x_scale, y_scale)
    drawn = [*panel.series, *(helper.series for helper in helpers)]
    frame = shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, *box, _points(panel, drawn))
    chart = frame.chart
    for series, source in zip(chart.plots[0].series, drawn, strict=True):
        style_series(series, source)
    for series, helper in zip(list(chart.plots[0].series)[len(panel.series) :], helpers, strict=True):
        _write_helper(series, helper)
    style_axis(chart.category_axis, panel.x, x_scale, grid=False)
    style_axis(chart.value_axis, panel.y, y_scale, grid=not panel.y.labels)
    if panel.y.labels or (panel.x.labels and not panel.x.bare):
        names = {source.name for source in panel.series if source.listed and legend}
        make_room(chart, panel, box, names)
    return frame


def _points(panel: Panel, drawn: Sequence[Series]) -> Any:
    """Return the chart's data; stamps become Excel's days.

    The first series is padded with blanks to the length of the longest, or LibreOffice drops the shorter ones.
    A series without points, there for the legend, gets one blank, because its range in the workbook needs a row.
    """
    data = XyChartData()
    shift = EXCEL_EPOCH if panel.x.dates else 0
    longest = max(len(source.values) for source in drawn)
    for index, source in enumerate(drawn):
        points = data.add_series(source.name)
        for position, value in zip(np.asarray(source.positions, float) + shift, source.values, strict=True):
            points.add_data_point(float(position), None if np.isnan(value) else float(value))
        for _ in range((longest if index == 0 else 1) - len(source.values)):
            points.add_data_point(None, None)
    return data


def _write_helper(series: Any, helper: Helper) -> None:
    """Write a helper's texts beside its points."""
    for index, text in enumerate(helper.texts):
        if text:
            label = series.points[index].data_label
            write(label.text_frame, text)
            label.text_frame.word_wrap = False
            label.position = _SIDES[helper.side]


def _style_legend(chart: Any, series: tuple[Series, ...], wanted: bool) -> None:
    """Name each listed series once; helpers, borders of bands and repeated names stay out."""
    seen: set[str] = set()
    hidden = []
    for index in range(len(list(chart.plots[0].series))):
        source = series[index] if index < len(series) else None
        if source is None or not source.listed or source.name in seen:
            hidden.append(index)
        else:
            seen.add(source.name)
    chart.has_legend = wanted and len(seen) > 1
    if chart.has_legend:
        legend = chart.legend
        legend.position, legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        set_type(legend.font)
        hide_in_legend(legend, hidden)


def add_key(shapes: Any, box: Box, panels: Sequence[Panel]) -> None:
    """Write one legend for several panels: each listed name once, with its mark (one colour alone needs none)."""
    listed = {source.name: source for panel in panels for source in panel.series if source.listed}
    if len({source.colour for source in listed.values()}) < 2:
        return
    paragraph = shapes.add_textbox(*box).text_frame.paragraphs[0]
    for name, source in listed.items():
        run = paragraph.add_run()
        run.text = f"{text_mark(source)} {shortened(name)}    "
        run.font.name, run.font.size, run.font.color.rgb = FONT, LABEL_SIZE, RGBColor.from_string(source.colour)
