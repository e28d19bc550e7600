"""What is measured in the background on the Changes page: offered, watched, and shown once it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.exhibits.case import Case
from core.jobs import JobKind
from core.serve.effect_work import Asked, arguments_of, effect_key, open_effect
from dashboard import background
from dashboard.board import Board
from dashboard.markup import escaped


@dataclass(frozen=True)
class Offer:
    """What may be measured: the exhibit that shows it, the button that begins, and what it takes."""

    exhibit: str
    button: str
    caption: str


def measured(board: Board[Case], offer: Offer, asked: Sequence[Asked], *, limit: int | None = None) -> None:
    """Draw an exhibit whose numbers are measured over many windows, or the way to them.

    The work goes on when the page is left, and the same link finds it again.
    """
    key = effect_key(asked, limit)
    if open_effect(key) is not None:
        board.draw(offer.exhibit)
        return
    job = background.unfinished(key, JobKind.EFFECT)  # one that is done has a table, unless it was damaged
    with st.container(border=True):
        st.caption(escaped(offer.caption))
        if job is not None:
            background.watch(job, background.draw_progress)
        elif st.button(offer.button, icon=":material/query_stats:", key=f"measure {offer.exhibit}"):
            title = f"{offer.exhibit} of {board.subject.dataset.title}"
            background.begin(JobKind.EFFECT, title, arguments_of(asked, limit), name=key)
            st.rerun()
