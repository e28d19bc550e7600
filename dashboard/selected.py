"""The selected windows on a page: what shows and clears them, and a form to select others without a chart."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.exhibits.case import Case
from core.exhibits.selected import WINDOWS, Selected, slot_text
from core.figures.lettering import stamp_text
from core.figures.names import shortened
from core.text.words import say
from dashboard import pickers, state, windows
from dashboard.markup import escaped

FIRST, LAST, SLOT = "windows first", "windows last", "windows slot"  # keys of the fields


def clear() -> None:
    """Select nothing."""
    state.forget(WINDOWS.name)


def pick(case: Case) -> Selected:
    """Return what is selected, and draw its chip; for a page that is no board of its own figures."""
    options = WINDOWS.options(case, {})
    found: Selected = pickers.read_written(WINDOWS.name, options, partial(WINDOWS.refusal, options=options))
    draw_chip(case, found)
    return found


def draw_chip(case: Case, found: Selected) -> None:
    """Draw what is selected with the button that clears it, and the form to select others."""
    with st.container(key="selected", horizontal=True, vertical_alignment="center", gap="small"):
        if found:
            told = say("Selected: {windows}", windows=escaped(found.words))
            st.markdown(f":yellow-badge[:material/select_all: {told}]", width="content")
            st.button(
                say("Clear"), icon=":material/close:", type="tertiary", on_click=clear, help=say("Select nothing")
            )
        _draw_form(case)


def _draw_form(case: Case) -> None:
    """Draw the button that unfolds the form."""
    fold = st.popover(
        say("Select windows"),
        icon=":material/select_all:",
        type="tertiary",
        key="windows form",
        on_change="rerun",
        help=say("By their times or a slot of the cycle, without a chart"),
    )
    if not fold.open:
        return
    with fold:
        stamps = case.dataset.frame.index.to_numpy()[case.origins[[0, -1]]]
        with st.form("windows of times", border=False):
            for key, label, stamp in zip(
                (FIRST, LAST), (say("First origin"), say("Last origin")), stamps, strict=True
            ):
                st.text_input(label, stamp_text(stamp), key=key)
            st.form_submit_button(say("Select"), on_click=partial(_take_times, case))
        labels = case.calendar.cycle.labels
        if len(labels) > 1:
            st.selectbox(
                say("Or the windows of a slot"),
                labels,
                index=None,
                key=SLOT,
                placeholder=say("Choose an option"),
                format_func=say,
                on_change=partial(_take_slot, case),
            )


def _take_times(case: Case) -> None:
    """Select the windows between two times (a button's callback)."""
    try:
        windows.select(case, windows.between(case, *map(_stamp, map(str, map(state.held, (FIRST, LAST))))))
    except ValueError as error:
        state.note(WINDOWS.name, str(error))


def _stamp(text: str) -> pd.Timestamp:
    found = pd.to_datetime(text, errors="coerce")
    if pd.isna(found):
        raise ValueError(say("{text!r} is no time: write it like 2013-10-03 00:00.", text=shortened(text)))
    return found.tz_localize(None)


def _take_slot(case: Case) -> None:
    """Select the windows of a slot (a picker's callback)."""
    if (label := state.held(SLOT)) is not None:
        windows.select(case, slot_text(str(label)))
