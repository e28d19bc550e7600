"""A slide as a sheet on the screen: its words large, its figures as large as there is room, its foot small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.decks.deck import Slide
from core.exhibits.card import Card
from core.figures.palette import Look
from core.figures.panels import room_of
from dashboard import frame, projected
from dashboard.chart import chart
from dashboard.markup import escaped

STYLE = frame.ASSETS / "present.css"
PAPER = "<style>.st-key-sheet {{ background: {paper}; color: {ink}; }}</style>"
Shown = Card | str  # a figure, or the sentence why there is none


def draw_style(look: Look) -> None:
    """Dress the page for slides of a look."""
    for style in (projected.STYLE, STYLE):
        st.html(style)
    st.html(PAPER.format(paper=look.colours.paper, ink=look.colours.ink))


def draw(slide: Slide, figures: Sequence[Shown], *, live: str = "", **handled: Any) -> None:
    """Draw a slide.

    Parameters
    ----------
    live : key of the chart where the figure is live.
    handled : what can be done on the chart, as `chart` takes it.
    """
    several = len(figures) > 1
    with st.container(key="sheet", gap="small"):
        if slide.caption:
            st.header(escaped(slide.caption), anchor=False)
        with st.container(key="sheet figures", horizontal=True, gap="medium"):
            for place, figure in enumerate(figures, start=1):
                with st.container(key=f"sheet part {place}", gap="small"):
                    if isinstance(figure, str):
                        st.warning(escaped(figure), icon=":material/broken_image:")
                        continue
                    if several:
                        st.subheader(escaped(figure.title), anchor=False)
                    elif not slide.caption:
                        st.header(escaped(figure.title), anchor=False)
                    _draw_figure(figure, place, live or f"{slide.name} {place}", **handled)


def _draw_figure(card: Card, place: int, key: str, **handled: Any) -> None:
    projected.draw_finding(card.finding, place)
    room = room_of(card.figure), float(card.figure.layout.height)
    with st.container(key=f"{projected.FIGURE} {place}"):
        chart(card.json, key, alt=f"{card.title} {card.finding}", height=None, room=room, frame=card.frame, **handled)
    st.caption(escaped(card.provenance))
