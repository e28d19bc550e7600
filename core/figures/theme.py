"""The one look of every figure: colours, type, margins, and the question / finding / provenance frame.

Colours are set from here down to every trace. Plotly's default template is never read: other libraries replace it
with placeholder colours at import.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, assert_never

import plotly.graph_objects as go

from core.figures.colour import mix, ramp
from core.figures.lettering import FONT, NO_BREAK, wrap
from core.vocabulary import Fusion, Language, ModelPath, Tap

TITLE_SIZE, FINDING_SIZE, TEXT_SIZE, FOOT_SIZE = 17, 13, 12, 11
EDGE = 16  # px kept free at every side of the picture
Scale = list[list[float | str]]


@dataclass(frozen=True)
class Palette:
    """Every colour of one scheme, as ``#rrggbb``."""

    paper: str
    ink: str
    muted: str  # secondary text, baselines
    line: str  # axes
    grid: str
    shade: str  # background bands
    conv: str
    gru: str
    none: str
    both: str
    truth: str


COLOURS = MappingProxyType(
    {
        "light": Palette(
            paper="#ffffff",
            ink="#16181d",
            muted="#5a6069",
            line="#8d949e",
            grid="#e8eaed",
            shade="#f1f3f5",
            conv="#0072b2",
            gru="#d55e00",
            none="#8f959e",
            both="#43336b",
            truth="#000000",
        ),
        "dark": Palette(
            paper="#14161a",
            ink="#eceef1",
            muted="#a6adb7",
            line="#6c737d",
            grid="#2a2e35",
            shade="#1d2026",
            conv="#48a5e4",
            gru="#ff8a3d",
            none="#7c828b",
            both="#d6c8f7",
            truth="#ffffff",
        ),
    }
)

FUSION_DASH: MappingProxyType[Fusion, str] = MappingProxyType(
    {
        Fusion.NONE: "6px,3px",
        Fusion.GRU_TO_CNN: "10px,3px,2px,3px",
        Fusion.CNN_TO_GRU: "2px,2px",
        Fusion.BOTH: "solid",
    }
)
FUSION_MARKER: MappingProxyType[Fusion, str] = MappingProxyType(
    {
        Fusion.NONE: "circle",
        Fusion.GRU_TO_CNN: "triangle-up",
        Fusion.CNN_TO_GRU: "square",
        Fusion.BOTH: "diamond",
    }
)
BASELINE_MARKERS = ("line-ns", "x-thin", "cross-thin", "asterisk")
BASELINE_DASHES = ("4px,3px", "1px,3px", "8px,3px,1px,3px", "12px,4px")


@dataclass(frozen=True)
class Look:
    """How a figure is to appear: the scheme of its colours and the language of its labels."""

    scheme: Literal["light", "dark"] = "light"
    language: Language = Language.ENGLISH

    @property
    def colours(self) -> Palette:
        """The palette of the scheme."""
        return COLOURS[self.scheme]


def fusion_colour(fusion: Fusion, look: Look) -> str:
    """Return the colour of a fusion mode: single crossings wear the hue of the path that speaks."""
    colours = look.colours
    match fusion:
        case Fusion.NONE:
            return colours.none
        case Fusion.GRU_TO_CNN:
            return colours.gru
        case Fusion.CNN_TO_GRU:
            return colours.conv
        case Fusion.BOTH:
            return colours.both
        case _:
            assert_never(fusion)


def baseline_label(name: str) -> str:
    """Return a baseline's name as people read it.

    >>> baseline_label("seasonal_naive")
    'seasonal naive'
    """
    return name.replace("_", " ")


def path_colour(path: ModelPath, look: Look) -> str:
    """Return the hue of a path."""
    match path:
        case ModelPath.CONVOLUTION:
            return look.colours.conv
        case ModelPath.GRU:
            return look.colours.gru
        case _:
            assert_never(path)


def crossing_colour(crossing: Tap, look: Look) -> str:
    """Return the hue of the path that writes a crossing's kernel."""
    if crossing not in (Tap.KERNEL_GRU_TO_CNN, Tap.KERNEL_CNN_TO_GRU):
        raise ValueError(f"crossing is {crossing}; wanted one of the two kernels: pass a kernel tap.")
    return look.colours.gru if crossing is Tap.KERNEL_GRU_TO_CNN else look.colours.conv


def sequential(hue: str, look: Look) -> Scale:
    """Return a single-hue scale from the paper's shade (nothing) to the hue's deep end (most)."""
    colours = look.colours
    return ramp([colours.shade, hue, mix(hue, colours.ink, 0.55)])


def diverging(hue: str, look: Look) -> Scale:
    """Return a scale centred at zero: neutral for negative values, the hue for positive ones."""
    colours = look.colours
    positive = mix(hue, colours.ink, 0.15)
    return ramp([mix(colours.muted, colours.ink, 0.7), colours.shade, positive], steps=13)


@lru_cache(maxsize=2)
def template(scheme: Literal["light", "dark"]) -> go.layout.Template:
    """Return the explicit plotly template of a scheme."""
    colours = COLOURS[scheme]
    axis = {
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
    legend_rows: int = 0
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
        Question (title), sentence made from the numbers (subtitle), sources (foot); wrapped to the narrowest width.
    room
        Pixels needed around the panels.
    selectable
        Whether a click selects a point; drags then pan, because a drag mode of "select" swallows clicks.
    """
    colours, room = look.colours, room or Room()
    heading, sentence = wrap(title, TITLE_SIZE), wrap(finding, FINDING_SIZE)
    foot = wrap(provenance, FOOT_SIZE)
    title_height, finding_height = 24 * len(heading), 18 * len(sentence)
    top = EDGE + title_height + finding_height + 12 + 22 * room.legend_rows + room.above
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
            "pad": {"l": EDGE, "t": EDGE},
        },
        showlegend=room.legend_rows > 0,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "xref": "paper", "yref": "paper"},
    )
    body = max(room.height - top - bottom, 100)
    fig.update_layout(legend={"y": 1 + room.above / body, "yanchor": "bottom"})
    below_title = top - EDGE - title_height
    _side_text(fig, "finding", sentence, FINDING_SIZE, colours.muted, room.left, y=1, shift=below_title)
    _side_text(fig, "provenance", foot, FOOT_SIZE, colours.muted, room.left, y=0, shift=-room.below)
    return fig


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
    return next(
        (
            str(note.text).replace("<br>", " ").replace(NO_BREAK, " ")
            for note in fig.layout.annotations
            if note.name == name
        ),
        "",
    )
