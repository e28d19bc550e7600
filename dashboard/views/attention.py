"""Attention: where the merge routes each query, and what the error does without it."""

import streamlit as st

from core.data.calendar import CycleKind
from dashboard.attention import CAUTION, routing_numbers
from dashboard.board import Board
from dashboard.cases import inspected_or_stop
from dashboard.markup import escaped
from dashboard.widgets import key_numbers, page

with page("attention") as selection:
    case = inspected_or_stop(selection)
    board = Board("attention", case)
    numbers, picture = st.container(), st.container()
    with picture:
        board.pick("mode", "map", "origin", "slot")
        board.draw("attention_map")
    with numbers:
        key_numbers(routing_numbers(board))
        st.info(CAUTION, icon=":material/info:")
        if case.calendar.cycle.kind is not CycleKind.TIME_OF_DAY:
            st.info(escaped(str(case.calendar.cycle.reason)), icon=":material/calendar_month:")
    board.draw("attention_controls")
    board.rest()
