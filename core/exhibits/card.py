"""One figure with its words and numbers: what pages show and every export is made from."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import normalize

import pandas as pd
import plotly.graph_objects as go

from core.exhibits.checks import Check
from core.figures.frame import Words, frame_of, framed
from core.figures.palette import Look

PICTURE = 1280.0  # px across a picture that is copied
_STEM = re.compile(r"\w[\w-]{0,99}")


@dataclass(frozen=True, eq=False)
class Card:
    """One figure ready to be shown or to leave the product; words are plain text, escaped where they are written."""

    title: str
    finding: str
    provenance: str
    figure: go.Figure  # the panels, without words
    table: pd.DataFrame | None  # its numbers, one row a number; a named index counts as columns
    name: str  # stem of every file made from it: letters of any script, digits, hyphen, underscore
    look: Look  # scheme and language it was drawn in
    checks: tuple[Check, ...] = ()  # of what it explains: the trust strip

    def __post_init__(self) -> None:
        """Refuse a name that could leave its folder or clash with a shell, and words that are missing."""
        if not _STEM.fullmatch(self.name):
            raise ValueError(
                f"the figure's name is {self.name!r}, wanted 1 to 100 letters, digits, '-' or '_'; make it with "
                "file_stem."
            )
        if not (self.title and self.provenance):
            raise ValueError(
                f"{self.name} has title {self.title!r} and provenance {self.provenance!r}, wanted both: a figure "
                "without them cannot be traced back."
            )

    @property
    def words(self) -> Words:
        """The three texts together."""
        return Words(self.title, self.finding, self.provenance)

    @cached_property
    def json(self) -> str:
        """The figure as JSON of plotly: what a browser draws it from."""
        text: str = self.figure.to_json()
        return text

    @cached_property
    def frame(self) -> str:
        """The layout of the picture with its words inside, `PICTURE` wide, as JSON of plotly."""
        layout = frame_of(self.figure, self.words, width=PICTURE, look=self.look)
        return json.dumps(layout, ensure_ascii=False, sort_keys=True)

    def framed(self, width: float) -> go.Figure:
        """Return the figure with its words inside a picture of that width, px."""
        return framed(self.figure, self.words, width=width, look=self.look)


def file_stem(*parts: object) -> str:
    """Join parts to a name that is safe on every file system.

    >>> file_stem("ETTh1", "h96", "what do kernels see?"), file_stem("../전력 수요.csv")
    ('ETTh1-h96-what-do-kernels-see', '전력-수요-csv')
    """
    text = normalize("NFC", "-".join(str(part) for part in parts))  # a letter is one sign, whoever wrote the name
    words = re.sub(r"\W+", "-", text).strip("-_")
    return words[:100].rstrip("-_") or "figure"


def more_titled(title: str, *words: str) -> str:
    """Return a title that says of what more it is, in its brackets.

    >>> more_titled("What do gates do?", "none"), more_titled("How far? (temp)", "none", "seed 1")
    ('What do gates do? (none)', 'How far? (temp, none, seed 1)')
    """
    more = ", ".join(filter(None, words))
    if not more:
        return title
    return f"{title[:-1]}, {more})" if title.endswith(")") else f"{title} ({more})"


def check_names(cards: Sequence[Card]) -> None:
    """Refuse an empty list and names that occur twice, because each names a file or a part of a page."""
    names = [card.name for card in cards]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice:
        raise ValueError(
            f"figures are named {', '.join(names) or 'nothing at all'}; wanted one or more, each name once: "
            "give every figure its own name."
        )
