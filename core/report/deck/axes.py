"""Axes of native charts: titles with units, round ticks, labels at the edge."""

from __future__ import annotations

from typing import Any

from pptx.enum.chart import XL_AXIS_CROSSES, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.util import Pt

from core.report.deck.drawing_ml import set_log_base
from core.report.deck.style import FONT, GRID, INK, LABEL_SIZE, LINE, MUTED, write
from core.report.native.panels import Axis
from core.report.native.scale import Scale


def style_number_axis(axis: Any, source: Axis, scale: Scale, *, grid: bool, edge: bool) -> None:
    """Style an axis of numbers or dates; `edge` keeps the other axis at its low end.

    Where words stand for numbers, a helper series writes them.
    """
    _style(axis, source, grid=grid)
    axis.minimum_scale, axis.maximum_scale = scale.low, scale.high
    if source.logarithmic:
        set_log_base(axis)
    else:
        axis.major_unit = scale.step
    labels = axis.tick_labels
    labels.number_format, labels.number_format_is_linked = scale.number_format, False
    if edge:  # bars grow from zero, so theirs stays there
        axis.crosses = XL_AXIS_CROSSES.MINIMUM


def style_word_axis(axis: Any, source: Axis) -> None:
    """Style an axis of categories."""
    _style(axis, source, grid=False)
    axis.tick_labels.font.color.rgb = INK


def _style(axis: Any, source: Axis, *, grid: bool) -> None:
    axis.has_title = bool(source.title)
    if source.title:
        write(axis.axis_title.text_frame, source.title)
    axis.has_major_gridlines = grid
    if grid:
        axis.major_gridlines.format.line.color.rgb = GRID
        axis.major_gridlines.format.line.width = Pt(0.75)
    axis.format.line.color.rgb = LINE
    axis.major_tick_mark, axis.minor_tick_mark = XL_TICK_MARK.NONE, XL_TICK_MARK.NONE
    hidden = source.bare or source.labels
    axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE if hidden else XL_TICK_LABEL_POSITION.LOW
    labels = axis.tick_labels.font
    labels.name, labels.size, labels.color.rgb = FONT, LABEL_SIZE, MUTED
