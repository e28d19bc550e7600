"""The words around a figure: its question above, its finding below that, and where it comes from at the foot."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from core.figures.lettering import BOLD, FONT, wrap
from core.figures.names import escaped, printable
from core.figures.palette import Look
from core.figures.theme import BELOW

TITLE_SIZE, FINDING_SIZE, FOOT_SIZE = 17, 13, 11
TITLE_LINE, FINDING_LINE, FOOT_LINE = 24, 18, 15  # px
EDGE = 16  # px kept free at every side of the picture


@dataclass(frozen=True)
class Words:
    """The words of a figure, as plain text: they are escaped where they are written."""

    title: str  # the question the figure answers
    finding: str  # the answer, a sentence made from the numbers
    provenance: str  # data set, horizon, checkpoints, seeds, n, version


def framed(figure: go.Figure, words: Words, *, width: float, look: Look) -> go.Figure:
    """Return a copy with its words inside the picture, for files that hold nothing but the picture.

    The picture, `width` px wide, grows by the lines of its words; panels keep their size. Words are wrapped and
    escaped here, so that no name in them is markup.
    """
    title, finding, foot = (
        [escaped(line) for line in wrap(printable(text), size, width - 2 * EDGE)]
        for text, size in (
            (words.title, TITLE_SIZE * BOLD),
            (words.finding, FINDING_SIZE),
            (words.provenance, FOOT_SIZE),
        )
    )
    copy = go.Figure(figure)
    layout, colours = figure.layout, look.colours
    above = EDGE + TITLE_LINE * len(title) + FINDING_LINE * len(finding)
    below = FOOT_LINE * len(foot) + EDGE / 2 - BELOW
    copy.update_layout(
        height=layout.height + above + below,
        margin={"t": layout.margin.t + above, "b": layout.margin.b + below},
        title={
            "text": "<b>" + "<br>".join(title) + "</b>",
            "font": {"family": FONT, "size": TITLE_SIZE, "color": colours.ink},
            **{"x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top"},
            "pad": {"l": EDGE, "t": EDGE + 12 * (len(title) - 1)},  # plotly centres the lines there
        },
    )
    _side_text(copy, finding, FINDING_SIZE, colours.muted, y=1, shift=layout.margin.t + FINDING_LINE * len(finding))
    _side_text(copy, foot, FOOT_SIZE, colours.muted, y=0, shift=BELOW - layout.margin.b)
    return copy


def _side_text(fig: go.Figure, lines: list[str], size: int, colour: str, *, y: float, shift: float) -> None:
    """Write lines at the picture's left edge, `shift` px above the plot area's top (y 1) or bottom (y 0)."""
    fig.add_annotation(
        text="<br>".join(lines),
        font={"size": size, "color": colour},
        align="left",
        showarrow=False,
        **{"xref": "paper", "x": 0, "xanchor": "left", "xshift": EDGE - fig.layout.margin.l - 1},
        **{"yref": "paper", "y": y, "yanchor": "top", "yshift": shift},
    )
