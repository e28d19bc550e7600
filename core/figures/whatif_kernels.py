"""Figure of the kernels that every crossing writes for a window, as recorded beside edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.kernels import symmetric, tap_label
from core.figures.labels import label_room
from core.figures.lettering import number
from core.figures.marks import heat
from core.figures.palette import Look, crossing_colour, crossing_label, diverging
from core.figures.theme import Drawing, Margins, drawn
from core.figures.whatif import BEGIN, EDITED, kept_panels
from core.text.amounts import fixed
from core.text.words import say
from core.vocabulary import Activation, Fusion, label

Values = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Kernel:
    """What one crossing of a mode writes, [channel, tap]; `edited` is None where nothing is."""

    mode: Fusion
    crossing: Activation
    recorded: Values
    edited: Values | None

    def name(self, look: Look) -> str:
        """Crossing and mode in words."""
        return _crossing_text(self.mode, self.crossing, look)

    @property
    def moved(self) -> float:
        """By what part of its size the kernel changes (root mean squares)."""
        assert self.edited is not None, "asked of edited ones"
        size = float(np.sqrt(np.square(self.recorded).mean()))
        return float(np.sqrt(np.square(self.edited - self.recorded).mean())) / (size or 1.0)


def edited_kernels(kernels: Sequence[Kernel], *, taps: Sequence[int], look: Look) -> Drawing:
    """Show the kernels of every crossing of every mode, as recorded beside edited, on one scale.

    Parameters
    ----------
    kernels : those of one crossing follow each other.
    taps : positions inside the kernel (-1, 0, 1).
    """
    written = tuple((one.mode, one.crossing) for one in kernels)
    is_edited, channels = kernels[0].edited is not None, len(kernels[0].recorded)
    fig = go.Figure(_kernel_panel(written, is_edited, channels, tuple(taps), look))
    low, high = symmetric(
        np.concatenate([part for one in kernels for part in (one.recorded, one.edited) if part is not None])
    )
    for trace, crossing in zip(fig.data, dict.fromkeys(crossing for _, crossing in written), strict=True):
        rows = [_one_below_the_other(one) for one in reversed(kernels) if one.crossing is crossing]
        trace.z, trace.zmin, trace.zmax = np.concatenate(rows)[:-1].astype(np.float32), low, high
    return Drawing(fig, _kernel_sentence(kernels, look))


def _one_below_the_other(one: Kernel) -> Values:
    """Return a kernel as rows of a picture, [tap and a free row, channel]: as recorded, a gap, and edited."""
    taps, channels = one.recorded.shape[1], len(one.recorded)
    parts = [one.recorded.T]
    if one.edited is not None:
        parts += [np.full((taps, _gap(channels)), np.nan), one.edited.T]
    picture = np.concatenate(parts, axis=1)
    return np.concatenate([picture, np.full((1, picture.shape[1]), np.nan)])


def _gap(channels: int) -> int:
    """Return the free columns between a kernel as recorded and edited."""
    return max(channels // 16, 1)


@kept_panels
def _kernel_panel(
    written: tuple[tuple[Fusion, Activation], ...], is_edited: bool, channels: int, taps: tuple[int, ...], look: Look
) -> go.Figure:
    """Return the panel without numbers: a picture a crossing, one panel for all, as several take long to draw."""
    fig, rows, beyond = go.Figure(), len(taps) + 1, channels + _gap(channels)
    crossings = list(dict.fromkeys(crossing for _, crossing in written))
    ticks, names, seen = [], [], {"channel": "%{x}", "row": "%{y}", "value": "%{z:.4f}"}
    for nth, crossing in enumerate(crossings):
        hue = crossing_colour(crossing, look)
        own = [place for place, (_, other) in enumerate(written) if other is crossing]
        bottom = rows * (len(written) - 1 - own[-1])
        hover = say("channel {channel}, row {row}: {value}", **seen) + "<extra></extra>"
        style: dict[str, Any] = {"scale": diverging(hue, look), "limits": (-1.0, 1.0), "look": look, "x0": 1}
        style |= {
            "bar": say("coefficient"),
            "y0": bottom,
            "name": crossing_label(crossing, look),
            "hovertemplate": hover,
        }
        picture, part = heat([], **style), 1 / len(crossings)
        picture.colorbar.update(len=part * 0.9, y=1 - part * nth, yanchor="top")
        fig.add_trace(picture)
        for place in own:
            base = rows * (len(written) - 1 - place)
            ticks += [base + tap for tap in range(len(taps))]
            names += [tap_label(tap) for tap in taps]
            heads = [(1, _crossing_text(written[place][0], crossing, look), hue)]
            heads += [(1 + beyond, say(EDITED), look.colours.edited)] if is_edited else []
            for x, text, colour in heads:
                at = {"x": x - 0.5, "y": base + len(taps) - 0.5, "xanchor": "left", "yanchor": "bottom"}
                fig.add_annotation(text=f"<b>{text}</b>", **at, font={"size": 12, "color": colour}, showarrow=False)
    fig.update_yaxes(tickvals=ticks, ticktext=names, showgrid=False, showline=False, ticks="")
    fig.update_yaxes(range=[-0.6, rows * len(written) - 0.3])
    marks = sorted({1, (channels + 1) // 2, channels})
    places = [*marks, *(mark + beyond for mark in marks)] if is_edited else marks
    fig.update_xaxes(tickvals=places, ticktext=[str(mark) for mark in marks] * (1 + is_edited), showline=False)
    fig.update_xaxes(title_text=say("Channel"))
    margins = Margins(left=label_room(names), right=92, height=70 + 84 * len(written))
    return drawn(fig, "", margins, look).figure


def _crossing_text(mode: Fusion, crossing: Activation, look: Look) -> str:
    return say("{crossing} in mode {mode}", crossing=crossing_label(crossing, look), mode=label(mode, look.language))


def _kernel_sentence(kernels: Sequence[Kernel], look: Look) -> str:
    if kernels[0].edited is None:
        one = max(kernels, key=lambda kernel: float(np.abs(kernel.recorded).max()))
        size = number(float(np.abs(one.recorded).max()), 2)
        written = say(
            "Nothing is edited: {kernel} writes the largest coefficient, {size} in size.",
            kernel=one.name(look),
            size=size,
        )
        return f"{written} {say(BEGIN)}"
    ranked = sorted(kernels, key=lambda kernel: -kernel.moved)
    most, least = ranked[0], ranked[-1]
    told = {"most": most.name(look), "by_most": fixed(100 * most.moved, 0)}
    if most is least:
        return say("{most} changes its kernels most, by {by_most} % of their size (root mean square).", **told)
    return say(
        "{most} changes its kernels most, by {by_most} % of their size (root mean square), {least} least, by "
        "{by_least} %.",
        **told,
        least=least.name(look),
        by_least=fixed(100 * least.moved, 0),
    )
