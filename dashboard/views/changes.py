"""Changes: ask the model what it forecasts when something inside it is changed."""

from functools import partial

import streamlit as st

from core.exhibits.changes import AS_TRAINED, SLOT, WINDOW
from core.exhibits.effects import account_asked, effect_asked
from core.serve.removed import MOST
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
EFFECT = Offer(
    ("effect_by_step",),
    "Measure this change over all test windows",
    "What this change does to the error at each step is measured over every test window, with its interval, in the "
    "background.",
)
ACCOUNT = Offer(
    ("two_path_account",),
    "Remove the parts of every mode",
    "What each part is worth: crossings, attention and paths are removed from every mode, alone and together, over "
    f"up to {MOST:,} test windows drawn at random, in the background.",
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
        st.button("As trained", icon=":material/undo:", on_click=undo, help="Undo every change inside the network")
    board.draw("changed_forecast")
    if clickable := CHOSEN_BY_CLICK.get(board.values.get("kernels", AS_TRAINED)):
        chart, name = clickable
        st.caption(":material/ads_click: Click a point to use its kernels.")
        board.draw(chart, on_select=partial(take_point, name, chart))
    if (asked := effect_asked(case, board.values)) and not case.untrained:
        measured(board, EFFECT, effect_question(asked))
    if (asked := account_asked(case)) and not case.untrained:
        measured(board, ACCOUNT, effect_question(asked, limit=MOST))
