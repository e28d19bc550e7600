"""Figures of the response probe: how large the response to the standard pulse is and how much sooner than in none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.analysis.estimate import Estimate
from core.analysis.events import FEWEST, REACH
from core.data.spans import span_of
from core.data.step import Step
from core.figures.labels import EndLabel, end_labels, label_room, named_line, panel_title
from core.figures.lettering import interval, number, probability
from core.figures.marks import band, limits_of, mode_lines
from core.figures.palette import Look, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.text.amounts import counted, fixed, signed
from core.text.words import mark, say
from core.vocabulary import Fusion, label

PANELS = {  # quantity of a row, name of its panel, title of its axis
    "size": (mark("Size of the response"), mark("Mean size (SD)")),
    "lead": (mark("Lead over none, above 0 is earlier"), mark("Lead (steps)")),
}
SURE = 0.05  # largest p-value that speaks for a cycle
CHANCE = mark("no more than chance may do")
_TICKS = 8  # of a cycle, at most


def probe_by_slot(
    table: pd.DataFrame,
    against: Mapping[str, Estimate],
    *,
    mode: Fusion,
    share: Estimate,
    labels: Sequence[str],
    cycle: str,
    look: Look,
) -> Drawing:
    """Show size and lead of the responses over the calendar cycle, all modes on one scale.

    Parameters
    ----------
    table : columns fusion, quantity ("size", standardised, or "lead", steps; above 0 earlier than none), slot, mean,
        low, high (NaN without an interval).
    against : what the finding tells of a mode over all windows: by how many per cent the size differs from that of
        none ("size"), and its lead in steps ("lead").
    mode : the mode of the finding.
    share : share of the variance of its size that the slots explain, with its p-value.
    labels : of the slots of the cycle.
    cycle : name of the cycle, for the x axis.
    """
    fig, right = _panels(table, "slot", look)
    ticks = list(range(0, len(labels), max(1, -(-len(labels) // _TICKS))))
    fig.update_xaxes(range=[-0.6, len(labels) - 0.4], tickvals=ticks, ticktext=[say(labels[slot]) for slot in ticks])
    fig.update_xaxes(title_text=cycle, row=2, col=1)
    finding = f"{_cycle_words(table, mode, share, labels, look)} {_against_words(against)}"
    return drawn(fig, finding, Margins(left=66, right=right, above=20, height=440), look)


def _cycle_words(table: pd.DataFrame, mode: Fusion, share: Estimate, labels: Sequence[str], look: Look) -> str:
    rows = table.loc[(table["fusion"] == mode.value) & (table["quantity"] == "size")].dropna(subset="mean")
    sizes, slots, name = rows["mean"].to_numpy(float), rows["slot"].to_numpy(int), label(mode, look.language)
    least, most = int(sizes.argmin()), int(sizes.argmax())
    told = {
        **{"mode": name, "p": probability(share.p_value), "chance": say(CHANCE), "why": _open(share)},
        **{"low": number(float(sizes[least])), "at_low": say(labels[slots[least]])},
        **{"high": number(float(sizes[most])), "at_high": say(labels[slots[most]])},
    }
    if not np.isfinite(share.p_value):
        return say("{mode}: the response goes from {low} SD at {at_low} to {high} SD at {at_high}; {why}.", **told)
    if share.p_value > SURE:
        return say(
            "{mode}: the response keeps to its size; {low} SD at {at_low} to {high} SD at {at_high} is {chance} "
            "({p}).",
            **told,
        )
    return say(
        "{mode}: the response goes from {low} SD at {at_low} to {high} SD at {at_high}, more than chance does ({p}).",
        **told,
    )


def _open(estimate: Estimate) -> str:
    """Return why an estimate lacks something, without a full stop."""
    return str(estimate.reason).rstrip(".")


def _against_words(against: Mapping[str, Estimate]) -> str:
    size, lead = _size_words(against["size"]), _lead_words(against["lead"])
    return say("Against none it {size}; {lead}.", size=size, lead=lead)


def probe_around_changes(
    table: pd.DataFrame,
    after: Mapping[Fusion, Estimate],
    lead: Estimate,
    *,
    mode: Fusion,
    step: Step,
    look: Look,
) -> Drawing:
    """Show size and lead of the responses around abrupt changes, all modes on one scale.

    Parameters
    ----------
    table : as in `probe_by_slot`, with lag (rows from the change) instead of slot.
    after : of the mode and of none, by how many per cent the size is larger from a change on than in the rows around
        it; `n` counts changes.
    lead : of the mode from a change on, in steps.
    mode : the mode of the finding.
    """
    fig, right = _panels(table, "lag", look)
    lags = table["lag"].to_numpy(int)
    for axis in ("", "2"):
        named_line(fig, look=look, text="" if axis else say("abrupt change"), x=0, axis=axis)
    fig.update_xaxes(range=[lags.min(), lags.max()], dtick=12, tick0=0)
    along = say("Last row read, from the abrupt change on (1 step = {step})", step=span_of(step, 1))
    fig.update_xaxes(title_text=along, row=2, col=1)
    return drawn(
        fig, _change_words(after, lead, mode, look), Margins(left=66, right=right, above=20, height=440), look
    )


def _change_words(after: Mapping[Fusion, Estimate], lead: Estimate, mode: Fusion, look: Look) -> str:
    own, name, over = after[mode], label(mode, look.language), counted(after[mode].n, "abrupt change")
    if own.n < FEWEST:
        return say(
            "Mean over {changes}: a number needs {needed}, so the lines describe these and prove nothing.",
            changes=over,
            needed=FEWEST,
        )
    none = after[Fusion.NONE]
    return say(
        "{mode}: in the {rows} rows from an abrupt change on the response {size} (none: {none} %{interval}); {lead}. "
        "Mean over {changes}.",
        mode=name,
        rows=REACH,
        size=_size_words_around(own),
        none=signed(none.value),
        interval=interval(none.low, none.high),
        lead=_lead_words(lead),
        changes=over,
    )


def _size_words(size: Estimate) -> str:
    return say(
        "is {share} % larger{interval}" if size.value > 0 else "is {share} % smaller{interval}",
        share=fixed(abs(size.value), 1),
        interval=_bracket(size, 1),
    )


def _size_words_around(size: Estimate) -> str:
    return say(
        "is {share} % larger than around them{interval}"
        if size.value > 0
        else "is {share} % smaller than around them{interval}",
        share=fixed(abs(size.value), 1),
        interval=_bracket(size, 1),
    )


def _lead_words(lead: Estimate) -> str:
    if not lead.defined:
        return say("it has no lead: {why}", why=_open(lead))
    return say(
        "half of it is there {steps} steps earlier than with none{interval}"
        if lead.value > 0
        else "half of it is there {steps} steps later than with none{interval}",
        steps=fixed(abs(lead.value), 2),
        interval=_bracket(lead, 2),
    )


def _bracket(estimate: Estimate, decimals: int) -> str:
    """Return an interval, with a word where it holds 0."""
    bracket = interval(estimate.low, estimate.high, decimals)
    holds_none = bracket and estimate.low <= 0 <= estimate.high
    return say("{interval}, {chance}", interval=bracket, chance=say(CHANCE)) if holds_none else bracket


def _panels(table: pd.DataFrame, along: str, look: Look) -> tuple[go.Figure, float]:
    """Draw both quantities along an axis, and return the figure with the px that the names of lines take."""
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.14)
    for row, (quantity, (name, unit)) in enumerate(PANELS.items(), start=1):
        part, axis = table.loc[table["quantity"] == quantity].dropna(subset="mean"), "" if row == 1 else "2"
        modes = {mode: part.loc[part["fusion"] == mode.value] for mode in Fusion if (part["fusion"] == mode).any()}
        for mode, rows in modes.items():
            ends = rows[["low", "high"]].to_numpy(float).T
            if len(rows) > 1 and np.isfinite(ends).all():
                name_of_band = say("{what}, 95 % interval", what=label(mode, look.language))
                area = band(rows[along], *ends, colour=fusion_colour(mode, look), opacity=0.12, name=name_of_band)
                fig.add_trace(area, row=row, col=1)
        names = []
        for mode, rows in modes.items():
            names += mode_lines(fig, rows[along], {mode: rows["mean"].to_numpy(float)}, look, row=row, col=1)
        limits = limits_of(part[["mean", "low", "high"]], [0.0] if quantity == "lead" else [], margin=0.1)
        if quantity == "lead":  # the line that it is held against
            named_line(fig, look=look, text="", y=0, axis=axis)
            names.append(EndLabel(label(Fusion.NONE, look.language), 0.0, fusion_colour(Fusion.NONE, look)))
        end_labels(fig, names, limits=limits, pixels=130, axis=axis)
        fig.update_yaxes(title_text=say(unit), range=limits, nticks=5, row=row, col=1)
        panel_title(fig, say(name), axis, look=look)
    return fig, label_room([label(mode, look.language) for mode in Fusion])
