"""Figures of the data itself: the series with its splits, its cycle, and its shift between splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots
from tsdownsample import MinMaxLTTBDownsampler

from core.data.gaps import runs
from core.figures.labels import MOST_ROWS, name_rows, named_line, panel_title, quarter_ticks
from core.figures.lettering import NARROWEST, number
from core.figures.marks import band, dots, line, milliseconds
from core.figures.names import escaped, hover, shortened, shown, straight, two_lines, with_unit
from core.figures.palette import Look
from core.figures.selected import Mask, shade
from core.figures.theme import DATE_AXIS, Drawing, Margins, drawn
from core.text.amounts import counted
from core.text.words import mark, say
from core.vocabulary import Split

MOST_POINTS = 4_000  # per line: beyond, a browser slows and the eye sees no more
MOST_PANELS = 8
STAMPED = "%{x|%Y-%m-%d %H:%M}: %{y:.4g}"  # of a hover label
LEFT, RIGHT = 50, 24  # px beside the panels of a cycle
BELOW = 0.25  # share of the height of a series that its gaps take, counted one a panel
BETWEEN = 0.3  # share of the width that its gaps take, counted one a panel
_DOWNSAMPLER = MinMaxLTTBDownsampler()
SPLITS = {Split.TRAIN: mark("train"), Split.VALIDATION: mark("validation"), Split.TEST: mark("test")}
SPLIT_MARKER = {Split.TRAIN: "circle", Split.VALIDATION: "square", Split.TEST: "diamond"}


def split_colour(split: Split, look: Look) -> str:
    """Return the colour of a split: neutral, so that it is never taken for a path or a mode."""
    colours = look.colours
    return {Split.TRAIN: colours.line, Split.VALIDATION: colours.muted, Split.TEST: colours.truth}[split]


def series_plot(
    frame: pd.DataFrame,
    splits: Mapping[Split, range],
    *,
    units: Mapping[str, str],
    selected: Mask | None = None,
    look: Look,
) -> Drawing:
    """Show chosen variables under each other, with the rows of each split marked; a drag takes a stretch of rows.

    Parameters
    ----------
    frame : DatetimeIndex and one float column per variable to draw; at most `MOST_PANELS` are drawn. NaN where
        nothing was measured, which leaves a gap in the line.
    splits : row ranges of the splits.
    units : unit per variable where known.
    selected : rows in which selected windows begin, [row]; None where nothing is selected.
    """
    names = [str(column) for column in frame.columns[:MOST_PANELS]]
    fig = make_subplots(rows=len(names), cols=1, shared_xaxes=True, vertical_spacing=BELOW / len(names))
    stamps = milliseconds(pd.DatetimeIndex(frame.index))
    for row, variable in enumerate(names, start=1):
        values = frame[variable].to_numpy(np.float64)
        kept = downsample(values)
        name, told = escaped(straight(variable)), STAMPED + hover(variable)
        curve = line(stamps[kept], values[kept], name=name, colour=look.colours.ink, width=0.9, hover=told)
        fig.add_trace(curve, row=row, col=1)
        title_of_panel = shown(with_unit(variable, units.get(variable, "")))
        panel_title(fig, title_of_panel, "" if row == 1 else str(row), look=look)
    _mark_splits(fig, stamps, splits, look)
    shade(fig, stamps, selected, look)
    fig.update_xaxes(type="date")
    fig.update_xaxes(title_text=say("Date"), row=len(names), col=1)
    fig.update_yaxes(nticks=4)
    margins = Margins(left=58, above=50, below=DATE_AXIS, height=112 + 104 * len(names))
    fig.update_layout(selectdirection="h")
    return drawn(fig, _series_sentence(frame, splits, len(names)), margins, look, drag="select")


def downsample(values: np.ndarray, limit: int = MOST_POINTS) -> np.ndarray:
    """Return the row numbers that keep a line's shape in about `limit` points (MinMaxLTTB).

    Of each stretch without values that is as wide as the distance of two points, one row is kept: it breaks the line.
    """
    if len(values) <= limit:
        return np.arange(len(values))
    missing = np.isnan(values)
    known = np.flatnonzero(~missing)
    if len(known) > limit:
        known = known[_DOWNSAMPLER.downsample(values[known], n_out=limit)]
    seen = -(-len(values) // limit)  # rows from one point to the next
    gaps = [start for start, length in runs(missing) if length >= seen]
    return np.union1d(known, gaps).astype(np.intp)


def _mark_splits(fig: go.Figure, stamps: np.ndarray, splits: Mapping[Split, range], look: Look) -> None:
    """Shade validation, draw the borders through all panels, and name each part above the first panel."""
    for split, rows in splits.items():
        if not len(rows):
            continue
        start, end = stamps[rows.start], stamps[min(rows.stop, len(stamps)) - 1]
        if split is not Split.TRAIN:
            fill = look.colours.shade if split is Split.VALIDATION else look.colours.grid
            fig.add_vrect(x0=start, x1=end, fillcolor=fill, line_width=0, layer="below", row="all", col=1)
        fig.add_annotation(
            text=say(SPLITS[split]),
            **{"x": start, "xref": "x", "xanchor": "left", "y": 1, "yref": "y domain", "yanchor": "bottom"},
            yshift=20 + 14 * (split is Split.VALIDATION),  # above its neighbours: it is often narrow
            showarrow=False,
            font={"size": 11, "color": look.colours.muted},
        )


def _series_sentence(frame: pd.DataFrame, splits: Mapping[Split, range], shown: int) -> str:
    start, end = pd.Timestamp(frame.index[0]), pd.Timestamp(frame.index[-1])
    parts = [say("{rows:,} {split}", rows=len(rows), split=say(SPLITS[split])) for split, rows in splits.items()]
    told = [
        say(
            "{rows} from {start:%Y-%m-%d} to {end:%Y-%m-%d}: {parts}.",
            rows=counted(len(frame), "row"),
            start=start,
            end=end,
            parts=", ".join(parts),
        )
    ]
    blank = int(frame.iloc[:, :shown].isna().to_numpy().sum())
    left_out = frame.shape[1] - shown
    if blank:
        told.append(say("Without a value: {cells}.", cells=counted(blank, "cell")))
    if left_out:
        told.append(say("{variables} not drawn.", variables=counted(left_out, "further variable")))
    return " ".join(told)


def daily_profile(profile: pd.DataFrame, *, cycle: str, units: Mapping[str, str], look: Look) -> Drawing:
    """Show each variable's mean and 10-90 % band over the calendar cycle.

    Parameters
    ----------
    profile : columns variable, slot (0, 1, ...), label (text of the slot), mean, low, high in the variable's unit.
    cycle : name of the cycle with its unit, for the x axis ("Time of day (h)").
    units : unit per variable where known.
    """
    names = [str(name) for name in profile["variable"].unique()[:MOST_PANELS]]
    columns = 4 if len(names) in (4, 7, 8) else min(len(names), 3)
    rows = -(-len(names) // columns)
    titles = [two_lines(with_unit(name, units.get(name, "")), _narrowest_panel(columns)) for name in names]
    second = max(map(len, titles)) - 1  # whether titles take a second line
    spacing = {"horizontal_spacing": BETWEEN / columns, "vertical_spacing": (0.34 + 0.1 * second) / rows}
    fig = make_subplots(rows=rows, cols=columns, **spacing)
    strength = {}
    for index, name in enumerate(names):
        part = profile.loc[profile["variable"] == name].sort_values("slot")
        panel = {"row": index // columns + 1, "col": index % columns + 1}
        slots, mean = part["slot"].to_numpy(np.int16), part["mean"].to_numpy(float)
        fig.add_trace(band(slots, part["low"], part["high"], colour=look.colours.truth, name="10–90 %"), **panel)
        style = {"colour": look.colours.truth, "hover": "%{customdata}: %{y:.4g}" + hover(name)}
        curve = line(slots, mean, name=escaped(straight(name)), **style)
        fig.add_trace(curve.update(customdata=[say(text) for text in part["label"].astype(str)]), **panel)
        panel_title(fig, "<br>".join(titles[index]), "" if index == 0 else str(index + 1), look=look)
        strength[name] = float(np.ptp(mean) / max(float((part["high"] - part["low"]).mean()), 1e-12))
    _slot_axis(fig, profile, rows, columns, len(names), cycle)
    fig.update_yaxes(nticks=5)
    clearest = max(strength, key=lambda name: strength[name])
    finding = say(
        "Clearest for {variable}: its mean swings over {times} times the width of the 10–90 % band of a slot. Lines "
        "are means, bands hold 10 to 90 % of the values.",
        variable=shortened(clearest),
        times=number(strength[clearest], 2),
    )
    margins = Margins(left=LEFT, right=RIGHT, above=20 + 16 * second, height=40 + (150 + 16 * second) * rows)
    return drawn(fig, finding, margins, look)


def _narrowest_panel(columns: int) -> float:
    """Return the px that a panel's title may take in the narrowest picture: the panel and some of the gap."""
    return (NARROWEST - LEFT - RIGHT) * (1 - BETWEEN * (columns - 1) / columns) / columns + 18


def _slot_axis(fig: go.Figure, profile: pd.DataFrame, rows: int, columns: int, panels: int, cycle: str) -> None:
    """Tick quarters of the cycle, name its start and middle, and the axis under each column."""
    slots = profile.drop_duplicates("slot").sort_values("slot")
    fig.update_xaxes(**quarter_ticks(slots["label"].astype(str).to_list()))
    for column in range(1, columns + 1):
        lowest = max(row for row in range(1, rows + 1) if (row - 1) * columns + column <= panels)
        fig.update_xaxes(title_text=cycle, row=lowest, col=column)


def scaling_shift(statistics: pd.DataFrame, *, look: Look) -> Drawing:
    """Show each split's mean and spread per variable, in the scale that training standardises to.

    Parameters
    ----------
    statistics : columns variable, split, mean, sd, both after standardising with the train mean and deviation (so
        train is 0 and 1).
    """
    names = [str(name) for name in statistics["variable"].unique()[:MOST_ROWS]][::-1]
    places = {name: place for place, name in enumerate(names)}
    fig = go.Figure()
    for split, offset in zip(Split, (0.22, 0.0, -0.22), strict=True):
        part = statistics.loc[(statistics["split"] == split.value) & statistics["variable"].isin(places)]
        rows, colour = [places[variable] + offset for variable in part["variable"]], split_colour(split, look)
        name = say(SPLITS[split])
        hover = "%{x:.2f} ± %{error_x.array:.2f}<extra>" + name + "</extra>"
        bars = {"array": part["sd"].to_numpy(float), "color": colour, "thickness": 1.4, "width": 0}
        style = {"symbol": SPLIT_MARKER[split], "size": 8, "hover": hover, "error_x": bars}
        fig.add_trace(dots(part["mean"].to_numpy(float), rows, name=name, colour=colour, **style))
    left = name_rows(fig, names, look=look)
    named_line(fig, look=look, text=say("train mean"), x=0)
    fig.update_xaxes(title_text=say("Mean ± one deviation, in train standard deviations"), showgrid=True)
    margins = Margins(left=left, legend=True, above=16, height=90 + 38 * len(names))
    return drawn(fig, _shift_sentence(statistics, names), margins, look)


def _shift_sentence(statistics: pd.DataFrame, names: Sequence[str]) -> str:
    test = statistics.loc[statistics["split"] == Split.TEST.value].dropna().set_index("variable")
    if test.empty:
        return say("The test part holds nothing to compare with train.")
    levels, spreads = test["mean"].to_numpy(float), test["sd"].to_numpy(float)
    moved = int(np.abs(levels).argmax())
    scaled = int(np.abs(np.log(spreads.clip(1e-6))).argmax())
    level, spread = (shortened(str(test.index[place])) for place in (moved, scaled))
    return say(
        "From train to test the level moves most in {level} ({deviations} train deviations) and the spread in "
        "{spread} (× {times}); {variables} shown.",
        level=level,
        deviations=number(levels[moved], 2),
        spread=spread,
        times=number(spreads[scaled], 2),
        variables=counted(len(names), "variable"),
    )
