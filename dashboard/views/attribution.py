"""Attribution: which past values a forecast rests on, and whether that picture knows more than chance."""

from dashboard.board import Board
from dashboard.cases import models_or_stop
from dashboard.widgets import page

with page("attribution") as selection:
    board = Board("attribution", models_or_stop(selection))
    board.pick("mode", "variable", "origin")
    board.pick("steps", "method", "background", "rows")
    board.rest()
