"""Figure of CrossLens beside its peers: error against training time, and the front that nothing else beats."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.labels import panel_title
from core.figures.lettering import NARROWEST, text_width
from core.figures.marks import dots, limits_of, line
from core.figures.palette import Look, baseline_label
from core.figures.theme import Drawing, Margins, drawn
from core.study.peers import AVERAGE, CAPPED, CELL, CROSSLENS, OURS, PEER, RIDGE, missing
from core.text.amounts import listed
from core.text.words import mark, say

NAMES = {
    CROSSLENS: mark("CrossLens"),
    AVERAGE: mark("CrossLens, average with ridge"),
    RIDGE: mark("ridge"),
    PEER: mark("other networks"),
}
SYMBOLS = {CROSSLENS: ("diamond", 10, True), AVERAGE: ("diamond", 10, False), RIDGE: ("circle", 8, False)}
PEERS = ("square", 8, True)  # symbol, px, hollow
LEFT, RIGHT, BETWEEN, PANEL, GAP = 64, 20, 0.12, 200, 66  # px, but BETWEEN: a share of the width
SIZE, HIGH = 10, 12  # px: letters of a label, and the height of its line
MARGIN = 0.16  # of a panel's errors, kept free above and below
CEILING = 1.25  # times the lowest error: what lies higher stands at the upper edge, with its error beside its name
Box = tuple[float, float, float, float]  # px: left, bottom, right, top
TICKS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)  # seconds


def peers(rows: pd.DataFrame, *, look: Look) -> Drawing:
    """Show the test MSE of each entry against its CPU seconds of training, a panel a data set and horizon.

    An error above `CEILING` times the lowest of its panel stands at the upper edge, with an arrow and its number.

    Parameters
    ----------
    rows : columns of `core.study.peers.COLUMNS` and front.
    """
    lowest = rows.groupby(CELL)["mse"].transform("min")
    rows = rows.assign(shown=rows["mse"].clip(upper=CEILING * lowest))
    datasets, horizons = (list(dict.fromkeys(rows[name])) for name in CELL)
    height = PANEL * len(datasets) + GAP * (len(datasets) - 1)
    vertical = GAP / height if len(datasets) > 1 else 0.0
    shape = {
        "rows": len(datasets),
        "cols": len(horizons),
        "horizontal_spacing": BETWEEN,
        "vertical_spacing": vertical,
    }
    fig = make_subplots(**shape)
    seconds = np.log10(rows["seconds"].to_numpy(float))
    reach = (math.floor(seconds.min() * 2) / 2 - 0.1, seconds.max() + 0.45)  # powers of ten, with room for a name
    legend: set[str] = set()
    for row, dataset in enumerate(datasets):
        for column, horizon in enumerate(horizons):
            of = rows.loc[(rows["dataset"] == dataset) & (rows["horizon"] == horizon)]
            number = row * len(horizons) + column + 1
            _panel(fig, of, {"row": row + 1, "col": column + 1}, reach, legend, look)
            axis = "" if number == 1 else str(number)
            panel_title(fig, say("{dataset}, horizon {horizon}", dataset=dataset, horizon=horizon), axis, look=look)
            _labels(fig, of, axis, reach, (NARROWEST - LEFT - RIGHT) * (1 - BETWEEN) / len(horizons), look)
    fig.update_xaxes(type="log", range=reach, tickvals=TICKS, ticktext=[f"{tick:g}" for tick in TICKS], showgrid=True)
    fig.update_xaxes(title_text=say("Training on one thread (CPU seconds)"), row=len(datasets))
    fig.update_yaxes(title_text=say("MSE (standardised)"), col=1)
    margins = Margins(left=LEFT, right=RIGHT, legend=True, above=18, height=height + 140)
    return drawn(fig, told(rows), margins, look)


def entry_name(entry: str, kind: str) -> str:
    """Return an entry as people read it.

    >>> entry_name("quick", "average"), entry_name("ridge", "ridge")
    ('quick, average with ridge', 'ridge')
    """
    if kind == AVERAGE:
        return say("{preset}, average with ridge", preset=entry)
    return baseline_label(entry) if kind == RIDGE else entry


def _panel(
    fig: go.Figure, of: pd.DataFrame, at: dict[str, int], reach: tuple[float, float], legend: set[str], look: Look
) -> None:
    """Draw the front as steps and the entries by kind."""
    colours = {CROSSLENS: look.colours.both, AVERAGE: look.colours.both, RIDGE: look.colours.truth}
    on = of.loc[of["front"]].sort_values("seconds")
    if not on.empty:
        x = [*on["seconds"], 10 ** reach[1]]
        steps = line(x, [*on["mse"], on["mse"].iloc[-1]], name=say("front"), colour=look.colours.line, width=1.4)
        steps.update(line_shape="hv", hoverinfo="skip", hovertemplate=None, showlegend="front" not in legend)
        fig.add_trace(steps, **at)
        legend.add("front")
    for kind, name in NAMES.items():
        rows = of.loc[of["kind"] == kind]
        if rows.empty:
            continue
        symbol, size, hollow = SYMBOLS.get(kind, PEERS)
        style: dict[str, Any] = {"symbol": symbol, "size": size, "hollow": hollow, "showlegend": kind not in legend}
        style["customdata"] = [[entry_name(*one), mse] for *one, mse in rows[["entry", "kind", "mse"]].to_numpy()]
        seconds, mse = "%{x:.3~g}", "%{customdata[1]:.4f}"
        style["hover"] = say("{seconds} s, MSE {mse}", seconds=seconds, mse=mse) + "<extra>%{customdata[0]}</extra>"
        colour = colours.get(kind, look.colours.gru)
        fig.add_trace(dots(rows["seconds"], rows["shown"], name=say(name), colour=colour, **style), **at)
        legend.add(kind)
    low, high = limits_of(of["shown"].to_numpy(float), margin=MARGIN)
    fig.update_yaxes(range=(low, high), **at)


def _labels(
    fig: go.Figure, of: pd.DataFrame, axis: str, reach: tuple[float, float], width: float, look: Look
) -> None:
    """Write the names beside the points, each where it covers least; an average has that of its preset's colour."""
    if of.empty:
        return
    low, high = limits_of(of["shown"].to_numpy(float), margin=MARGIN)
    x = (np.log10(of["seconds"].to_numpy(float)) - reach[0]) / (reach[1] - reach[0]) * width
    y = (of["shown"].to_numpy(float) - low) / (high - low) * PANEL
    beyond = [f" ↑ {mse:.2f}" if mse > shown else "" for mse, shown in zip(of["mse"], of["shown"], strict=True)]
    entries = [baseline_label(RIDGE) if kind == RIDGE else entry for entry, kind in of[["entry", "kind"]].to_numpy()]
    texts = [entry + higher for entry, higher in zip(entries, beyond, strict=True)]
    wide = [text_width(text, SIZE) for text in texts]
    names = [f"<b>{text}</b>" if kind == AVERAGE else text for text, kind in zip(texts, of["kind"], strict=True)]
    taken = [(a - 6, b - 6, a + 6, b + 6) for a, b in zip(x, y, strict=True)]
    taken += _steps(sorted(zip(x[of["front"]], y[of["front"]], strict=True)), width)
    notes = []
    for place in np.argsort(x):
        boxes = list(_around(x[place], y[place], wide[place]))
        costs = [_cost(box, taken, width) for box in boxes]
        box = boxes[int(np.argmin(costs))]
        taken.append(box)
        shift = {"xshift": (box[0] + box[2]) / 2 - x[place], "yshift": (box[1] + box[3]) / 2 - y[place]}
        at = {"xref": f"x{axis}", "yref": f"y{axis}", "x": math.log10(of["seconds"].iloc[place])}
        font = {"size": SIZE, "color": look.colours.both if of["kind"].iloc[place] in OURS else look.colours.ink}
        notes.append(
            {**at, "y": of["shown"].iloc[place], "text": names[place], "font": font, "showarrow": False, **shift}
        )
    fig.layout.annotations = [*fig.layout.annotations, *notes]


def _steps(points: Sequence[tuple[float, float]], width: float) -> Iterator[Box]:
    """Yield the boxes of the front's lines, from px of its points by growing x."""
    for (x, y), (after, below) in zip(points, [*points[1:], (width, points[-1][1])], strict=True):
        yield x, y - 1, after, y + 1
        yield after - 1, below, after + 1, y


def _around(x: float, y: float, wide: float) -> Iterator[Box]:
    """Yield the boxes a label may take beside a point, the best liked first."""
    for rise in (0.0, 9.0, -9.0, 15.0, -15.0, 22.0, -22.0, 30.0, 38.0):
        for left in (x + 8, x - 8 - wide, x - wide / 2):
            if rise or left != x - wide / 2:
                yield left, y + rise - HIGH / 2, left + wide, y + rise + HIGH / 2


def _cost(box: Box, taken: Sequence[Box], width: float) -> float:
    """Return the area in px² that a box covers of what is taken, or that lies outside the panel."""
    covered = sum(
        max(0.0, min(box[2], other[2]) - max(box[0], other[0]))
        * max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
        for other in taken
    )
    outside = max(0.0, -box[0]) + max(0.0, box[2] - width) + max(0.0, -box[1]) + max(0.0, box[3] - PANEL)
    return covered + 3 * HIGH * outside


def told(rows: pd.DataFrame) -> str:
    """Return in which cells CrossLens is on the front, what else is, and what was cut short or is not measured."""
    return " ".join([*_of_front(rows), *_of_ridge(rows), *_of_what_lacks(rows)])


def _of_front(rows: pd.DataFrame) -> Iterator[str]:
    cells = {f"{at} {ahead}": of.loc[of["front"]] for (at, ahead), of in rows.groupby(CELL, sort=False)}
    without = [cell for cell, on in cells.items() if not on["kind"].isin(OURS).any()]
    yield say(
        "CrossLens, alone or averaged with ridge, is on the front of error and training time in {n} of {cells} "
        "pairs of data set and horizon.",
        n=len(cells) - len(without),
        cells=len(cells),
    )
    if without:
        yield say("It is not on the front here: {places}.", places=listed(without))
    others = rows.loc[rows["front"] & (rows["kind"] == PEER)]
    if others.empty:
        yield say("No other network is on it.")
    else:
        yield say("Of the other networks these are on it: {names}.", names=_by_entry(others))
    best = {cell: on.sort_values("mse").iloc[0] for cell, on in cells.items()}
    least = {cell: row for cell, row in best.items() if row["kind"] not in OURS}
    beaten = [f"{cell} ({entry_name(row['entry'], row['kind'])})" for cell, row in least.items()]
    if beaten:
        yield say("Something else has the lowest error here: {places}.", places=listed(beaten))


def _of_ridge(rows: pd.DataFrame) -> Iterator[str]:
    """Yield how far ridge comes: what one would pick first."""
    ridge = rows.loc[rows["kind"] == RIDGE].set_index(CELL)
    if not ridge.empty:
        behind = 100 * (ridge["mse"] / rows.groupby(CELL)["mse"].min() - 1).max()
        yield say(
            "Ridge, solved in at most {seconds:.1f} CPU seconds, has at most {behind:.1f} % more error than the "
            "best.",
            seconds=float(ridge["seconds"].max()),
            behind=float(behind),
        )


def _of_what_lacks(rows: pd.DataFrame) -> Iterator[str]:
    capped = rows.loc[rows["stopped"] == CAPPED]
    if not capped.empty:
        yield say(
            "Stopped after {cap:g} CPU seconds while the validation error may still have fallen: {names}.",
            cap=float(capped["cap"].max()),
            names=_by_entry(capped),
        )
    left = [f"{at} {ahead}" + (f" ({', '.join(of)})" if of else "") for (at, ahead), of in missing(rows).items()]
    if left:
        yield say("Not measured yet: {names}.", names=listed(left))


def _by_entry(rows: pd.DataFrame) -> str:
    """Return entries with the data sets and horizons of their rows."""
    places = rows["dataset"] + " " + rows["horizon"].astype(str)
    return listed(f"{entry} ({', '.join(of)})" for entry, of in places.groupby(rows["entry"], sort=False))
