"""Overview: the modes side by side on the chosen data, with their baselines."""

import streamlit as st

from core.exhibits import needs
from core.exhibits.errors import of_chosen_seeds
from core.text.words import say
from core.version import other_code
from dashboard import frame, overview
from dashboard.board import Board
from dashboard.cases import case_or_stop
from dashboard.widgets import page, sheet

with page("overview") as selection:
    every = case_or_stop(selection)
    board = Board("overview", every)
    answer = st.container()
    with st.expander(say("Checkpoints"), icon=":material/inventory_2:"):
        board.pick("seeds")
        case = of_chosen_seeds(every, board.values)
        if other := other_code(run.versions for found in case.known_runs.values() for run in found):
            st.caption(say("These were {other}.", other=other))
        if case.runs:
            sheet(overview.checkpoint_table(case.runs))
        elif case.tabled.runs:
            st.info(say(needs.ERRORS_ALONE), icon=":material/lock:")
    with answer:
        overview.draw_comparison(board, case, selection.language, others=True)
    overview.draw_peers()
    frame.link("model", say("The model, and how its forecast is made"), selection, icon="schema")
