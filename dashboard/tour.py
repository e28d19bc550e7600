"""The tour: six figures that follow each other as one story, each with a line on what to look at."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from core.decks.deck import Figure
from core.exhibits.card import Card
from core.exhibits.case import Case
from core.exhibits.catalogue import of_page
from core.exhibits.exhibit import Absent, Exhibit
from core.exhibits.gather import inspection_job, with_inspection
from core.exhibits.links import texts_of
from core.figures.enlarged import enlarged
from core.figures.palette import Look
from core.text.words import mark, say
from dashboard import pins, projected, state
from dashboard.cards import made
from dashboard.cases import case_or_stop, follow, kept
from dashboard.chart import chart
from dashboard.markup import escaped, harmless
from dashboard.selection import Selection
from dashboard.show import NUMBERS, draw_numbers
from dashboard.widgets import or_why

STEP = "step"
LARGER = 1.5  # the type of figures, against that of other pages
LEAST = 200  # px: how low a figure may get; it fills what is left of the screen
AHEAD = 2  # steps that are drawn before they are asked for


@dataclass(frozen=True)
class Step:
    """One screen of the tour.

    Attributes
    ----------
    page : whose exhibit it is.
    look : what to look at, in a sentence, marked.
    inside : whether models are looked into for it.
    """

    exhibit: str
    page: str
    look: str
    inside: bool = True


STEPS = (
    Step(
        "task",
        "tour",
        mark("The last stretch: every mode forecasts it, and every error here is measured on it."),
        inside=False,
    ),
    Step("two_paths", "tour", mark("The arrows between the paths: each wears the colour of the path that speaks.")),
    Step(
        "dcor_comparison",
        "kernels",
        mark("How far the trained kernels lie to the right of their untrained twin's."),
    ),
    Step(
        "silenced",
        "tour",
        mark("How far each mark lies from zero: what costs nothing when it is silent is not used."),
    ),
    Step(
        "mode_comparison",
        "overview",
        mark("Whether a whole interval lies right of zero, and that of matched size."),
        inside=False,
    ),
    Step("verdict", "tour", mark("The first word, how wide its interval is, and what speaks against it.")),
)


def case_of(selection: Selection) -> Case:
    """Return the case of the selected cell, with its inspection where its models are here; the page ends without."""
    case = case_or_stop(selection)
    return kept(with_inspection(case) if case.chosen_runs else case)


def choose_step() -> int:
    """Return the number of the step that the link names, from 1."""
    text = state.value(STEP) or "1"
    known = text in map(str, range(1, len(STEPS) + 1))
    told = mark("The step {text} is not between 1 and {last}; showing 1 instead.")
    off = say(told, text=harmless(text), last=len(STEPS))
    state.check(STEP, "" if known else off)
    number = int(text) if known else 1
    state.set_value(STEP, str(number))
    return number


def draw(case: Case, number: int) -> None:
    """Draw one step: question, finding, figure, what to look at, and where it comes from."""
    step, one = STEPS[number - 1], _exhibit(STEPS[number - 1])
    st.html(projected.STYLE)
    with st.container(key=projected.STEP, gap="small"):
        st.header(one.question, anchor=False)
        with or_why():
            card = _card(case, one, state.look())
            projected.draw_finding(card.finding)
            alt, figure = f"{card.title} {card.finding}", enlarged(card.figure, LARGER)
            figure.update_layout(height=LEAST)
            with st.container(key=f"{projected.FIGURE} 1"):
                chart(figure.to_json(), one.name, alt=alt, height=None, frame=card.frame)
            with st.container(key=projected.LOOK):
                st.markdown(f":material/visibility: {escaped(say(step.look))}")
            st.caption(escaped(card.provenance))
        if case.inspection is not None and not case.is_whole:
            job = inspection_job(case)  # begun at the first step, so that it is done where it counts
            if step.inside:
                follow(job, case)
    _draw_keys(number, case)


def draw_ahead(case: Case, number: int) -> None:
    """Make the figures of the steps that follow, so that they are there when they are asked for."""
    for step in STEPS[number : number + AHEAD]:
        with suppress(Absent):
            _card(case, _exhibit(step), state.look())


def _exhibit(step: Step) -> Exhibit[Case]:
    return of_page(step.page)[step.exhibit]


def _card(case: Case, one: Exhibit[Case], look: Look) -> Card:
    """Return the figure as it is chosen at first."""
    if sentence := one.needs(case):
        raise Absent(sentence)
    chosen = one.chosen(case)
    return made(("",) * len(chosen), look, one, case, chosen)


def _draw_keys(number: int, case: Case) -> None:
    """Draw the bar at the foot: back, a mark for each step, pin and numbers of the one shown, next."""
    with projected.keys(number, len(STEPS), _go):
        with st.container(key="tour marks", horizontal=True, horizontal_alignment="center", gap="small"):
            for place, step in enumerate(STEPS, start=1):
                kind: Any = "primary" if place == number else "tertiary"
                question = _exhibit(step).question
                projected.button(str(place), place, _go, key=f"step {place}", type=kind, help=question)
        _draw_numbers(case, _exhibit(STEPS[number - 1]))


def _draw_numbers(case: Case, one: Exhibit[Case]) -> None:
    """Draw the pin of a step and what unfolds its numbers and files, where it has a figure."""
    with suppress(Absent):
        make = partial(_card, case, one)
        card = make(state.look())
        pins.draw_pin([(Figure(exhibit=one.name, source=texts_of(case), choices={}), make)], one.name)
        fold = st.popover(
            "", icon=":material/table_rows:", help=say(NUMBERS), key=f"{one.name} numbers", on_change="rerun"
        )
        if fold.open:
            with fold:
                draw_numbers(card, one.name, make)


def _go(place: int) -> None:
    state.move_to(STEP, str(place))
