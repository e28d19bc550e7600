"""Figure of published numbers beside measured ones, quantity by quantity."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.claims.published import DATASETS
from core.claims.rows import Group
from core.claims.verdict import Verdict
from core.figures.labels import category_axis, label_room, named_line, panel_title
from core.figures.marks import dots, limits_of, whiskers
from core.figures.palette import FUSION_MARKER, Look, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import listed
from core.text.message import word
from core.text.words import mark, say
from core.vocabulary import Fusion, Reference, label

# Quantity -> (name of its panel, unit of its axis), in the order of the panels.
PANELS = {
    "delta_rmse": (mark("RMSE reduction"), mark("% of none")),
    "rmse_increase": (mark("RMSE increase"), mark("% of both")),
    "dcor_kernel_tod": (mark("dCor of kernels"), mark("with time of day")),
    "dcor_conv_change_tod": (mark("dCor of change"), mark("with time of day")),
    "spearman_gain": (mark("Spearman gain"), mark("rank correlation")),
    "peak_amplification": (mark("Amplification"), mark("% of none")),
    "response_lead": (mark("Response lead"), mark("steps earlier")),
    "phase_drift": (mark("Phase-drift"), mark("days")),
    "spai": (mark("SPAI"), mark("correlation")),
}
WITHOUT_ZERO = ("spai",)
MINUS = " - "  # between the modes of a contrast
COLUMNS = 3
PANEL, BETWEEN = 180, 84  # px: height of a panel, and of the room between two rows
LANE = 0.27  # of a data set's row, between two modes
CUT = 0.8  # intervals are drawn this share of the points' span beyond them


def published_measured(rows: pd.DataFrame, *, look: Look, joined: bool = True) -> Drawing:
    """Show each published number (hollow) beside the measured one (full, with its interval).

    Parameters
    ----------
    rows : one row per number: group (of `core.claims.rows.Group`), dataset (one of the published five), mode (a
        fusion, a reference, "data" or a contrast), quantity (a key of PANELS; others are left out), published,
        measured, low, high (NaN where not measured), verdict, no_more_than_control.
    joined : whether a thin bar leads from one to the other; an office chart draws it like an interval.
    """
    shown = rows.loc[rows["quantity"].isin(list(PANELS)) & np.isfinite(rows["measured"].astype(float))]
    quantities = [name for name in PANELS if (shown["quantity"] == name).any()]
    columns = min(COLUMNS, len(quantities))
    lines = -(-len(quantities) // columns)
    height = lines * PANEL + (lines - 1) * BETWEEN
    fig = make_subplots(rows=lines, cols=columns, horizontal_spacing=0.05, vertical_spacing=BETWEEN / height)
    there = set(rows.loc[rows["quantity"].isin(quantities), "dataset"])
    names = [name for name in reversed(DATASETS) if name in there]
    category_axis(fig, names, look=look)
    told: set[str] = set()
    for place, quantity in enumerate(quantities):
        row, column = divmod(place, columns)
        axis = "" if place == 0 else str(place + 1)
        _panel(fig, shown.loc[shown["quantity"] == quantity], names, axis, look, told, joined)
        fig.update_xaxes(title_text=say(PANELS[quantity][1]), row=row + 1, col=column + 1)
        fig.update_yaxes(showticklabels=column == 0, row=row + 1, col=column + 1)
    for place in range(len(quantities), lines * columns):
        fig.update_layout({f"{letter}axis{place + 1}": {"visible": False} for letter in "xy"})
    margins = Margins(left=label_room(names), legend=True, above=24, height=height + 120)
    return drawn(fig, _sentence(shown), margins, look)


def _panel(
    fig: go.Figure, rows: pd.DataFrame, names: list[str], axis: str, look: Look, told: set[str], joined: bool
) -> None:
    """Draw one quantity; `told` holds what the legend names already."""
    quantity, modes = str(rows["quantity"].iloc[0]), list(dict.fromkeys(rows["mode"]))
    on = {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}
    if "published" not in told:  # the legend, without a hue
        name, colour = say("published"), look.colours.muted
        fig.add_trace(dots([None], [None], name=name, colour=colour, hollow=True, size=10, **on))
        told.add("published")
    for lane, mode in enumerate(modes):
        part = rows.loc[rows["mode"] == mode]
        shift = LANE * ((len(modes) - 1) / 2 - lane)
        places = np.array([names.index(name) for name in part["dataset"]], dtype=float) + shift
        published, measured, low, high = (
            part[name].to_numpy(float) for name in ("published", "measured", "low", "high")
        )
        colour, symbol, text = _style(mode, look)
        style = {"symbol": symbol, "size": 11, "hollow": True, "showlegend": False}
        style["hover"] = f"{say('published {value}', value='%{x:.4g}')}<extra>{text}</extra>"
        hollow = dots(published, places, name=say("{mode}, published", mode=text), colour=colour, **style, **on)
        if joined:
            ends = np.fmin(published, measured), published, np.fmax(published, measured)
            hollow.error_x = whiskers(*ends, colour) | {"thickness": 0.7}
        verdicts = [str(word(Verdict(one))) for one in part["verdict"]]
        style = {"symbol": symbol, "size": 6, "interval": (low, high), "customdata": verdicts}
        measure = say("measured {value}: {verdict}", value="%{x:.4g}", verdict="%{customdata}")
        style["hover"] = f"{measure}<extra>{text}</extra>"
        full = dots(measured, places, name=text, colour=colour, showlegend=text not in told, **style, **on)
        told.add(text)
        fig.add_traces([hollow, full])
    fig.update_layout({f"xaxis{axis}": {"range": _range(rows, with_zero=quantity not in WITHOUT_ZERO), "nticks": 4}})
    if quantity not in WITHOUT_ZERO:
        named_line(fig, look=look, text="", x=0, axis=axis)
    panel_title(fig, say(PANELS[quantity][0]), axis, look=look)


def _style(mode: str, look: Look) -> tuple[str, str, str]:
    """Return colour, marker and name of a mode of the published tables."""
    if mode in set(Fusion):
        fusion = Fusion(mode)
        return fusion_colour(fusion, look), FUSION_MARKER[fusion], label(fusion, look.language)
    if mode in set(Reference):
        symbol = "pentagon" if mode == Reference.EMA else "star"
        return look.colours.muted, symbol, label(Reference(mode), look.language)
    if MINUS in mode:
        both, single = (Fusion(word) for word in mode.split(MINUS))
        text = say("{both} minus {single}", both=label(both, look.language), single=label(single, look.language))
        return fusion_colour(both, look), FUSION_MARKER[single], text
    return look.colours.truth, "circle", say("the data")


def _range(rows: pd.DataFrame, *, with_zero: bool) -> tuple[float, float]:
    """Return the range of all points, and of their intervals as far as CUT allows."""
    points = rows[["published", "measured"]].to_numpy(float)
    anchors = np.append(points.ravel(), [0.0] if with_zero else [])
    least, most = float(anchors.min()), float(anchors.max())
    reach = CUT * ((most - least) or abs(most) or 1.0)
    ends = rows[["low", "high"]].to_numpy(float).clip(least - reach, most + reach)
    return limits_of(anchors, ends, margin=0.1)


def _sentence(shown: pd.DataFrame) -> str:
    """Count the verdicts of what was trained, and apart from it what is computed from the data."""
    models, contrasts = (shown.loc[shown["group"] == group] for group in (Group.MODELS, Group.CONTRASTS))
    computed, parts = shown["group"] == Group.COMPUTED, []
    if n := len(models):
        verdicts = verdicts_told(models)
        parts.append(say("{n} published numbers of models measured here: {verdicts}", n=n, verdicts=verdicts))
    if n := len(contrasts):
        parts.append(say("{n} contrasts measured here: {verdicts}", n=n, verdicts=verdicts_told(contrasts)))
    if marked := int(shown["no_more_than_control"].sum()):
        parts.append(say("{n} are no more than control", n=marked))
    if n := int(computed.sum()):
        same = int((shown.loc[computed, "verdict"] == Verdict.REPRODUCED).sum())
        parts.append(say("{same} of {n} computed from the data alone agree", same=same, n=n))
    return f"{'; '.join(parts)}."


def verdicts_told(rows: pd.DataFrame) -> str:
    """Return how many rows have each verdict, in words."""
    found = rows["verdict"].value_counts()
    return listed(
        [
            say("{n} {verdict}", n=found[verdict], verdict=word(verdict))
            for verdict in Verdict
            if verdict in found.index
        ]
    )
