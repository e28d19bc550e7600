"""What is measured over many windows in the background: offered, watched, and shown once it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.exhibits.case import Case
from core.jobs import JobKind
from core.serve import effect_work, probe
from core.serve.effect_work import Asked
from core.text.amounts import lasting
from core.text.message import Message
from core.text.words import say
from dashboard import background
from dashboard.board import Board
from dashboard.markup import escaped


@dataclass(frozen=True)
class Offer:
    """What may be measured: the exhibits that show it, the button that begins, what it takes, and the job's name."""

    exhibits: tuple[str, ...]
    button: str
    caption: str
    title: Message


@dataclass(frozen=True)
class Question:
    """What a job is to answer, and whether it did: its answer lies under the key."""

    kind: JobKind
    key: str
    arguments: Mapping[str, Any]
    answered: bool


def effect_question(asked: Sequence[Asked], limit: int | None = None) -> Question:
    """Return the question what changes do to the error."""
    key = effect_work.effect_key(asked, limit)
    answered = effect_work.open_effect(key) is not None
    return Question(JobKind.EFFECT, key, effect_work.arguments_of(asked, limit), answered)


def probe_question(case: Case) -> Question:
    """Return the question what the standard pulse does in every mode."""
    records = list(case.chosen_runs.values())
    key = probe.probe_key(records)
    return Question(JobKind.PROBE, key, probe.arguments_of(records), probe.open_probe(key) is not None)


def probe_offer(case: Case) -> Offer:
    """Return what is offered of the response probe, with about how long it takes."""
    records = list(case.chosen_runs.values())
    windows, about = records[0].metrics["test"]["windows"], lasting(probe.about_seconds(records))
    return Offer(
        ("probe_by_slot", "probe_around_changes"),
        say("Put a pulse at every origin"),
        say(
            "How strongly and how soon each mode answers one and the same pulse: one standard deviation on the last "
            "row read, put into all {windows:,} test windows of all modes, in the background. It takes about "
            "{about}.",
            windows=windows,
            about=about,
        ),
        Message("title.probe", dataset=case.dataset.title),
    )


def measured(board: Board[Case], offer: Offer, question: Question) -> None:
    """Draw exhibits whose numbers are measured over many windows, or the way to them.

    The work goes on when the page is left, and the same link finds it again.
    """
    if question.answered:
        for name in offer.exhibits:
            board.draw(name)
        return
    job = background.unfinished(question.key, question.kind)  # one that is done has a table, unless it was damaged
    with st.container(border=True):
        st.caption(escaped(offer.caption))
        if job is not None:
            background.watch(job, background.draw_progress)
        elif st.button(offer.button, icon=":material/query_stats:", key=f"measure {offer.exhibits[0]}"):
            background.begin(question.kind, offer.title, question.arguments, name=question.key)
            st.rerun()
