"""Forecasts: truth and every mode, window by window."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.exhibits.case import Case
from core.exhibits.forecasts import landmarks_of
from core.exhibits.window import window_of
from core.figures.lettering import number
from core.vocabulary import Language, label
from dashboard import state
from dashboard.board import Board
from dashboard.cases import inspected_or_stop
from dashboard.overview import HUES
from dashboard.widgets import KeyNumber, key_numbers, page


def window_numbers(board: Board[Case], language: Language) -> list[KeyNumber]:
    """Return one key number a mode: its mean absolute error in the chosen window, and where that ranks among all."""
    case, place, window = board.subject, board["origin"], window_of(board.subject, board.values)
    column, (misses, _) = case.dataset.variables.index(board["variable"]), window.misses()
    return [
        KeyNumber(
            f":{HUES[mode]}[**{label(mode, language)}**] · MAE",
            f"{number(_mean(miss))} {window.unit}".strip(),
            _ranked(case.errors[mode][:, column], place),
            help="Mean absolute error of this window and variable in the file's own units; below it the MSE on "
            f"standardised values, and its rank among {len(case.windows.origins):,} windows (1 is the smallest "
            "error).",
        )
        for mode, miss in misses.items()
    ]


def _mean(values: NDArray[np.float64]) -> float:
    """Return the mean of the numbers; NaN where there is none."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _ranked(errors: NDArray[np.float64], place: int) -> str:
    """Return the error of a window and its rank among those that have one."""
    if not np.isfinite(errors[place]):
        return "nothing was measured here"
    return f"MSE {errors[place]:.3f} · rank {int((errors < errors[place]).sum()) + 1:,}"


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
        board.draw("error_timeline")
    with steps:
        board.rest()
