"""A mean over many windows, started from a page, drawn while it grows, stopped and gone on with."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.exhibits.attribution_mean import asked, job_of, key_of, mean_attribution
from core.exhibits.case import Case
from core.exhibits.catalogue import card_name
from core.exhibits.exhibit import Absent, Chosen
from core.jobs import JobFolder, JobKind, JobState
from core.serve.mean import WINDOWS, MeanShares, arguments_of
from core.text.message import Message
from core.text.words import mark, say
from dashboard import background, pins, state
from dashboard.board import Board
from dashboard.markup import escaped
from dashboard.show import show


def draw_mean(board: Board[Case]) -> None:
    """Draw the mean that is chosen on a board with what it is at, or the button that starts it."""
    case, chosen = board.subject, board.values
    if sentence := mean_attribution.needs(case):
        st.info(escaped(sentence), icon=":material/info:")
        return
    job = job_of(case, chosen)
    if job is None or (job.state is JobState.DONE and MeanShares.read(job.path) is None):  # it was damaged
        st.subheader(mean_attribution.question, anchor=False)
        told = mark("One window tells of one forecast. The mean over {windows} test windows takes about a minute.")
        st.markdown(say(told, windows=WINDOWS))
        st.button(
            say("Average over {windows} windows", windows=WINDOWS),
            key="mean start",
            icon=":material/functions:",
            on_click=_begin,
            args=(case, chosen),
        )
        return
    background.watch(job, partial(_draw, board))


def _begin(case: Case, chosen: Chosen) -> None:
    title = Message("title.mean", dataset=case.dataset.title)
    background.begin(JobKind.ATTRIBUTE, title, arguments_of(asked(case, chosen)), name=key_of(case, chosen))


def _draw(board: Board[Case], job: JobFolder) -> None:
    case, name = board.subject, mean_attribution.name
    make = partial(mean_attribution.card, case, board.values, name=card_name(case, name))
    is_done = job.state is JobState.DONE
    try:
        card = make(state.look())
    except Absent:  # the first window is on its way
        st.subheader(mean_attribution.question, anchor=False)
    else:
        show(card, name, make, pinned=board.figure(name) if is_done else None)
        pins.draw_told()  # this part of the page runs alone
    if not is_done:
        background.draw_progress(job)
