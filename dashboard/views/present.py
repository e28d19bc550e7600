"""Present: a deck on the whole screen, one slide at a time, turned by keys."""

from core.text.words import say
from dashboard import present
from dashboard.widgets import empty_state, page

with page("present") as selection:
    shown = present.deck_shown()
    if shown is None:
        empty_state(
            say("There is no slide to present yet: pin a figure on any page, and it becomes one."),
            to="deck",
            action=say("To the deck"),
        )
    else:
        present.draw(*shown, present.slide_shown(shown[1]))
