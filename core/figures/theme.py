"""The look of every figure: type, colours of axes, and margins that never clip; its words are put on by `frame`.

Colours are set from here down to every trace. Plotly's default template is never read: other libraries replace it
with placeholder colours at import.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import plotly.basedatatypes as plotly_types
import plotly.graph_objects as go

from core.figures.colour import ramp
from core.figures.lettering import FONT, NARROWEST, text_width
from core.figures.palette import COLOURS, Look, Palette

TEXT_SIZE = 12

# plotly.py takes the name of a property apart each time one is set or asked for, a fifth of the time of a figure:
# what it made of a name is remembered.
plotly_types._str_to_dict_path_full = lru_cache(4096)(plotly_types._str_to_dict_path_full)


def _axis_style(colours: Palette) -> dict[str, Any]:
    return {
        "automargin": False,
        "tickangle": 0,
        "ticklabeloverflow": "allow",  # margins keep room: measuring every label is what takes plotly longest
        "showline": True,
        "linecolor": colours.line,
        "linewidth": 1,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colours.line,
        "tickfont": {"size": TEXT_SIZE, "color": colours.muted},
        "title": {"font": {"size": TEXT_SIZE, "color": colours.muted}, "standoff": 8},
        "gridcolor": colours.grid,
        "zeroline": False,
        "zerolinecolor": colours.line,
    }


@lru_cache(maxsize=2)
def template(scheme: Literal["light", "dark"]) -> go.layout.Template:
    """Return the explicit plotly template of a scheme."""
    colours = COLOURS[scheme]
    axis = _axis_style(colours)
    bar = {"outlinewidth": 0, "tickcolor": colours.line, "tickfont": {"color": colours.muted, "size": 11}}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": TEXT_SIZE, "color": colours.ink},
            "paper_bgcolor": colours.paper,
            "plot_bgcolor": colours.paper,
            "colorway": [colours.conv, colours.gru, colours.both, colours.none, colours.truth],
            "colorscale": {
                "sequential": ramp([colours.shade, colours.both]),
                "sequentialminus": ramp([colours.shade, colours.muted]),
                "diverging": ramp([colours.muted, colours.shade, colours.both]),
            },
            "coloraxis": {"colorbar": bar},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "showgrid": True},
            "hoverlabel": {
                "bgcolor": colours.shade,
                "bordercolor": colours.line,
                "font": {"family": FONT, "size": TEXT_SIZE, "color": colours.ink},
            },
            "legend": {"font": {"size": TEXT_SIZE, "color": colours.ink}, "bgcolor": "rgba(0,0,0,0)"},
            "annotationdefaults": {"font": {"size": TEXT_SIZE, "color": colours.ink}, "showarrow": False},
            "shapedefaults": {"line": {"color": colours.line, "width": 1}},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colours.line, "activecolor": colours.ink},
        }
    )


DATE_AXIS = 64  # px below a panel whose date labels take two lines, and its axis title
TOOLS = 26  # px above a panel for the tools that select on the screen
ABOVE, BELOW = 12, 8  # px kept free over and under everything that is drawn


@dataclass(frozen=True)
class Margins:
    """Pixels a figure needs around its panels, and its natural height."""

    left: float = 64
    right: float = 24
    above: float = 0  # panel titles
    below: float = 46  # ticks and the title of the x axis
    legend: bool = False
    height: int = 300


@dataclass(frozen=True, eq=False)
class Drawing:
    """A figure without title and foot, and its finding: the sentence made from its numbers, as plain text."""

    figure: go.Figure
    finding: str


def drawn(
    fig: go.Figure, finding: str, margins: Margins, look: Look, *, selectable: bool = False, drag: str = "zoom"
) -> Drawing:
    """Give a figure with all its traces type, axes and margins, in place.

    A click on a `selectable` one selects a point; drags then pan, because a drag mode of "select" swallows clicks. On
    others a drag does what `drag` says.
    """
    lift = margins.above + 4  # px from the panels up to the legend
    rows = _legend_rows(fig, NARROWEST - margins.left - margins.right) if margins.legend else 0
    top = ABOVE + (20 * rows + lift if margins.legend else margins.above)
    fig.layout.template = template(look.scheme)
    fig.update_layout(
        height=margins.height,
        margin={
            **{"l": margins.left, "r": margins.right, "t": top, "b": BELOW + margins.below},
            **{"pad": 0, "autoexpand": False},
        },
        uirevision="keep",
        clickmode="event+select" if selectable else "event",
        dragmode="pan" if selectable else drag,
        showlegend=margins.legend,
        legend={
            **{"orientation": "h", "x": 0, "xanchor": "left"},
            **{"y": 1, "yanchor": "bottom"},
            "traceorder": "normal",  # one by one: plotly clips the first entry of grouped ones by the border
            **{"borderwidth": lift, "bordercolor": "rgba(0,0,0,0)"},  # unseen: keeps pixels free at any height
        },
    )
    return Drawing(fig, finding)


def _legend_rows(fig: go.Figure, width: float) -> int:
    """Return how many rows the legend takes in `width` px; plotly gives every entry the widest one's room."""
    names = {str(trace.name) for trace in fig.data if trace.showlegend is not False}
    widths = [text_width(name, TEXT_SIZE) + 46 for name in names]
    if sum(widths) <= width:
        return 1
    return -(-len(widths) // max(int(width // max(widths)), 1))
