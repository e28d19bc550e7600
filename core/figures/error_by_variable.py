"""Figure of the error variable by variable."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.english import signed
from core.figures.labels import MOST_ROWS, name_rows, named_line, panel_title
from core.figures.lettering import number
from core.figures.marks import dots
from core.figures.names import shortened
from core.figures.palette import FUSION_MARKER, Look, fusion_colour
from core.figures.theme import Drawing, Margins, drawn
from core.vocabulary import Fusion, label


def error_by_variable(errors: pd.DataFrame, *, look: Look) -> Drawing:
    """Show, per variable, each mode's change of MSE against `none`, and the MSE itself.

    Parameters
    ----------
    errors
        Columns variable, source (a fusion mode's value), mse (standardised). Without `none` or without another mode
        there is nothing to compare, and only the MSE is drawn.
    """
    table = errors.pivot_table(index="variable", columns="source", values="mse", sort=False)
    modes = [mode for mode in Fusion if mode.value in table.columns]
    ranked = table[[mode.value for mode in modes]].mean(axis=1).sort_values()
    table = table.loc[ranked.index[-MOST_ROWS:]]
    names = [str(variable) for variable in table.index]
    paired = Fusion.NONE in modes and len(modes) > 1
    fig = make_subplots(rows=1, cols=1 + paired, shared_yaxes=True, horizontal_spacing=0.07)
    if paired:
        _changes(fig, table, [mode for mode in modes if mode is not Fusion.NONE], look)
    _levels(fig, table, [Fusion.NONE] if paired else modes, 1 + paired, look)
    left = name_rows(fig, names, look=look)
    fig.update_yaxes(showgrid=True)
    margins = Margins(left=left, legend=True, above=22, height=126 + 26 * len(names))
    finding = _sentence(table, len(ranked))
    return drawn(fig, finding, margins, look)


def _changes(fig: go.Figure, table: pd.DataFrame, modes: list[Fusion], look: Look) -> None:
    rows = list(range(len(table)))
    for mode in modes:
        change = 100 * (table[mode.value] / table[Fusion.NONE.value] - 1)
        name, colour, symbol = label(mode, look.language), fusion_colour(mode, look), FUSION_MARKER[mode]
        hover = "%{x:+.2f} %<extra>" + name + "</extra>"
        fig.add_trace(dots(change, rows, name=name, colour=colour, symbol=symbol, hover=hover), row=1, col=1)
    named_line(fig, look=look, text="", x=0)
    panel_title(fig, "Change against none", "", look=look)
    fig.update_xaxes(title_text="Change of MSE (%), left is better", row=1, col=1)


def _levels(fig: go.Figure, table: pd.DataFrame, modes: list[Fusion], column: int, look: Look) -> None:
    rows = list(range(len(table)))
    for mode in modes:
        name, colour, symbol = label(mode, look.language), fusion_colour(mode, look), FUSION_MARKER[mode]
        fig.add_trace(dots(table[mode.value], rows, name=name, colour=colour, symbol=symbol), row=1, col=column)
    shown = table[[mode.value for mode in modes]]
    fig.update_xaxes(
        title_text="MSE (standardised)", range=[0, float(np.nanmax(shown.to_numpy())) * 1.08], col=column
    )
    panel_title(fig, "Error", "" if column == 1 else str(column), look=look)


def _sentence(table: pd.DataFrame, total: int) -> str:
    cut = f" The {len(table)} hardest of {total} variables are shown." if len(table) < total else ""
    if not {Fusion.NONE.value, Fusion.BOTH.value} <= set(table.columns):
        hardest = shortened(str(table.index[-1]))
        return f"{hardest} is the hardest to forecast (MSE {number(float(table.iloc[-1].min()))} at best).{cut}"
    change = 100 * (table[Fusion.BOTH.value] / table[Fusion.NONE.value] - 1)
    better = int((change < 0).sum())
    least, most = (shortened(str(name)) for name in (change.idxmin(), change.idxmax()))
    return (
        f"Crossing both ways lowers the MSE of {better} of {len(change)} variables: from "
        f"{signed(float(change.min()))} % for {least} to {signed(float(change.max()))} % for {most}.{cut}"
    )
