"""The frame of every figure: type, margins, and its question, finding and provenance.

Colours are set from here down to every trace. Plotly's default template is never read: other libraries replace it
with placeholder colours at import.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import plotly.graph_objects as go

from core.figures.colour import ramp
from core.figures.lettering import BOLD, FONT, NARROWEST, NO_BREAK, text_width, wrap
from core.figures.names import escaped, plain, printable
from core.figures.palette import COLOURS, Look, Palette, fusion_colour

__all__ = ["COLOURS", "EDGE", "Look", "Room", "finish", "fusion_colour", "template", "text_of"]

TITLE_SIZE, FINDING_SIZE, TEXT_SIZE, FOOT_SIZE = 17, 13, 12, 11
EDGE = 16  # px kept free at every side of the picture


def _axis_style(colours: Palette) -> dict[str, Any]:
    return {
        "automargin": False,
        "tickangle": 0,
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
            "modebar": {
                "bgcolor": "rgba(0,0,0,0)",
                "color": colours.line,
                "activecolor": colours.ink,
            },
        }
    )


DATE_AXIS = 64  # px below a panel whose date labels take two lines, and its axis title


@dataclass(frozen=True)
class Room:
    """Pixels a figure needs around its panels, and its natural height."""

    left: float = 64
    right: float = 24
    above: float = 0  # panel titles
    below: float = 46  # ticks and the title of the x axis
    legend: bool = False
    height: int = 420


def finish(
    fig: go.Figure,
    *,
    look: Look,
    title: str,
    finding: str,
    provenance: str,
    room: Room | None = None,
    selectable: bool = False,
) -> go.Figure:
    """Frame a figure: the question it answers, the finding, where it comes from, and margins that never clip.

    Parameters
    ----------
    fig
        Figure with all traces; changed in place.
    look
        Scheme and language.
    title, finding, provenance
        Question (title), sentence made from the numbers (subtitle), sources (foot), all as plain text: wrapped to the
        narrowest width and escaped here, so that no name in them is markup.
    room
        Pixels needed around the panels.
    selectable
        Whether a click selects a point; drags then pan, because a drag mode of "select" swallows clicks.
    """
    colours, room = look.colours, room or Room()
    heading, sentence = _lines(title, TITLE_SIZE * BOLD), _lines(finding, FINDING_SIZE)
    foot = _lines(provenance, FOOT_SIZE)
    title_height, finding_height = 24 * len(heading), 18 * len(sentence)
    lift = room.above + 4  # px from the panels up to the legend
    over = 20 * _legend_rows(fig, NARROWEST - room.left - room.right) + lift if room.legend else room.above
    top = EDGE + title_height + finding_height + over + 12
    bottom = room.below + 15 * len(foot) + EDGE / 2
    fig.layout.template = template(look.scheme)
    fig.update_layout(
        height=room.height,
        margin={"l": room.left, "r": room.right, "t": top, "b": bottom, "pad": 0, "autoexpand": False},
        uirevision="keep",
        clickmode="event+select" if selectable else "event",
        dragmode="pan" if selectable else "zoom",
        title={
            "text": "<b>" + "<br>".join(heading) + "</b>",
            "font": {"family": FONT, "size": TITLE_SIZE, "color": colours.ink},
            **{"x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top"},
            "pad": {"l": EDGE, "t": EDGE + 12 * (len(heading) - 1)},  # plotly centres the lines there
        },
        showlegend=room.legend,
        legend={
            **{"orientation": "h", "x": 0, "xanchor": "left"},
            **{"y": 1, "yanchor": "bottom"},
            **{"borderwidth": lift, "bordercolor": "rgba(0,0,0,0)"},  # unseen: keeps pixels free at any height
        },
    )
    below_title = top - EDGE - title_height
    _side_text(fig, "finding", sentence, FINDING_SIZE, colours.muted, room.left, y=1, shift=below_title)
    _side_text(fig, "provenance", foot, FOOT_SIZE, colours.muted, room.left, y=0, shift=-room.below)
    return fig


def _lines(text: str, size: float) -> list[str]:
    """Return plain text as lines of markup."""
    return [escaped(line) for line in wrap(printable(text), size)]


def _legend_rows(fig: go.Figure, width: float) -> int:
    """Return how many rows the legend takes in `width` px; plotly gives every entry the widest one's room."""
    names = {str(trace.name) for trace in fig.data if trace.showlegend is not False}
    widths = [text_width(name, TEXT_SIZE) + 46 for name in names]
    if sum(widths) <= width:
        return 1
    return -(-len(widths) // max(int(width // max(widths)), 1))


def _side_text(
    fig: go.Figure, name: str, lines: list[str], size: int, colour: str, left: float, *, y: float, shift: float
) -> None:
    """Write lines at the picture's left edge, `shift` px above the plot area's top (y 1) or bottom (y 0)."""
    fig.add_annotation(
        name=name,
        text="<br>".join(lines),
        font={"size": size, "color": colour},
        align="left",
        showarrow=False,
        **{"xref": "paper", "x": 0, "xanchor": "left", "xshift": EDGE - left - 1},
        **{"yref": "paper", "y": y, "yanchor": "top", "yshift": shift},
    )


def text_of(fig: go.Figure, name: str) -> str:
    """Return the finding or the provenance a finished figure carries, as one line ("" if unframed)."""
    texts = (str(note.text) for note in fig.layout.annotations if note.name == name)
    return plain(next(texts, "")).replace(NO_BREAK, " ")
