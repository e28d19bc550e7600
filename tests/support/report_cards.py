"""Cards with known numbers, shared by the tests of exports."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.exhibits.card import Card
from core.figures.labels import GUIDE
from core.figures.palette import Look
from core.figures.theme import Margins, drawn

PROVENANCE = "ETTh1 · horizon 96 · seed 0 · both-1a2b3c · CrossLens 0.1.0"
TITLE = "예측은 어디에서 틀리는가?"
FINDING = "Most errors lie between 6 and 9 o'clock."
STAMPS = pd.date_range("2017-03-01", periods=40, freq="h")
TRUTH = np.round(np.sin(np.arange(40) / 4), 3)
FORECAST = np.round(TRUTH + 0.1, 3)


def bare(figure: go.Figure) -> go.Figure:
    """Give panels what every figure of the product has, but no words."""
    return drawn(figure, FINDING, Margins(), Look()).figure


def curves() -> go.Figure:
    """Two lines over stamps, with units on the axis."""
    figure = go.Figure()
    for name, values, colour in (("truth", TRUTH, "#000000"), ("both", FORECAST, "#43336b")):
        figure.add_scatter(x=STAMPS, y=values, name=name, mode="lines", line={"color": colour})
    figure.update_xaxes(type="date")
    figure.update_yaxes(title_text="OT (°C)")
    return bare(figure)


def dots() -> go.Figure:
    """Named rows with intervals, and a guide at zero."""
    figure = go.Figure(
        go.Scatter(
            x=[1.25, -0.5],
            y=[0, 1],
            name="mean",
            mode="markers",
            marker={"color": "#0072b2"},
            error_x={"type": "data", "symmetric": False, "array": [0.5, 0.25], "arrayminus": [0.25, 0.125]},
        )
    )
    figure.update_yaxes(tickvals=[0, 1], ticktext=["both", "none"], range=[-0.6, 1.6])
    figure.add_shape(type="line", name=GUIDE, xref="x", yref="y domain", x0=0, x1=0, y0=0, y1=1)
    return bare(figure)


def heat() -> go.Figure:
    return bare(go.Figure(go.Heatmap(z=np.arange(12).reshape(3, 4))))


def numbers() -> pd.DataFrame:
    return pd.DataFrame({"variable": ["OT", "=1+1"], "fusion": ["both", "양방향"], "mse": [0.3715, -0.25]})


def card(figure: go.Figure, name: str = "errors", *, title: str = TITLE, table: pd.DataFrame | None = None) -> Card:
    """Return the figure with the words above; its table is `numbers` unless another is given."""
    return Card(title, FINDING, PROVENANCE, figure, numbers() if table is None else table, name, Look())
