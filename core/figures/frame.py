"""The words around a figure: its question above, its finding below that, and where it comes from at the foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

    The picture, `width` px wide, grows by the lines of its words; panels keep their size.
    """
    return go.Figure(figure).update_layout(frame_of(figure, words, width=width, look=look))


def frame_of(figure: go.Figure, words: Words, *, width: float, look: Look) -> dict[str, Any]:
    """Return what of the layout becomes another one in that copy, as plotly's JSON has it.

    Words are wrapped and escaped here, so that no name in them is markup. No figure is made for it: that takes as
    long as drawing a page.
    """
    title, finding, foot = (
        [escaped(line) for line in wrap(printable(text), size, width - 2 * EDGE)]
        for text, size in (
            (words.title, TITLE_SIZE * BOLD),
            (words.finding, FINDING_SIZE),
            (words.provenance, FOOT_SIZE),
        )
    )
    layout, colours = figure.layout, look.colours
    margin = layout.margin.to_plotly_json()
    told, below = FINDING_LINE * len(finding), FOOT_LINE * len(foot) + EDGE / 2 - BELOW
    above = EDGE + TITLE_LINE * len(title) + told
    texts = (
        _side_text(finding, FINDING_SIZE, colours.muted, margin, y=1, shift=margin["t"] + told),
        _side_text(foot, FOOT_SIZE, colours.muted, margin, y=0, shift=BELOW - margin["b"]),
    )
    return {
        "height": layout.height + above + below,
        "margin": margin | {"t": margin["t"] + above, "b": margin["b"] + below},
        "title": {
            "text": "<b>" + "<br>".join(title) + "</b>",
            "font": {"family": FONT, "size": TITLE_SIZE, "color": colours.ink},
            **{"x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top"},
            "pad": {"l": EDGE, "t": EDGE + 12 * (len(title) - 1)},  # plotly centres the lines there
        },
        "annotations": [*(note.to_plotly_json() for note in layout.annotations), *texts],
    }


def _side_text(
    lines: list[str], size: int, colour: str, margin: Mapping[str, float], *, y: float, shift: float
) -> dict[str, Any]:
    """Return lines at the picture's left edge, `shift` px above the plot area's top (y 1) or bottom (y 0)."""
    return {
        "text": "<br>".join(lines),
        "font": {"size": size, "color": colour},
        "align": "left",
        "showarrow": False,
        **{"xref": "paper", "x": 0, "xanchor": "left", "xshift": EDGE - margin["l"] - 1},
        **{"yref": "paper", "y": y, "yanchor": "top", "yshift": shift},
    }
