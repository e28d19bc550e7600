"""Figure of two modes' errors window by window: where crossing the paths helps."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.analysis.resample import subsample
from core.figures.lettering import number
from core.figures.marks import dots
from core.figures.palette import Look, fusion_colour
from core.figures.selected import Mask
from core.figures.theme import TOOLS, Drawing, Margins, drawn
from core.text.amounts import counted, signed
from core.text.words import say
from core.vocabulary import Fusion, label

Values = NDArray[np.float64]
MOST_POINTS = 1_200  # dense enough to lasso, small enough to send


def every_of(windows: int) -> int:
    """Return in how many windows one is drawn, so that at most `MOST_POINTS` are.

    >>> every_of(1_200), every_of(1_201)
    (1, 2)
    """
    return -(-windows // MOST_POINTS)


def error_pairs(
    none: Values,
    errors: Values,
    origins: NDArray[np.int64],
    stamps: NDArray[np.datetime64],
    *,
    mode: Fusion,
    selected: Mask | None = None,
    look: Look,
) -> Drawing:
    """Show the error of each window in a mode against that in none; below the diagonal the mode is better.

    Every point carries ``custom_data = [origin, stamp]``.

    Parameters
    ----------
    none, errors : MSE per window in none and in the mode, [window]; NaN where nothing was measured.
    origins : row of each window's first target, [window].
    stamps : stamp of that row, [window].
    selected : which windows are drawn in the colour of what is selected, [window]; None where nothing is.
    """
    marked = np.zeros(len(none), dtype=np.bool_) if selected is None else selected
    drawn_rows = np.arange(len(none)) % every_of(len(none)) == 0
    chosen = np.flatnonzero(marked)
    drawn_rows[chosen[subsample(len(chosen), MOST_POINTS // 2, np.random.default_rng(0))]] = True
    there = drawn_rows & np.isfinite(none + errors) & (none > 0) & (errors > 0)
    name, fig = label(mode, look.language), go.Figure()
    quiet = 0.6 if selected is None else 0.25
    for called, part, colour, opacity, symbol in (
        (say("windows"), there & ~marked, fusion_colour(mode, look), quiet, "circle"),
        (say("selected"), there & marked, look.colours.selected, 1.0, "diamond"),
    ):
        if part.any():
            points = _points(called, none[part], errors[part], origins[part], stamps[part], colour, opacity)
            fig.add_trace(points.update(marker={"symbol": symbol}))
    low, high = (float(of(np.concatenate([none[there], errors[there]]))) for of in (np.min, np.max))
    ends = np.log10([low / 1.1, high * 1.1])
    line = {"color": look.colours.line, "width": 1}
    at = {"x0": low / 1.1, "y0": low / 1.1, "x1": high * 1.1, "y1": high * 1.1}
    fig.add_shape(type="line", **at, line=line, layer="below")
    ticks = [step * 10.0**power for power in range(-6, 7) for step in ((1, 2, 5) if ends[1] - ends[0] < 2 else (1,))]
    style = {
        "type": "log",
        "range": ends,
        "showgrid": True,
        "tickvals": ticks,
        "ticktext": [f"{at:g}" for at in ticks],
    }
    none_name = label(Fusion.NONE, look.language)
    fig.update_xaxes(title_text=say("MSE of the window in {mode} (standardised)", mode=none_name), **style)
    fig.update_yaxes(title_text=say("MSE in {mode} (standardised), lower is better", mode=name), **style)
    margins = Margins(left=70, above=TOOLS, height=420)
    return drawn(fig, _sentence(none, errors, selected, name), margins, look, selectable=True)


def _points(
    name: str,
    none: Values,
    errors: Values,
    origins: NDArray[np.int64],
    stamps: NDArray[np.datetime64],
    colour: str,
    opacity: float,
) -> go.Scatter:
    """Return some of the windows."""
    when = np.char.replace(np.datetime_as_string(stamps.astype("datetime64[m]")), "T", " ")
    carried = np.stack([origins.astype(str), when], axis=1)
    points = dots(none, errors, name=name, colour=colour, size=6, customdata=carried)
    points.update(marker={"opacity": opacity, "line": {"width": 0}})
    point = {"time": "%{customdata[1]}", "without": "%{x:.3g}", "crossed": "%{y:.3g}"}
    points.update(hovertemplate=say("{time}: {without} without, {crossed} with", **point) + "<extra></extra>")
    return points.update(selected_marker={"opacity": 1}, unselected_marker={"opacity": opacity})


def _sentence(none: Values, errors: Values, selected: Mask | None, name: str) -> str:
    known = np.isfinite(none + errors)
    change = 100 * (np.median(errors[known]) / np.median(none[known]) - 1)
    every = every_of(len(none))
    told = say(
        "{mode} has the smaller error in {share} of {windows}; the median error changes by {change} %.",
        mode=name,
        share=_share(none[known], errors[known]),
        windows=counted(int(known.sum()), "window"),
        change=signed(float(change)),
    )
    sentences = [told] if selected is None else [told, _among(none, errors, selected & known)]
    sentences.append(say("Neighbouring windows share most of their rows, so they are not as many proofs."))
    if every > 1:
        sentences.append(say("One window in {every} is drawn.", every=every))
    return " ".join(sentences)


def _among(none: Values, errors: Values, inside: Mask) -> str:
    if not inside.any():
        return say("Nothing was measured in those selected.")
    return say(
        "Of {windows}: {share}; if they were picked by their errors, that tells nothing of others.",
        windows=counted(int(inside.sum()), "selected window"),
        share=_share(none[inside], errors[inside]),
    )


def _share(none: Values, errors: Values) -> str:
    return f"{number(100 * float((errors < none).mean()), 2)} %"
