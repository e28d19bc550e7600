"""Side by side: one figure of two models, two data sets or a model and its untrained twin, on one scale."""

from contextlib import suppress

from dashboard.pickers import choose
from dashboard.side_by_side import draw_sides
from dashboard.sides import exhibits, pick_sides
from dashboard.widgets import PageEnd, page

with page("side_by_side") as selection:
    there = exhibits()
    one = choose("exhibit", "Figure", there, format=lambda name: there[name].question)
    with suppress(PageEnd):
        draw_sides(one, pick_sides(one, selection))
