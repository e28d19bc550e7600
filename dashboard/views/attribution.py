"""Attribution: which past values a forecast rests on, whether that can be trusted, and what the crossings carry."""

from dashboard.board import Board
from dashboard.cases import models_or_stop
from dashboard.means import draw_mean
from dashboard.widgets import page

with page("attribution") as selection:
    board = Board("attribution", models_or_stop(selection))
    board.pick("mode", "variable", "origin")
    board.pick("steps", "method", "background", "rows")
    for name in (
        "attribution_map",
        "attribution_trust",
        "deletion_curve",
        "attribution_spread",
        "crossing_account",
    ):
        board.draw(name)
    draw_mean(board)
