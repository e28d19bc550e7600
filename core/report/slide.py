"""One figure with its words and numbers: what every export is made from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from unicodedata import normalize

import pandas as pd
import plotly.graph_objects as go

from core.figures.names import plain
from core.figures.theme import text_of

_FINDING_LINE, _EDGE = 18, 8  # px: a line of a framed figure's finding, and the space left below the axes
_STEM = re.compile(r"\w[\w-]{0,99}")


@dataclass(frozen=True)
class Caption:
    """The words of a figure, as plain text."""

    title: str  # the question the figure answers
    finding: str  # the answer, a sentence made from the numbers
    provenance: str  # data set, horizon, checkpoint, seeds, n, version


def caption_of(figure: go.Figure) -> Caption:
    """Read the words of a figure that `core.figures.theme.finish` framed.

    Raises
    ------
    ValueError
        If the figure carries no title or no provenance: an export without them could not be traced back.
    """
    title = plain(figure.layout.title.text)
    finding, provenance = text_of(figure, "finding"), text_of(figure, "provenance")
    if not (title and provenance):
        raise ValueError(
            f"figure has title {title!r} and provenance {provenance!r}, wanted both; "
            "frame it with core.figures.theme.finish."
        )
    return Caption(title, finding, provenance)


@dataclass(frozen=True, eq=False)
class Slide:
    """One figure ready to leave the product.

    Attributes
    ----------
    title, finding, provenance : str
        The words of the figure, as plain text; they are escaped where they are written.
    figure : go.Figure
        Built with the light look.
    table : DataFrame or None
        The figure's numbers, one row a number; a named index counts as columns.
    name : str
        Stem of every file made from this slide: letters of any script, digits, hyphen, underscore.
    """

    title: str
    finding: str
    figure: go.Figure
    table: pd.DataFrame | None
    provenance: str
    name: str

    def __post_init__(self) -> None:
        """Refuse a name that could leave its folder or clash with a shell."""
        if not _STEM.fullmatch(self.name):
            raise ValueError(
                f"slide name is {self.name!r}, wanted 1 to 100 letters, digits, '-' or '_'; make it with file_stem."
            )

    @property
    def caption(self) -> Caption:
        """The three texts together."""
        return Caption(self.title, self.finding, self.provenance)

    @classmethod
    def of(cls, figure: go.Figure, *, name: str, table: pd.DataFrame | None = None) -> Self:
        """Build a slide from a figure that carries its own words (see `caption_of`)."""
        caption = caption_of(figure)
        return cls(caption.title, caption.finding, figure, table, caption.provenance, name)


def file_stem(*parts: object) -> str:
    """Join parts to a name that is safe on every file system.

    >>> file_stem("ETTh1", "h96", "what do kernels see?"), file_stem("../전력 수요.csv")
    ('ETTh1-h96-what-do-kernels-see', '전력-수요-csv')
    """
    text = normalize("NFC", "-".join(str(part) for part in parts))  # a letter is one sign, whoever wrote the name
    words = re.sub(r"\W+", "-", text).strip("-_")
    return words[:100].rstrip("-_") or "figure"


def bare(figure: go.Figure) -> go.Figure:
    """Return a copy without title, finding and foot, for a place that shows these as its own text.

    The pixels they took leave the margins and the natural height, so that the panels keep their size.
    """
    copy = go.Figure(figure)
    notes = {note.name: note for note in copy.layout.annotations}
    finding, foot = notes["finding"], notes["provenance"]
    top = finding.yshift - _FINDING_LINE * (1 + finding.text.count("<br>"))
    bottom = _EDGE - foot.yshift
    margin = copy.layout.margin
    copy.layout.height -= margin.t - top + margin.b - bottom
    copy.layout.annotations = [note for note in copy.layout.annotations if note.name not in ("finding", "provenance")]
    copy.update_layout(title=None, margin={"t": top, "b": bottom})
    return copy


def check_names(slides: Sequence[Slide]) -> None:
    """Refuse an empty list and names that occur twice, because each names a file or a part of a page."""
    names = [slide.name for slide in slides]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice:
        raise ValueError(
            f"slides are named {', '.join(names) or 'nothing at all'}; wanted one or more, each name once: "
            "give every figure its own name."
        )
