"""Figure of what crossing gains epoch by epoch, above the error itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.labels import named_line, panel_title
from core.figures.lettering import interval
from core.figures.marks import limits_of, whiskers
from core.figures.palette import FUSION_DASH, FUSION_MARKER, Look, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import counted, signed
from core.text.words import say
from core.vocabulary import Fusion, label

GAIN, ERROR = "gain", "rmse"  # in % of the RMSE of none, and the RMSE itself
BEST = 0  # in place of an epoch: the best validation epoch of each run
AWAY = 1.5  # epochs between the last epoch and the place of the best one
STEP = 0.14  # of an epoch, from mode to mode
PANEL, BETWEEN = 200, 44  # px


def gain_by_epoch(rows: pd.DataFrame, effects: Mapping[int, str], *, look: Look) -> Drawing:
    """Show the gain of each mode over none after each epoch, below it the error itself; one column a horizon.

    Parameters
    ----------
    rows : columns horizon, mode, what (GAIN or ERROR), epoch (BEST for the best validation epoch), value, low, high
        (NaN limits with one seed), seeds.
    effects : by horizon, what both directions do, in words.
    """
    horizons, last = list(dict.fromkeys(rows["horizon"])), int(rows["epoch"].max())
    height = 2 * PANEL + BETWEEN
    fig = make_subplots(
        rows=2, cols=len(horizons), shared_xaxes=True, horizontal_spacing=0.09, vertical_spacing=BETWEEN / height
    )
    told: set[Fusion] = set()
    for column, horizon in enumerate(horizons, start=1):
        for line, what in enumerate((GAIN, ERROR), start=1):
            of = rows.loc[(rows["horizon"] == horizon) & (rows["what"] == what)]
            number = (line - 1) * len(horizons) + column
            axis = "" if number == 1 else str(number)
            for lane, mode in enumerate(Fusion):
                part = of.loc[of["mode"] == mode]
                if not part.empty:
                    traces = _mode(part, mode, STEP * (lane - 1.5), last, look)
                    traces[0].showlegend = mode not in told
                    told.add(mode)
                    fig.add_traces(traces, rows=line, cols=column)
            if what == GAIN:
                named_line(fig, look=look, text="", y=0, axis=axis)
            title = say(
                "Horizon {horizon}: gain over none" if what == GAIN else "Horizon {horizon}: error", horizon=horizon
            )
            panel_title(fig, title, axis, look=look)
            reach = limits_of(of[["value", "low", "high"]].to_numpy(float), [0.0] if what == GAIN else [])
            fig.update_yaxes(range=reach, nticks=6, row=line, col=column)
    places: dict[str, Any] = {"tickvals": [*range(1, last + 1), last + AWAY]}
    places["ticktext"] = [*map(str, range(1, last + 1)), say("best")]
    fig.update_xaxes(range=[0.5, last + AWAY + 0.6], **places)
    fig.update_xaxes(title_text=say("After epoch; best: at the best validation epoch"), row=2)
    fig.update_yaxes(title_text=say("RMSE reduction (%)"), row=1, col=1)
    fig.update_yaxes(title_text=say("RMSE (standardised)"), row=2, col=1)
    return drawn(fig, _told(rows, effects, last), Margins(legend=True, above=22, height=height + 116), look)


def _mode(part: pd.DataFrame, mode: Fusion, shift: float, last: int, look: Look) -> list[go.Scatter]:
    """Return the curve of a mode, and its mark at the best validation epoch."""
    colour, name = fusion_colour(mode, look), label(mode, look.language)
    traces = []
    for best in (False, True):
        of = part.loc[(part["epoch"] == BEST) == best]
        x = of["epoch"].replace(BEST, last + AWAY) + shift
        style: dict[str, Any] = {"mode": "markers" if best else "lines+markers", "showlegend": False}
        trace = go.Scatter(x=x.to_numpy(float), y=of["value"].to_numpy(float), name=name, **style)
        trace.line = {"color": colour, "width": 1.6, "dash": FUSION_DASH[mode]}
        trace.marker = {"color": colour, "symbol": FUSION_MARKER[mode], "size": 9 if best else 6}
        trace.hovertemplate = "%{y:.4g}<extra>" + name + "</extra>"
        trace.error_y = whiskers(of["low"], of["value"], of["high"], colour) | {"thickness": 1.2}
        traces.append(trace)
    return traces


def _told(rows: pd.DataFrame, effects: Mapping[int, str], last: int) -> str:
    parts = []
    for horizon, effect in effects.items():
        of = rows.loc[(rows["horizon"] == horizon) & (rows["mode"] == Fusion.BOTH)]
        found = {(str(row["what"]), int(row["epoch"])): row for row in of.to_dict("records")}
        end, best = found[GAIN, last], found[GAIN, BEST]
        gains = [f"{signed(one['value'], 2)} %{interval(one['low'], one['high'], 2)}" for one in (end, best)]
        worse = signed(100 * (found[ERROR, last]["value"] / found[ERROR, BEST]["value"] - 1))
        told = say(
            "Horizon {horizon}, {seeds}: both directions gain {at_last} over none at the last epoch and {at_best} at "
            "the best validation epoch: {effect}. From the best epoch to the last their RMSE changes by {worse} %.",
            **{"horizon": horizon, "seeds": counted(int(end["seeds"]), "seed"), "effect": effect},
            **{"at_last": gains[0], "at_best": gains[1], "worse": worse},
        )
        parts.append(told)
    if parts:
        return " ".join(parts)
    shown = counted(len(rows), "number")
    return say("Both or none lack errors by epoch; {numbers} of others are shown.", numbers=shown)
