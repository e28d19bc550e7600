"""Figures of what the GRU keeps: half-lives of its units, what is left of an edit, and gates over the cycle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.data.spans import span_of
from core.data.step import Step
from core.figures.gradient import shown_blocks
from core.figures.labels import EndLabel, end_labels, label_room, named_line, panel_title, quarter_ticks
from core.figures.lettering import number
from core.figures.marks import band, limits_of, line
from core.figures.palette import Look, path_colour
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import listed
from core.text.words import say
from core.vocabulary import ModelPath

DASHES = ("solid", "8px,3px", "2px,3px")  # of the blocks that are drawn


def held_edit(table: pd.DataFrame, *, patch: int, step: Step, look: Look) -> Drawing:
    """Show how much of an edit the GRU of each block still holds, measured and as its gates alone would have it.

    Parameters
    ----------
    table : columns block, k (tokens later), value, low, high (share, 1 at k = 0), gates (share that the update gates
        alone would leave), n (windows).
    patch : rows of a token.
    """
    fig, colour, ends = go.Figure(), path_colour(ModelPath.GRU, look), []
    blocks = shown_blocks([int(block) for block in table["block"].unique()])
    later = say("{tokens} tokens later: {share}", tokens="%{x}", share="%{y:.3f}")
    for block, dash in zip(blocks, DASHES, strict=False):
        part, name = table.loc[table["block"] == block], say("block {block}", block=block)
        k = part["k"].to_numpy(np.int16)
        if len(k) > 1 and np.isfinite(part["low"]).all():
            within = say("{what}, 95 % interval", what=name)
            fig.add_trace(band(k, part["low"], part["high"], colour=colour, name=within))
        style = {"dash": dash, "hover": f"{later}<extra>{name}</extra>"}
        measured, alone = say("{block}, measured", block=name), say("{block}, gates alone", block=name)
        fig.add_trace(line(k, part["value"], name=measured, colour=colour, **style))
        style["hover"] = f"{later}<extra>{say('gates alone, {block}', block=name)}</extra>"
        by_gates = line(k, part["gates"], name=alone, colour=look.colours.muted, width=1.2, **style)
        fig.add_trace(by_gates.update(mode="lines+markers", marker={"symbol": "circle-open", "size": 5}))
        ends += [EndLabel(name, float(part["value"].iloc[-1]), colour)]
    title = say("Tokens after the edit (1 token = {span})", span=span_of(step, patch))
    fig.update_xaxes(title_text=title, dtick=1 if len(k) < 13 else None)
    fig.update_yaxes(title_text=say("Share still held"), range=(0.0, limits_of(table["value"], table["gates"])[1]))
    end_labels(fig, ends, limits=(0.0, 1.06), pixels=200)
    named_line(fig, look=look, text=say("half"), y=0.5)
    margins = Margins(left=62, right=label_room([end.text for end in ends]), above=14, legend=True, height=340)
    return drawn(fig, _held_sentence(table, patch, step), margins, look)


def _held_sentence(table: pd.DataFrame, patch: int, step: Step) -> str:
    parts = []
    for block in sorted(table["block"].unique()):
        part = table.loc[table["block"] == block].reset_index(drop=True)
        row = part.iloc[min(2, len(part) - 1)]
        shares = {"share": number(100 * row["value"]), "gates": number(100 * row["gates"])}
        parts.append(say("{share} % in block {block} (gates alone {gates} %)", block=block, **shares))
    k = int(row["k"])
    shown = parts if len(parts) < 3 else [parts[0], parts[-1]]
    return say(
        "{k} tokens ({span}) after an edit the GRU still holds {shares} of it.",
        k=k,
        span=span_of(step, k * patch),
        shares=listed(shown),
    )


def gate_half_life(table: pd.DataFrame, *, patch: int, step: Step, look: Look) -> Drawing:
    """Show after how many tokens half of each unit's state is left by its update gate, units in order.

    Parameters
    ----------
    table : columns block, unit, half_life (tokens; NaN where a gate never renews).
    patch : rows of a token.
    """
    fig, colour, ends = go.Figure(), path_colour(ModelPath.GRU, look), []
    blocks = shown_blocks([int(block) for block in table["block"].unique()])
    hover = say("unit in place {place}: {half_life} tokens", place="%{x}", half_life="%{y:.3g}")
    for block, dash in zip(blocks, DASHES, strict=False):
        values = np.sort(table.loc[table["block"] == block, "half_life"].dropna().to_numpy(float))[::-1]
        rank, name = np.arange(1, len(values) + 1), say("block {block}", block=block)
        fig.add_trace(line(rank, values, name=name, colour=colour, dash=dash, hover=f"{hover}<extra>{name}</extra>"))
        ends.append(EndLabel(name, float(values[-1]) if len(values) else np.nan, colour))
    limits = (0.0, limits_of(table["half_life"], [0.0])[1])
    end_labels(fig, ends, limits=limits, pixels=220)
    fig.update_xaxes(title_text=say("Units of a block, the longest memory first"))
    fig.update_yaxes(title_text=say("Half-life (tokens)"), range=limits)
    margins = Margins(left=62, right=label_room([end.text for end in ends]), above=12, height=300)
    return drawn(fig, _half_life_sentence(table, span_of(step, patch)), margins, look)


def _half_life_sentence(table: pd.DataFrame, span: str) -> str:
    told = []
    for block in sorted(table["block"].unique()):
        values = table.loc[table["block"] == block, "half_life"]
        half, most = number(float(values.median())), number(float(values.max()))
        told.append(say("{half} tokens in block {block} (at most {most})", half=half, block=block, most=most))
    return say(
        "Half of a unit's state is gone after {times}, at the median; a token is {span}.",
        times=listed(told if len(told) < 3 else [told[0], told[-1]]),
        span=span,
    )


def gates_by_slot(table: pd.DataFrame, labels: Sequence[str], *, cycle: str, look: Look) -> Drawing:
    """Show half-life and saturated share of the last token's update gates by the slot of the last row read.

    Parameters
    ----------
    table : columns slot, half_life, half_life_low, half_life_high (tokens), saturated, saturated_low, saturated_high
        (%), n (windows).
    labels : of the slots of the cycle.
    cycle : name of the cycle, for the axis.
    """
    panels = {
        "half_life": (say("Half-life"), say("Tokens")),
        "saturated": (say("Gates below .1 or above .9"), say("Share (%)")),
    }
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.16)
    colour = path_colour(ModelPath.GRU, look)
    for row, (column, (name, unit)) in enumerate(panels.items(), start=1):
        there = table.loc[np.isfinite(table[column])]
        ends = there[[f"{column}_low", f"{column}_high"]].to_numpy(float).T
        if len(there) > 1 and np.isfinite(ends).all():
            within = say("{what}, 95 % interval", what=name)
            fig.add_trace(band(there["slot"], *ends, colour=colour, name=within), row=row, col=1)
        hover = "%{customdata}: %{y:.3g}<extra></extra>"
        style = {"hover": hover, "customdata": [say(labels[slot]) for slot in there["slot"]]}
        fig.add_trace(line(there["slot"], there[column], name=name, colour=colour, **style), row=row, col=1)
        fig.update_yaxes(title_text=unit, range=limits_of(there[column], ends, margin=0.12), nticks=5, row=row, col=1)
        panel_title(fig, name, "" if row == 1 else "2", look=look)
    fig.update_xaxes(range=[-0.6, len(labels) - 0.4], **quarter_ticks(labels))
    fig.update_xaxes(title_text=cycle, row=2, col=1)
    return drawn(fig, _slot_sentence(table, labels), Margins(left=66, above=20, height=360), look)


def _slot_sentence(table: pd.DataFrame, labels: Sequence[str]) -> str:
    lives = table.loc[np.isfinite(table["half_life"])].set_index("slot")

    def told(slot: int) -> str:
        row = lives.loc[slot]
        ends = f" [{number(row['half_life_low'])}, {number(row['half_life_high'])}]" if row["n"] > 1 else ""
        half_life = f"{number(row['half_life'])}{ends}"
        return say("{half_life} tokens at {slot}", half_life=half_life, slot=say(labels[slot]))

    return say(
        "Half-lives go from {shortest} to {longest}; {share} % of the update gates lie below .1 or above .9.",
        shortest=told(lives["half_life"].idxmin()),
        longest=told(lives["half_life"].idxmax()),
        share=number(float(np.nanmean(table["saturated"]))),
    )
