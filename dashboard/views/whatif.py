"""What if: edit the rows of a window, and see what every mode makes of them."""

from functools import partial

import streamlit as st

from core.exhibits.edits import rows_read
from dashboard import frame, state, whatif
from dashboard.board import Board
from dashboard.cases import as_chosen, kept, models_or_stop
from dashboard.handles import handles_of
from dashboard.widgets import page

STYLE = frame.ASSETS / "whatif.css"


@st.fragment
def draw() -> None:
    """Draw the whole page: alone where an edit changes, so that the frame around it does not wait."""
    with page("whatif") as selection, state.alone():
        case = kept(as_chosen(models_or_stop(selection)))
        words, hand = whatif.read_link(case)
        board = Board("whatif", case)
        board.pick("variable", "origin", "block")
        board.pick("draft", "edits")
        edit = board["draft"]
        left, right = st.columns([5, 7], gap="medium")
        with left, st.container(key="hands"):
            with st.container(border=True):
                whatif.draw_form(case, words, hand, edit)
                whatif.draw_buttons(words, edit)
            with st.container():  # however long it is, the chart below it stays where it is
                whatif.draw_list(words, hand)
            on_chart = st.container()
        with right:
            board.draw("edited_forecasts")  # first: it is what is waited for
        with on_chart:
            rows, stamps = rows_read(case, board.values)
            given = (case, words, hand, edit, whatif.ROWS)
            board.draw(
                whatif.ROWS,
                selects=("box",),
                on_select=partial(whatif.take_span, stamps[: len(rows)], *given),
                handles=handles_of(case, board.values, state.look()),
                on_move=partial(whatif.take_move, *given),
            )
        with right:
            board.rest()


st.html(STYLE)
draw()
