"""Slides as pages draw them: made once for all that decides them, then kept; building a figure is what takes time."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.figures.theme import Look
from core.report.slide import Slide
from dashboard import state
from dashboard.widgets import show

Key = tuple[object, ...]  # texts, numbers and words of the vocabulary


def draw(key: Key, build: Callable[..., Slide], *, on_select: Callable[[], None] | None = None) -> None:
    """Draw a slide with its numbers folded below.

    Parameters
    ----------
    key
        All that decides the slide apart from the look: its name, weights of the runs, and what was chosen.
    build
        Makes it, called with `look`.
    on_select
        Called after a click on a point; the chart's key is the slide's name.
    """
    slide = _made(key, state.look(), build)
    show(slide.figure, slide.name, table=slide.table, on_select=on_select)


@st.cache_resource(max_entries=96, show_spinner=False)
def _made(key: Key, look: Look, _build: Callable[..., Slide]) -> Slide:
    return _build(look=look)
