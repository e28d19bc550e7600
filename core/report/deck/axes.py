"""Axes of native charts: titles with units, round ticks, labels at the edge."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from pptx.enum.chart import XL_AXIS_CROSSES, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.util import Pt

from core.figures.lettering import text_width, widest
from core.report.deck.box import Box
from core.report.deck.drawing_ml import set_log_base, set_plot_area, set_title_place
from core.report.deck.style import GRID, LABEL_SIZE, MUTED, set_type, write
from core.report.native.panels import Axis, Panel
from core.report.native.scale import AxisScale

_POINT = 12_700  # EMU
_LINE, _TITLE = 15, 20  # points: one line of labels, an axis title or a row of the legend
_RIGHT = 20  # points kept free at the right
_NUMBER = "-0.000"  # as wide as the labels of a number axis get


def style_axis(axis: Any, source: Axis, scale: AxisScale, *, grid: bool) -> None:
    """Style an axis of numbers or dates; where words stand for numbers, a helper series writes them."""
    axis.has_title = bool(source.title)
    if source.title:
        write(axis.axis_title.text_frame, source.title)
    axis.has_major_gridlines = grid
    if grid:
        axis.major_gridlines.format.line.color.theme_color = GRID
        axis.major_gridlines.format.line.width = Pt(0.75)
    axis.format.line.color.theme_color = MUTED
    axis.major_tick_mark, axis.minor_tick_mark = XL_TICK_MARK.NONE, XL_TICK_MARK.NONE
    hidden = source.bare or source.labels
    axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE if hidden else XL_TICK_LABEL_POSITION.LOW
    labels = axis.tick_labels
    set_type(labels.font)
    labels.number_format, labels.number_format_is_linked = scale.number_format, False
    axis.minimum_scale, axis.maximum_scale = scale.low, scale.high
    if source.logarithmic:
        set_log_base(axis)
    else:
        axis.major_unit = scale.step
    axis.crosses = XL_AXIS_CROSSES.MINIMUM  # the other axis stays at the low end of this one


def make_room(chart: Any, panel: Panel, box: Box, names: Collection[str]) -> None:
    """Fix plot area and axis titles of a chart whose axes carry words; `names` stand in its legend."""
    width, height = box.width / _POINT, box.height / _POINT
    entries = sum(text_width(name, LABEL_SIZE.pt) + 32 for name in names)  # with key and gap
    words = [line for _, text in panel.y.labels for line in text.split("\n")] or [_NUMBER]
    lines = 1 + max((text.count("\n") for _, text in panel.x.labels), default=0)
    left = 16 + 1.1 * widest(words, LABEL_SIZE.pt) + (20 if panel.y.title else 0)
    top = 40 if panel.heading else 20
    plot_width = width - left - _RIGHT
    plot_height = height - top - _LINE * lines - 2 * _TITLE - _TITLE * math.ceil(1.3 * entries / width)
    set_plot_area(chart, left / width, top / height, plot_width / width, plot_height / height)
    if panel.x.title and panel.x.labels:
        start = left + (plot_width - text_width(panel.x.title, LABEL_SIZE.pt)) / 2
        set_title_place(chart.category_axis, start / width, (top + plot_height + _LINE * lines + 6) / height)
    if panel.y.title and panel.y.labels:
        start = top + (plot_height - text_width(panel.y.title, LABEL_SIZE.pt)) / 2
        set_title_place(chart.value_axis, 2 / width, max(start, 0) / height)
