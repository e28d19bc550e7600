"""Kernels: what each path writes to the other, by time of day and for one window."""

import streamlit as st

from core.data.calendar import CycleKind
from core.exhibits import needs
from dashboard.board import Board
from dashboard.cases import inspected_or_stop
from dashboard.kernels import kernel_numbers
from dashboard.markup import escaped
from dashboard.widgets import key_numbers, page

with page("kernels") as selection:
    case = inspected_or_stop(selection, needs.trained_crossing)
    board = Board("kernels", case)
    numbers = st.container()
    board.pick("mode", "crossing", "block", "variable", "channel")
    with numbers:
        key_numbers(kernel_numbers(case, board["mode"], board["variable"], board["block"], selection.language))
        if case.calendar.cycle.kind is not CycleKind.TIME_OF_DAY:
            st.info(escaped(str(case.calendar.cycle.reason)), icon=":material/calendar_month:")
    board.rest()
