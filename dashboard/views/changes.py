"""Changes: ask the model what it forecasts when something inside it is changed."""

import streamlit as st

from dashboard import state
from dashboard.board import Board
from dashboard.cases import as_chosen, models_or_stop
from dashboard.widgets import page

AS_TRAINED = {"gru_to_cnn": "1", "cnn_to_gru": "1", "kernels": "trained", "attention": "trained"}


def undo() -> None:
    """Leave the model as it was trained."""
    for name, text in AS_TRAINED.items():
        state.move_to(name, text)


with page("changes") as selection:
    board = Board("changes", as_chosen(models_or_stop(selection)))
    board.pick("mode", "variable", "origin")
    with st.container(border=True):
        board.pick(*AS_TRAINED)
        st.button("As trained", icon=":material/undo:", on_click=undo, help="Undo every change inside the network")
    board.rest()
