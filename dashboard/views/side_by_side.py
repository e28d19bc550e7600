"""Side by side: one figure of two sides on one scale, or one measure over every mode and data set."""

from contextlib import suppress

from core.claims.tables import Form
from core.exhibits.two_sides import exhibits
from core.text.words import mark, say
from dashboard.board import Board
from dashboard.forms import judged, pick_form
from dashboard.pickers import choose
from dashboard.side_by_side import draw_sides
from dashboard.sides import pick_sides
from dashboard.widgets import PageEnd, page

TWO, ALL = "two", "all"
WORDS = {TWO: mark("Two sides of one figure"), ALL: mark("One measure, every mode and data set")}

with page("side_by_side") as selection:
    both = {TWO: TWO, ALL: ALL}
    sides = choose("sides", say("Shown"), both, kind="segmented", format=lambda name: say(WORDS[name]))
    if sides == TWO:
        there = exhibits()
        one = choose("exhibit", say("Figure"), there, format=lambda name: there[name].question)
        with suppress(PageEnd):
            draw_sides(one, pick_sides(one, selection))
    else:
        preset = selection.cell.preset if selection.cell else ""
        form = pick_form(Form(preset) if preset in set(Form) else Form.DEFAULT)
        Board("side_by_side", judged(form)).rest()
