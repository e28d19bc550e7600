"""Changes: ask the model what it forecasts when something inside it is changed."""

from functools import partial

import streamlit as st

from core.exhibits.changes import AS_TRAINED, SLOT, WINDOW
from core.exhibits.effects import account_asked, effect_asked
from core.serve.removed import MOST
from core.text.message import Message
from core.text.words import say
from dashboard import state
from dashboard.board import Board
from dashboard.cases import as_chosen, models_or_stop
from dashboard.chart import take_point
from dashboard.measured import Offer, effect_question, measured
from dashboard.widgets import page

DIALS = ("gru_to_cnn", "cnn_to_gru", "kernels", "other", "slot")
PARTS = ("attention", "silent", "gate")
UNDONE = {"gru_to_cnn": "1", "cnn_to_gru": "1", **dict.fromkeys(("kernels", *PARTS), AS_TRAINED)}
CHOSEN_BY_CLICK = {WINDOW: ("swaps_by_window", "other"), SLOT: ("swaps_by_slot", "slot")}


def effect_offer(dataset: str) -> Offer:
    """Return what is offered of a change's effect on the error."""
    return Offer(
        ("effect_by_step",),
        say("Measure this change over all test windows"),
        say(
            "What this change does to the error at each step is measured over every test window, with its interval, "
            "in the background."
        ),
        Message("title.effect", dataset=dataset),
    )


def account_offer(dataset: str) -> Offer:
    """Return what is offered of the worth of each part."""
    return Offer(
        ("two_path_account",),
        say("Remove the parts of every mode"),
        say(
            "What each part is worth: crossings, attention and paths are removed from every mode, alone and "
            "together, over up to {most:,} test windows drawn at random, in the background.",
            most=MOST,
        ),
        Message("title.account", dataset=dataset),
    )


def undo() -> None:
    """Leave the model as it was trained."""
    for name, text in UNDONE.items():
        state.move_to(name, text)


with page("changes") as selection:
    case = as_chosen(models_or_stop(selection))
    board = Board("changes", case)
    board.pick("mode", "variable", "origin")
    with st.container(border=True):
        board.pick(*DIALS)
        board.pick(*PARTS)
        st.button(
            say("As trained"),
            icon=":material/undo:",
            on_click=undo,
            help=say("Undo every change inside the network"),
        )
    board.draw("changed_forecast")
    if clickable := CHOSEN_BY_CLICK.get(board.values.get("kernels", AS_TRAINED)):
        chart, name = clickable
        st.caption(say(":material/ads_click: Click a point to use its kernels."))
        board.draw(chart, on_select=partial(take_point, name, chart))
    if (asked := effect_asked(case, board.values)) and not case.untrained:
        measured(board, effect_offer(case.dataset.title), effect_question(asked))
    if (asked := account_asked(case)) and not case.untrained:
        measured(board, account_offer(case.dataset.title), effect_question(asked, limit=MOST))
