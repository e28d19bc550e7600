"""Type, colours and marks of native charts."""

from __future__ import annotations

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE, MSO_THEME_COLOR
from pptx.util import Pt

from core.report.native.panels import Series

FONT = "+mn-lt"  # the theme's own for text
LABEL_SIZE = Pt(12)
# Colours of the theme: what is written, what stands behind it, and lines and cells that stay behind both.
INK, MUTED = MSO_THEME_COLOR.TEXT_1, MSO_THEME_COLOR.TEXT_2
PAPER, GRID = MSO_THEME_COLOR.BACKGROUND_1, MSO_THEME_COLOR.BACKGROUND_2
_MARKERS = {
    "circle": XL_MARKER_STYLE.CIRCLE,
    "square": XL_MARKER_STYLE.SQUARE,
    "diamond": XL_MARKER_STYLE.DIAMOND,
    "triangle": XL_MARKER_STYLE.TRIANGLE,
    "cross": XL_MARKER_STYLE.PLUS,
    "x": XL_MARKER_STYLE.X,
}
_MARKS = {"square": "■", "diamond": "◆", "triangle": "▲", "cross": "+", "x": "×"}
_DASHES = {
    "solid": MSO_LINE.SOLID,
    "dot": MSO_LINE.ROUND_DOT,
    "dash": MSO_LINE.DASH,
    "longdash": MSO_LINE.LONG_DASH,
    "dashdot": MSO_LINE.DASH_DOT,
    "longdashdot": MSO_LINE.LONG_DASH_DOT,
}


def write(
    frame: Any, text: str, *, size: Any = LABEL_SIZE, colour: MSO_THEME_COLOR = MUTED, bold: bool = False
) -> None:
    """Set the text of a frame in the deck's type."""
    frame.text = text
    for run in (run for paragraph in frame.paragraphs for run in paragraph.runs):
        set_type(run.font, size, colour)
        run.font.bold = bold


def set_type(font: Any, size: Any = LABEL_SIZE, colour: MSO_THEME_COLOR = MUTED) -> None:
    """Give a font the deck's face, a size and a colour of the theme."""
    font.name, font.size, font.color.theme_color = FONT, size, colour


def style_series(series: Any, source: Series) -> None:
    """Give a chart series the colour, line and markers of its source; a helper series draws its error bars."""
    colour = RGBColor.from_string(source.colour)
    series.smooth = False
    _style_line(series.format.line, source, colour)
    _style_marker(series.marker, source, colour)


def _style_line(line: Any, source: Series, colour: RGBColor) -> None:
    if not source.line_width:
        line.fill.background()
        return
    line.color.rgb = colour
    line.width = Pt(source.line_width)
    line.dash_style = dash_style(source.dash)


def dash_style(dash: str) -> Any:
    """Return the office dash nearest to plotly's word or list of pixels ("6px,3px")."""
    if dash in _DASHES:
        return _DASHES[dash]
    lengths = [float(part.rstrip("px% ")) for part in dash.replace(" ", ",").split(",") if part.strip()]
    if len(lengths) > 2:
        return MSO_LINE.LONG_DASH_DOT
    return MSO_LINE.ROUND_DOT if lengths[0] <= 2 else MSO_LINE.DASH if lengths[0] <= 8 else MSO_LINE.LONG_DASH


def _style_marker(marker: Any, source: Series, colour: RGBColor) -> None:
    if not source.marker_size:
        marker.style = XL_MARKER_STYLE.NONE
        return
    shape = source.symbol.split("-")[0]
    marker.style, marker.size = _MARKERS.get(shape, XL_MARKER_STYLE.CIRCLE), source.marker_size
    hollow = source.symbol.endswith("-open")  # tinted: not every office program draws a marker's border
    fill = marker.format.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor(*(255 - (255 - part) * 2 // 5 for part in colour)) if hollow else colour
    marker.format.line.color.rgb = colour


def text_mark(source: Series) -> str:
    """Return a series' marker or dash as text, for a legend made of words."""
    if source.marker_size:
        return _MARKS.get(source.symbol.split("-")[0], "●")
    dash = dash_style(source.dash)
    return {MSO_LINE.SOLID: "—", MSO_LINE.ROUND_DOT: "···"}.get(dash, "– –" if "DASH_DOT" not in dash.name else "– ·")
