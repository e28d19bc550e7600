"""The first rows of a figure's numbers as a native table, where a slide can show no chart."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pptx.enum.text import PP_ALIGN
from pptx.util import Pt

from core.figures.names import printable
from core.report.deck.box import Box
from core.report.deck.style import GRID, INK, MUTED, PAPER, write
from core.report.table import flat

ROWS, COLUMNS = 10, 6  # what can be read on a slide, at most
_ROW_HEIGHT, _COLUMN_WIDTH = 330_000, 1_150_000  # EMU


def add_table(shapes: Any, box: Box, frame: pd.DataFrame) -> None:
    """Write the first rows and columns of a frame that a box holds; numbers to four digits and aligned right."""
    table = first_rows(frame, box)
    height = _ROW_HEIGHT * (len(table) + 1)
    native = shapes.add_table(len(table) + 1, table.shape[1], box.left, box.top, box.width, height).table
    native.horz_banding = False
    for column, name in enumerate(table.columns):
        numeric = pd.api.types.is_numeric_dtype(table.dtypes.iloc[column])
        _fill(native.cell(0, column), str(name), right=numeric, head=True)
        for row, value in enumerate(table.iloc[:, column]):
            _fill(native.cell(row + 1, column), _shown(value), right=numeric, head=False)


def first_rows(frame: pd.DataFrame, box: Box) -> pd.DataFrame:
    """Return the first rows and columns of a frame that a box holds."""
    rows, columns = box.height // _ROW_HEIGHT - 1, box.width // _COLUMN_WIDTH
    return flat(frame).iloc[: min(max(rows, 1), ROWS), : min(max(columns, 1), COLUMNS)]


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.4g}"
    return str(value)


def _fill(cell: Any, text: str, *, right: bool, head: bool) -> None:
    cell.fill.solid()
    cell.fill.fore_color.theme_color = GRID if head else PAPER
    write(cell.text_frame, printable(text) or " ", size=Pt(12), colour=INK if head else MUTED, bold=head)
    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
