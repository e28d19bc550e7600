"""Gates & response: what the GRU path does around abrupt changes, in every mode."""

import streamlit as st

from core.exhibits import needs
from core.text.words import say
from dashboard.board import Board
from dashboard.cases import inspected_or_stop
from dashboard.gates import CAUTIONS, caution, gate_numbers
from dashboard.measured import measured, probe_offer, probe_question
from dashboard.pickers import choose_flag
from dashboard.widgets import key_numbers, or_why, page

MEMORY = ("held_edit", "gate_half_life", "gates_by_slot")

with page("gates") as selection:
    case = inspected_or_stop(selection, needs.trained_pair)
    board = Board("gates", case)
    numbers, answer, around, pulse = (st.container() for _ in range(4))
    with st.expander(say("Mode of the numbers and changes"), icon=":material/tune:"):
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
            "memory",
            say("What the GRU remembers"),
            default=False,
            help=say("The model is asked, which takes seconds"),
        ):
            for name in MEMORY:
                board.draw(name)
    if not case.untrained:
        with pulse:
            measured(board, probe_offer(case), probe_question(case))
    st.caption("\n\n".join(map(caution, CAUTIONS)))
