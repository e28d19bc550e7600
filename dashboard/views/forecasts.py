"""Forecasts: truth and every mode, window by window."""

import streamlit as st

from core.exhibits.forecasts import landmarks_of
from core.figures.forecast import LANDMARKS
from core.text.words import mark, say
from dashboard import state
from dashboard.board import Board
from dashboard.cases import inspected_or_stop
from dashboard.forecasts import selected_numbers, window_numbers
from dashboard.widgets import key_numbers, page

JUMPS = {  # by a key of LANDMARKS: what its button does
    "best": mark("Jump to the best window"),
    "median": mark("Jump to the median window"),
    "worst": mark("Jump to the worst window"),
}

with page("forecasts") as selection:
    case = inspected_or_stop(selection)
    board = Board("forecasts", case)
    numbers, pickers, picture, all_windows, steps = (st.container() for _ in range(5))
    with st.expander(say("Modes, baselines and history shown"), icon=":material/tune:"):
        board.pick("modes", "baselines", "mode", "history")
    with pickers:
        left, right = st.columns([8, 4], vertical_alignment="bottom", gap="medium")
        with left:
            board.pick("variable", "origin")
        with right.container(horizontal=True, gap="small"):
            for name, place in landmarks_of(case, board.values).items():
                origin, title = str(case.windows.origins[place]), say(LANDMARKS[name])
                st.button(title, on_click=state.move_to, args=("origin", origin), help=say(JUMPS[name]))
    with numbers:
        key_numbers(window_numbers(board, selection.language))
        if found := selected_numbers(board, selection.language):
            key_numbers(found)
    with picture:
        board.draw("forecast_overlay")
    with all_windows:
        board.draw("error_timeline")
    with steps:
        board.rest()
