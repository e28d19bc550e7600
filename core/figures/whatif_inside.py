"""Figures of what happens inside the models when the rows of a window are edited: gates and attention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.figures.lettering import number
from core.figures.marks import limits_of, line
from core.figures.palette import (
    EDITED_DASH,
    FUSION_DASH,
    Look,
    fusion_colour,
)
from core.figures.response import GATES
from core.figures.theme import Drawing, Margins, drawn
from core.figures.whatif import BEGIN, EDITED, RECORDED, kept_panels
from core.text.words import say
from core.vocabulary import Fusion, label

Values = NDArray[np.floating]
Pair = tuple[Values, Values | None]  # as recorded, and edited: None where nothing is


def edited_gates(gates: Mapping[str, Mapping[Fusion, Pair]], *, look: Look) -> Drawing:
    """Show update and reset gates of each mode token by token, as recorded and edited.

    Parameters
    ----------
    gates : per gate ("update", "reset") and mode the levels, [token], oldest first: means over channels, 0 to 1.
    """
    titles = tuple(f"{say(GATES[gate])} (0–1)" for gate in gates)
    fig = _filled(titles, say("Token"), gates.values(), look)
    found = [(gate, mode, *pair) for gate, pairs in gates.items() for mode, pair in pairs.items()]
    best: tuple[str, Fusion, int, float, float] | None = None
    for gate, mode, recorded, edited in found:
        if edited is not None:
            at = int(np.abs(edited - recorded).argmax())
            if best is None or abs(edited[at] - recorded[at]) > abs(best[4] - best[3]):
                best = gate, mode, at, float(recorded[at]), float(edited[at])
    if best is None:
        level = number(float(np.mean([pair[0].mean() for pair in gates["update"].values()])), 2)
        told = say("Nothing is edited: the update gates stand at {level} on average.", level=level)
        return Drawing(fig, f"{told} {say(BEGIN)}")
    gate, mode, at, before, after = best
    finding = say(
        "The update gate of {mode} moves most: at token {token} of {tokens} from {before} to {after} (mean over "
        "channels; token 1 is the oldest)."
        if gate == "update"
        else "The reset gate of {mode} moves most: at token {token} of {tokens} from {before} to {after} (mean over "
        "channels; token 1 is the oldest).",
        **{"mode": label(mode, look.language), "token": at + 1, "tokens": len(found[0][2])},
        **{"before": number(before), "after": number(after)},
    )
    return Drawing(fig, finding)


def edited_attention(weights: Mapping[Fusion, Pair], *, look: Look) -> Drawing:
    """Show how much weight each key token gets in each mode, as recorded and edited.

    Parameters
    ----------
    weights : per mode, [key], oldest first: means over heads, queries and variables.
    """
    fig = _filled((say("Routing weight"),), say("Key token"), [weights], look)
    moved = {
        mode: float(np.abs(edited - was).sum() / 2) for mode, (was, edited) in weights.items() if edited is not None
    }
    if not moved:
        most = max(weights, key=lambda mode: float(weights[mode][0].max()))
        told = say(
            "Nothing is edited: {mode} reads token {token} of {tokens} most.",
            mode=label(most, look.language),
            token=int(weights[most][0].argmax()) + 1,
            tokens=len(weights[most][0]),
        )
        return Drawing(fig, f"{told} {say(BEGIN)}")
    most = max(moved, key=lambda mode: moved[mode])
    was, edited = weights[most]
    assert edited is not None
    token = int(np.abs(edited - was).argmax())
    finding = say(
        "{mode} moves most of its weight to other tokens, {share} %; token {token} of {tokens} goes from {before} to "
        "{after}. Routing weights, not importance.",
        **{"mode": label(most, look.language), "share": number(100 * moved[most], 2)},
        **{"token": token + 1, "tokens": len(was)},
        **{"before": number(float(was[token])), "after": number(float(edited[token]))},
    )
    return Drawing(fig, finding)


def _filled(titles: tuple[str, ...], along: str, rows: Iterable[Mapping[Fusion, Pair]], look: Look) -> go.Figure:
    """Return a panel a row of pairs, its modes side by side; `titles` name the axes of rows, `along` the other."""
    found = list(rows)
    modes, is_edited = tuple(found[0]), any(then is not None for _, then in found[0].values())
    tokens = len(next(iter(found[0].values()))[0])
    fig = go.Figure(_side_by_side(titles, along, modes, is_edited, tokens, look))
    lines = iter(fig.data)
    for row, pairs in enumerate(found, start=1):
        limits = limits_of(*[part for pair in pairs.values() for part in pair if part is not None], margin=0.12)
        for was, _ in pairs.values():
            next(lines).y = was.astype(np.float32)
        if is_edited:
            apart = [np.append(then, np.nan) for _, then in pairs.values() if then is not None]
            next(lines).y = np.concatenate(apart).astype(np.float32)
        fig.layout[f"yaxis{row if row > 1 else ''}"].range = limits
    return fig


@kept_panels
def _side_by_side(
    titles: tuple[str, ...], along: str, modes: tuple[Fusion, ...], is_edited: bool, tokens: int, look: Look
) -> go.Figure:
    """Return the panels without numbers, one a row, as many panels take long to draw: modes along one axis."""
    fig = make_subplots(rows=len(titles), cols=1, shared_xaxes=True, vertical_spacing=0.1)
    places, apart = np.arange(1, tokens + 1), tokens + max(tokens // 8, 1)
    for row, title in enumerate(titles, start=1):
        panel: dict[str, Any] = {"row": row, "col": 1}
        for nth, mode in enumerate(modes):
            hue = fusion_colour(mode, look)
            name = f"{label(mode, look.language)}, {say(RECORDED)}"
            style = {"colour": hue, "name": name, "dash": FUSION_DASH[mode]}
            fig.add_trace(line(places + nth * apart, [], **style, hover="%{y:.4g}"), **panel)
            if row == 1:
                at = {"x": 1 + nth * apart, "y": 1, "yref": "y domain", "xanchor": "left", "yanchor": "bottom"}
                text = f"<b>{label(mode, look.language)}</b>"
                fig.add_annotation(text=text, **at, font={"size": 12, "color": hue}, showarrow=False, yshift=2)
        if is_edited:
            along_all = np.concatenate([np.append(places, np.nan) + nth * apart for nth in range(len(modes))])
            fig.add_trace(
                line(along_all, [], name=say(EDITED), colour=look.colours.edited, dash=EDITED_DASH), **panel
            )
        fig.update_yaxes(title_text=title, nticks=5, **panel)
    marks = sorted({1, (tokens + 1) // 2, tokens})
    ticks = [mark + nth * apart for nth in range(len(modes)) for mark in marks]
    fig.update_xaxes(tickvals=ticks, ticktext=[str(mark) for mark in marks] * len(modes))
    fig.update_xaxes(title_text=along, row=len(titles))
    if is_edited:
        text = say("dashed: edited")
        at = {"x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom"}
        fig.add_annotation(
            text=text, **at, font={"size": 12, "color": look.colours.edited}, showarrow=False, yshift=18
        )
    margins = Margins(left=66, right=16, above=36, height=110 + 120 * len(titles))
    return drawn(fig, "", margins, look).figure
