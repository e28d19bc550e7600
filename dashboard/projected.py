"""What pages share that are projected: large words, a figure as large as the screen allows, and keys to go by.

Their style is assets/projected.css; assets/screen/screen.js is the button that fills the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import streamlit as st

from core.text.words import say
from dashboard import frame
from dashboard.component import component
from dashboard.markup import escaped

STYLE = frame.ASSETS / "projected.css"
SCREEN = "crosslens_screen.screen"
STEP, FIGURE, LOOK = "projected step", "projected figure", "projected look"  # places that the style knows
Go = Callable[[int], None]


def draw_finding(finding: str, place: int = 1) -> None:
    """Draw a finding: its first sentence large, what follows a little smaller."""
    first, stop, rest = finding.partition(". ")
    with st.container(key=f"projected finding {place}"):
        st.markdown(escaped(first + stop.strip()))
    if rest:
        with st.container(key=f"projected rest {place}"):
            st.markdown(escaped(rest))


@contextmanager
def keys(number: int, last: int, go: Go) -> Iterator[None]:
    """Draw the bar at the foot, back and next at its ends; what is drawn inside stands between them.

    The keys of remotes have buttons nobody sees.
    """
    before, after = max(number - 1, 1), min(number + 1, last)
    with st.bottom, st.container(key="projected keys", horizontal=True, vertical_alignment="center"):
        button(say("Back"), before, go, key="back", shortcut="Left", disabled=number == 1)
        yield
        _draw_screen()
        button(say("Next"), after, go, key="next", shortcut="Right", disabled=number == last)
    with st.container(key="projected remote"):
        for shortcut, place in {"PageUp": before, "PageDown": after, "Home": 1, "End": last}.items():
            # A key that leads nowhere runs nothing: the key after it would be answered in the same run, and lost.
            button(shortcut, place, go, key=shortcut, shortcut=shortcut, disabled=place == number)


def button(label: str, place: int, go: Go, **settings: Any) -> None:
    """Draw a button that goes to a place."""
    st.button(label, on_click=partial(go, place), **settings)


def _draw_screen() -> None:
    """Draw the button that fills the screen; only a click in the browser itself may do that."""
    words = {"label": say("Full screen (F)")}
    component(SCREEN)(key="screen", data=words, height="content", width="content")
