"""What a file leaves open, asked of its owner: one control a question, and a button that reads it again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypedDict

import streamlit as st

from core.data.choices import STEPS, Question
from core.text.words import say
from dashboard import state
from dashboard.markup import escaped

FEW = 6  # options that stand side by side; more go into a menu


class _Control(TypedDict):
    label: str
    key: str


def answers(upload: str) -> dict[str, str]:
    """Return what this session's user said of an upload, by the keys of the questions."""
    return state.kept(f"answers {upload}", {})


def ask(questions: Collection[Question], *, upload: str) -> None:
    """Draw an upload's questions, each with a key of its own; the run after the button was pressed has `answers`."""
    given = answers(upload)
    with st.form(f"questions {upload}", border=False):
        keys = {question.key: f"answer {question.key} {upload}" for question in questions}
        for question in questions:
            _draw(question, keys[question.key], given.get(question.key, question.taken))
        st.form_submit_button(say("Read again"), icon=":material/refresh:", on_click=_take, args=(upload, keys))


def _draw(question: Question, key: str, given: str) -> None:
    control: _Control = {"label": escaped(str(question.text)), "key": key}
    labels = {option.value: str(option.label) for option in question.options}
    values = list(labels)
    place = values.index(given) if given in labels else None
    if not values:
        _draw_free(question, given, control)
    elif len(values) > FEW:
        hint = say("Choose one")
        st.selectbox(options=values, index=place, format_func=labels.__getitem__, placeholder=hint, **control)
    else:
        st.radio(options=values, index=place, format_func=lambda value: escaped(labels[value]), **control)


def _draw_free(question: Question, given: str, control: _Control) -> None:
    """Draw a question whose answer is text: a step, of which the common ones are offered, or a time."""
    if question.key != "step":
        st.text_input(value=given, placeholder="2024-01-31 13:00", **control)
        return
    offered = list(dict.fromkeys([*STEPS, *filter(None, [given])]))
    st.selectbox(
        options=offered,
        index=offered.index(given) if given else None,
        format_func=lambda value: f"{value} ({say(STEPS[value])})" if value in STEPS else value,
        placeholder=say("Choose one, or type another: 20min, 6h, 2D"),
        accept_new_options=True,
        **control,
    )


def _take(upload: str, keys: Mapping[str, str]) -> None:
    """Keep what the controls hold; what was left empty stays unanswered."""
    held = {question: str(state.held(key) or "").strip() for question, key in keys.items()}
    state.keep(f"answers {upload}", answers(upload) | {question: text for question, text in held.items() if text})
