"""Figures of the generated kernels: over the cycle, on average, and of one window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.figures.colour import mix
from core.figures.labels import EndLabel, end_labels, label_room, named_line, panel_title, quarter_ticks
from core.figures.lettering import number
from core.figures.marks import band, block_means, heat, limits_of, line
from core.figures.palette import Look, crossing_colour, crossing_label, diverging
from core.figures.selected import LANE, clickable, count_slots, frame_map, slots_of_map
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import MINUS, counted
from core.text.words import begun, say
from core.vocabulary import Activation

Values = NDArray[np.float64]
Counts = NDArray[np.int64]
CROSSINGS = (Activation.KERNEL_GRU_TO_CNN, Activation.KERNEL_CNN_TO_GRU)
TAP_DASHES = ("2px,2px", "solid", "7px,3px", "10px,3px,2px,3px")


def tap_label(tap: int) -> str:
    """Return the position inside a kernel as text.

    >>> tap_label(-1), tap_label(0), tap_label(1)
    ('tap −1', 'tap 0', 'tap +1')
    """
    return say("tap {tap}", tap=f"{tap:+d}".replace("-", MINUS) if tap else "0")


def symmetric(values: Values) -> tuple[float, float]:
    """Return limits around zero that hold 99.5 % of the values, so that single outliers do not grey the rest."""
    finite = np.abs(values[np.isfinite(values)])
    reach = float(np.quantile(finite, 0.995)) if finite.size else 1.0
    return -(reach or 1.0), reach or 1.0


def kernel_by_slot(
    kernels: Values,
    *,
    crossing: Activation,
    taps: Sequence[int],
    slot_labels: Sequence[str],
    cycle: str,
    selected: Counts | None = None,
    look: Look,
) -> Drawing:
    """Show the mean kernel of each calendar slot, channel by channel, a panel a tap; a click gives a slot's label.

    Parameters
    ----------
    kernels : mean over the windows of a slot, [slot, channel, tap]; slots without windows hold NaN.
    crossing : the crossing's kernel tap; its hue is that of the path that writes it.
    taps : positions inside the kernel (-1, 0, 1).
    slot_labels : text of each slot.
    cycle : name of the cycle, for the x axis.
    selected : how many selected windows lie in each slot, [slot]; None where nothing is selected.
    """
    moving = np.nan_to_num(kernels - np.nanmean(kernels, axis=0))
    order = np.argsort(moving.sum(axis=2).argmax(axis=0), kind="stable")  # channels by the slot of their peak
    hue = crossing_colour(crossing, look)
    channels = [say("channel {channel}", channel=channel + 1) for channel in order]
    point = {"rank": "%{y}", "slot": "%{customdata[0]}", "value": "%{customdata[1]}"}
    fig = make_subplots(rows=1, cols=len(taps), shared_yaxes=True, horizontal_spacing=0.03)
    for column, tap in enumerate(taps, start=1):
        grid, block = block_means(kernels[:, order, column - 1].T)  # [channel, slot]
        picture = heat(
            grid,
            scale=diverging(hue, look),
            limits=symmetric(kernels),
            look=look,
            bar=say("coefficient") if column == len(taps) else None,
            x0=(block - 1) / 2,
            dx=block,
            y0=1,
            name=tap_label(tap),
            meta=channels,  # of each row: every figure sorts them its own way
            hoverinfo="skip",  # the points over it tell
        )
        panel = {"row": 1, "col": column}
        fig.add_trace(picture, **panel)
        hover = say("{tap}, channel rank {rank}, {slot}: {value}", tap=tap_label(tap), **point) + "<extra></extra>"
        slots_of_map(fig, kernels[:, order, column - 1].T, slot_labels, hover, selected, look, **panel)
        panel_title(fig, tap_label(tap), "" if column == 1 else str(column), look=look)
    fig.update_xaxes(**quarter_ticks(slot_labels), title_text=cycle, showline=False)
    fig.update_yaxes(showgrid=False, showline=False, ticks="")
    fig.update_yaxes(title_text=say("Channel, by slot of its peak"), col=1)
    frame_map(fig, len(order), len(slot_labels), selected)
    margins = Margins(left=58, right=92, above=20, height=320)
    return drawn(fig, _slot_sentence(kernels, crossing, look), margins, look, selectable=True)


def _slot_sentence(kernels: Values, crossing: Activation, look: Look) -> str:
    level = np.nanmean(kernels, axis=0)  # [channel, tap]
    swing = np.nanstd(kernels, axis=0)
    typical, size = float(np.median(swing)), float(np.sqrt(np.nanmean(level**2)))
    return say(
        "{crossing}: over the cycle a coefficient moves by {typical} (median deviation over slots) around levels of "
        "size {size}; {channels}, zero is the middle of the scale.",
        crossing=crossing_label(crossing, look),
        typical=number(typical, 2),
        size=number(size, 2),
        channels=counted(kernels.shape[1], "channel"),
    )


def kernel_profile(
    profile: pd.DataFrame,
    *,
    slot_labels: Sequence[str],
    cycle: str,
    spread: str,
    selected: Counts | None = None,
    look: Look,
) -> Drawing:
    """Show each tap's mean coefficient over the cycle with a band, a panel a crossing; a click gives a slot's label.

    Parameters
    ----------
    profile : columns crossing (a kernel tap's value), tap (-1, 0, 1), slot, label, mean, low, high.
    slot_labels : text of each slot of the cycle.
    cycle : name of the cycle, for the x axis.
    spread : what the band holds ("10–90 % of windows").
    selected : how many selected windows lie in each slot, [slot]; None where nothing is selected.
    """
    crossings = [crossing for crossing in CROSSINGS if (profile["crossing"] == crossing.value).any()]
    fig = make_subplots(rows=1, cols=len(crossings), horizontal_spacing=0.2)
    for column, crossing in enumerate(crossings, start=1):
        part, axis = profile.loc[profile["crossing"] == crossing.value], "" if column == 1 else str(column)
        limits = limits_of(part["low"].to_numpy(float), part["high"].to_numpy(float), [0.0])
        if selected is not None:
            lane = LANE * (limits[1] - limits[0])
            limits = limits[0] - lane, limits[1]
            count_slots(fig, selected, slot_labels, base=limits[0], height=lane, look=look, row=1, col=column)
        ends = _tap_curves(fig, part, crossing, column, look)
        end_labels(fig, ends, limits=limits, pixels=230, axis=axis)
        fig.update_yaxes(range=limits, row=1, col=column)
        named_line(fig, look=look, text="", y=0, axis=axis)
        panel_title(fig, crossing_label(crossing, look), axis, look=look, colour=crossing_colour(crossing, look))
    fig.update_xaxes(**quarter_ticks(slot_labels), title_text=cycle, range=[-0.5, len(slot_labels) - 0.5])
    fig.update_yaxes(title_text=say("Kernel coefficient (no unit)"), col=1)
    margins = Margins(left=78, right=label_room([tap_label(1)]), above=20, height=280)
    return drawn(fig, _profile_sentence(profile, spread, look), margins, look, selectable=True)


def _tap_curves(fig: go.Figure, part: pd.DataFrame, crossing: Activation, column: int, look: Look) -> list[EndLabel]:
    """Draw the taps of a crossing in its panel, and return what to write at their ends."""
    ends, taps = [], sorted(int(tap) for tap in part["tap"].unique())
    for tap, dash in zip(taps, TAP_DASHES, strict=False):
        rows = part.loc[part["tap"] == tap].sort_values("slot")
        name, shade = tap_label(tap), mix(crossing_colour(crossing, look), look.colours.ink, 0.28 * taps.index(tap))
        slots, mean = rows["slot"].to_numpy(np.int16), rows["mean"].to_numpy(float)
        fig.add_trace(band(slots, rows["low"], rows["high"], colour=shade, opacity=0.13), row=1, col=column)
        curve = line(slots, mean, name=name, colour=shade, dash=dash, hover="%{customdata[0]}: %{y:.4g}")
        clickable(curve, rows["label"].astype(str).to_numpy())
        fig.add_trace(curve, row=1, col=column)
        ends.append(EndLabel(name, float(mean[-1]), shade))
    return ends


def _profile_sentence(profile: pd.DataFrame, spread: str, look: Look) -> str:
    parts = profile.assign(width=profile["high"] - profile["low"])
    groups = parts.groupby(["crossing", "tap"], sort=False)
    swing = (groups["mean"].max() - groups["mean"].min()) / groups["width"].mean().clip(lower=1e-12)
    kernel, tap = swing.index[int(swing.to_numpy().argmax())]
    return say(
        "The mean moves most over the cycle for {crossing}, {tap}: {times} times the width of its band (bands: "
        "{spread}).",
        crossing=crossing_label(Activation(kernel), look),
        tap=tap_label(int(tap)),
        times=number(float(swing.max()), 2),
        spread=spread,
    )


def window_kernels(kernels: Mapping[Activation, Values], *, taps: Sequence[int], shown: str, look: Look) -> Drawing:
    """Show kernels of one window, or the mean of several: channels across, taps up, one panel per crossing.

    Parameters
    ----------
    kernels : [channel, tap] per crossing that is switched on.
    taps : positions inside the kernel (-1, 0, 1).
    shown : what they are of: "window of 2017-12-03 20:00", "mean over all windows".
    """
    crossings = [crossing for crossing in CROSSINGS if crossing in kernels]
    point = {"channel": "%{x}", "tap": "%{y}", "value": "%{z:.4f}"}
    fig = make_subplots(rows=len(crossings), cols=1, vertical_spacing=0.26)
    for row, crossing in enumerate(crossings, start=1):
        values = np.asarray(kernels[crossing], float)
        height, axis = 1 / len(crossings) - 0.13 * (len(crossings) - 1), "" if row == 1 else str(row)
        picture = heat(
            values.T,
            scale=diverging(crossing_colour(crossing, look), look),
            limits=symmetric(values),
            look=look,
            bar=say("coefficient"),
            x0=1,
            name=crossing_label(crossing, look),
            hovertemplate=say("channel {channel}, {tap}: {value}", **point) + "<extra></extra>",
        )
        picture.colorbar.update(len=height, y=1 - (row - 1) * (1 - height), yanchor="top")
        fig.add_trace(picture, row=row, col=1)
        panel_title(fig, crossing_label(crossing, look), axis, look=look, colour=crossing_colour(crossing, look))
    names = [tap_label(tap) for tap in taps]
    fig.update_yaxes(tickvals=list(range(len(taps))), ticktext=names, showgrid=False, showline=False, ticks="")
    fig.update_xaxes(title_text=say("Channel"), showline=False)
    strongest = max(crossings, key=lambda crossing: float(np.abs(kernels[crossing]).max()))
    finding = say(
        "{shown}: the largest coefficient, {largest} in size, is written by {crossing}.",
        shown=begun(shown),
        largest=number(float(np.abs(kernels[strongest]).max()), 2),
        crossing=crossing_label(strongest, look),
    )
    margins = Margins(left=label_room(names), right=92, above=20, height=70 + 140 * len(crossings))
    return drawn(fig, finding, margins, look)
