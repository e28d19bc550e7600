"""Figures of the GRU path's response to abrupt changes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.data.step import Step
from core.figures.labels import category_axis, end_labels, label_room, named_line, panel_title, write_above
from core.figures.lettering import interval, number, probability
from core.figures.marks import band, dots, limits_of, line, milliseconds, mode_lines
from core.figures.names import UNIT, escaped, hover, shown, straight
from core.figures.palette import FUSION_DASH, FUSION_MARKER, Look, fusion_colour
from core.figures.theme import DATE_AXIS, Drawing, Margins, drawn
from core.text.amounts import counted, listed, signed
from core.vocabulary import Fusion, label

Values = NDArray[np.float64]
GATES = {"update": "Update gate", "reset": "Reset gate"}


def gate_timeline(
    gates: Mapping[Fusion, pd.DataFrame],
    inputs: Values,
    *,
    event: np.datetime64,
    variable: str,
    unit: str,
    look: Look,
) -> Drawing:
    """Show update and reset gates along origins around an abrupt change, the input below.

    Parameters
    ----------
    gates : per mode, index stamps of the same origins, columns update and reset (means over channels, 0 to 1).
    inputs : value of the variable at the row before each origin, [origin], original unit.
    event : stamp of the abrupt change.
    variable, unit : name and unit of the input variable.
    """
    fig = make_subplots(rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.09, row_heights=[0.35, 0.35, 0.3])
    at, times = float(milliseconds([event])[0]), milliseconds(pd.DatetimeIndex(next(iter(gates.values())).index))
    for row, (gate, name) in enumerate(GATES.items(), start=1):
        axis = "" if row == 1 else str(row)
        levels = {mode: frame[gate].to_numpy(float) for mode, frame in gates.items()}
        limits = limits_of(*levels.values(), margin=0.12)
        ends = mode_lines(fig, times, levels, look, row=row, col=1)
        end_labels(fig, ends, limits=limits, pixels=90, axis=axis)
        fig.update_yaxes(title_text="Level (0–1)", range=limits, nticks=5, row=row, col=1)
        panel_title(fig, name, axis, look=look)
        named_line(fig, look=look, text="abrupt change" if row == 1 else "", x=at, axis=axis)
    name, told = escaped(straight(variable)), "%{y:.4g}" + hover(variable)
    fig.add_trace(line(times, inputs, name=name, colour=look.colours.truth, width=1.6, hover=told), row=3, col=1)
    named_line(fig, look=look, text="", x=at, axis="3")
    panel_title(fig, f"Input: {shown(variable)}", "3", look=look)
    fig.update_yaxes(title_text=shown(unit or "value", UNIT), nticks=4, row=3, col=1)
    fig.update_xaxes(type="date", range=[times[0], times[-1]])
    fig.update_xaxes(title_text="Origin of the window", row=3, col=1)
    right = label_room([label(mode, look.language) for mode in gates])
    margins = Margins(left=78, right=right, above=20, below=DATE_AXIS, height=420)
    return drawn(fig, _gate_sentence(gates, at, look), margins, look)


def _gate_sentence(gates: Mapping[Fusion, pd.DataFrame], at: float, look: Look) -> str:
    mode = Fusion.BOTH if Fusion.BOTH in gates else next(iter(gates))
    update = gates[mode]["update"]
    after = milliseconds(pd.DatetimeIndex(update.index)) >= at
    if after.all() or not after.any():
        return f"{label(mode, look.language)}: the update gate is {number(float(update.mean()), 2)} on average."
    before, since = float(update[~after].mean()), float(update[after].mean())
    return (
        f"{label(mode, look.language)}: the update gate goes from {number(before, 3)} on average before the abrupt "
        f"change to {number(since, 3)} after it."
    )


def event_response(
    table: pd.DataFrame,
    *,
    amplification: Mapping[Fusion, float],
    lead: Mapping[Fusion, float],
    step: Step,
    look: Look,
) -> Drawing:
    """Show the event-averaged change of the GRU of each mode beside that of `none`, a panel a mode, with peaks.

    Parameters
    ----------
    table : columns fusion (the mode), of ("mode" or "none": whose response at the events of both), lag (steps from
        the event), mean, low, high (in multiples of the surroundings), events (how many were averaged).
    amplification, lead : peak amplification (%) and response lead (steps, above 0 earlier) against `none`, per mode;
        NaN if undefined.
    """
    modes = [mode for mode in Fusion if (table["fusion"] == mode.value).any()]
    fig = make_subplots(rows=1, cols=len(modes), shared_yaxes=True, horizontal_spacing=0.05)
    grey, none = fusion_colour(Fusion.NONE, look), label(Fusion.NONE, look.language)
    beside = f'<span style="color:{grey}"> and {none}</span>'
    for column, mode in enumerate(modes, start=1):
        axis, part = "" if column == 1 else str(column), table.loc[table["fusion"] == mode.value]
        for whose, of in ((Fusion.NONE, "none"), (mode, "mode")):
            _response(fig, part.loc[part["of"] == of], whose, column, look)
        name = label(mode, look.language) + beside
        panel_title(fig, name, axis, look=look, colour=fusion_colour(mode, look), lift=30)
        numbers = _peak_text(amplification.get(mode), lead.get(mode))
        write_above(fig, numbers, axis, font={"size": 11, "color": look.colours.muted})
        named_line(fig, look=look, text="", x=0, axis=axis)
    lags = table["lag"].to_numpy(int)
    ticks = [lags.min() // 2, 0, lags.max() // 2]  # ends would touch those of the next panel
    texts = [_lag_text(tick, step) for tick in ticks]
    unit = "steps; hours below" if step.in_hours is not None else f"steps of {step.span(1)}"
    fig.update_xaxes(tickvals=ticks, ticktext=texts, range=[lags.min(), lags.max()])
    fig.update_xaxes(title_text=f"Lag from the change<br>({unit})")
    fig.update_yaxes(range=limits_of(table[["low", "high"]].to_numpy(float)))
    fig.update_yaxes(title_text="Change of the GRU state (× surroundings)", col=1)
    margins = Margins(left=70, above=50, below=DATE_AXIS + 20, height=340)
    return drawn(fig, _response_sentence(amplification, lead, table["events"], look), margins, look)


def _lag_text(lag: int, step: Step) -> str:
    """Return a lag in steps and, where an hour is the same at every row, in hours below."""
    hours = step.in_hours
    return signed(lag, 0) + ("" if hours is None else f"<br>{signed(lag * hours, 1 if hours % 1 else 0)} h")


def _response(fig: go.Figure, profile: pd.DataFrame, mode: Fusion, column: int, look: Look) -> None:
    """Draw one response with its band and its peak."""
    text, colour = label(mode, look.language), fusion_colour(mode, look)
    lags, mean = profile["lag"].to_numpy(np.int16), profile["mean"].to_numpy(float)
    peak = int(mean.argmax())
    for trace in (
        band(lags, profile["low"], profile["high"], colour=colour, opacity=0.1, name=f"{text}, band"),
        line(lags, mean, name=text, colour=colour, dash=FUSION_DASH[mode]),
        dots([lags[peak]], [mean[peak]], name=f"{text}, peak", colour=colour, symbol=FUSION_MARKER[mode]),
    ):
        fig.add_trace(trace, row=1, col=column)


def _peak_text(amplification: float | None, lead: float | None) -> str:
    if amplification is None or lead is None:
        return ""  # of some changes alone
    if not np.isfinite([amplification, lead]).all():
        return "too few changes<br>for a number"
    return f"peak {signed(amplification)} %<br>lead {signed(lead, 2)} steps"


def _response_sentence(
    amplification: Mapping[Fusion, float], lead: Mapping[Fusion, float], events: pd.Series[int], look: Look
) -> str:
    parts = [
        f"{label(mode, look.language)} peaks {abs(amplification[mode]):.1f} % "
        f"{'higher' if amplification[mode] > 0 else 'lower'} and {_when(lead[mode])}"
        for mode in (Fusion.CNN_TO_GRU, Fusion.BOTH)
        if np.isfinite([amplification.get(mode, np.nan), lead.get(mode, np.nan)]).all()
    ]
    fewest, most = int(events.min()), int(events.max())
    over = f"average over {f'{fewest} to ' if fewest < most else ''}{counted(most, 'event')}"
    return (
        f"Against none, {listed(parts)} ({over})." if parts else f"Mean response, {over}; bands are 95 % intervals."
    )


def _when(lead: float) -> str:
    if abs(lead) < 0.005:
        return "at the same time"
    return f"{abs(lead):.2f} steps {'earlier' if lead > 0 else 'later'}"


def lead_amplification(estimates: pd.DataFrame, *, look: Look) -> Drawing:
    """Show peak amplification and response lead of each mode against `none`, with their intervals.

    Parameters
    ----------
    estimates : columns fusion, quantity ("amplification" in %, "lead" in steps), value, low, high, p_value.
    """
    defined = estimates.loc[np.isfinite(estimates["value"].to_numpy(float))]
    modes = [mode for mode in reversed(Fusion) if (defined["fusion"] == mode.value).any()]
    names = [label(mode, look.language) for mode in modes]
    panels = {
        "amplification": ("Peak amplification", "Peak against none (%), right is stronger", "%", 1),
        "lead": ("Response lead", "Lead over none (steps), right is earlier", "steps", 2),
    }
    fig = make_subplots(rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.08)
    for column, (quantity, (name, axis_title, unit, decimals)) in enumerate(panels.items(), start=1):
        axis, part = "" if column == 1 else "2", defined.loc[defined["quantity"] == quantity]
        for row in part.to_dict("records"):
            mode = Fusion(row["fusion"])
            place, colour = modes.index(mode), fusion_colour(mode, look)
            style = {"symbol": FUSION_MARKER[mode], "size": 11, "interval": ([row["low"]], [row["high"]])}
            trace = dots([row["value"]], [place], name=label(mode, look.language), colour=colour, **style)
            fig.add_trace(trace, row=1, col=column)
            text = f"<b>{signed(row['value'], decimals)} {unit}</b>{interval(row['low'], row['high'], decimals)}"
            text += f"  {probability(row['p_value'])}"
            at = {"x": 0.02, "xref": f"x{axis} domain", "xanchor": "left", "y": place + 0.24, "yref": f"y{axis}"}
            style = {"font": {"size": 11, "color": colour}, "bgcolor": look.colours.paper, "borderpad": 0}
            fig.add_annotation(text=text, **at, **style, yanchor="bottom", showarrow=False)
        reach = part[["value", "low", "high"]].to_numpy(float)
        fig.update_xaxes(title_text=axis_title, range=limits_of(reach, [0.0], margin=0.12), row=1, col=column)
        named_line(fig, look=look, text=label(Fusion.NONE, look.language), x=0, axis=axis)
        panel_title(fig, name, axis, look=look, lift=16)
        category_axis(fig, names, look=look, column=column)
    margins = Margins(left=label_room(names), above=40, height=106 + 64 * len(modes))
    return drawn(fig, _lead_sentence(defined), margins, look)


def _lead_sentence(defined: pd.DataFrame) -> str:
    clear = defined.loc[(defined["low"] > 0) | (defined["high"] < 0)]
    return (
        f"{len(clear)} of {counted(len(defined), 'number')} keep their interval away from zero. With long tokens a "
        "lead between separately trained models can also come from their patch weights."
    )
