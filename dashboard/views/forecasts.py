"""Forecasts: truth and every mode, window by window."""

from functools import partial

import streamlit as st

from core.exhibits.forecasts import landmarks_of
from dashboard import state
from dashboard.board import Board
from dashboard.cases import inspected_or_stop
from dashboard.forecasts import window_numbers
from dashboard.widgets import key_numbers, page

TIMELINE = "error_timeline"

with page("forecasts") as selection:
    case = inspected_or_stop(selection)
    board = Board("forecasts", case)
    numbers, pickers, picture, all_windows, steps = (st.container() for _ in range(5))
    with st.expander("Modes, baselines and history shown", icon=":material/tune:"):
        board.pick("modes", "baselines", "mode", "history")
    with pickers:
        left, right = st.columns([8, 4], vertical_alignment="bottom", gap="medium")
        with left:
            board.pick("variable", "origin")
        with right.container(horizontal=True, gap="small"):
            for name, place in landmarks_of(case, board.values).items():
                origin = str(case.windows.origins[place])
                st.button(name, on_click=state.move_to, args=("origin", origin), help=f"Jump to the {name} window")
    with numbers:
        key_numbers(window_numbers(board, selection.language))
    with picture:
        board.draw("forecast_overlay")
    with all_windows:
        st.caption(":material/ads_click: Click a point to see its window above.")
        board.draw(TIMELINE, on_select=partial(state.take_point, "origin", TIMELINE))
    with steps:
        board.rest()
