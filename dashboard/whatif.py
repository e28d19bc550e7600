"""The list of edits of the What-if page and the form that changes the one in hand: texts of the link, no more.

`edits` is the list, `edit` the place of the one in hand, counted from 1, and `draft` what the form holds: the edit in
hand, or the one that is added next. What was there before stays with the session, to be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.data.edits import MOST, Edit, EditError, EditKind, has_amount, limits_of
from core.exhibits.case import Case
from core.exhibits.edits import draft_in, edit_text, kind_text, sorted_out
from core.exhibits.links import joined
from core.figures.names import shortened
from core.text.words import mark, say
from dashboard import handles, state
from dashboard.chart import moved, taken
from dashboard.handles import moved_to, step_of, within
from dashboard.markup import escaped, harmless

ROWS = "edited_rows"  # the exhibit that is dragged on
LIST, HAND, DRAFT = "edits", "edit", "draft"  # parameters of a link
KIND, VARIABLES, SPAN, AMOUNT = "form kind", "form variables", "form span", "form amount"  # keys of widgets
START = {kind: 1.0 for kind in EditKind if has_amount(kind)} | {EditKind.SCALE: 2.0, EditKind.SPIKE: 3.0}
UNDONE = 100  # changes of the list that a session can undo
_BEFORE, _AFTER = "edits before", "edits after"  # session: texts that undo and redo go back to
_HOLD = "edits hold"  # session: which drag changed the list last; 0: none did
_HELP = mark(
    "Standard deviations of the variable in the train rows; for Scale a factor about the mean of the span, for Shift "
    "whole rows."
)
Texts = tuple[str, str, str]  # of the list, the place in hand and the draft


def read_link(case: Case) -> tuple[list[str], int]:
    """Return the words of the list that fit the case and the place in hand, 0 for none; what does not fit is told."""
    words, told = sorted_out(case, state.value(LIST) or "")
    state.tell(LIST, told)
    _write(LIST, joined(words))
    text = state.value(HAND) or ""
    there = text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(words)
    off = say("Edit {text} is not in the list; showing none in hand.", text=harmless(text))
    state.check(HAND, off if text and not there else "")
    _write(HAND, text if there else "")
    try:
        draft_in(case, state.value(DRAFT) or "")
    except EditError as error:
        state.check(DRAFT, say("The edit that the form held is left out: {why}", why=error))
        _write(DRAFT, "")
    if there:
        _write(DRAFT, words[int(text) - 1])
    return words, int(text) if there else 0


def _write(name: str, text: str) -> None:
    if text:
        state.set_value(name, text)
    else:
        state.drop_value(name)


def _texts() -> Texts:
    return tuple(state.value(name) or "" for name in (LIST, HAND, DRAFT))  # type: ignore[return-value]


def _put(texts: Texts) -> None:
    for name, text in zip((LIST, HAND, DRAFT), texts, strict=True):
        state.move_to(name, text)


def _step(words: Sequence[str], hand: int, draft: str, *, hold: int = 0) -> None:
    """Go on to another list, which can be undone; what is dragged without being let go (`hold`) at once."""
    if not hold or state.kept(_HOLD, 0) != hold:
        before: list[Texts] = state.kept(_BEFORE, [])
        state.keep(_BEFORE, [*before, _texts()][-UNDONE:])
    state.keep(_HOLD, hold)
    state.keep(_AFTER, [])
    _put((joined(words), str(hand or ""), draft))


def _go(source: str, other: str) -> None:
    """Go back to what was there before, or forth again (a button's callback)."""
    state.keep(_HOLD, 0)
    there: list[Texts] = state.kept(source, [])
    state.keep(other, [*state.kept(other, []), _texts()])
    state.keep(source, there[:-1])
    _put(there[-1])


def _take(words: Sequence[str], place: int) -> None:
    """Take an edit in hand, or let it go where it is already (a button's callback)."""
    here = state.value(HAND) == str(place)
    state.move_to(HAND, "" if here else str(place))
    state.move_to(DRAFT, words[place - 1])


def _set(words: Sequence[str], hand: int, edit: Edit, *, hold: int = 0) -> None:
    """Write what the form holds: into the list where an edit is in hand, else for the next one."""
    if hand:
        _step([*words[: hand - 1], str(edit), *words[hand:]], hand, str(edit), hold=hold)
    else:
        state.move_to(DRAFT, str(edit))


def _fill(case: Case, words: Sequence[str], hand: int, before: Edit) -> None:
    """Take over what the form holds, moved to the nearest edit that can be made (a widget's callback).

    A browser tells the whole form with every drag, and before it was drawn anew that is the one of before.
    """
    if moved(ROWS) is not None:
        return
    kind, (first, last) = state.held(KIND), state.held(SPAN)
    names = tuple(state.held(VARIABLES)) or before.variables
    if kind is EditKind.SWAP:
        names = tuple(dict.fromkeys([*names, *case.dataset.variables]))[:2]
    amount = 0.0
    if has_amount(kind):
        amount = START[kind] if kind is not before.kind else state.held(AMOUNT)
    edit = replace(before, variables=names)
    _set(words, hand, within(case, edit, kind=kind, first=first, last=last, amount=amount))


def take_span(stamps: Any, case: Case, words: Sequence[str], hand: int, edit: Edit, key: str) -> None:
    """Take over the rows that a box on the chart with this key holds (a chart's callback)."""
    if not (boxes := taken(key)["boxes"]):
        return
    low, high = sorted(np.array([str(end) for end in boxes[-1]["x"]], dtype="datetime64[ms]"))
    inside = np.flatnonzero((stamps >= low) & (stamps <= high))
    if inside.size:
        first, last = int(inside[0]) - len(stamps), int(inside[-1]) - len(stamps)
        _set(words, hand, within(case, edit, first=first, last=last))


def take_move(case: Case, words: Sequence[str], hand: int, edit: Edit, key: str) -> None:
    """Take over what is dragged on the chart with this key (a chart's callback).

    Whoever drags the amount makes the edit: where none is in hand, the one of the form is added.
    """
    move = moved(key)
    assert move is not None, "called by a drag"
    state.hold(move.held)
    made = moved_to(case, edit, move)
    if made == edit:
        return
    if move.name == handles.AMOUNT and not hand and len(words) < MOST:
        _step([*words, str(made)], len(words) + 1, str(made), hold=move.hold)
    else:
        _set(words, hand, made, hold=move.hold)


def draw_form(case: Case, words: Sequence[str], hand: int, edit: Edit) -> None:
    """Draw what an edit consists of: its kind, variables, span and amount."""
    fill = partial(_fill, case, words, hand, edit)
    variables, season, lookback = case.dataset.variables, case.dataset.step.season, case.config.window.lookback
    kinds = [kind for kind in EditKind if kind is not EditKind.REPEAT or (season and season < lookback)]
    kinds = [kind for kind in kinds if kind is not EditKind.SWAP or len(variables) > 1]
    for key, value in ((KIND, edit.kind), (VARIABLES, list(edit.variables)), (SPAN, (edit.first, edit.last))):
        state.prime(key, value)
    left, right = st.columns([2, 3], gap="small")
    with left:
        st.selectbox(say("Edit"), kinds, key=KIND, on_change=fill, format_func=kind_text)
    with right:
        names, hint = list(variables), say("Choose options")
        st.multiselect(
            say("Variables"), names, key=VARIABLES, on_change=fill, format_func=shortened, placeholder=hint
        )
    st.slider(
        say("Rows, counted back from the origin"),
        -lookback,
        -1,
        key=SPAN,
        on_change=fill,
        help=say("Both ends belong to the span; on the chart its ends can be dragged, or another one drawn."),
    )
    if (limits := limits_of(edit.kind, len(edit))) is not None:
        state.prime(AMOUNT, edit.amount)
        step = step_of(edit.kind)
        st.slider(say("Amount"), *limits, key=AMOUNT, on_change=fill, step=step, help=say(_HELP))


def draw_buttons(words: Sequence[str], draft: Edit) -> None:
    """Draw what is done to the whole list."""
    with st.container(horizontal=True, gap="small"):
        added = [*words, str(draft)]
        st.button(
            say("Add"), icon=":material/add:", type="primary" if not words else "secondary", on_click=_step,
            args=(added, len(added), str(draft)), disabled=len(words) >= MOST,
            help=say("Add this edit to the list, of up to {most}", most=MOST),
        )  # fmt: skip
        ways = (say("Undo"), "undo", _BEFORE, _AFTER), (say("Redo"), "redo", _AFTER, _BEFORE)
        for label, icon, source, other in ways:
            empty = not state.kept(source, [])
            st.button(
                label, icon=f":material/{icon}:", type="tertiary", on_click=_go, args=(source, other), disabled=empty
            )
        st.button(
            say("Reset"), icon=":material/restart_alt:", type="tertiary", on_click=_step, args=([], 0, str(draft)),
            disabled=not words, help=say("Remove all edits"),
        )  # fmt: skip


def draw_list(words: Sequence[str], hand: int) -> None:
    """Draw the list of edits, each to be taken in hand, moved or removed."""
    for place, word in enumerate(words, start=1):
        _draw_row(words, place, word, hand)


def _draw_row(words: Sequence[str], place: int, word: str, hand: int) -> None:
    """Draw one edit of the list with its buttons."""
    rest = [*words[: place - 1], *words[place:]]
    up, down = [*words], [*words]
    if place > 1:
        up[place - 2 : place] = up[place - 2 : place][::-1]
    if place < len(words):
        down[place - 1 : place + 1] = down[place - 1 : place + 1][::-1]
    with st.container(horizontal=True, gap="xxsmall", vertical_alignment="center"):
        st.button(
            f"{place}. {escaped(edit_text(Edit.parse(word)))}", key=f"take {place}", on_click=_take,
            args=(words, place), type="primary" if place == hand else "tertiary",
            help=say("In hand, it follows the form"),
        )  # fmt: skip
        for name, told, icon, words_then, hand_then, off in (
            ("up", mark("Up: edit {place}"), "arrow_upward", up, max(place - 1, 1), place == 1),
            (
                "down",
                mark("Down: edit {place}"),
                "arrow_downward",
                down,
                min(place + 1, len(words)),
                place == len(words),
            ),
            ("remove", mark("Remove: edit {place}"), "close", rest, 0, False),
        ):
            draft = words_then[hand_then - 1] if hand_then else word
            st.button(
                "", key=f"{name} {place}", icon=f":material/{icon}:", type="tertiary", disabled=off, on_click=_step,
                args=(words_then, hand_then, draft), help=say(told, place=place),
            )  # fmt: skip
