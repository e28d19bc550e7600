"""Tour: how cross learning works on this data set, in six steps to project."""

from collections.abc import Callable
from functools import partial

from dashboard import tour
from dashboard.widgets import page

ahead: Callable[[], None] = lambda: None  # noqa: E731
with page("tour") as selection:
    case, step = tour.case_of(selection), tour.choose_step()
    tour.draw(case, step)
    ahead = partial(tour.draw_ahead, case, step)
ahead()
