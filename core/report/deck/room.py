"""Room for words beside the axes of a chart, which office programs do not reserve by themselves."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from core.figures.lettering import text_width, widest
from core.report.deck.box import Box
from core.report.deck.drawing_ml import set_plot_area, set_title_place
from core.report.deck.style import LABEL_SIZE
from core.report.native.panels import Panel

_POINT = 12_700  # EMU
_LINE, _TITLE = 15, 20  # points: one line of labels, an axis title or a row of the legend
_RIGHT = 20  # points kept free at the right
_NUMBER = "-0.000"  # as wide as the labels of a number axis get


def make_room(chart: Any, panel: Panel, box: Box, names: Collection[str]) -> None:
    """Fix plot area and axis titles of an XY chart whose axes carry words; `names` stand in its legend."""
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
