"""Figure of the abrupt changes of a series, as the convolution paths of two modes see them."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.lettering import number, stamp_text
from core.figures.marks import dots, limits_of, milliseconds
from core.figures.palette import FUSION_MARKER, Look, fusion_colour
from core.figures.selected import Mask, shade
from core.figures.theme import DATE_AXIS, TOOLS, Drawing, Margins, drawn
from core.text.amounts import counted
from core.text.words import say
from core.vocabulary import Fusion

Values = NDArray[np.float64]


def abrupt_changes(
    sizes: Values,
    origins: NDArray[np.int64],
    stamps: NDArray[np.datetime64],
    *,
    windows: NDArray[np.datetime64],
    mode: Fusion,
    selected: Mask | None = None,
    look: Look,
) -> Drawing:
    """Show the size of each abrupt change along time; a click gives the row that it comes before.

    Every point carries ``custom_data = [row]``.

    Parameters
    ----------
    sizes : in multiples of the surroundings, the largest first, [change].
    origins : row of the first target of the window at each change, [change].
    stamps : stamp of that row, [change].
    windows : stamp of every test window, [window].
    mode : whose convolution path chose them together with that of none.
    selected : which windows are shaded, [window]; None where nothing is selected.
    """
    times, colour = milliseconds(windows), fusion_colour(mode, look)
    at = {"time": "%{x|%Y-%m-%d %H:%M}", "row": "%{customdata[0]}"}
    hover = say("{time}, row {row}: × {size}", **at, size="%{y:.3g}") + "<extra></extra>"
    carried = origins[:, None].astype(np.int32)
    style = {"size": 10, "symbol": FUSION_MARKER[mode], "hover": hover, "customdata": carried}
    points = dots(milliseconds(stamps), sizes, name=say("abrupt changes"), colour=colour, **style)
    fig = go.Figure(points.update(selected_marker={"opacity": 1}, unselected_marker={"opacity": 0.5}))
    shade(fig, times, selected, look)
    fig.update_xaxes(type="date", title_text=say("First forecast step of the window"), range=[times[0], times[-1]])
    fig.update_yaxes(title_text=say("Size (× surroundings)"), range=limits_of(sizes, [1.0], margin=0.1))
    finding = say(
        "{changes}; the largest, of {when}, is {most} times its surroundings, half of them are above {half}.",
        changes=counted(len(sizes), "abrupt change"),
        when=stamp_text(stamps[0]),
        most=number(float(sizes[0]), 2),
        half=number(float(np.median(sizes)), 2),
    )
    if selected is not None:
        inside = int(selected[np.searchsorted(windows, stamps)].sum())
        finding += " " + say("{n} of them among the selected windows.", n=inside)
    margins = Margins(left=70, above=TOOLS, below=DATE_AXIS, height=250)
    return drawn(fig, finding, margins, look, selectable=True)
