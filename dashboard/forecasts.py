"""The numbers that the Forecasts page opens with: the errors of the window shown, and of those selected."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.exhibits.case import Case
from core.exhibits.selected import chosen_windows
from core.exhibits.window import window_of
from core.figures.lettering import number
from core.text.amounts import counted
from core.text.words import say
from core.vocabulary import Language, label
from dashboard.board import Board
from dashboard.overview import HUES
from dashboard.widgets import KeyNumber


def window_numbers(board: Board[Case], language: Language) -> list[KeyNumber]:
    """Return one key number a mode: its mean absolute error in the chosen window, and where that ranks among all."""
    case, place, window = board.subject, board["origin"], window_of(board.subject, board.values)
    column, (misses, _) = case.dataset.variables.index(board["variable"]), window.misses()
    return [
        KeyNumber(
            f":{HUES[mode]}[**{label(mode, language)}**] · MAE",
            f"{number(_mean(miss))} {window.unit}".strip(),
            _ranked(case.errors[mode][:, column], place),
            help=say(
                "Mean absolute error of this window and variable in the file's own units; below it the MSE on "
                "standardised values, and its rank among {windows:,} windows (1 is the smallest error).",
                windows=len(case.windows.origins),
            ),
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
        return say("nothing was measured here")
    rank = int((errors < errors[place]).sum()) + 1
    return say("MSE {mse:.3f} · rank {rank:,}", mse=errors[place], rank=rank)


def selected_numbers(board: Board[Case], language: Language) -> list[KeyNumber]:
    """Return one key number a mode: its mean error over the selected windows, beside that over all; none without."""
    case, selected = board.subject, chosen_windows(board.subject, board.values)
    if not selected:
        return []
    column, many = case.dataset.variables.index(board["variable"]), counted(len(selected.places), "window")
    return [
        KeyNumber(
            say("{mode} · MSE, selected", mode=f":{HUES[mode]}[**{label(mode, language)}**]"),
            number(_mean(errors[selected.places, column])),
            say("all windows {error}", error=number(_mean(errors[:, column]))),
            help=say(
                "Mean over {windows} selected of {all:,}, of this variable, on standardised values.",
                windows=many,
                all=selected.windows,
            ),
        )
        for mode, errors in case.errors.items()
        if mode in (board["modes"] or case.errors)
    ]
