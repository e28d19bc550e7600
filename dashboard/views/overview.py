"""Overview: the modes side by side on the chosen data, with their baselines."""

import streamlit as st

from core.exhibits.errors import of_chosen_seeds
from core.figures.diagram import diagram
from core.version import other_code
from core.vocabulary import Fusion
from dashboard import overview, state
from dashboard.board import Board
from dashboard.cases import case_or_stop
from dashboard.widgets import page, sheet

with page("overview") as selection:
    every = case_or_stop(selection)
    board = Board("overview", every)
    answer = st.container()
    with st.expander("Checkpoints", icon=":material/inventory_2:"):
        board.pick("seeds")
        case = of_chosen_seeds(every, board.values)
        if other := other_code(run.versions for found in case.runs.values() for run in found):
            st.caption(f"These were {other}.")
        sheet(overview.checkpoint_table(case.runs))
    with answer:
        overview.draw_comparison(board, case, selection.language, others=True)
    with st.expander("The model, and how its forecast is made", icon=":material/schema:"):
        mode = Fusion.BOTH if Fusion.BOTH in case.runs else next(iter(case.runs))
        st.graphviz_chart(diagram(case.runs[mode][0].config, state.look()), width="stretch")
        st.caption("In the average the network and ridge count half each.")
