"""A chart that stays in its place: a new figure is drawn over the one before, not mounted anew as Streamlit's is.

So an edit or a selection is seen sooner, and what was zoomed stays. assets/chart/chart.js is
its other half, in the browser; plotly.js comes from the plotly package, which files with figures are made with too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Literal

from starlette.responses import FileResponse
from starlette.routing import Route

from core.figures.plotly_words import plotly_words
from core.text.words import say, speaking, spoken
from core.vocabulary import Language
from dashboard import state
from dashboard.component import component

SelectionMode = Literal["points", "box", "lasso"]
Taken = Mapping[str, Sequence[Any]]  # points: what each carries, a list; boxes: {"x": [from, to], "y": [from, to]}


@dataclass(frozen=True)
class Handle:
    """Something to drag on a chart, or to move by keys.

    Attributes
    ----------
    name : unique on the chart.
    label : what it moves, for readers who do not see it.
    along : the axis it is moved along.
    places : where on that axis it can be, for each value from `low` by `step`.
    value : where it is.
    across : where on the other axis it is; None: in its middle.
    colour : as CSS.
    """

    name: str
    label: str
    along: Literal["x", "y"]
    places: Sequence[float]
    low: float
    step: float
    value: float
    across: float | None
    colour: str


@dataclass(frozen=True)
class Move:
    """What was done to a handle: `hold` is the same as long as it was not let go, `held` whether it still is."""

    name: str
    value: float
    hold: int
    held: bool


NOTHING: Mapping[str, Any] = {}
HERE = Path(__file__).resolve().parent
NAME = "crosslens.chart"
_PLOTLY = distribution("plotly")
LIBRARY = f"plotly-{_PLOTLY.version}.min.js"  # its address


def route() -> Route:
    """Return the route of the server by which plotly.js comes: once a browser, since its address has its version."""
    file = str(_PLOTLY.locate_file("plotly/package_data/plotly.min.js"))
    lasting = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Route(f"/{LIBRARY}", lambda request: FileResponse(file, media_type="text/javascript", headers=lasting))


def chart(
    figure: str,
    key: str,
    *,
    alt: str,
    height: int | None,
    selects: Sequence[SelectionMode] = (),
    on_select: Callable[[], None] | None = None,
    handles: Sequence[Handle] = (),
    on_move: Callable[[], None] = lambda: None,
    room: tuple[float, float] | None = None,
    frame: str = "",
) -> None:
    """Draw a figure.

    Parameters
    ----------
    figure : as JSON of plotly.
    key : unique on the page; `taken` is asked with it.
    alt : what it shows, for readers who do not see it.
    height : px; None: as high as its place.
    selects, on_select : ways to select on it, and what is called after something was.
    handles, on_move : what can be dragged on it, and what is called after something was, and while it is.
    room : px across and high that it is made for; it grows or shrinks as a whole, to fill its place with these.
    frame : as JSON of plotly the layout with its words around it, for a picture that is copied.
    """
    component(NAME)(
        key=key,
        data={
            **{"figure": figure, "library": LIBRARY, "alt": alt, "height": height, "words": words(spoken())},
            "room": room,
            "frame": frame,
            "selects": list(selects) if on_select else [],
            "handles": [asdict(handle) for handle in handles],
        },
        height="content" if height else "stretch",
        on_selected_change=on_select or (lambda: None),
        on_moved_change=on_move,
    )


@cache
def words(language: Language) -> dict[str, Any]:
    """Return what every chart says by itself; `locale`, `tools` and `format` are those that plotly.js is set to."""
    with speaking(language):
        own = {
            "fullscreen": say("Fullscreen"),
            "copy": say("Copy as picture"),
            "copied": say("Copied"),
            "not_copied": say("The browser did not let it be copied."),
            "failed": say("The part that draws charts did not load: reload the page."),
        }
    of = plotly_words(language)
    locale = "en-US" if language is Language.ENGLISH else language.value
    return own | {"locale": locale, "tools": of["dictionary"], "format": of["format"]}


def taken(key: str) -> Taken:
    """Return what was selected on the chart with this key (in its callback)."""
    found: Taken = state.held(key)["selected"]
    return found


def moved(key: str) -> Move | None:
    """Return what was done to a handle of the chart with this key (in a callback); None where nothing was."""
    told = state.kept(key, NOTHING).get("moved")
    return Move(**told) if told else None


def take_point(name: str, key: str) -> None:
    """Change one parameter to what a clicked point of the chart with this key carries (a chart's callback)."""
    if points := taken(key)["points"]:
        state.move_to(name, str(points[-1][0]))
