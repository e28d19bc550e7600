"""What if: edit the rows of a window, and see what every mode makes of them."""

from functools import partial

import streamlit as st

from core.exhibits.whatif import rows_read
from dashboard import state, whatif
from dashboard.board import Board
from dashboard.cases import as_chosen, kept, models_or_stop
from dashboard.widgets import page

ROWS = "recorded_window"


@st.fragment
def draw() -> None:
    """Draw the whole page: alone where an edit changes, so that the frame around it does not wait."""
    with state.alone(), page("whatif") as selection:
        case = kept(as_chosen(models_or_stop(selection)))
        words, hand = whatif.read_link(case)
        board = Board("whatif", case)
        board.pick("variable", "origin", "block")
        board.pick("draft", "edits")
        edit = board["draft"]
        left, right = st.columns([6, 7], gap="medium")
        with left, st.container(border=True):
            whatif.draw_form(case, words, hand, edit)
            whatif.draw_buttons(words, edit)
        with right:
            rows, stamps = rows_read(case, board.values)
            take = partial(whatif.take_span, stamps[: len(rows)], words, hand, edit, ROWS)
            board.draw(ROWS, on_select=take, selects=("box",))
        whatif.draw_list(words, hand)
        board.rest()


draw()
