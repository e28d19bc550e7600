"""Figures of the GRU path's response to abrupt changes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.data.spans import span_of
from core.data.step import Step
from core.figures.labels import category_axis, end_labels, label_room, named_line, panel_title, write_above
from core.figures.lettering import interval, number, probability
from core.figures.marks import band, dots, limits_of, line, milliseconds, mode_lines
from core.figures.names import UNIT, escaped, hover, shown, straight
from core.figures.palette import FUSION_DASH, FUSION_MARKER, Look, fusion_colour
from core.figures.theme import DATE_AXIS, Drawing, Margins, drawn
from core.text.amounts import counted, signed
from core.text.words import mark, say
from core.vocabulary import Fusion, label

Values = NDArray[np.float64]
GATES = {"update": mark("Update gate"), "reset": mark("Reset gate")}


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
        fig.update_yaxes(title_text=say("Level (0–1)"), range=limits, nticks=5, row=row, col=1)
        panel_title(fig, say(name), axis, look=look)
        named_line(fig, look=look, text=say("abrupt change") if row == 1 else "", x=at, axis=axis)
    name, told = escaped(straight(variable)), "%{y:.4g}" + hover(variable)
    fig.add_trace(line(times, inputs, name=name, colour=look.colours.truth, width=1.6, hover=told), row=3, col=1)
    named_line(fig, look=look, text="", x=at, axis="3")
    panel_title(fig, say("Input: {variable}", variable=shown(variable)), "3", look=look)
    fig.update_yaxes(title_text=shown(unit or say("value"), UNIT), nticks=4, row=3, col=1)
    fig.update_xaxes(type="date", range=[times[0], times[-1]])
    fig.update_xaxes(title_text=say("Origin of the window"), row=3, col=1)
    right = label_room([label(mode, look.language) for mode in gates])
    margins = Margins(left=78, right=right, above=20, below=DATE_AXIS, height=420)
    return drawn(fig, _gate_sentence(gates, at, look), margins, look)


def _gate_sentence(gates: Mapping[Fusion, pd.DataFrame], at: float, look: Look) -> str:
    mode = Fusion.BOTH if Fusion.BOTH in gates else next(iter(gates))
    update, name = gates[mode]["update"], label(mode, look.language)
    after = milliseconds(pd.DatetimeIndex(update.index)) >= at
    if after.all() or not after.any():
        level = number(float(update.mean()), 2)
        return say("{mode}: the update gate is {level} on average.", mode=name, level=level)
    before, since = float(update[~after].mean()), float(update[after].mean())
    return say(
        "{mode}: the update gate goes from {before} on average before the abrupt change to {since} after it.",
        mode=name,
        before=number(before, 3),
        since=number(since, 3),
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
    for column, mode in enumerate(modes, start=1):
        axis, part = "" if column == 1 else str(column), table.loc[table["fusion"] == mode.value]
        for whose, of in ((Fusion.NONE, "none"), (mode, "mode")):
            _response(fig, part.loc[part["of"] == of], whose, column, look)
        name = label(mode, look.language)
        name = say('{mode}<span style="color:{colour}"> and {none}</span>', mode=name, colour=grey, none=none)
        panel_title(fig, name, axis, look=look, colour=fusion_colour(mode, look), lift=30)
        numbers = _peak_text(amplification.get(mode), lead.get(mode))
        write_above(fig, numbers, axis, font={"size": 11, "color": look.colours.muted})
        named_line(fig, look=look, text="", x=0, axis=axis)
    lags = table["lag"].to_numpy(int)
    ticks = [lags.min() // 2, 0, lags.max() // 2]  # ends would touch those of the next panel
    texts = [_lag_text(tick, step) for tick in ticks]
    unit = say("steps; hours below") if step.in_hours is not None else say("steps of {step}", step=span_of(step, 1))
    fig.update_xaxes(tickvals=ticks, ticktext=texts, range=[lags.min(), lags.max()])
    fig.update_xaxes(title_text=say("Lag from the change<br>({unit})", unit=unit))
    fig.update_yaxes(range=limits_of(table[["low", "high"]].to_numpy(float)))
    fig.update_yaxes(title_text=say("Change of the GRU state (× surroundings)"), col=1)
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
    peak, top = int(mean.argmax()), say("{mode}, peak", mode=text)
    for trace in (
        band(lags, profile["low"], profile["high"], colour=colour, opacity=0.1, name=say("{mode}, band", mode=text)),
        line(lags, mean, name=text, colour=colour, dash=FUSION_DASH[mode]),
        dots([lags[peak]], [mean[peak]], name=top, colour=colour, symbol=FUSION_MARKER[mode]),
    ):
        fig.add_trace(trace, row=1, col=column)


def _peak_text(amplification: float | None, lead: float | None) -> str:
    if amplification is None or lead is None:
        return ""  # of some changes alone
    if not np.isfinite([amplification, lead]).all():
        return say("too few changes<br>for a number")
    return say("peak {peak} %<br>lead {lead} steps", peak=signed(amplification), lead=signed(lead, 2))


def _response_sentence(
    amplification: Mapping[Fusion, float], lead: Mapping[Fusion, float], events: pd.Series[int], look: Look
) -> str:
    parts = [
        _peaks(label(mode, look.language), amplification[mode], lead[mode])
        for mode in (Fusion.CNN_TO_GRU, Fusion.BOTH)
        if np.isfinite([amplification.get(mode, np.nan), lead.get(mode, np.nan)]).all()
    ]
    fewest, most = int(events.min()), int(events.max())
    over = say(
        "average over {fewest} to {events}" if fewest < most else "average over {events}",
        fewest=fewest,
        events=counted(most, "event"),
    )
    match parts:
        case [first, second]:
            return say("Against none, {first} and {second} ({over}).", first=first, second=second, over=over)
        case [first]:
            return say("Against none, {first} ({over}).", first=first, over=over)
        case _:
            return say("Mean response, {over}; bands are 95 % intervals.", over=over)


def _peaks(mode: str, amplification: float, lead: float) -> str:
    return say(
        "{mode} peaks {share:.1f} % higher and {when}"
        if amplification > 0
        else "{mode} peaks {share:.1f} % lower and {when}",
        mode=mode,
        share=abs(amplification),
        when=_when(lead),
    )


def _when(lead: float) -> str:
    if abs(lead) < 0.005:
        return say("at the same time")
    return say("{steps:.2f} steps earlier" if lead > 0 else "{steps:.2f} steps later", steps=abs(lead))


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
        "amplification": (say("Peak amplification"), say("Peak against none (%), right is stronger"), "%", 1),
        "lead": (say("Response lead"), say("Lead over none (steps), right is earlier"), say("steps"), 2),
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
    return say(
        "{clear} of {numbers} keep their interval away from zero. With long tokens a lead between separately trained "
        "models can also come from their patch weights.",
        clear=len(clear),
        numbers=counted(len(defined), "number"),
    )
