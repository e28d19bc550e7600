"""Gates & response: what the GRU path does around abrupt changes, in every mode."""

import streamlit as st

from core.exhibits import needs
from dashboard.board import Board
from dashboard.cases import inspected_or_stop
from dashboard.gates import CAUTIONS, gate_numbers
from dashboard.pickers import choose_flag
from dashboard.widgets import key_numbers, or_why, page

with page("gates") as selection:
    case = inspected_or_stop(selection, needs.trained_pair)
    board = Board("gates", case)
    numbers, answer, around = (st.container() for _ in range(3))
    with st.expander("Mode of the numbers and changes", icon=":material/tune:"):
        board.pick("mode")
    with numbers, or_why():
        key_numbers(gate_numbers(case, board["mode"], selection.language))
    with answer:
        board.draw("event_response")
        board.draw("lead_amplification")
    with around:
        board.draw("abrupt_changes")
        board.draw("gate_timeline")
        if choose_flag(
            "memory", "What the GRU remembers", default=False, help="The model is asked, which takes seconds"
        ):
            board.rest()
    st.caption("\n\n".join(CAUTIONS))
