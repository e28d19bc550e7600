"""Figure of the dependence of kernels on the time of day, beside its controls."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.labels import category_axis, label_room, named_line
from core.figures.lettering import number, probability
from core.figures.marks import dots
from core.figures.palette import Look, crossing_colour, crossing_label
from core.figures.theme import Drawing, Margins, drawn
from core.text.words import mark, say
from core.vocabulary import Activation

FORMS: dict[str, tuple[str, dict[str, Any]]] = {  # name: column, marker
    mark("untrained twin"): ("untrained", {"symbol": "circle", "hollow": True, "size": 10}),
    mark("trained, biased form"): ("biased", {"symbol": "diamond-tall", "hollow": True, "size": 7}),
    mark("trained"): ("value", {"symbol": "circle", "size": 10}),
}


def dcor_comparison(rows: pd.DataFrame, *, floor: float, look: Look) -> Drawing:
    """Show dCor of kernels with the time of day: trained, the untrained twin, the biased form, and the input's floor.

    Parameters
    ----------
    rows : one row per crossing and block: crossing (a kernel tap's value), block, value, low, high, p_value (of the
        trained model, bias-corrected), biased (the same, biased), untrained (bias-corrected; NaN if not measured).
    floor : dCor of the raw last input day with the time of day (NaN if not measured).
    """
    fig = go.Figure()
    table = rows.sort_values(["crossing", "block"], ascending=[True, False]).reset_index(drop=True)
    for name, (_, style) in FORMS.items():
        # the legend, without a hue
        fig.add_trace(dots([None], [None], name=say(name), colour=look.colours.muted, **style))
    names = []
    for place, row in enumerate(table.to_dict("records")):
        _kernel_row(fig, place, row, look)
        crossing = crossing_label(Activation(row["crossing"]), look)
        names.append(say("{crossing}, block {block}", crossing=crossing, block=row["block"]))
    category_axis(fig, names, look=look)
    if np.isfinite(floor):
        named_line(fig, look=look, text=say("raw input {floor}", floor=number(floor, 2)), x=floor)
    low = min(0.0, float(np.nanmin(table[["value", "untrained", "low"]].to_numpy(float)))) - 0.03
    title = say("Distance correlation with the time of day (−1 to 1)")
    fig.update_xaxes(title_text=title, range=[low, 1.03], showgrid=True)
    margins = Margins(left=label_room(names), right=74, legend=True, above=18, height=100 + 36 * len(names))
    return drawn(fig, _sentence(table, floor), margins, look)


def _kernel_row(fig: go.Figure, place: int, row: Mapping[Hashable, Any], look: Look) -> None:
    colour = crossing_colour(Activation(row["crossing"]), look)
    for name, (column, style) in FORMS.items():
        limits = {"interval": ([row["low"]], [row["high"]])} if column == "value" else {}
        text = say(name)
        fig.add_trace(dots([row[column]], [place], name=text, colour=colour, showlegend=False, **style, **limits))
    at = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": place}
    p_value = probability(row["p_value"])
    fig.add_annotation(text=p_value, **at, font={"color": look.colours.muted}, showarrow=False)


def _sentence(table: pd.DataFrame, floor: float) -> str:
    value, untrained = float(table["value"].mean()), float(table["untrained"].mean())
    values = {"value": number(value, 2), "untrained": number(untrained, 2)}
    has_twin = np.isfinite(untrained)
    if not np.isfinite(floor):
        return say(
            "Trained kernels reach {value} on average, their untrained twin {untrained}."
            if has_twin
            else "Trained kernels reach {value} on average.",
            **values,
        )
    return say(
        "Trained kernels reach {value} on average, their untrained twin {untrained}; the raw input alone has "
        "{floor}, which {above} of {kernels} kernels exceed."
        if has_twin
        else "Trained kernels reach {value} on average; the raw input alone has {floor}, which {above} of {kernels} "
        "kernels exceed.",
        **values,
        floor=number(floor, 2),
        above=int((table["value"] > floor).sum()),
        kernels=len(table),
    )
