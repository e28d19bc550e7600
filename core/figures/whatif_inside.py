"""Figures of what happens inside the models when the rows of a window are edited: kernels, gates, attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.english import fixed
from core.figures.kernels import symmetric, tap_label
from core.figures.labels import label_room, panel_title
from core.figures.lettering import number
from core.figures.marks import heat, limits_of, line
from core.figures.palette import EDITED_DASH, Look, crossing_colour, crossing_label, diverging, fusion_colour
from core.figures.response import GATES
from core.figures.theme import Drawing, Margins, drawn
from core.figures.whatif import BEGIN, EDITED, RECORDED
from core.vocabulary import Activation, Fusion, label

Values = NDArray[np.float64]
Pair = tuple[Values, Values | None]  # as recorded, and edited: None where nothing is


@dataclass(frozen=True, eq=False)
class Kernel:
    """What one crossing of a mode writes, [channel, tap]; `edited` is None where nothing is."""

    mode: Fusion
    crossing: Activation
    recorded: Values
    edited: Values | None

    def name(self, look: Look) -> str:
        """Crossing and mode in words."""
        return f"{crossing_label(self.crossing, look)} in mode {label(self.mode, look.language)}"

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
    columns = 1 if kernels[0].edited is None else 2
    fig = make_subplots(rows=len(kernels), cols=columns, shared_xaxes=True, shared_yaxes=True, vertical_spacing=0.08)
    limits = symmetric(
        np.concatenate([part for one in kernels for part in (one.recorded, one.edited) if part is not None])
    )
    crossings = list(dict.fromkeys(one.crossing for one in kernels))
    for row, one in enumerate(kernels, start=1):
        hue, part = crossing_colour(one.crossing, look), 1 / len(crossings)
        for column, (values, what) in enumerate(((one.recorded, RECORDED), (one.edited, EDITED)), start=1):
            if values is None:
                continue
            place = (row - 1) * columns + column
            axis = "" if place == 1 else str(place)
            bar = column == columns and (row == 1 or kernels[row - 2].crossing is not one.crossing)
            picture = heat(
                values.T,
                scale=diverging(hue, look),
                limits=limits,
                look=look,
                bar="coefficient" if bar else None,
                x0=1,
                name=what,
                hovertemplate="channel %{x}, %{y}: %{z:.4f}<extra>" + what + "</extra>",
            )
            if bar:
                top = 1 - part * crossings.index(one.crossing)
                picture.colorbar.update(len=part * 0.9, y=top, yanchor="top")
            fig.add_trace(picture, row=row, col=column)
            text, colour = (one.name(look), hue) if column == 1 else (EDITED, look.colours.edited)
            panel_title(fig, text, axis, look=look, colour=colour)
    names = [tap_label(tap) for tap in taps]
    fig.update_yaxes(tickvals=list(range(len(taps))), ticktext=names, showgrid=False, showline=False, ticks="")
    fig.update_xaxes(showline=False)
    fig.update_xaxes(title_text="Channel", row=len(kernels))
    margins = Margins(left=label_room(names), right=92, above=20, height=90 + 86 * len(kernels))
    return drawn(fig, _kernel_sentence(kernels, look), margins, look)


def _kernel_sentence(kernels: Sequence[Kernel], look: Look) -> str:
    if kernels[0].edited is None:
        one = max(kernels, key=lambda kernel: float(np.abs(kernel.recorded).max()))
        size = number(float(np.abs(one.recorded).max()), 2)
        return f"Nothing is edited: {one.name(look)} writes the largest coefficient, {size} in size. {BEGIN}"
    ranked = sorted(kernels, key=lambda kernel: -kernel.moved)
    most, least = ranked[0], ranked[-1]
    sentence = f"{most.name(look)} changes its kernels most, by {fixed(100 * most.moved, 0)} % of their size"
    if most is least:
        return f"{sentence} (root mean square)."
    return f"{sentence} (root mean square), {least.name(look)} least, by {fixed(100 * least.moved, 0)} %."


def edited_gates(gates: Mapping[str, Mapping[Fusion, Pair]], *, look: Look) -> Drawing:
    """Show update and reset gates of each mode token by token, as recorded and edited.

    Parameters
    ----------
    gates : per gate ("update", "reset") and mode the levels, [token], oldest first: means over channels, 0 to 1.
    """
    modes = list(gates["update"])
    fig = make_subplots(rows=2, cols=len(modes), shared_xaxes=True, shared_yaxes=True, vertical_spacing=0.14)
    for row, (gate, pairs) in enumerate(gates.items(), start=1):
        _small_multiples(fig, pairs, row=row, look=look)
        fig.update_yaxes(title_text=f"{GATES[gate]} (0–1)", row=row, col=1)
    fig.update_xaxes(title_text="Token", row=2)
    margins = Margins(left=66, right=16, above=24, legend=True, height=380)
    found = [(gate, mode, *pair) for gate, pairs in gates.items() for mode, pair in pairs.items()]
    best: tuple[str, Fusion, int, float, float] | None = None
    for gate, mode, recorded, edited in found:
        if edited is not None:
            at = int(np.abs(edited - recorded).argmax())
            if best is None or abs(edited[at] - recorded[at]) > abs(best[4] - best[3]):
                best = gate, mode, at, float(recorded[at]), float(edited[at])
    if best is None:
        level = number(float(np.mean([pair[0].mean() for pair in gates["update"].values()])), 2)
        return drawn(fig, f"Nothing is edited: the update gates stand at {level} on average. {BEGIN}", margins, look)
    gate, mode, at, before, after = best
    finding = (
        f"The {gate} gate of {label(mode, look.language)} moves most: at token {at + 1} of {len(found[0][2])} from "
        f"{number(before)} to {number(after)} (mean over channels; token 1 is the oldest)."
    )
    return drawn(fig, finding, margins, look)


def edited_attention(weights: Mapping[Fusion, Pair], *, look: Look) -> Drawing:
    """Show how much weight each key token gets in each mode, as recorded and edited.

    Parameters
    ----------
    weights : per mode, [key], oldest first: means over heads, queries and variables.
    """
    fig = make_subplots(rows=1, cols=len(weights), shared_yaxes=True)
    _small_multiples(fig, weights, row=1, look=look)
    fig.update_yaxes(title_text="Routing weight", col=1)
    fig.update_xaxes(title_text="Key token")
    margins = Margins(left=66, right=16, above=24, legend=True, height=260)
    moved = {
        mode: float(np.abs(edited - was).sum() / 2) for mode, (was, edited) in weights.items() if edited is not None
    }
    if not moved:
        most = max(weights, key=lambda mode: float(weights[mode][0].max()))
        token = int(weights[most][0].argmax()) + 1
        name = f"{label(most, look.language)} reads token {token} of {len(weights[most][0])} most"
        return drawn(fig, f"Nothing is edited: {name}. {BEGIN}", margins, look)
    most = max(moved, key=lambda mode: moved[mode])
    was, edited = weights[most]
    assert edited is not None
    token = int(np.abs(edited - was).argmax())
    finding = (
        f"{label(most, look.language)} moves most of its weight to other tokens, {number(100 * moved[most], 2)} %; "
        f"token {token + 1} of {len(was)} goes from {number(float(was[token]))} to "
        f"{number(float(edited[token]))}. Routing weights, not importance."
    )
    return drawn(fig, finding, margins, look)


def _small_multiples(fig: go.Figure, pairs: Mapping[Fusion, Pair], *, row: int, look: Look) -> None:
    """Draw a panel a mode in one row: its line as recorded and, apart from it, edited; one scale for all."""
    limits = limits_of(*[part for pair in pairs.values() for part in pair if part is not None], margin=0.12)
    for column, (mode, (recorded, edited)) in enumerate(pairs.items(), start=1):
        place = (row - 1) * len(pairs) + column
        tokens = np.arange(1, len(recorded) + 1)
        first, panel = row == column == 1, {"row": row, "col": column}
        hue, other = fusion_colour(mode, look), look.colours.edited
        fig.add_trace(line(tokens, recorded, name=RECORDED, colour=hue, showlegend=first), **panel)
        if edited is not None:
            trace = line(tokens, edited, name=EDITED, colour=other, dash=EDITED_DASH, showlegend=first)
            fig.add_trace(trace, **panel)
        if row == 1:
            panel_title(fig, label(mode, look.language), "" if place == 1 else str(place), look=look, colour=hue)
        fig.update_xaxes(tickvals=sorted({1, (len(tokens) + 1) // 2, len(tokens)}), **panel)
        fig.update_yaxes(range=limits, nticks=5, **panel)
