"""Changes: ask the model what it forecasts when something inside it is changed."""

import streamlit as st

from dashboard.board import Board
from dashboard.cases import case_or_stop
from dashboard.widgets import page

with page("changes") as selection:
    board = Board("changes", case_or_stop(selection))
    board.pick("mode", "variable", "origin")
    with st.container(border=True):
        board.pick("gru_to_cnn", "cnn_to_gru", "kernels", "attention")
    board.rest()
