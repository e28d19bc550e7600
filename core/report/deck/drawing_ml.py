"""The few parts of DrawingML charts that python-pptx has no call for (ECMA-376 part 1, 21.2)."""

from __future__ import annotations

from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from core.figures.names import printable


def hide_in_legend(legend: Any, indices: list[int]) -> None:
    """Remove series from a legend by their place."""
    place = legend._element.find(qn("c:legendPos"))
    for index in reversed(indices):
        place.addnext(
            parse_xml(f'<c:legendEntry {nsdecls("c")}><c:idx val="{index}"/><c:delete val="1"/></c:legendEntry>')
        )


def set_log_base(axis: Any) -> None:
    """Give a value axis a decimal logarithmic scale."""
    axis._element.find(qn("c:scaling")).insert(0, parse_xml(f'<c:logBase {nsdecls("c")} val="10"/>'))


def set_plot_area(chart: Any, left: float, top: float, width: float, height: float) -> None:
    """Fix the inner plot area, in shares of the chart, so that labels beside it have room."""
    area = chart._chartSpace.chart.plotArea
    for layout in area.findall(qn("c:layout")):
        area.remove(layout)
    area.insert(0, _layout('<c:layoutTarget val="inner"/>', x=left, y=top, w=width, h=height))


def set_title_place(axis: Any, left: float, top: float) -> None:
    """Fix the upper left corner of an axis title, in shares of the chart."""
    title = axis._element.find(qn("c:title"))
    for layout in title.findall(qn("c:layout")):
        title.remove(layout)
    title.find(qn("c:tx")).addnext(_layout("", x=left, y=top))


def _layout(target: str, **shares: float) -> Any:
    sizes = "".join(f'<c:{name} val="{share:.4f}"/>' for name, share in shares.items())
    return parse_xml(
        f'<c:layout {nsdecls("c")}><c:manualLayout>{target}<c:xMode val="edge"/><c:yMode val="edge"/>'
        f"{sizes}</c:manualLayout></c:layout>"
    )


def describe(shape: Any, text: str) -> None:
    """Set the text that screen readers speak for a chart or a picture."""
    shape._element.xpath("./*/p:cNvPr")[0].set("descr", printable(text))
